"""The vectors of uses in the one representation by which sides are compared."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.representation import Constants, Representation, by_name, representations
from elmo.tasks.change.measure import UseVectors
from elmo.tasks.change.senses import ReadUses
from elmo.usages import Usage

DEFAULT = "halves added"
"""The representation that is compared when none is named: pairs of uses are told apart best by it on the reference words."""


def comparable(name: str, n_representations: int) -> Representation:
    """The representation of this name, where two sides can be compared by it.

    Raises:
        InputError: there is none, or its vectors depend on the uses of both sides. Less the mean of both sides, the means
            of the two sides, of which the PRT is made, are opposite by construction.
    """
    representation = by_name(name, n_representations)
    if representation.smoothed:
        raise InputError(
            f"{name!r} moves each use towards the uses like it, of the other side too, so that the sides are not "
            "measured apart; name 'everything joined'."
        )
    if representation.centred:
        raise InputError(
            f"{name!r} is less the mean of both sides, so that the sides' own means are opposite whatever the word; name "
            f"{name.split(',')[0]!r}."
        )
    return representation


def comparable_ones(n_representations: int, constants: Constants | None) -> list[Representation]:
    """The representations that a model has and sides can be compared by."""
    return [
        each
        for each in representations(n_representations)
        if not each.of_one_word and not each.missing(constants)
    ]


def use_vectors(elmo: Elmo, name: str, read: ReadUses | None = None) -> UseVectors:
    """A function from uses to their vectors.

    Args:
        name: of the representation, as `elmo.representation` lists them.
        read: reads uses; None is `elmo.read_uses`.

    Raises:
        InputError: the model has no representation of this name, or sides cannot be compared by it.
    """
    representation = comparable(name, elmo.options.n_representations)
    missing = representation.missing(elmo.constants)
    if missing:
        raise InputError(missing)

    def vectors(uses: Sequence[Usage]) -> Float[np.ndarray, "uses dim"]:
        return representation.vectors((read or elmo.read_uses)(uses))

    return vectors
