"""Substitutes of a word in a sentence: the most probable words in its place, from the left, the right and both.

    left     p(w | t_1 … t_{i-1})          the forward direction before the use
    right    p(w | t_{i+n} … t_N)          the backward direction after the use
    both     ∝ left · right / unigram      see `elmo.representation.output`

The model does not read the use itself; for a use of several words, the sides are those around all of them.
The probabilities of the vocabulary's words without <S>, </S> and <UNK> sum to 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore.group_names import Likely
from elmo.explore.several import Variety, variety
from elmo.explore.similarity import cosine_matrix
from elmo.representation import MODELS_WITH_SOFTMAX, Constants, Output, Reading, SparseRows
from elmo.representation.both_directions import halves
from elmo.usages import Usage

if TYPE_CHECKING:
    from elmo.embedder import Elmo

NO_SOFTMAX = (
    "substitutes are words that the model predicts, and this model has no softmax.hdf5 and vocab.txt "
    f"to predict with. {MODELS_WITH_SOFTMAX} Leave out --model, or choose “Bundled model”."
)


class UseReader(Protocol):
    """A reader of uses with a memory, such as `elmo.vectors.cache.VectorCache`."""

    def read_uses(self, elmo: "Elmo", uses: Sequence[Usage], constants: Constants) -> Reading: ...


@dataclass(frozen=True)
class Substitute:
    """A word in the place of a use.

    Attributes:
        word: a word of the vocabulary.
        log_p: natural logarithm of its probability in this place.
    """

    word: str
    log_p: float

    @property
    def probability(self) -> float:
        """The probability, from 0 to 1."""
        return math.exp(self.log_p)


@dataclass(frozen=True)
class Substitutes:
    """The most probable words in a use's place by the left side, the right side and both, most probable first."""

    left: tuple[Substitute, ...]
    right: tuple[Substitute, ...]
    both: tuple[Substitute, ...]

    def to_dict(self) -> dict[str, Any]:
        """The substitutes as values for JSON."""
        return {
            side: [{"word": s.word, "log_p": round(s.log_p, 4)} for s in words]
            for side, words in vars(self).items()
        }


def substitutes(
    elmo: "Elmo",
    uses: Sequence[Usage],
    n: int = 10,
    *,
    constants: Constants | None = None,
    cache: UseReader | None = None,
) -> list[Substitutes]:
    """The n best substitutes of each use.

    Args:
        n: number of substitutes for each side.
        constants: constants of the model; None is `elmo.constants`.
        cache: stores the readings of uses; None reads without a cache.

    Raises:
        InputError: the model has no softmax, or n is below 1.
    """
    constants = constants or elmo.constants
    with_softmax(constants)
    return of_sides(read_sides(elmo, constants, uses, cache), constants, n)


def read_sides(
    elmo: "Elmo", constants: Constants, uses: Sequence[Usage], cache: UseReader | None = None
) -> Float[np.ndarray, "uses dim"]:
    """The outputs on both sides of each use (`Reading.around`)."""
    if cache is None:
        reading = elmo.read_uses(uses, constants)
    else:
        reading = cache.read_uses(elmo, uses, constants)
    assert reading.around is not None
    return reading.around


def of_sides(
    around: Float[np.ndarray, "uses dim"], constants: Constants, n: int = 10
) -> list[Substitutes]:
    """The n best substitutes of each use, from the outputs on both of its sides."""
    if n < 1:
        raise InputError(f"n is {n}, expected at least 1 substitute.")
    output = with_softmax(constants)
    forward, backward = halves(around)
    output.check(forward.shape[1])
    by_side = [
        _named(output, *output.best(*sides, n))
        for sides in ((forward, None), (None, backward), (forward, backward))
    ]
    return [Substitutes(*row) for row in zip(*by_side, strict=True)]


def likely_words(reading: Reading, word: str, patterns: Reading | None = None) -> Likely | None:
    """The words that could stand in the place of uses and beside the word; None for a model without a softmax.

    Args:
        reading: of the uses, with the model's constants.
        word: the word of the uses; the word and its inflections are left out.
        patterns: of the uses' symmetric patterns; None leaves the words beside out.
    """
    if reading.constants is None or reading.constants.output is None:
        return None
    beside = None if patterns is None else patterns.substitutes
    return Likely.of(reading.constants.output.real_words, reading.substitutes, word, beside)


def share_known(uses: Sequence[Usage], constants: Constants) -> float:
    """The share of the words of the uses' sentences that stand in the model's vocabulary, in any letter case.

    1 for a model without a softmax, whose vocabulary is not known, and for sentences without letters.
    """
    if constants.output is None:
        return 1.0
    words = [word for use in uses for word in use.forms if any(map(str.isalpha, word))]
    known = sum(word in constants.ranks or word.lower() in constants.ranks for word in words)
    return known / len(words) if words else 1.0


def variety_of_uses(uses: Sequence[Usage], reading: Reading, patterns: Reading | None) -> Variety:
    """How varied the uses are, for the question whether they have several senses (`elmo.explore.several`).

    Args:
        uses: the uses.
        reading: of the uses, with their sentences.
        patterns: of the uses' symmetric patterns; None, or a model without a softmax, takes the top layer in place of the
            words beside the word.
    """
    assert reading.words is not None and reading.constants is not None
    known = share_known(uses, reading.constants)
    top, around = cosine_matrix(reading.layers[-1]), cosine_matrix(reading.words)
    if patterns is None or patterns.constants is None or patterns.constants.output is None:
        return variety(top, top, around, known)
    ids, log_p = patterns.substitutes
    roots = np.exp(log_p / 4)  # softer than the probabilities: many words have a part in the cosine
    beside = SparseRows.of(ids, roots, len(patterns.constants.output.rows))
    return variety(top, beside.cosines(), around, known)


def with_softmax(constants: Constants) -> Output:
    """The model's softmax.

    Raises:
        InputError: the model has no softmax; the message names a model with a softmax.
    """
    if constants.output is None:
        raise InputError(NO_SOFTMAX)
    return constants.output


def _named(output: Output, ids: np.ndarray, values: np.ndarray) -> list[tuple[Substitute, ...]]:
    words = output.real_words
    return [
        tuple(Substitute(words[i], float(v)) for i, v in zip(row, logs, strict=True))
        for row, logs in zip(ids.tolist(), values.tolist(), strict=True)
    ]
