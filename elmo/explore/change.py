"""The difference between the uses of a word in two sets of texts: three figures with intervals and tests.

    APD   mean over all pairs (old use i, new use j) of 1 - cosine(i, j): the mean distance of the two sets of uses
    PRT   1 / cosine(mean of the old uses, mean of the new uses): the distance of their prototypes
    JSD   Jensen-Shannon divergence (base 2) of the shares that the groups of uses have on each side, from 0 to 1

Two random halves of one text differ, too. So each figure has a p: the uses are assigned to two sides of the same sizes at
random, and p is the share of these assignments in which the figure is at least as large. The groups of uses are found on
both sides together, without the sides' names, so that they are the same in every assignment.

Source: Kutuzov and Giulianelli 2020, arXiv:2005.00050 (APD, PRT); Giulianelli et al. 2020, arXiv:2004.14118 (JSD).
Differs: APD takes 1 - cosine where some take the Euclidean distance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore.bootstrap import N_RESAMPLES, draw_counts, interval
from elmo.explore.similarity import cosine_matrix

N_PERMUTATIONS = 999
FIGURES = ("apd", "prt", "jsd")
"""Names of the figures, as attributes of `Change` and in files."""
MIN_USES = 5
"""Uses that each side needs: with fewer, hardly a difference can be told from chance."""
_SMALLEST_COSINE = 1e-3
_BLOCK_VALUES = 8_000_000


@dataclass(frozen=True)
class Figure:
    """One figure of change.

    Attributes:
        value: the figure of the original sides.
        low, high: 95 % bootstrap interval, from resamples of each side's uses.
        p: share of random assignments to sides in which the figure is at least as large.
    """

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Change:
    """The figures of the difference between a word's uses on two sides.

    Attributes:
        apd, prt, jsd: the figures.
        n_old, n_new: number of uses on each side.
    """

    apd: Figure
    prt: Figure
    jsd: Figure
    n_old: int
    n_new: int

    @property
    def p(self) -> float:
        """The p of the APD, which compares all uses; the verdict on the word uses this p."""
        return self.apd.p


def change(
    old: Float[np.ndarray, "old dim"],
    new: Float[np.ndarray, "new dim"],
    groups: Sequence[int] | Int[np.ndarray, " uses"],
    *,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
    n_permutations: int = N_PERMUTATIONS,
) -> Change:
    """The three figures of change, each with an interval and a p.

    Args:
        old, new: vectors of the word's uses on each side.
        groups: group of each use, old uses first, found without the sides' names.
        seed: seed of the resamples and the random assignments.

    Raises:
        InputError: a side has fewer than `MIN_USES` uses, or the numbers of groups and uses differ.
    """
    n_old, n_new = len(old), len(new)
    for side, n in (("old", n_old), ("new", n_new)):
        if n < MIN_USES:
            raise InputError(
                f"the {side} side has {n} uses; at least {MIN_USES} on each side are compared."
            )
    if len(groups) != n_old + n_new:
        raise InputError(
            f"groups has {len(groups)} entries, expected {n_old + n_new}: one a use, the old ones first."
        )
    counted = _Counted(np.concatenate([old, new]), groups)
    sides = np.repeat([0, 1], [n_old, n_new])
    as_it_is = counted.figures((sides == 0)[None].astype(float), (sides == 1)[None].astype(float))
    counts = draw_counts(n_old + n_new, n_resamples, seed, sides.tolist()).astype(float)
    drawn = counted.figures(counts * (sides == 0), counts * (sides == 1))
    rng = np.random.default_rng([seed, 1])
    is_old = rng.permuted(np.tile(sides == 0, (n_permutations, 1)), axis=1)
    dealt = counted.figures(is_old.astype(float), (~is_old).astype(float))
    apd, prt, jsd = (
        Figure(
            float(value[0]),
            *interval(resampled),
            float((1 + (by_chance >= value[0] - 1e-12).sum()) / (1 + n_permutations)),
        )
        for value, resampled, by_chance in zip(as_it_is, drawn, dealt, strict=True)
    )
    return Change(apd, prt, jsd, n_old, n_new)


class _Counted:
    """The three figures for many ways at once to count each use on each side."""

    def __init__(self, x: Float[np.ndarray, "uses dim"], groups: Sequence[int] | np.ndarray):
        self.distance = 1 - cosine_matrix(x)
        exact = np.asarray(x, dtype=np.float64)
        self.products = exact @ exact.T
        self.member = np.eye(int(np.max(groups)) + 1)[np.asarray(groups)]

    def figures(
        self, old: Float[np.ndarray, "ways uses"], new: Float[np.ndarray, "ways uses"]
    ) -> tuple[Float[np.ndarray, " ways"], Float[np.ndarray, " ways"], Float[np.ndarray, " ways"]]:
        """APD, PRT and JSD, a value a way."""
        old = old / old.sum(axis=1, keepdims=True)
        new = new / new.sum(axis=1, keepdims=True)
        apd, prt = np.empty(len(old)), np.empty(len(old))
        block = max(1, _BLOCK_VALUES // old.shape[1])
        for start in range(0, len(old), block):
            a, b = old[start : start + block], new[start : start + block]
            apd[start : start + block] = np.einsum("wu,wu->w", a @ self.distance, b)
            across, within_old, within_new = (
                np.einsum("wu,wu->w", left @ self.products, right)
                for left, right in ((a, b), (a, a), (b, b))
            )
            cosine = across / np.sqrt((within_old * within_new).clip(1e-300))
            prt[start : start + block] = 1 / cosine.clip(_SMALLEST_COSINE, 1)
        return apd, prt, jensen_shannon(old @ self.member, new @ self.member)


def jensen_shannon(
    p: Float[np.ndarray, "rows groups"], q: Float[np.ndarray, "rows groups"]
) -> Float[np.ndarray, " rows"]:
    """Jensen-Shannon divergence of each row's two distributions, in bits: 0 for equal ones, 1 for ones that share no group."""
    middle = (p + q) / 2
    terms = [
        a * np.log2(np.divide(a, middle, out=np.ones_like(middle), where=a > 0)) for a in (p, q)
    ]
    return (np.sum(terms, axis=(0, 2)) / 2).clip(0, 1)


@dataclass(frozen=True)
class GroupShare:
    """A group of uses on both sides.

    Attributes:
        group: its number.
        n_old, n_new: its uses on each side.
        old, new: its share of each side's uses, with 95 % bootstrap intervals (value, low, high).
    """

    group: int
    n_old: int
    n_new: int
    old: tuple[float, float, float]
    new: tuple[float, float, float]

    @property
    def is_new(self) -> bool:
        """Whether the group stands on the new side only, in more uses than resamples of that side often miss."""
        return not self.n_old and self.new[1] > 0


def group_shares(
    groups: Sequence[int] | Int[np.ndarray, " uses"],
    n_old: int,
    *,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
) -> list[GroupShare]:
    """The share of each group on each side; the groups whose share grows most come first.

    Args:
        groups: group of each use, old uses first.
        n_old: number of old uses.
    """
    codes = np.asarray(groups)
    member = np.eye(int(codes.max()) + 1)[codes]
    sides = np.repeat([0, 1], [n_old, len(codes) - n_old])
    counts = draw_counts(len(codes), n_resamples, seed, sides.tolist())
    shares = []
    for side in (0, 1):
        of_side = sides == side
        value = member[of_side].mean(axis=0)
        drawn = counts[:, of_side] @ member[of_side] / of_side.sum()
        shares.append([(float(v), *interval(d)) for v, d in zip(value, drawn.T, strict=True)])
    rows = [
        GroupShare(
            group,
            int(member[sides == 0, group].sum()),
            int(member[sides == 1, group].sum()),
            shares[0][group],
            shares[1][group],
        )
        for group in range(member.shape[1])
    ]
    return sorted(rows, key=lambda row: row.old[0] - row.new[0])


def rank_among(value: float, others: Sequence[float]) -> int:
    """The number of other words' values below a value, for "changed more than 97 of 100 words as frequent"."""
    return int((np.asarray(others, dtype=float) < value).sum())


def false_discovery(p: Sequence[float]) -> Float[np.ndarray, " words"]:
    """The false-discovery rate at which each word would just be called changed (Benjamini-Hochberg q).

    Source: Benjamini and Hochberg 1995 (scipy's implementation).
    """
    from scipy.stats import false_discovery_control

    return false_discovery_control(np.asarray(p, dtype=float)) if len(p) else np.zeros(0)


def average_precision(scores: Sequence[float], changed: Sequence[bool]) -> float:
    """Average precision of a ranking by score against words known to have changed (scikit-learn's implementation).

    NaN if none or all words have changed.
    """
    from sklearn.metrics import average_precision_score

    if not any(changed) or all(changed):
        return float("nan")
    return float(average_precision_score(np.asarray(changed), np.asarray(scores, dtype=float)))


def rank_correlation(scores: Sequence[float], gold: Sequence[float]) -> float:
    """Spearman's correlation of two lists of scores, as SemEval-2020 task 1, subtask 2 measures; NaN below 3 words."""
    from scipy.stats import spearmanr

    if len(scores) < 3 or len(set(scores)) < 2 or len(set(gold)) < 2:
        return float("nan")
    return float(spearmanr(scores, gold)[0])  # type: ignore[arg-type]
