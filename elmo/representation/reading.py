"""A model's reading of uses: the arrays from which all representations are computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.representation.output import Output

SentenceLayers = Float[np.ndarray, "layers tokens dim"]


class Use(Protocol):
    """The place of a use in its sentence; `elmo.usages.Usage` fulfils this protocol.

    Attributes:
        position, end: number of the use's first word, and of the first word after the use.
        vector_run: (position, length) of the words whose mean vector is the vector of the use.
    """

    @property
    def position(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def vector_run(self) -> tuple[int, int]: ...


@dataclass(frozen=True)
class Place:
    """A place in a sentence, as a use.

    Attributes:
        position, length: number of the first word, and number of words.
        run: `vector_run`, if not all words of the use.
    """

    position: int
    length: int = 1
    run: tuple[int, int] | None = None

    @property
    def end(self) -> int:
        """The number of the first word after the use."""
        return self.position + self.length

    @property
    def vector_run(self) -> tuple[int, int]:
        """(position, length) of all words of the use, or `run`."""
        return self.run or (self.position, self.length)


@dataclass(frozen=True)
class Constants:
    """The values of a model that are the same for all sentences (`Elmo.constants`).

    Attributes:
        ends: top layer at the sentence's ends: the forward half at <S>, the backward half at </S>.
        ranks: rank of each word by frequency; the most frequent word has 1.
        output: the softmax; None for a model without a softmax.
    """

    ends: Float[np.ndarray, " dim"]
    ranks: Mapping[str, int]
    output: Output | None


@dataclass(frozen=True)
class Reading:
    """A model's reading of some uses.

    Attributes:
        layers: vectors of the uses; the first half of the last axis is the forward direction, the
            second half the backward one.
        around: the top layer's forward half at the word before the use, and backward half at the
            word after it; neither has read the use. None if only `layers` is known.
        words: mean of layer 0 of the other words; rare and near words have higher weights.
        constants: constants of the model.
    """

    layers: Float[np.ndarray, "layers uses dim"]
    around: Float[np.ndarray, "uses dim"] | None = None
    words: Float[np.ndarray, "uses half"] | None = None
    constants: Constants | None = None

    @cached_property
    def substitutes(
        self,
    ) -> tuple[Int[np.ndarray, "uses best"], Float[np.ndarray, "uses best"]]:
        """The most probable words in each use's place (`Output.best`), computed once.

        Needs `around` and a model with a softmax.
        """
        assert self.around is not None and self.constants is not None
        output = self.constants.output
        assert output is not None
        half = self.around.shape[1] // 2
        output.check(half)
        return output.best(self.around[:, :half], self.around[:, half:])


def read_uses(
    sentences: Sequence[SentenceLayers],
    uses: Sequence[Use],
    tokens: Sequence[Sequence[str]] | None = None,
    constants: Constants | None = None,
) -> Reading:
    """The reading of uses from the layers of their sentences.

    Args:
        sentences: layers of the sentence of each use.
        uses: the uses.
        tokens: words of the sentence of each use.
        constants: constants of the model; without constants or `tokens` only the layers are read.

    Raises:
        InputError: a use is not within its sentence.
    """
    pairs = list(zip(sentences, uses, strict=True))
    layers = np.stack([of_use(*pair) for pair in pairs], axis=1)
    if constants is None or tokens is None:
        return Reading(layers, constants=constants)
    around = np.stack([sides(*pair, constants.ends) for pair in pairs])
    words = np.stack(
        [
            words_around(sentence, use, words, constants.ranks)
            for (sentence, use), words in zip(pairs, tokens, strict=True)
        ]
    )
    return Reading(layers, around, words, constants)


def joined(parts: Sequence[Reading], constants: Constants) -> Reading:
    """One reading of several groups of uses that were each read with their whole sentences."""
    around = [part.around for part in parts if part.around is not None]
    words = [part.words for part in parts if part.words is not None]
    return Reading(
        np.concatenate([part.layers for part in parts], axis=1),
        np.concatenate(around),
        np.concatenate(words),
        constants,
    )


def read_tokens(
    layers: SentenceLayers, tokens: Sequence[str], constants: Constants | None
) -> Reading:
    """The reading of every word of one sentence as a use."""
    if not tokens:
        return Reading(layers, layers[-1], layers[0, :, : layers.shape[2] // 2], constants)
    places = [Place(position) for position in range(len(tokens))]
    return read_uses([layers] * len(tokens), places, [tokens] * len(tokens), constants)


def sides(
    layers: SentenceLayers, use: Use, ends: Float[np.ndarray, " dim"]
) -> Float[np.ndarray, " dim"]:
    """The top layer's forward half before a use and backward half after it, joined."""
    top, half = layers[-1], layers.shape[2] // 2
    before = top[use.position - 1, :half] if use.position else ends[:half]
    after = top[use.end, half:] if use.end < len(top) else ends[half:]
    return np.concatenate([before, after])


RARE = 1e-4
NEAR = 3.0
_UNRANKED = 100_000


def words_around(
    layers: SentenceLayers, use: Use, tokens: Sequence[str], ranks: Mapping[str, int]
) -> Float[np.ndarray, " half"]:
    """The mean of layer 0 of the other words, with higher weights for rare and near words.

    The weight of a word with probability p (0.1 / rank, by Zipf's law) at a distance of d words is
    a / (a + p) / (d + 3), a = 1e-4. The LSTMs are not used. In a sentence without other words the
    result is zeros.

    Source: Arora, Liang and Ma 2017, A Simple but Tough-to-Beat Baseline for Sentence Embeddings
    (the weights by frequency). Differs: near words have higher weights, no common component is removed.
    """
    half = layers.shape[2] // 2
    place = np.arange(len(tokens))
    rank = np.array([ranks.get(w) or ranks.get(w.lower()) or _UNRANKED for w in tokens])
    distance = np.maximum(np.maximum(use.position - place, place - use.end + 1), 0)
    weights = RARE / (RARE + 0.1 / rank) / (distance + NEAR)
    weights[use.position : use.end] = 0
    total = weights.sum()
    if not total:
        return np.zeros(half, layers.dtype)
    return (weights / total @ layers[0, :, :half]).astype(layers.dtype)


def of_use(layers: SentenceLayers, use: Use) -> Float[np.ndarray, "layers dim"]:
    """The vector of a use in each layer: the vector of its word, or the mean over its words.

    Raises:
        InputError: the use is not within the sentence.
    """
    start, length = use.vector_run
    if not 0 <= start < start + length <= layers.shape[1]:
        raise InputError(
            f"a use at word {start} of length {length} does not lie in a sentence of "
            f"{layers.shape[1]} words."
        )
    return layers[:, start] if length == 1 else layers[:, start : start + length].mean(axis=1)
