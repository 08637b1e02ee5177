"""Measure one word: its figures of change, and its groups of uses on both sides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore.change import MIN_USES, Change, GroupShare, change, group_shares
from elmo.explore.clusters import best_cut
from elmo.explore.similarity import cosine_matrix
from elmo.representation import less_the_mean
from elmo.tasks.change.sides import N_USES, Drawn, Side, draw
from elmo.usages import Usage

UseVectors = Callable[[Sequence[Usage]], Float[np.ndarray, "uses dim"]]
"""Gives the vectors of uses in one representation."""


@dataclass(frozen=True)
class WordChange:
    """What was measured of one word.

    Attributes:
        drawn: the uses that were compared.
        vectors: of the uses, the old ones first.
        change: the three figures.
        groups: for each use its group, as the JSD counts them.
        shares: of each group on each side, in the order of the groups' numbers: groups that stand on the new side only
            come first, then the groups whose share grew most.
    """

    drawn: Drawn
    vectors: Float[np.ndarray, "uses dim"]
    change: Change
    groups: Int[np.ndarray, " uses"]
    shares: list[GroupShare]

    @property
    def is_new(self) -> np.ndarray:
        """For each use, whether the use is of the new side."""
        return np.arange(len(self.groups)) >= len(self.drawn.old)


def measure_word(
    word: str,
    sides: tuple[Side, Side],
    vectors: UseVectors,
    n_uses: int = N_USES,
    seed: int = 0,
) -> WordChange:
    """Draw a word's uses on both sides and compare them.

    Raises:
        InputError: the word stands fewer than `MIN_USES` times on a side.
    """
    drawn = draw_enough(word, sides, n_uses, seed)
    return compare(drawn, vectors(drawn.uses), seed)


def draw_enough(word: str, sides: tuple[Side, Side], n_uses: int, seed: int) -> Drawn:
    """Draw a word's uses on both sides, as `draw`.

    Raises:
        InputError: the word stands fewer than `MIN_USES` times on a side.
    """
    drawn = draw(word, sides, n_uses, seed)
    if len(drawn.old) < MIN_USES:
        raise InputError(
            f"{word!r} stands {drawn.n_old:,} times in {sides[0].name} and {drawn.n_new:,} times in {sides[1].name}; at "
            f"least {MIN_USES} uses on each side are compared. Choose another word, or more text."
        )
    return drawn


def compare(drawn: Drawn, rows: Float[np.ndarray, "uses dim"], seed: int = 0) -> WordChange:
    """The figures of uses whose vectors are known.

    The groups are those of the vectors less their mean over both sides, cut where the mean silhouette is highest; the
    sides' names play no part in it.
    """
    cut = best_cut(cosine_matrix(less_the_mean(rows)))
    n_old = len(drawn.old)
    shares = sorted(group_shares(cut, n_old, seed=seed), key=lambda share: not share.is_new)
    number = np.argsort([share.group for share in shares])  # of each group in this order
    shares = [replace(share, group=at) for at, share in enumerate(shares)]
    groups = number[cut]
    return WordChange(
        drawn, rows, change(rows[:n_old], rows[n_old:], groups, seed=seed), groups, shares
    )
