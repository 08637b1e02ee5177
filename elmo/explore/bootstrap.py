"""Bootstrap intervals: a figure of sentences drawn again and again with replacement.

A figure over pairs (a mean similarity, an AUC) is not an average of independent values: a sentence
stands in many pairs. So whole sentences are drawn, and a pair counts as often as both its sentences
were drawn. A sentence is never paired with its own copy.

Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, ch. 13 (percentile interval).
"""

from collections.abc import Hashable, Sequence

import numpy as np
from jaxtyping import Float, Int

N_RESAMPLES = 1000
LEVEL = 0.95


def draw_counts(
    n: int,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
    strata: Sequence[Hashable] | None = None,
) -> Int[np.ndarray, "resamples n"]:
    """How often each of n sentences is drawn in each resample.

    Args:
        strata: a group for each sentence; every group keeps its size in every resample.
    """
    rng = np.random.default_rng(seed)
    groups = [np.arange(n)] if strata is None else _groups(strata)
    counts = np.zeros((n_resamples, n), dtype=np.int64)
    for group in groups:
        even = np.full(len(group), 1 / len(group))
        counts[:, group] = rng.multinomial(len(group), even, size=n_resamples)
    return counts


def pair_weights(
    counts: Int[np.ndarray, "resamples n"],
    first: Int[np.ndarray, " pairs"],
    second: Int[np.ndarray, " pairs"],
) -> Float[np.ndarray, "resamples pairs"]:
    """How often each pair of two different sentences stands in each resample."""
    return (counts[:, first] * counts[:, second]).astype(np.float64)


def interval(values: Float[np.ndarray, " resamples"], level: float = LEVEL) -> tuple[float, float]:
    """The percentile interval; resamples without a value (NaN) are left out.

    Returns:
        (low, high), both NaN when no resample has a value.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _groups(strata: Sequence[Hashable]) -> list[np.ndarray]:
    members: dict[Hashable, list[int]] = {}
    for index, group in enumerate(strata):
        members.setdefault(group, []).append(index)
    return [np.array(group) for group in members.values()]
