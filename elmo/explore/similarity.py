"""Cosine similarity of uses: matrices, pairs, nearest uses, and the separation of labels by layers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore import bootstrap
from elmo.explore.pair_auc import (
    TIE_DECIMALS,
    PairAuc,
    SortedPairs,
    labelled_pairs,
    pair_auc,
)
from elmo.representation import CompactRows, JoinedRows, SparseRows, less_the_mean, unit

__all__ = [  # less_the_mean: the scripts of earlier packs take the name from here
    "Difference",
    "LayerSeparation",
    "PairAuc",
    "Pairs",
    "cluster_order",
    "cosine_matrix",
    "linkage_tree",
    "less_the_mean",
    "nearest",
    "nearest_rows",
    "pair_auc",
    "paired_cosine",
    "paired_difference",
    "pairs",
    "resampled_aucs",
    "sentence_vectors",
    "separation_by_layer",
]

_DECIMALS = 10
_OPTIMAL_ORDER_UP_TO = 200  # optimal leaf ordering takes about n³ steps


def cosine_matrix(
    x: "Float[np.ndarray, 'uses dim'] | CompactRows",
    others: "Float[np.ndarray, 'others dim'] | CompactRows | None" = None,
) -> Float[np.ndarray, "uses others"]:
    """Cosine of every row with every other (or with the rows of `others`), in [-1, 1].

    The cosine with a vector of zeros is 0. Without `others` the matrix is exactly symmetric, with 1 on the
    diagonal. Cosines are rounded to 10 decimals, so that cosines of equal vectors are equal for every order
    of additions.
    """
    if isinstance(x, SparseRows):
        assert others is None or isinstance(others, SparseRows)
        matrix = x.cosines(others)
    elif isinstance(x, JoinedRows):
        assert others is None or isinstance(others, JoinedRows)
        matrix = x.cosines(others)
    else:
        rows = unit(np.asarray(x, np.float64))
        matrix = rows @ (rows if others is None else unit(np.asarray(others, np.float64))).T
    if others is None:
        matrix = (matrix + matrix.T) / 2
        np.fill_diagonal(matrix, np.diagonal(matrix) > 0.5)
    return np.clip(matrix.round(_DECIMALS), -1, 1)


def paired_cosine(
    x: "Float[np.ndarray, '*rows dim'] | CompactRows",
    y: "Float[np.ndarray, '*rows dim'] | CompactRows",
) -> Float[np.ndarray, "*rows"]:
    """Cosine of each row of x with the same row of y, in [-1, 1], rounded as in `cosine_matrix`.

    The cosine with a vector of zeros is 0.
    """
    if isinstance(x, SparseRows):
        assert isinstance(y, SparseRows)
        cosines = x.paired_cosines(y)
    elif isinstance(x, JoinedRows):
        assert isinstance(y, JoinedRows)
        cosines = x.paired_cosines(y)
    else:
        cosines = (unit(np.asarray(x, np.float64)) * unit(np.asarray(y, np.float64))).sum(axis=-1)
    return np.clip(cosines.round(_DECIMALS), -1, 1)


@dataclass(frozen=True)
class Pairs:
    """Pairs of different uses, most similar first; `first < second` in every pair."""

    first: Int[np.ndarray, " pairs"]
    second: Int[np.ndarray, " pairs"]
    similarity: Float[np.ndarray, " pairs"]

    def __len__(self) -> int:
        return len(self.similarity)


def pairs(similarity: Float[np.ndarray, "uses uses"]) -> Pairs:
    """Every pair once, ranked by similarity; equal ones in the order of the uses."""
    first, second = np.triu_indices(len(similarity), k=1)
    values = similarity[first, second]
    order = np.argsort(-values, kind="stable")
    return Pairs(first[order], second[order], values[order])


def nearest(similarity: Float[np.ndarray, "uses uses"], use: int) -> Int[np.ndarray, " others"]:
    """The other uses, most similar to `use` first."""
    order = np.argsort(-similarity[use].round(TIE_DECIMALS), kind="stable")
    return order[order != use]


def nearest_rows(
    table: Float[np.ndarray, "rows dim"],
    target: Float[np.ndarray, " dim"],
    n: int,
) -> tuple[Int[np.ndarray, " nearest"], Float[np.ndarray, " nearest"]]:
    """The rows most similar to a vector and their cosines, the nearest first.

    Cosines that agree to `TIE_DECIMALS` are ties; tied rows come in the order of the table.
    """
    cosines = cosine_matrix(target[None], table)[0]
    order = np.argsort(-cosines.round(TIE_DECIMALS), kind="stable")[:n]
    return order, cosines[order]


def linkage_tree(similarity: Float[np.ndarray, "uses uses"]) -> Float[np.ndarray, "merges 4"]:
    """The average-linkage tree over 1 - cosine in scipy's form, of two uses or more."""
    from scipy.cluster.hierarchy import linkage

    return linkage(_condensed_distance(similarity), method="average")


def cluster_order(similarity: Float[np.ndarray, "uses uses"]) -> Int[np.ndarray, " uses"]:
    """An order of the uses with similar uses beside each other: the leaves of their average-linkage tree.

    Up to 200 uses the branches are ordered so that neighbours are as similar as possible.
    Source: Bar-Joseph et al. 2001, Fast optimal leaf ordering for hierarchical clustering.
    """
    n = len(similarity)
    if n < 3:
        return np.arange(n)
    from scipy.cluster.hierarchy import leaves_list, optimal_leaf_ordering

    tree = linkage_tree(similarity)
    if n <= _OPTIMAL_ORDER_UP_TO:
        tree = optimal_leaf_ordering(tree, _condensed_distance(similarity))
    order = leaves_list(tree).astype(np.int64)
    return order if order[0] < order[-1] else order[::-1].copy()


def sentence_vectors(
    sentences: Iterable[Float[np.ndarray, "layers _ dim"]],
) -> Float[np.ndarray, "layers sentences dim"]:
    """A vector for each whole sentence and layer: the mean of its words' vectors.

    Raises:
        InputError: a sentence has no words, or there are no sentences.
    """
    means = []
    for number, layers in enumerate(sentences):
        if not layers.shape[1]:
            raise InputError(
                f"sentence {number} has no words, so it has no mean vector; leave it out."
            )
        means.append(layers.mean(axis=1, dtype=np.float64))
    if not means:
        raise InputError("there are no sentences; give at least one.")
    return np.stack(means, axis=1)


@dataclass(frozen=True)
class LayerSeparation:
    """The pair AUC of every layer with its interval, and the best layer.

    Attributes:
        layers: pair AUC of each layer.
        low, high: bootstrap interval of each layer's AUC over sentences.
        best: layer with the highest AUC; None if no layer has an AUC.
        best_share: share of the resamples in which this layer is the best (ties are split).
        n: number of labelled uses.
    """

    layers: tuple[PairAuc, ...]
    low: Float[np.ndarray, " layers"]
    high: Float[np.ndarray, " layers"]
    best: int | None
    best_share: float
    n: int


def separation_by_layer(
    similarities: Sequence[Float[np.ndarray, "uses uses"]],
    labels: Sequence[str | None],
    *,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> LayerSeparation:
    """The pair AUC of every layer, with bootstrap intervals and the best layer.

    Sentences are resampled within each label, the same sentences for every layer, so that the layers' values
    are paired.
    """
    layers = tuple(pair_auc(similarity, labels) for similarity in similarities)
    resampled = resampled_aucs(similarities, labels, n_resamples=n_resamples, seed=seed)
    bounds = np.array([bootstrap.interval(values) for values in resampled]).reshape(-1, 2)
    best, share = _best([layer.auc for layer in layers], resampled)
    n = sum(label is not None for label in labels)
    return LayerSeparation(layers, bounds[:, 0], bounds[:, 1], best, share, n)


def resampled_aucs(
    similarities: Sequence[Float[np.ndarray, "uses uses"]],
    labels: Sequence[str | None],
    *,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Float[np.ndarray, "matrices resamples"]:
    """The pair AUC of each matrix in resamples of the labelled sentences within each label.

    All matrices have the same resamples, so that their differences are paired.
    """
    known = [label for label in labels if label is not None]
    counts = bootstrap.draw_counts(len(known), n_resamples, seed, known)
    first, second = np.triu_indices(len(known), k=1)
    pairs = (labelled_pairs(similarity, labels) for similarity in similarities)
    aucs = [SortedPairs.of(*of_matrix, first, second).auc(counts) for of_matrix in pairs]
    return np.array(aucs).reshape(-1, n_resamples)


@dataclass(frozen=True)
class Difference:
    """The difference of the pair AUC of two representations.

    Attributes:
        value: pair AUC of the first minus that of the second.
        low, high: its bootstrap interval, over sentences.
        p: two-sided: twice the share of draws on the less frequent side of 0, NaN without a value.
    """

    value: float
    low: float
    high: float
    p: float


def paired_difference(
    first: Float[np.ndarray, "uses uses"],
    second: Float[np.ndarray, "uses uses"],
    labels: Sequence[str | None],
    *,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Difference:
    """The difference of the pair AUC of two matrices of the same uses, on the same draws.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, ch. 15 and 16.
    """
    value = pair_auc(first, labels).auc - pair_auc(second, labels).auc
    draws = resampled_aucs([first, second], labels, n_resamples=n_resamples, seed=seed)
    differences = draws[0] - draws[1]
    low, high = bootstrap.interval(differences)
    known = differences[~np.isnan(differences)]
    if np.isnan(value) or not len(known):
        return Difference(value, low, high, float("nan"))
    sides = min((known <= 0).sum(), (known >= 0).sum())
    p = min(1.0, 2 * (1 + sides) / (1 + len(known)))
    return Difference(float(value), low, high, float(p))


def _best(aucs: list[float], resampled: np.ndarray) -> tuple[int | None, float]:
    """The layer with the highest AUC, and the share of the resamples in which this layer is the best."""
    if not len(aucs) or np.isnan(aucs).all():
        return None, float("nan")
    best = int(np.nanargmax(aucs))
    usable = resampled[:, ~np.isnan(resampled).any(axis=0)]
    if not usable.size:
        return best, float("nan")
    top = usable == usable.max(axis=0)
    return best, float((top[best] / top.sum(axis=0)).mean())


def _condensed_distance(similarity: np.ndarray) -> np.ndarray:
    return np.maximum(1 - similarity[np.triu_indices(len(similarity), k=1)], 0)
