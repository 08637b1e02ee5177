"""Bootstrap intervals: a figure of items drawn again and again with replacement.

Items are what was sampled: sentences, texts, or passages with all their questions. A resample is a
row of counts, how often each item was drawn, and a statistic is a function of such rows.

A figure over pairs (a mean similarity, an AUC) is not an average of independent values, as a sentence is in many
pairs. So whole sentences are drawn, and a pair counts as often as both its sentences
were drawn. A sentence is never paired with its own copy.

Intervals show the error of the sample of items. The spread over seeds shows the effect of another training set.

Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, ch. 13 (percentile interval).
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

N_RESAMPLES = 1000
LEVEL = 0.95

Counts = Int[np.ndarray, "resamples items"]
Statistic = Callable[[Counts], Float[np.ndarray, " resamples"]]
"""The value of a figure in each resample."""


@dataclass(frozen=True)
class Interval:
    """A value and the 95 % interval around it."""

    value: float
    low: float
    high: float

    @staticmethod
    def of(value: float, resampled: Float[np.ndarray, " resamples"]) -> "Interval":
        """The value of the original items, with the interval of its resamples."""
        return Interval(float(value), *interval(resampled))

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def bootstrap(
    statistic: Statistic,
    n: int,
    groups: Sequence[Hashable] | Int[np.ndarray, " items"] | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Interval:
    """The statistic of n items, and its interval.

    Args:
        groups: group of each item; whole groups are drawn, as items of one group resemble each other. None draws
            single items.
    """
    rng = np.random.default_rng(seed)
    if groups is None:
        counts = draw(rng, n, n_resamples)
    else:
        number = np.unique(np.asarray(groups), return_inverse=True)[1]
        counts = draw(rng, int(number.max()) + 1, n_resamples)[:, number]
    return Interval.of(of_all(statistic, n), statistic(counts))


def draw(rng: np.random.Generator, n: int, n_resamples: int = N_RESAMPLES) -> Counts:
    """How often each of n items is drawn in each resample, by drawing the numbers of items.

    `draw_counts` draws the counts themselves. Both functions stay, so that saved results can be computed again with
    the same resamples.
    """
    drawn = rng.integers(0, n, (n_resamples, n))
    return np.stack([np.bincount(row, minlength=n) for row in drawn])


def of_all(statistic: Statistic, n: int) -> float:
    """The statistic of all items, each once."""
    return float(statistic(np.ones((1, n), np.int64))[0])


def mean_of(values: Float[np.ndarray, " items"]) -> Statistic:
    """The mean of the items' values, as a statistic."""
    return lambda counts: counts @ values / counts.sum(axis=1)


def macro_recall(
    correct: Float[np.ndarray, " items"] | Bool[np.ndarray, " items"],
    classes: Int[np.ndarray, " items"],
) -> Statistic:
    """Recall of each class, averaged over the classes in a resample, so that rare classes count as much as frequent ones."""
    of_class = np.eye(int(classes.max()) + 1)[classes]

    def statistic(counts: Counts) -> Float[np.ndarray, " resamples"]:
        total, hits = counts @ of_class, counts @ (of_class * correct[:, None])
        return np.nanmean(np.where(total > 0, hits / np.maximum(total, 1), np.nan), axis=1)

    return statistic


def draw_counts(
    n: int,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    strata: Sequence[Hashable] | None = None,
) -> Int[np.ndarray, "resamples n"]:
    """How often each of n sentences is drawn in each resample.

    Args:
        strata: group of each sentence; every group has the same size in every resample.
    """
    rng = np.random.default_rng(seed)
    groups = [np.arange(n)] if strata is None else _groups(strata)
    counts = np.zeros((n_resamples, n), dtype=np.int64)
    for group in groups:
        even = np.full(len(group), 1 / len(group))
        counts[:, group] = rng.multinomial(len(group), even, size=n_resamples)
    return counts


def interval(values: Float[np.ndarray, " resamples"]) -> tuple[float, float]:
    """The percentile interval; resamples without a value (NaN) are left out.

    Returns:
        (low, high), both NaN if no resample has a value.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _groups(strata: Sequence[Hashable]) -> list[np.ndarray]:
    members: dict[Hashable, list[int]] = {}
    for index, group in enumerate(strata):
        members.setdefault(group, []).append(index)
    return [np.array(group) for group in members.values()]
