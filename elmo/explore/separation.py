"""How well similarities tell senses apart, and how far to trust the best mix of layers. The measure is the pair AUC (`pair_auc`)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from elmo.errors import InputError
from elmo.explore.bootstrap import draw_counts, interval
from elmo.explore.mixing import LayerProducts
from elmo.explore.pair_auc import SortedPairs, ranked_auc


def same_sense(
    senses: Sequence[str | None], pairs: tuple[np.ndarray, np.ndarray]
) -> Bool[np.ndarray, " pairs"]:
    """Whether the two uses of each pair have the same sense."""
    _, codes = np.unique(np.array([str(sense) for sense in senses]), return_inverse=True)
    return codes[pairs[0]] == codes[pairs[1]]


def separable(senses: Sequence[str | None]) -> bool:
    """Whether every use has a sense, and there is a pair with the same and one with different."""
    if any(sense is None for sense in senses):
        return False
    _, counts = np.unique(np.array(senses, dtype=str), return_counts=True)
    return len(counts) > 1 and bool(counts.max() > 1)


def separation(
    products: LayerProducts,
    senses: Sequence[str | None],
    weights: Float[np.ndarray, "points layers"],
    concatenated: bool = False,
) -> Float[np.ndarray, " points"]:
    """The pair AUC of each mix."""
    same = same_sense(senses, products.pairs)[None]
    chunk = max(1, 4_000_000 // max(1, same.size))
    return np.concatenate(
        [
            ranked_auc(products.cosines(weights[i : i + chunk], concatenated), same)[0]
            for i in range(0, len(weights), chunk)
        ]
    )


def best_point(scores: Float[np.ndarray, " points"], weights: np.ndarray) -> int:
    """The point with the highest score; of several, the one nearest to the equal mix."""
    ties = np.flatnonzero(scores >= scores.max() - 1e-9)
    distance = ((weights[ties] - 1 / weights.shape[1]) ** 2).sum(axis=1)
    return int(ties[distance.argmin()])


def bootstrap_separation(
    similarities: Float[np.ndarray, "points pairs"],
    senses: Sequence[str | None],
    pairs: tuple[np.ndarray, np.ndarray],
    n_resamples: int = 400,
    seed: int = 0,
) -> Float[np.ndarray, "resamples points"]:
    """The pair AUC of each mix in resamples of the uses (with replacement, within each sense).

    Uses are drawn, not pairs: the pairs of one use are not independent. A use drawn twice makes
    no pair with itself. Every mix is measured on the same resamples, so differences are paired.
    """
    labels = [str(sense) for sense in senses]
    counts = draw_counts(len(labels), n_resamples, seed, labels)
    same = same_sense(senses, pairs)
    return np.column_stack(
        [SortedPairs.of(values, same, *pairs).auc(counts) for values in similarities]
    )


@dataclass(frozen=True)
class Path:
    """Sense separation along a straight line between two mixes.

    Attributes:
        share: how far along, 0 to 1.
        weights: the mix at each step.
        auc: pair AUC there.
        low, high: 95 % bootstrap interval over the uses.
        change: that of the AUC at the end less the AUC at the start, on the same resamples.
    """

    share: Float[np.ndarray, " steps"]
    weights: Float[np.ndarray, "steps layers"]
    auc: Float[np.ndarray, " steps"]
    low: Float[np.ndarray, " steps"]
    high: Float[np.ndarray, " steps"]
    change: tuple[float, float]


def separation_along(
    products: LayerProducts,
    senses: Sequence[str | None],
    start: Sequence[float],
    end: Sequence[float],
    *,
    n_steps: int = 21,
    n_resamples: int = 400,
    seed: int = 0,
) -> Path:
    """The pair AUC from one mix to another (from layer to layer: along an edge of the triangle)."""
    share = np.linspace(0, 1, n_steps)
    weights = np.outer(1 - share, start) + np.outer(share, end)
    similarities = products.cosines(weights)
    auc = ranked_auc(similarities, same_sense(senses, products.pairs)[None])[0]
    resampled = bootstrap_separation(similarities, senses, products.pairs, n_resamples, seed)
    low, high = np.transpose([interval(column) for column in resampled.T])
    change = interval(resampled[:, -1] - resampled[:, 0])
    return Path(share, weights, auc, low, high, change)


@dataclass(frozen=True)
class Selection:
    """The best mix as chosen on some of the uses and measured on the others, again and again.

    Attributes:
        weights: the mean of the chosen weights.
        chosen: the best grid point of each split, on its training uses.
        training: its pair AUC there: too good, as it was chosen for it.
        held_out: its pair AUC among the uses kept back.
        equal: the pair AUC of the equal mix among the same uses.
        layers: that of each single layer.
        n_folds: a split keeps back one use in so many.
    """

    weights: Float[np.ndarray, " layers"]
    chosen: Float[np.ndarray, "splits layers"]
    training: Float[np.ndarray, " splits"]
    held_out: Float[np.ndarray, " splits"]
    equal: Float[np.ndarray, " splits"]
    layers: Float[np.ndarray, "splits layers"]
    n_folds: int


def select_weights(
    products: LayerProducts,
    senses: Sequence[str | None],
    grid: Float[np.ndarray, "points layers"],
    *,
    n_repeats: int = 20,
    seed: int = 0,
) -> Selection:
    """Choose weights by cross-validation over the uses.

    Each split chooses the grid point with the highest pair AUC among its training uses (of several
    the nearest to the equal mix), and measures it among the uses kept back only: no pair that is
    measured had a part in the choice.

    Raises:
        InputError: a sense has fewer than four uses, too few to keep two back and choose on two.
    """
    n_layers = products.n_layers
    points = np.vstack([grid, np.eye(n_layers), np.full((1, n_layers), 1 / n_layers)])
    similarities = products.cosines(points)
    same = same_sense(senses, products.pairs)
    chosen, training, held_out = [], [], []
    n_folds, splits = _splits(senses, products.pairs, n_repeats, seed)
    for train, test in splits:
        scores = ranked_auc(similarities[: len(grid), train], same[None, train])[0]
        best = best_point(scores, grid)
        rows = np.r_[best, len(grid) : len(points)]
        chosen.append(grid[best])
        training.append(scores[best])
        held_out.append(ranked_auc(similarities[rows][:, test], same[None, test])[0])
    measured = np.array(held_out)
    return Selection(
        np.mean(chosen, axis=0),
        np.array(chosen),
        np.array(training),
        measured[:, 0],
        measured[:, -1],
        measured[:, 1:-1],
        n_folds,
    )


def kept_back_separation(
    similarities: Float[np.ndarray, "rows pairs"],
    senses: Sequence[str | None],
    *,
    n_repeats: int = 20,
    seed: int = 0,
) -> Float[np.ndarray, "splits rows"]:
    """The pair AUC of other similarities among the uses that each split of `select_weights` keeps back.

    Args:
        similarities: of the pairs i < j, row by row.

    Raises:
        InputError: as `select_weights`.
    """
    pairs = np.triu_indices(len(senses), 1)
    same = same_sense(senses, pairs)
    _, splits = _splits(senses, pairs, n_repeats, seed)
    return np.array([ranked_auc(similarities[:, test], same[None, test])[0] for _, test in splits])


def _splits(
    senses: Sequence[str | None], pairs: tuple[np.ndarray, np.ndarray], n_repeats: int, seed: int
) -> tuple[int, list[tuple[np.ndarray, np.ndarray]]]:
    """How many parts a split has, and for each split which pairs are to choose on and which are kept back."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    if not separable(senses):
        raise InputError("choosing weights needs a sense for every use, and at least two senses.")
    labels = np.array([str(sense) for sense in senses])
    names, sizes = np.unique(labels, return_counts=True)
    smallest = int(sizes.min())
    if smallest < 4:
        raise InputError(
            f"sense {str(names[sizes.argmin()])!r} has {smallest} uses, cross-validation needs 4 "
            "of each sense; add sentences."
        )
    n_folds = 3 if smallest >= 6 else 2
    splitter = RepeatedStratifiedKFold(n_splits=n_folds, n_repeats=n_repeats, random_state=seed)
    first, second = pairs
    splits = []
    for kept, _ in splitter.split(np.zeros(len(labels)), labels):
        inside = np.zeros(len(labels), bool)
        inside[kept] = True
        splits.append((inside[first] & inside[second], ~inside[first] & ~inside[second]))
    return n_folds, splits


def best_by_chance(
    products: LayerProducts,
    senses: Sequence[str | None],
    grid: Float[np.ndarray, "points layers"],
    *,
    n_shuffles: int = 500,
    seed: int = 0,
) -> Float[np.ndarray, " shuffles"]:
    """The pair AUC of the best grid point when the senses are dealt out at random.

    The best of many mixes is above 0.5 even when no mix knows anything: this says how far.
    """
    rng = np.random.default_rng(seed)
    _, codes = np.unique(np.array([str(sense) for sense in senses]), return_inverse=True)
    shuffled = np.array([rng.permutation(codes) for _ in range(n_shuffles)])
    first, second = products.pairs
    same = shuffled[:, first] == shuffled[:, second]
    return ranked_auc(products.cosines(grid), same).max(axis=1)
