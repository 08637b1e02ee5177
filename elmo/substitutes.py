"""What could stand in a word's place: words with their log-probabilities, from left, right and both.

    left     p(w | t_1 … t_{i-1})          the forward direction before the use
    right    p(w | t_{i+n} … t_N)          the backward direction after it
    both     ∝ left · right / unigram      see `elmo.representation.output`

The use itself is not read; for a run of several words, the sides are those around the run.
Probabilities are among the vocabulary's words without <S>, </S> and <UNK>.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float

from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.representation import Constants, Output, Reading
from elmo.representation.both_directions import halves
from elmo.usages import Usage

NO_SOFTMAX = (
    "substitutes are words that the model predicts, and this model has no softmax.hdf5 and vocab.txt "
    "to predict with (the official models ship without). The bundled model has them: leave out "
    "--model, or choose “Bundled model”."
)


class UseReader(Protocol):
    """Something that reads uses and remembers them, such as `elmo.vectors.cache.VectorCache`."""

    def read_uses(self, elmo: Elmo, uses: Sequence[Usage], constants: Constants) -> Reading: ...


@dataclass(frozen=True)
class Substitute:
    """A word that could stand in a use's place.

    Attributes:
        word: of the vocabulary.
        log_p: natural logarithm of its probability there.
    """

    word: str
    log_p: float

    @property
    def probability(self) -> float:
        """Between 0 and 1."""
        return math.exp(self.log_p)


@dataclass(frozen=True)
class Substitutes:
    """The most probable words in a use's place, the best first, as each side sees it."""

    left: tuple[Substitute, ...]
    right: tuple[Substitute, ...]
    both: tuple[Substitute, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            side: [{"word": s.word, "log_p": round(s.log_p, 4)} for s in found]
            for side, found in vars(self).items()
        }


def substitutes(
    elmo: Elmo,
    uses: Sequence[Usage],
    n: int = 10,
    *,
    constants: Constants | None = None,
    cache: UseReader | None = None,
) -> list[Substitutes]:
    """The n best substitutes of each use.

    Args:
        constants: the model's, where they are not `elmo.constants`.
        cache: keeps what was read of the uses.

    Raises:
        InputError: the model has no softmax, or n is below 1.
    """
    constants = constants or elmo.constants
    with_softmax(constants)
    return of_sides(read_sides(elmo, constants, uses, cache), constants, n)


def read_sides(
    elmo: Elmo, constants: Constants, uses: Sequence[Usage], cache: UseReader | None = None
) -> Float[np.ndarray, "uses dim"]:
    """`Reading.around` of each use."""
    if cache is None:
        reading = elmo.read_uses(uses, constants)
    else:
        reading = cache.read_uses(elmo, uses, constants)
    assert reading.around is not None
    return reading.around


def of_sides(
    around: Float[np.ndarray, "uses dim"], constants: Constants, n: int = 10
) -> list[Substitutes]:
    """The n best substitutes between the two sides of each use."""
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


def with_softmax(constants: Constants) -> Output:
    """The model's softmax.

    Raises:
        InputError: it has none; the message names a model that has one.
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
