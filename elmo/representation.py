"""`Representation`: one way to give each use of a word a vector, from all that a model reads.

Layer 2, the equal mix, the halves added: every page, command, task and table takes its list from
`representations` and its vectors from `Representation.vectors`. Adding one is one entry in
`ENTRIES`.

    read_uses(sentences, places)   what the model read of each use     (`Reading`)
    representation.vectors(reading)                                     (uses, dim)

A use is a run of words: where it has several, its vector in a layer is the mean over them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError

EQUAL_MIX = "equal mix"
LESS_THE_MEAN = ", less the mean"
_ROUNDING = 1e-6  # of a vector's length; what is left of equal vectors less their mean is shorter

Layers = Float[np.ndarray, "layers tokens dim"]


class Use(Protocol):
    """Where a use stands in its sentence; `elmo.usages.Usage` is one.

    Attributes:
        position, end: of its first word, and of the first word after the use.
        vector_run: (position, length) of the words whose mean stands for the use.
    """

    @property
    def position(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def vector_run(self) -> tuple[int, int]: ...


@dataclass(frozen=True)
class Place:
    """A place in a sentence, as a use."""

    position: int
    length: int = 1

    @property
    def end(self) -> int:
        """The first place after it."""
        return self.position + self.length

    @property
    def vector_run(self) -> tuple[int, int]:
        """All of its words."""
        return self.position, self.length


@dataclass(frozen=True)
class Reading:
    """What a model read of some uses.

    Attributes:
        layers: of the uses themselves; the first half of the last axis is the forward direction,
            the second half the backward one.
    """

    layers: Float[np.ndarray, "layers uses dim"]


def read_uses(sentences: Sequence[Layers], uses: Sequence[Use]) -> Reading:
    """What the model read of each use.

    Args:
        sentences: the layers of each use's sentence.

    Raises:
        InputError: a use that does not lie in its sentence.
    """
    pairs = zip(sentences, uses, strict=True)
    return Reading(np.stack([of_use(layers, use) for layers, use in pairs], axis=1))


def of_use(layers: Layers, use: Use) -> Float[np.ndarray, "layers dim"]:
    """The vector of a use in each layer: that of its word, or the mean over its words.

    Raises:
        InputError: the use does not lie in the sentence.
    """
    start, length = use.vector_run
    if not 0 <= start < start + length <= layers.shape[1]:
        raise InputError(
            f"a use at word {start} of length {length} does not lie in a sentence of "
            f"{layers.shape[1]} words."
        )
    return layers[:, start] if length == 1 else layers[:, start : start + length].mean(axis=1)


@dataclass(frozen=True)
class Representation:
    """One way to give each use a vector.

    Attributes:
        name: in figures, files and messages, "layer 2", "equal mix".
        key: in links and file names, short, "2", "mean".
        help: what it is, for people; a sentence or two.
        parts: functions of a `Reading`. Several are brought to length 1 each and joined end to end.
        weights: one a layer, where the vector is a weighted sum of the layers; else None.
        centred: whether the mean over the uses is taken off (each part's own).
    """

    name: str
    key: str
    help: str
    parts: tuple[Callable[[Reading], Float[np.ndarray, "uses dim"]], ...]
    weights: tuple[float, ...] | None = None
    centred: bool = False

    @property
    def label(self) -> str:
        """On the screen, where it stands alone: "Layer 2"."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def in_words(self) -> str:
        """In a sentence: "at layer 2", "at the equal mix"."""
        return f"the {self.name}" if self.name.endswith("mix") else self.name

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

    def vectors(self, reading: Reading) -> Float[np.ndarray, "uses dim"]:
        """The vector of each use."""
        found = [part(reading) for part in self.parts]
        if self.centred:
            found = [less_the_mean(part) for part in found]
        return found[0] if len(found) == 1 else np.concatenate([unit(p) for p in found], axis=1)

    def of_layers(
        self, layers: Float[np.ndarray, "layers uses dim"]
    ) -> Float[np.ndarray, "uses dim"]:
        """The vector of each use, from its layers alone."""
        return self.vectors(Reading(layers))


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


ENTRIES: list[Callable[[int], list[Representation]]] = [
    _single_layers,
    _joined_layers,
    lambda n_layers: [equal_mix(n_layers)],
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


def unit(x: Float[np.ndarray, "*rows dim"]) -> Float[np.ndarray, "*rows dim"]:
    """Every vector at length 1; a vector of zeros stays as it is.

    Each is first divided by its largest value, so that squares neither vanish nor overflow.
    """
    scale = np.abs(x).max(axis=-1, keepdims=True, initial=0)
    x = np.divide(x, scale, out=np.zeros_like(x), where=scale > 0)
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)


def less_the_mean(
    vectors: Float[np.ndarray, "*layers uses dim"],
) -> Float[np.ndarray, "*layers uses dim"]:
    """Each vector less the mean over all uses: what a use has that the others have not.

    What all uses share, the word itself above all, draws every cosine towards 1 and hides which
    uses are the more alike. Equal vectors give exact zeros.

    Source: Mu and Viswanath 2018, arXiv:1702.01417, who take the mean of all words off; here it is
    that of one word.
    """
    exact = vectors.astype(np.float64)
    left = exact - exact.mean(axis=-2, keepdims=True)
    left[np.linalg.norm(left, axis=-1) <= _ROUNDING * np.linalg.norm(exact, axis=-1)] = 0
    return left.astype(vectors.dtype)
