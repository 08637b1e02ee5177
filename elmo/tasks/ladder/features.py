"""The vectors and bags of words of texts and of uses, from which a ladder is made."""

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
"""Called with the finished fraction and the name of the present step; the function may raise `Stop` to end the work."""

CHUNK_SENTENCES = 32
"""Number of sentences embedded between two reports of progress."""


class Stop(Exception):
    """Raised by a progress function to end the work early; the finished rows are kept."""


class VectorSource(Protocol):
    """An object that embeds sentences and stores their vectors, such as `elmo.vectors.cache.VectorCache`."""

    def embed(self, elmo: Elmo, sentences: Sequence[Sequence[str]]) -> list[np.ndarray]: ...


@dataclass(frozen=True)
class Samples:
    """Labelled items with their vectors and words, from which the rows of a ladder are made.

    Attributes:
        task: "classification" or "sense tagging".
        name: name of the data.
        texts: text of each item, for people.
        labels: label of each item.
        bags: words of each item that TF-IDF reads, separated by spaces.
        layers: contextual vectors of each item, one for each layer.
        static: static vector of each item; None without static vectors.
        notices: remarks on the data for readers.
        model: name of the model.
        fingerprint: checksum of the options and weights that `layers` come from.
        static_name: source of the static vectors.
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
    """A progress function that does nothing."""


def embed_sentences(
    elmo: Elmo,
    sentences: Sequence[Sequence[str]],
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
) -> Iterator[Float[np.ndarray, "layers tokens dim"]]:
    """Yield the layers of each sentence, from the cache if it has them."""
    for start in range(0, len(sentences), CHUNK_SENTENCES):
        progress(start / len(sentences), f"Reading sentence {start + 1:,} of {len(sentences):,}")
        chunk = sentences[start : start + CHUNK_SENTENCES]
        if cache is None:
            yield from (sentence.layers for sentence in elmo.embed(chunk))
        else:
            yield from cache.embed(elmo, chunk)


def tokenize_texts(texts: Iterable[str]) -> list[list[tuple[str, ...]]]:
    """The sentences of each text, as words.

    Raises:
        InputError: a text has no words; the message has its number, from 1.
    """
    tokenized = []
    for number, text in enumerate(texts, 1):
        sentences = [sentence.forms for sentence in process(text)]
        if not sentences:
            raise InputError(f"text {number} is {text[:40]!r}: it has no words; remove it.")
        tokenized.append(sentences)
    return tokenized


def text_vectors(
    texts: Sequence[list[tuple[str, ...]]],
    elmo: Elmo,
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
) -> Float[np.ndarray, "texts layers dim"]:
    """The vector of each text in each layer: the mean over all words of the text.

    Args:
        texts: sentences of each text, see `tokenize_texts`.
    """
    sentences = [sentence for text in texts for sentence in text]
    results = embed_sentences(elmo, sentences, cache, progress)
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
    """The static vector of each text: the mean over its known words; zeros without a known word."""
    return np.stack(
        [vectors.mean([word for sentence in text for word in sentence]) for text in texts]
    )
