"""`Representation`: one way to give each use of a word a vector, from all that a model reads.

Layer 2, the equal mix, the halves added: every page, command, task and table takes its list from
`representations` and its vectors from `Representation.vectors`. Adding one is one entry in
`ENTRIES`.

    read_uses(sentences, uses)         what the model read of each use: a `Reading`
    representation.vectors(reading)    a vector for each use

A use is a run of words: where it has several, its vector in a layer is the mean over them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.representation import both_directions
from elmo.representation.reading import Constants, Reading
from elmo.representation.sparse import SparseRows
from elmo.representation.vectors import less_the_mean, unit

EQUAL_MIX = "equal mix"
LESS_THE_MEAN = ", less the mean"
_FOR_PEOPLE = ", minus the word's average"


@dataclass(frozen=True)
class Representation:
    """One way to give each use a vector.

    Attributes:
        name: in figures, files and messages, "layer 2", "equal mix".
        key: in links and file names, short, "2", "mean".
        help: what it is, for people; a sentence or two.
        parts: functions of a `Reading`. Several are brought to length 1 each and joined end to end.
        weights: one a layer, where the vector is a weighted sum of the layers; else None.
        reads: what of the model it needs beyond the layers of the uses: "" for nothing, "sentence"
            for the words around, "softmax" for those and the softmax.
        centred: whether the mean over the uses is taken off (each part's own).
        note: said where the model has no softmax, for a representation that is another then.
    """

    name: str
    key: str
    help: str
    parts: tuple[Callable[[Reading], Float[np.ndarray, "uses dim"]], ...]
    weights: tuple[float, ...] | None = None
    reads: Literal["", "sentence", "softmax"] = ""
    centred: bool = False
    note: str = ""

    @property
    def label(self) -> str:
        """On the screen, where it stands alone: "Layer 2"."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def in_words(self) -> str:
        """In a sentence: "at layer 2", "at the equal mix"."""
        name = in_words(self.name)
        return f"the {name}" if name.startswith(EQUAL_MIX) or name.endswith("mix") else name

    @property
    def layer(self) -> int | None:
        """The number of the layer that this is alone; None for all others."""
        return self.weights.index(1.0) if self.weights and max(self.weights) == 1.0 else None

    @cached_property
    def less_the_mean(self) -> "Representation":
        """The same, with the mean over the uses taken off."""
        return replace(
            self, name=self.name + LESS_THE_MEAN, key=f"{self.key}-less-mean", centred=True
        )

    def missing(self, constants: Constants | None) -> str | None:
        """Why a model cannot have it, in words; None where it can."""
        if self.reads != "softmax" or (constants is not None and constants.output is not None):
            return None
        return (
            f"{self.name} are words that the model predicts, and this model has no softmax to predict "
            "with (the official models ship without). The bundled model has one."
        )

    def vectors(self, reading: Reading, fixed: bool = False) -> Float[np.ndarray, "uses dim"]:
        """The vector of each use.

        Args:
            fixed: give the same dimensions for any uses. Otherwise dimensions in which all uses are
                0 are left out where there are many, which changes no cosine.

        Raises:
            InputError: the model has not what it needs, or only the layers were read.
        """
        if self.reads and reading.around is None:
            raise InputError(f"{self.name} needs the whole sentences, not the uses' layers alone.")
        missing = self.missing(reading.constants)
        if missing is not None:
            raise InputError(missing)
        found = [part(reading) for part in self.parts]
        if self.reads == "softmax" and not fixed:
            found = [part[:, part.any(axis=0)] for part in found]
        if self.centred:
            found = [less_the_mean(part) for part in found]
        return found[0] if len(found) == 1 else np.concatenate([unit(p) for p in found], axis=1)

    def compact(self, reading: Reading) -> "Float[np.ndarray, 'uses dim'] | SparseRows":
        """Rows with the cosines of `vectors`, in the same dimensions for any uses; sparse where most are 0."""
        if self.parts != (both_directions.substitutes,):
            return self.vectors(reading, fixed=True)
        rows = both_directions.sparse_substitutes(reading)
        return rows.less_the_mean if self.centred else rows

    def of_layers(
        self, layers: Float[np.ndarray, "layers uses dim"], constants: Constants | None = None
    ) -> Float[np.ndarray, "uses dim"]:
        """The vector of each use, from its layers alone."""
        return self.vectors(Reading(layers, constants=constants))


def in_words(name: str) -> str:
    """A representation's name as a person reads it: "layer 2, minus the word's average"."""
    return name.removesuffix(LESS_THE_MEAN) + _FOR_PEOPLE * name.endswith(LESS_THE_MEAN)


def mix(weights: Sequence[float], name: str, key: str, help: str = "") -> Representation:
    """A weighted sum of the layers.

    Args:
        weights: normalized, one a layer, layer 0 first.
    """
    values = tuple(float(weight) for weight in weights)
    if max(values) == 1.0:
        layer = values.index(1.0)
        return Representation(name, key, help, (lambda reading: reading.layers[layer],), values)
    return Representation(
        name, key, help, (lambda reading: weighted(reading.layers, values),), values
    )


def weighted(
    layers: Float[np.ndarray, "layers uses dim"], weights: Sequence[float]
) -> Float[np.ndarray, "uses dim"]:
    """Σ_l w_l h_l, in the layers' precision.

    Raises:
        InputError: not one weight a layer.
    """
    if len(layers) != len(weights):
        raise InputError(
            f"weights has {len(weights)} values, expected {len(layers)}: one a layer, layer 0 first."
        )
    return np.tensordot(np.asarray(weights, np.float64), layers, axes=1).astype(layers.dtype)


def layer(number: int, n_layers: int) -> Representation:
    """One layer alone."""
    weights = [float(i == number) for i in range(n_layers)]
    help = (
        "Knows only the word's letters."
        if number == 0
        else "Has read the sentence; each layer above has read more of it."
    )
    return mix(weights, f"layer {number}", str(number), help)


def equal_mix(n_layers: int) -> Representation:
    """The mean of all layers."""
    return mix([1 / n_layers] * n_layers, EQUAL_MIX, "mean", "The mean of all layers.")


def _single_layers(n_layers: int) -> list[Representation]:
    return [layer(number, n_layers) for number in range(n_layers)]


def _joined_layers(n_layers: int) -> list[Representation]:
    """The LSTM layers end to end, where there are two or more."""
    if n_layers < 3:
        return []
    names = "+".join(str(number) for number in range(1, n_layers))

    def joined(reading: Reading) -> Float[np.ndarray, "uses dim"]:
        return np.concatenate(list(reading.layers[1:]), axis=1)

    return [Representation(f"layers {names}", names, "These layers end to end.", (joined,))]


def _both_directions(n_layers: int) -> list[Representation]:
    """What joins the two directions by other means than end to end; see `both_directions`."""
    added, around = both_directions.halves_added, both_directions.around_the_word
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
    ]


ENTRIES: list[Callable[[int], list[Representation]]] = [
    _single_layers,
    _joined_layers,
    lambda n_layers: [equal_mix(n_layers)],
    _both_directions,
]
"""Each takes the number of layers of a model (layer 0 included) and gives its representations."""


def representations(n_layers: int) -> tuple[Representation, ...]:
    """All that a model has, in the order of tables and choices.

    Args:
        n_layers: layer 0 included (`Options.n_representations`).
    """
    return tuple(found for entry in ENTRIES for found in entry(n_layers))


def by_name(name: str, n_layers: int) -> Representation:
    """The representation of this name or key.

    Raises:
        InputError: there is none; the message has all names.
    """
    every = representations(n_layers)
    for found in [*every, *(each.less_the_mean for each in every)]:
        if name in (found.name, found.key):
            return found
    raise InputError(
        f"there is no representation {name!r}; there are {', '.join(r.name for r in every)}, each "
        f"also with {LESS_THE_MEAN!r} after its name."
    )
