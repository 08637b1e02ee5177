"""Pair AUC: how well the similarities of uses tell pairs of one sense from pairs of two.

Take a pair of uses with one sense and a pair with two: how often is the first pair the more
similar? A tie counts half. .5 is chance, 1 is never wrong. The figure depends on the order of the
similarities alone, not on their size.

One rule for ties everywhere: cosines that agree to `TIE_DECIMALS` are equal. A word's token layer
is the same in every sentence, and the float32 noise in its cosines must not look like separation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from elmo.errors import InputError

TIE_DECIMALS = 6


@dataclass(frozen=True)
class PairAuc:
    """How well similarity tells pairs of one sense from pairs of two.

    Attributes:
        auc: the chance that a random same-label pair is more similar than a random different-label
            pair (equal ones count half): 1 is perfect, .5 is none. NaN without pairs of both kinds.
        same, different: the mean similarity of each kind of pair; NaN where there is none.
        n_same, n_different: how many pairs there are of each.
    """

    auc: float
    same: float
    different: float
    n_same: int
    n_different: int

    @property
    def n_pairs(self) -> int:
        """Pairs of both kinds together."""
        return self.n_same + self.n_different


def pair_auc(similarity: Float[np.ndarray, "uses uses"], labels: Sequence[str | None]) -> PairAuc:
    """Compare same-label with different-label pairs; uses without a label are left out.

    Raises:
        InputError: not one label a use.
    """
    values, same = labelled_pairs(similarity, labels)
    auc = weighted_auc(values, same, np.ones((1, len(values))))[0]
    return PairAuc(
        float(auc),
        _mean(values[same]),
        _mean(values[~same]),
        int(same.sum()),
        int((~same).sum()),
    )


def labelled_pairs(
    similarity: Float[np.ndarray, "uses uses"], labels: Sequence[str | None]
) -> tuple[Float[np.ndarray, " pairs"], np.ndarray]:
    """Similarity of every pair of labelled uses, and whether both have one label."""
    _check_labels(len(similarity), labels)
    known = np.array([i for i, label in enumerate(labels) if label is not None], dtype=np.int64)
    codes = (
        np.unique([str(labels[i]) for i in known], return_inverse=True)[1] if len(known) else known
    )
    first, second = np.triu_indices(len(known), k=1)
    return similarity[known[first], known[second]], codes[first] == codes[second]


@dataclass(frozen=True)
class SortedPairs:
    """Pairs in the order of their similarity, sorted once for many weightings.

    Attributes:
        order: the pairs, the least similar first.
        positive: whether each pair, in this order, is of one kind.
        starts: where a new similarity begins; equal ones are one step.
    """

    order: Int[np.ndarray, " pairs"]
    positive: Bool[np.ndarray, " pairs"]
    starts: Int[np.ndarray, " steps"]

    @staticmethod
    def of(values: Float[np.ndarray, " pairs"], positive: np.ndarray) -> "SortedPairs":
        """Sort pairs by their similarity."""
        values = np.round(values, TIE_DECIMALS)
        order = np.argsort(values, kind="stable")
        ordered = values[order]
        changes = ordered[1:] != ordered[:-1]
        starts = np.flatnonzero(np.r_[True, changes] if len(values) else changes)
        return SortedPairs(order, np.asarray(positive, bool)[order], starts)

    def auc(self, weights: Float[np.ndarray, "resamples pairs"]) -> Float[np.ndarray, " resamples"]:
        """Area under the ROC curve for several weightings; NaN where one kind is empty.

        Args:
            weights: of the pairs in this order.
        """
        if not len(self.order):
            return np.full(len(weights), np.nan)
        good = np.add.reduceat(weights * self.positive, self.starts, axis=1)
        bad = np.add.reduceat(weights * ~self.positive, self.starts, axis=1)
        wins = (good * (np.cumsum(bad, axis=1) - bad / 2)).sum(axis=1)
        total = good.sum(axis=1) * bad.sum(axis=1)
        return np.divide(wins, total, out=np.full(len(weights), np.nan), where=total > 0)


def weighted_auc(
    values: Float[np.ndarray, " pairs"],
    positive: np.ndarray,
    weights: Float[np.ndarray, "resamples pairs"],
) -> Float[np.ndarray, " resamples"]:
    """Area under the ROC curve for several weightings of the same pairs; NaN where one kind is empty."""
    pairs = SortedPairs.of(values, positive)
    return pairs.auc(weights[:, pairs.order])


def ranked_auc(
    similarities: Float[np.ndarray, "points pairs"], same: Bool[np.ndarray, "labellings pairs"]
) -> Float[np.ndarray, "labellings points"]:
    """The pair AUC of each set of similarities under each labelling, from ranks (Mann-Whitney).

    Args:
        same: whether the two uses of a pair have one sense.

    Raises:
        InputError: a labelling has no pair of one of the two kinds.
    """
    n_same = same.sum(axis=1)[:, None]
    n_different = (~same).sum(axis=1)[:, None]
    if not (n_same.all() and n_different.all()):
        raise InputError(
            f"there are {int(n_same.min())} pairs with the same sense and {int(n_different.min())} "
            "with different senses; separation needs at least one of each: two senses, one of them "
            "with two uses."
        )
    sums = same.astype(np.float64) @ pair_ranks(similarities).T
    return (sums - n_same * (n_same + 1) / 2) / (n_same * n_different)


def pair_ranks(
    similarities: Float[np.ndarray, "points pairs"],
) -> Float[np.ndarray, "points pairs"]:
    """The rank of each pair, 1 the least similar; ties share the mean of their ranks."""
    from scipy.stats import rankdata

    return rankdata(np.round(similarities, TIE_DECIMALS), axis=1)


def _check_labels(n: int, labels: Sequence[str | None]) -> None:
    if len(labels) != n:
        raise InputError(
            f"labels has {len(labels)} entries, expected {n}: one a use, None for none."
        )


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")
