"""A number with its interval, which shows the error that comes from the texts being a sample.

All intervals are bootstrap intervals over the things measured (texts, or passages with all their
questions), the middle 95 %. They hold for these training folds: how much another training set would
change is told by the spread over seeds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

N_RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """A value and the 95 % interval around it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


Statistic = Callable[[Int[np.ndarray, " chosen"]], float]
"""A measure of some of the items, given by their numbers (some of them several times)."""


def bootstrap(
    statistic: Statistic,
    n: int,
    groups: Sequence[int] | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Interval:
    """The statistic of all items, and its 95 % bootstrap interval.

    Args:
        statistic: takes numbers of items.
        n: how many items there are.
        groups: the group of each item; whole groups are drawn then, as items of one group resemble each
            other. None is every item by itself.
        n_resamples: how often n items are drawn with replacement.
        seed: of the drawing.
    """
    rng = np.random.default_rng(seed)
    members = (
        [np.array([i]) for i in range(n)]
        if groups is None
        else [np.flatnonzero(np.asarray(groups) == g) for g in sorted(set(groups))]
    )
    draws = rng.integers(0, len(members), (n_resamples, len(members)))
    if groups is None:
        values = [statistic(draw) for draw in draws]
    else:
        values = [statistic(np.concatenate([members[g] for g in draw])) for draw in draws]
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(float(statistic(np.arange(n))), float(low), float(high))


def mean_of(values: Float[np.ndarray, " items"]) -> Statistic:
    """The mean of a value an item has."""
    return lambda chosen: float(values[chosen].mean())


def macro_recall(
    correct: Float[np.ndarray, " items"], classes: Int[np.ndarray, " items"]
) -> Statistic:
    """Recall of each class, averaged over the classes: rare ones count as much as frequent ones."""
    n_classes = int(classes.max()) + 1

    def statistic(chosen: Int[np.ndarray, " chosen"]) -> float:
        counts = np.bincount(classes[chosen], minlength=n_classes)
        hits = np.bincount(classes[chosen], correct[chosen], minlength=n_classes)
        return float((hits[counts > 0] / counts[counts > 0]).mean())

    return statistic
