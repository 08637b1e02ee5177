"""The vectors that a person chooses by a name: all layers, a representation, or a mix by its weights."""

import numpy as np
from jaxtyping import Float

from elmo.embedded import Embedded
from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.representation import (
    EQUAL_MIX,
    LESS_THE_MEAN,
    Reading,
    Representation,
    by_name,
    mix,
    read_tokens,
)


def select(elmo: Elmo, embedded: Embedded, layers: str) -> Float[np.ndarray, "*layers tokens dim"]:
    """The vectors of a sentence as float32: all layers, or one representation of each word.

    Args:
        layers: "all", or as in `representation_named`.
    """
    if layers == "all":
        return np.asarray(embedded.layers, np.float32)
    representation = representation_named(elmo, layers)
    reading = (
        read_tokens(embedded.layers, embedded.tokens, elmo.constants)
        if representation.reads or representation.note
        else Reading(embedded.layers)
    )
    return np.asarray(representation.vectors(reading, fixed=True), np.float32)


def representation_named(elmo: Elmo, layers: str) -> Representation:
    """The representation that `layers` names: "top", "average", its name, or the weights of a mix.

    Weights are numbers with commas between them, layer 0 first: ".2,.3,.5".

    Raises:
        InputError: no representation has this name, the model lacks a file for the representation, or the
            representation subtracts the mean of a word's uses.
    """
    n = elmo.options.n_representations
    if "," in layers and not layers.endswith(LESS_THE_MEAN):
        return _mix_of(layers, n)
    representation = by_name({"top": str(n - 1), "average": EQUAL_MIX}.get(layers, layers), n)
    if representation.of_one_word:
        raise InputError(
            f"layers is {layers!r}; its vectors depend on all uses of one word, and here are words of all "
            "kinds. Leave “less the mean” out and take the mean of the uses that you compare; in place of "
            "“everything together” name “everything joined”."
        )
    missing = representation.missing(elmo.constants) if representation.reads == "softmax" else None
    if missing:
        raise InputError(missing)
    return representation


def _mix_of(weights: str, n_layers: int) -> Representation:
    """The mix of these weights, brought to the sum 1."""
    try:
        values = [float(part) for part in weights.split(",")]
    except ValueError:
        values = []
    total = sum(values)
    if len(values) != n_layers or not all(0 <= w <= 1e6 for w in values) or not total:
        raise InputError(
            f"layers is {weights!r}; the weights of a mix are {n_layers} numbers of at least 0 with "
            "commas between them, layer 0 first."
        )
    return mix([w / total for w in values], f"mix {weights}", f"mix-{weights}")
