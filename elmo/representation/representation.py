"""`Representation`: a function from a model's reading of uses to one vector for each use.

Examples are layer 2, the equal mix, the halves added. Every page, command, task and table takes the list from
`representations` and the vectors from `Representation.vectors`. A new representation is one entry of `ENTRIES`.

    read_uses(sentences, uses)         the model's `Reading` of the uses
    representation.vectors(reading)    a vector for each use

The vector of a use of several words in a layer is the mean over the words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.representation import both_directions
from elmo.representation.joined import CompactRows, JoinedRows, join, smooth
from elmo.representation.output import MODELS_WITH_SOFTMAX
from elmo.representation.reading import Constants, Reading
from elmo.representation.sparse import SparseRows
from elmo.representation.vectors import less_the_mean

EQUAL_MIX = "equal mix"
LESS_THE_MEAN = ", less the mean"
_FOR_PEOPLE = ", minus the word's average"


@dataclass(frozen=True)
class Representation:
    """A function from a reading of uses to one vector for each use.

    Attributes:
        name: name in figures, files and messages: "layer 2", "equal mix".
        key: short name in links and file names: "2", "mean".
        help: one or two sentences for people.
        parts: functions of a `Reading`. The vectors of several parts are scaled to length 1 and joined
            end to end.
        shares: share of each part in the squared length of the joined vector; () for equal shares.
        smoothed: True if each vector is then moved towards the vectors like it (`joined.smooth`). All uses
            must be of one word.
        weights: a weight for each layer, if the vector is a weighted sum of the layers; else None.
        reads: the needed values beside the layers of the uses: "" for none, "sentence" for the words
            around, "softmax" for the words around and the softmax.
        centred: True if the mean over the uses is subtracted (from each part its own).
        note: sentence for a model without a softmax, with which the representation is different.
    """

    name: str
    key: str
    help: str
    parts: tuple[Callable[[Reading], Float[np.ndarray, "uses dim"]], ...]
    weights: tuple[float, ...] | None = None
    reads: Literal["", "sentence", "softmax"] = ""
    shares: tuple[float, ...] = ()
    smoothed: bool = False
    centred: bool = False
    note: str = ""

    @property
    def label(self) -> str:
        """The name with a capital letter, for the screen: "Layer 2"."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def in_words(self) -> str:
        """The name within a sentence: "layer 2", "the equal mix"."""
        name = in_words(self.name)
        return f"the {name}" if name.startswith(EQUAL_MIX) or name.endswith("mix") else name

    @property
    def layer(self) -> int | None:
        """The number of the layer if the representation is a single layer, else None."""
        return self.weights.index(1.0) if self.weights and max(self.weights) == 1.0 else None

    @property
    def of_one_word(self) -> bool:
        """True if a use's vector depends on the other uses, which must be of the same word."""
        return self.centred or self.smoothed

    @cached_property
    def less_the_mean(self) -> "Representation":
        """The representation minus the mean over the uses."""
        return replace(
            self, name=self.name + LESS_THE_MEAN, key=f"{self.key}-less-mean", centred=True
        )

    def missing(self, constants: Constants | None) -> str | None:
        """A sentence that says why a model cannot have the representation; None if the model can."""
        if self.reads != "softmax" or (constants is not None and constants.output is not None):
            return None
        return (
            f"{self.name}: substitutes are words that the model predicts, and this model has no softmax to "
            f"predict with. {MODELS_WITH_SOFTMAX}"
        )

    def vectors(self, reading: Reading, fixed: bool = False) -> Float[np.ndarray, "uses dim"]:
        """The vector of each use.

        Args:
            reading: the model's reading of the uses.
            fixed: True returns the same dimensions for any uses. Otherwise the substitutes are without
                the dimensions in which all uses are 0, which changes no cosine.

        Raises:
            InputError: the model lacks the softmax, or only the layers were read.
        """
        if self.reads and reading.around is None:
            raise InputError(f"{self.name} needs the whole sentences, not the uses' layers alone.")
        missing = self.missing(reading.constants)
        if missing is not None:
            raise InputError(missing)
        vectors_of_parts = [part(reading) for part in self.parts]
        if self.reads == "softmax" and not fixed:
            vectors_of_parts = [part[:, part.any(axis=0)] for part in vectors_of_parts]
        if self.centred:
            vectors_of_parts = [less_the_mean(part) for part in vectors_of_parts]
        if len(vectors_of_parts) == 1:
            return vectors_of_parts[0]
        joined = join(vectors_of_parts, self.shares or (1.0,) * len(vectors_of_parts))
        return smooth(joined) if self.smoothed else joined

    def compact(self, reading: Reading) -> "Float[np.ndarray, 'uses dim'] | CompactRows":
        """Rows with the cosines of `vectors`, in the same dimensions for any uses; sparse where most are 0."""
        if both_directions.substitutes not in self.parts:
            return self.vectors(reading, fixed=True)
        if len(self.parts) == 1:
            return self._sparse(reading)
        parts = tuple(self._compact_part(part, reading) for part in self.parts)
        return JoinedRows(parts, self.shares, self.smoothed)

    def _compact_part(
        self, part: Callable[[Reading], Float[np.ndarray, "uses dim"]], reading: Reading
    ) -> "Float[np.ndarray, 'uses dim'] | SparseRows":
        """One part, less its mean where the representation is."""
        if part is both_directions.substitutes:
            return self._sparse(reading)
        return less_the_mean(part(reading)) if self.centred else part(reading)

    def _sparse(self, reading: Reading) -> SparseRows:
        """The substitutes, less their mean where the representation is."""
        rows = both_directions.sparse_substitutes(reading)
        return rows.less_the_mean if self.centred else rows

    def of_layers(
        self, layers: Float[np.ndarray, "layers uses dim"]
    ) -> Float[np.ndarray, "uses dim"]:
        """The vector of each use, from the layers of the use alone."""
        return self.vectors(Reading(layers))


def in_words(name: str) -> str:
    """The name of a representation for people: "layer 2, minus the word's average"."""
    return name.removesuffix(LESS_THE_MEAN) + _FOR_PEOPLE * name.endswith(LESS_THE_MEAN)


def mix(weights: Sequence[float], name: str, key: str, help: str = "") -> Representation:
    """The representation of a weighted sum of the layers.

    Args:
        weights: normalized weight of each layer, layer 0 first.
        name, key, help: see `Representation`.
    """
    values = tuple(float(weight) for weight in weights)
    if max(values) == 1.0:
        return Representation(name, key, help, (_layer(values.index(1.0)),), values)
    return Representation(
        name, key, help, (lambda reading: weighted(reading.layers, values),), values
    )


@cache
def _layer(number: int) -> Callable[[Reading], Float[np.ndarray, "uses dim"]]:
    """The function that takes a layer from a reading, the same for equal numbers."""
    return lambda reading: reading.layers[number]


def means_of_others(every: Sequence[Representation]) -> dict[str, tuple[str, ...]]:
    """Representations that are others joined at equal length, with the names of the others.

    The cosine of two uses is then the mean of the cosines in the others, where no vector is 0.
    """
    names = {one.parts[0]: one.name for one in every if len(one.parts) == 1}
    return {
        one.name: tuple(names[part] for part in one.parts)
        for one in every
        if len(one.parts) > 1 and not one.shares and all(part in names for part in one.parts)
    }


def weighted(
    layers: Float[np.ndarray, "layers uses dim"], weights: Sequence[float]
) -> Float[np.ndarray, "uses dim"]:
    """Σ_l w_l h_l, in the layers' precision.

    Raises:
        InputError: the numbers of weights and layers differ.
    """
    if len(layers) != len(weights):
        raise InputError(
            f"weights has {len(weights)} values, expected {len(layers)}: one a layer, layer 0 first."
        )
    return np.tensordot(np.asarray(weights, np.float64), layers, axes=1).astype(layers.dtype)


def layer(number: int, n_layers: int) -> Representation:
    """The representation of a single layer."""
    weights = [float(i == number) for i in range(n_layers)]
    help = (
        "Knows only the word's letters."
        if number == 0
        else "Has read the sentence; each layer above has read more of it."
    )
    return mix(weights, f"layer {number}", str(number), help)


def equal_mix(n_layers: int) -> Representation:
    """The representation of the mean of all layers."""
    return mix([1 / n_layers] * n_layers, EQUAL_MIX, "mean", "The mean of all layers.")


def _single_layers(n_layers: int) -> list[Representation]:
    return [layer(number, n_layers) for number in range(n_layers)]


def _joined_layers(n_layers: int) -> list[Representation]:
    """The LSTM layers joined, for models with two LSTM layers or more."""
    if n_layers < 3:
        return []
    names = "+".join(str(number) for number in range(1, n_layers))

    def joined(reading: Reading) -> Float[np.ndarray, "uses dim"]:
        return np.concatenate(list(reading.layers[1:]), axis=1)

    return [Representation(f"layers {names}", names, "These layers end to end.", (joined,))]


def _both_directions(n_layers: int) -> list[Representation]:
    """The representations of `both_directions`."""
    added, around = both_directions.halves_added, both_directions.around_the_word
    sides = (
        *layer(n_layers - 1, n_layers).parts,
        added,
        around,
        both_directions.words_around,
    )
    everything = (*sides, both_directions.substitutes)
    shares = (0.15, 0.15, 0.15, 0.15, 0.4)
    no_metric = "without the softmax's metric, as this model has no softmax"
    return [
        Representation(
            "halves added",
            "added",
            "The forward and the backward half of the top layer, added up: what stands left of one "
            "use is compared with what stands right of another.",
            (added,),
            note=no_metric,
        ),
        Representation(
            "around the word",
            "around",
            "The forward half at the word before and the backward half at the word after, added up: "
            "the word itself is not read.",
            (around,),
            reads="sentence",
            note=no_metric,
        ),
        Representation(
            "added and around",
            "added-around",
            "Halves added and around the word, joined at equal length.",
            (added, around),
            reads="sentence",
            note=no_metric,
        ),
        Representation(
            "layer and both sides",
            "layer-sides",
            "The top layer, halves added, around the word and words around, joined at equal length. Good for "
            "nearest neighbours; no other use has a part in the vector.",
            sides,
            reads="sentence",
            note=no_metric,
        ),
        Representation(
            "words around",
            "words-around",
            "The mean of the other words' layer 0, rare and near words weighing more. No LSTM has a "
            "part in it: what a model must beat.",
            (both_directions.words_around,),
            reads="sentence",
        ),
        Representation(
            "substitutes",
            "substitutes",
            "The 300 words most probable in the word's place, by the square roots of their "
            "probabilities.",
            (both_directions.substitutes,),
            reads="softmax",
        ),
        Representation(
            "everything joined",
            "joined",
            "Layer and both sides and the substitutes, joined. Best for nearest neighbours; no other use has "
            "a part in the vector.",
            everything,
            reads="softmax",
            shares=shares,
        ),
        Representation(
            "everything together",
            "together",
            "Everything joined; then each use is moved towards the uses that are like it, so that what several "
            "uses share counts more than what one has alone.",
            everything,
            reads="softmax",
            shares=shares,
            smoothed=True,
        ),
    ]


ENTRIES: list[Callable[[int], list[Representation]]] = [
    _single_layers,
    _joined_layers,
    lambda n_layers: [equal_mix(n_layers)],
    _both_directions,
]
"""Functions from the number of layers of a model (layer 0 included) to representations."""


def representations(n_layers: int) -> tuple[Representation, ...]:
    """All representations of a model, in the order of tables and choices.

    Args:
        n_layers: number of layers, layer 0 included (`Options.n_representations`).
    """
    return tuple(representation for entry in ENTRIES for representation in entry(n_layers))


def by_name(name: str, n_layers: int) -> Representation:
    """The representation of a name or key.

    Raises:
        InputError: there is no such representation; the message has all names.
    """
    every = representations(n_layers)
    for representation in [*every, *(each.less_the_mean for each in every)]:
        if name in (representation.name, representation.key):
            return representation
    raise InputError(
        f"there is no representation {name!r}; there are {', '.join(r.name for r in every)}, each "
        f"also with {LESS_THE_MEAN!r} after its name."
    )
