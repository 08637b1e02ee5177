"""The pair AUC of mixes of layers, and tests of the best mix: intervals, cross-validation, shuffled senses."""

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
    """True for each pair whose two uses have the same sense."""
    _, codes = np.unique(np.array([str(sense) for sense in senses]), return_inverse=True)
    return codes[pairs[0]] == codes[pairs[1]]


def separable(senses: Sequence[str | None]) -> bool:
    """True if every use has a sense, and there are pairs of one sense and pairs of two."""
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
    """The point with the highest score; among ties the point nearest to the equal mix."""
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

    Uses are drawn and not pairs, because the pairs of one use are not independent. A use is never paired
    with itself. Every mix is measured on the same resamples, so that differences are paired.
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
        share: position on the line, 0 to 1.
        weights: the mix at each position.
        auc: pair AUC at each position.
        low, high: 95 % bootstrap interval over the uses.
        change: interval of the AUC at the end minus the AUC at the start, on the same resamples.
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
    """The best mixes of several splits: chosen on the training uses, and measured on the held-out uses.

    Attributes:
        weights: mean of the chosen weights.
        chosen: best grid point of each split on its training uses.
        training: pair AUC of the best point on the training uses, which is biased upwards by the choice.
        held_out: pair AUC of the best point on the held-out uses.
        equal: pair AUC of the equal mix on the held-out uses.
        layers: pair AUC of each single layer on the held-out uses.
        n_folds: each split holds out one of this number of uses.
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

    Each split chooses the grid point with the highest pair AUC on its training uses (among ties the point
    nearest to the equal mix), and measures this point on the held-out uses only.

    Raises:
        InputError: a sense has fewer than four uses, too few to hold out two and to choose on two.
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


def held_out_separation(
    similarities: Float[np.ndarray, "rows pairs"],
    senses: Sequence[str | None],
    *,
    n_repeats: int = 20,
    seed: int = 0,
) -> Float[np.ndarray, "splits rows"]:
    """The pair AUC of other representations on the held-out uses of each split of `select_weights`.

    Args:
        similarities: similarities of the pairs i < j, row by row.

    Raises:
        InputError: see `select_weights`.
    """
    pairs = np.triu_indices(len(senses), 1)
    same = same_sense(senses, pairs)
    _, splits = _splits(senses, pairs, n_repeats, seed)
    return np.array([ranked_auc(similarities[:, test], same[None, test])[0] for _, test in splits])


def _splits(
    senses: Sequence[str | None], pairs: tuple[np.ndarray, np.ndarray], n_repeats: int, seed: int
) -> tuple[int, list[tuple[np.ndarray, np.ndarray]]]:
    """The number of parts of a split, and the training pairs and held-out pairs of each split."""
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
    for train, _ in splitter.split(np.zeros(len(labels)), labels):
        inside = np.zeros(len(labels), bool)
        inside[train] = True
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
    """The pair AUC of the best grid point with shuffled senses, for each shuffle.

    The best of many mixes is above .5 by chance; these values show by how much.
    """
    rng = np.random.default_rng(seed)
    _, codes = np.unique(np.array([str(sense) for sense in senses]), return_inverse=True)
    shuffled = np.array([rng.permutation(codes) for _ in range(n_shuffles)])
    first, second = products.pairs
    same = shuffled[:, first] == shuffled[:, second]
    return ranked_auc(products.cosines(grid), same).max(axis=1)
