"""Control words: words as frequent as a word and used in like grammatical places, to compare the word's change with.

The part of speech of a word is taken from the words beside it, as no tagger comes along and the texts may be in any language: a
profile counts which of the most frequent words of the texts ("the", "to", "of", a comma) stand directly before and directly
after the uses of a word. Words of one part of speech have like profiles.

Source: Schütze 1995, Distributional part-of-speech tagging, arXiv:cmp-lg/9503009. Differs: no clusters are made; words are
ranked by the Bhattacharyya coefficient of their profiles with that of one word.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from elmo.explore.change import MIN_USES, rank_among
from elmo.inflections import related_forms
from elmo.tasks.change.rows import Row
from elmo.tasks.change.sides import Side

N_CONTROLS = 20
N_FRAME_WORDS = 50
"""The most frequent words of both sides, which are counted beside a use."""
_PER_CONTROL = 10
"""Candidates as frequent as the word, for each control word that is chosen among them."""
_LETTERS = 3


def control_words(word: str, sides: tuple[Side, Side], n: int = N_CONTROLS) -> list[str]:
    """Words as frequent as this one, and used in like grammatical places, in alphabetical order.

    Of the 10 n words whose smaller count of both sides is most similar, the n whose profile is most like the word's. Other
    forms of the word and what is no word of letters are left out.
    """
    candidates = _as_frequent(word, sides, _PER_CONTROL * n)
    own, *others = profiles([word, *candidates], sides)
    likeness = {other: float(row @ own) for other, row in zip(candidates, others, strict=True)}
    return sorted(sorted(likeness, key=lambda other: (-likeness[other], other))[:n])


def profiles(words: Sequence[str], sides: tuple[Side, Side]) -> Float[np.ndarray, "words places"]:
    """Square roots of the shares of the frame words before and after each word's uses on both sides.

    The dot product of two profiles is the mean of the Bhattacharyya coefficients before and after. Other words, and the
    beginning and end of a sentence, count as one more frame word each.
    """
    frames = _frame_words(sides)
    counts = sum(
        side.index.beside(
            [[word, *side.forms(word)] for word in words], frames, documents=side.documents
        )
        for side in sides
    )
    shares = counts / np.maximum(np.sum(counts, axis=2, keepdims=True), 1)
    return np.sqrt(shares / 2).reshape(len(words), -1)


def _frame_words(sides: tuple[Side, Side]) -> list[str]:
    counts = Counter(sides[0].index.frequencies())
    counts.update(sides[1].index.frequencies())
    return sorted(counts, key=lambda word: (-counts[word], word))[:N_FRAME_WORDS]


def _as_frequent(word: str, sides: tuple[Side, Side], n: int) -> list[str]:
    """The n words whose smaller count of both sides is most similar to that of the word."""
    own_forms = {word.casefold(), *related_forms(word)}
    old, new = (side.index.frequencies() for side in sides)
    whole = (replace(side, documents=None) for side in sides)
    wanted = max(1, min(side.count(word) for side in whole))
    nearest = sorted(
        (abs(np.log(min(n_old, new[other]) / wanted)), other)
        for other, n_old in old.items()
        if min(n_old, new.get(other, 0)) >= MIN_USES
        and len(other) >= min(_LETTERS, len(word))
        and other.isalpha()
        and other not in own_forms
    )
    if not any(side.documents for side in sides):
        return [other for _, other in nearest[:n]]
    # The index counts all documents; those of the sides are counted for the nearest words alone.
    wanted = max(1, min(side.count(word) for side in sides))
    counts = {other: min(side.count(other) for side in sides) for _, other in nearest[: 2 * n]}
    enough = [other for other, count in counts.items() if count >= MIN_USES]
    return sorted(enough, key=lambda other: (abs(np.log(counts[other] / wanted)), other))[:n]


def among_controls(row: Row, controls: Sequence[Row]) -> Row:
    """The row with how many of the control words changed less, by their APD."""
    values = [other.change.apd.value for other in controls if other.change]
    if row.change is None or not values:
        return row
    return replace(row, controls=(rank_among(row.change.apd.value, values), len(values)))
