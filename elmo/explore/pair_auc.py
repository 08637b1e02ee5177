"""Pair AUC: the probability that a pair of uses with one sense is more similar than a pair with two senses.

A tie counts half. .5 is chance, 1 is perfect. The figure depends only on the order of the
similarities, not on their size.

All functions have one rule for ties: cosines that agree to `TIE_DECIMALS` are equal. A word's token
layer is the same in every sentence, so that differences of its cosines are rounding errors of float32.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from elmo.errors import InputError

TIE_DECIMALS = 6
_CHUNK_VALUES = 200_000


@dataclass(frozen=True)
class PairAuc:
    """The pair AUC, with the mean similarity and the number of both kinds of pairs.

    Attributes:
        auc: probability that a random same-label pair is more similar than a random different-label
            pair (ties count half): 1 is perfect, .5 is chance. NaN without pairs of both kinds.
        same, different: mean similarity of each kind of pair; NaN without pairs.
        n_same, n_different: number of pairs of each kind.
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
    """The pair AUC of labelled uses; uses without a label are left out.

    Raises:
        InputError: the numbers of labels and uses differ.
    """
    values, same = labelled_pairs(similarity, labels)
    n = sum(label is not None for label in labels)
    pairs = SortedPairs.of(values, same, *np.triu_indices(n, k=1))
    auc = pairs.auc(np.ones((1, n), np.int64))[0]
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
    """Similarity of every pair of labelled uses, and True for each pair with one label."""
    _check_labels(len(similarity), labels)
    known = np.array([i for i, label in enumerate(labels) if label is not None], dtype=np.int64)
    codes = (
        np.unique([str(labels[i]) for i in known], return_inverse=True)[1] if len(known) else known
    )
    first, second = np.triu_indices(len(known), k=1)
    return similarity[known[first], known[second]], codes[first] == codes[second]


@dataclass(frozen=True)
class SortedPairs:
    """Pairs of uses in the order of their similarity, sorted once for many resamples of the uses.

    Attributes:
        same: the two uses of each pair of one sense.
        different: the two uses of each pair of two senses, the least similar pair first.
        below: for each pair of `same` the number of pairs of `different` that are less similar.
        up_to: the number of pairs that are less or equally similar.
    """

    same: tuple[Int[np.ndarray, " same"], Int[np.ndarray, " same"]]
    different: tuple[Int[np.ndarray, " different"], Int[np.ndarray, " different"]]
    below: Int[np.ndarray, " same"]
    up_to: Int[np.ndarray, " same"]

    @staticmethod
    def of(
        similarities: Float[np.ndarray, " pairs"],
        same: Bool[np.ndarray, " pairs"],
        first: Int[np.ndarray, " pairs"],
        second: Int[np.ndarray, " pairs"],
    ) -> "SortedPairs":
        """Sort the pairs (first, second); `same` is True for pairs of one sense."""
        values = np.round(similarities, TIE_DECIMALS)
        order = np.argsort(values, kind="stable")
        one, two = order[same[order]], order[~same[order]]
        return SortedPairs(
            (first[one], second[one]),
            (first[two], second[two]),
            np.searchsorted(values[two], values[one], "left"),
            np.searchsorted(values[two], values[one], "right"),
        )

    def auc(self, counts: Int[np.ndarray, "resamples uses"]) -> Float[np.ndarray, " resamples"]:
        """The pair AUC of each resample; NaN where a kind of pair is missing.

        Args:
            counts: how often each use was drawn; the count of a pair is the product of its uses' counts.
        """
        n_pairs = len(self.below) + len(self.different[0])
        step = max(1, _CHUNK_VALUES // max(1, n_pairs))
        parts = [self._auc(counts[i : i + step]) for i in range(0, len(counts), step)]
        return np.concatenate(parts)

    def _auc(self, counts: Int[np.ndarray, "resamples uses"]) -> Float[np.ndarray, " resamples"]:
        counts = counts.astype(np.int32)
        same, different = (
            counts.take(first, axis=1) * counts.take(second, axis=1)
            for first, second in (self.same, self.different)
        )
        so_far = np.zeros((len(counts), different.shape[1] + 1), np.int64)
        np.cumsum(different, axis=1, out=so_far[:, 1:])
        twice_won = so_far.take(self.below, axis=1) + so_far.take(self.up_to, axis=1)
        wins = (same * twice_won).sum(axis=1) / 2
        total = same.sum(axis=1, dtype=np.float64) * so_far[:, -1]
        return np.divide(wins, total, out=np.full(len(counts), np.nan), where=total > 0)


def ranked_auc(
    similarities: Float[np.ndarray, "points pairs"], same: Bool[np.ndarray, "labellings pairs"]
) -> Float[np.ndarray, "labellings points"]:
    """The pair AUC of each set of similarities under each labelling, from ranks (Mann-Whitney).

    Args:
        same: True for each pair whose two uses have one sense.

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
