"""What is said of a word's change: the verdict, the figures and the words of each side, in sentences (Markdown)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from elmo.explore.change import FIGURES, Change
from elmo.explore.group_names import Likely, log_odds
from elmo.explore.several import Several
from elmo.tasks.change.measure import WordChange
from elmo.tasks.change.rows import ALPHA
from elmo.views.answers import one_or_several
from elmo.views.numbers import chance, percent, short
from elmo.views.sentences import plain

MEANINGS = (
    "**APD**: the mean of 1 - cosine over all pairs of an old and a new use. **PRT**: 1 / cosine of the mean old and the "
    "mean new vector. **JSD**: how differently the groups are shared out on the two sides, from 0 to 1. **p**: the share "
    "of random assignments of the uses to two sides that give at least as much."
)
N_WORDS = 8


def verdict(measured: WordChange) -> str:
    """Whether the word changed, and which group is new, in two sentences."""
    change = measured.change
    old, new = (plain(name) for name in measured.drawn.names)
    figure = f"APD {short(change.apd.value)} [{short(change.apd.low)}, {short(change.apd.high)}]"
    if change.p > ALPHA:
        return (
            f"**No change that can be told from chance.** Random assignments of the uses to two sides give as large a "
            f"difference in {chance(change.p)} of trials ({figure}, {change.n_old} uses a side)."
        )
    text = (
        f"**The word is used differently in {new} than in {old}**: {figure}; random assignments of the uses to two "
        f"sides give as much in {chance(change.p)} of trials."
    )
    gained = measured.shares[0]
    if gained.new[1] > gained.old[2]:
        text += (
            f" Group A grew from {percent(gained.old[0])} to {percent(gained.new[0])} of the uses"
            + (f" and stands in {new} only." if not gained.n_old else ".")
        )
    return text


def of_senses(several: Several, n: int) -> str:
    """Whether the n uses of both sides have one sense or several, and how to read the groups."""
    return (
        f"Senses, in both texts together: {one_or_several(several, n)} The groups are the best cut of the uses; a group can "
        "be a topic and no sense."
    )


def of_figures(change: Change, where: str) -> str:
    """The three figures with their intervals and p."""
    figures = "; ".join(
        f"{name.upper()} {short(figure.value)} [{short(figure.low)}, {short(figure.high)}], p {short(figure.p, 3)}"
        for name in FIGURES
        for figure in [getattr(change, name)]
    )
    return f"By {where}: {figures}."


@dataclass(frozen=True)
class SideWords:
    """The words of the vocabulary that could stand in a word's place on one side.

    Attributes:
        nearest: the most likely ones, each with the mean of its votes (`Likely.votes`), from 0 to 1.
        more: those that are more likely here than on the other side, each with the z of its log-odds (`log_odds`).
    """

    nearest: tuple[tuple[str, float], ...]
    more: tuple[tuple[str, float], ...]


def side_words(likely: Likely, is_new: np.ndarray, n: int = N_WORDS) -> tuple[SideWords, SideWords]:
    """The words nearest to a word on the old and on the new side, by its substitutes."""
    z = log_odds(likely, is_new)
    sides = []
    for inside, sign in ((~is_new, -1), (is_new, 1)):
        votes = likely.votes[inside].mean(axis=0)
        sides.append(SideWords(_first(likely.words, votes, n), _first(likely.words, sign * z, n)))
    return sides[0], sides[1]


def _first(words: Sequence[str], values: np.ndarray, n: int) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-values, kind="stable")[:n]
    return tuple((str(words[int(i)]), float(values[i])) for i in order if values[i] > 0)


def of_side_words(words: tuple[SideWords, SideWords], names: Sequence[str]) -> list[str]:
    """The words of each side, a sentence a side."""
    lines = []
    for side, name in zip(words, names, strict=True):
        nearest, more = (", ".join(word for word, _ in part) for part in (side.nearest, side.more))
        if nearest:
            lines.append(
                f"In {plain(name)}, the likeliest words in its place: {nearest}"
                + (f"; more likely there than on the other side: {more}." if more else ".")
            )
    return lines
