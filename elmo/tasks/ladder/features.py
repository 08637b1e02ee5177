"""Texts, and uses of a word, as the numbers and bags of words that a ladder compares."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jaxtyping import Float

from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.tasks.static_vectors import WordVectors
from elmo.tokenizer import process

TaskProgress = Callable[[float, str], None]
"""Called with the fraction done and what is being done; it may raise `Stop` to end the work."""

CHUNK_SENTENCES = 32
"""Sentences embedded between two reports of progress."""


class Stop(Exception):
    """Raised by a progress function to end the work early; what is finished is kept."""


class VectorSource(Protocol):
    """Something that embeds sentences and remembers them, such as `elmo.vectors.cache.VectorCache`."""

    def embed(self, elmo: Elmo, sentences: Sequence[Sequence[str]]) -> list[np.ndarray]: ...


@dataclass(frozen=True)
class Samples:
    """Labelled items, with all that the rows of a ladder are made from.

    Attributes:
        task: "classification" or "sense tagging".
        name: of the data.
        texts: to show; one an item.
        labels: one an item.
        bags: the words TF-IDF reads, separated by spaces; one an item.
        layers: contextual vectors, one a layer for each item.
        static: static vectors, one for each item; None when there are none.
        notices: what a reader should know about the data.
        model: the model's name.
        fingerprint: exactly which options and weights `layers` come from.
        static_name: where the static vectors come from.
    """

    task: str
    name: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    bags: tuple[str, ...]
    layers: Float[np.ndarray, "items layers dim"]
    static: Float[np.ndarray, "items static"] | None
    notices: tuple[str, ...] = ()
    model: str = ""
    fingerprint: str = ""
    static_name: str | None = None

    def __len__(self) -> int:
        return len(self.texts)


def silent(fraction: float, message: str) -> None:
    """Progress told to nobody."""


def embedded(
    elmo: Elmo,
    sentences: Sequence[Sequence[str]],
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
) -> Iterator[Float[np.ndarray, "layers tokens dim"]]:
    """The layers of each sentence, taken from the cache where it has them."""
    for start in range(0, len(sentences), CHUNK_SENTENCES):
        progress(start / len(sentences), f"Reading sentence {start + 1:,} of {len(sentences):,}")
        chunk = sentences[start : start + CHUNK_SENTENCES]
        if cache is None:
            yield from (sentence.layers for sentence in elmo.embed(chunk))
        else:
            yield from cache.embed(elmo, chunk)


def tokenized(texts: Iterable[str]) -> list[list[tuple[str, ...]]]:
    """The sentences of each text, as words.

    Raises:
        InputError: a text has no words; its number (from 1) is named.
    """
    found = []
    for number, text in enumerate(texts, 1):
        sentences = [sentence.forms for sentence in process(text)]
        if not sentences:
            raise InputError(f"text {number} is {text[:40]!r}: it has no words; remove it.")
        found.append(sentences)
    return found


def text_vectors(
    texts: Sequence[list[tuple[str, ...]]],
    elmo: Elmo,
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
) -> Float[np.ndarray, "texts layers dim"]:
    """A vector for each text and layer: the mean over all its words.

    Args:
        texts: from `tokenized`.
    """
    sentences = [sentence for text in texts for sentence in text]
    results = embedded(elmo, sentences, cache, progress)
    means = []
    for text in texts:
        total = np.zeros((), np.float64)
        for _ in text:
            total = total + next(results).sum(axis=1, dtype=np.float64)
        means.append(total / sum(map(len, text)))
    return np.stack(means).astype(np.float32)


def static_text_vectors(
    texts: Sequence[list[tuple[str, ...]]], vectors: WordVectors
) -> Float[np.ndarray, "texts dim"]:
    """A static vector for each text: the mean over its known words, zeros when it has none."""
    return np.stack(
        [vectors.mean([word for sentence in text for word in sentence]) for text in texts]
    )
