"""A corpus on disk: how often a word stands in it, and its uses with their sentences.

    index = CorpusIndex("corpus.index")
    index.count("bank")
    for hit in index.hits("bank", limit=50):
        print(hit.left, hit.word, hit.right, hit.document)

The file (SQLite) has the sentences, and for each segment of about a million words and each word in
it (letter case folded) the places where it stands: 32-bit numbers of words from the segment's
start. Counting adds up one number a segment, and a word's neighbours are found by comparing places,
without reading a sentence. Why not FTS5: it has other words than ours, so that every hit would have
to be read and split again, 600,000 of them for "the" in ten million words.

`corpus_builder` makes it.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.request import pathname2url

import numpy as np
from jaxtyping import Int

from elmo.corpus.hit import Hit, cut_hit, sample
from elmo.errors import CorpusError, InputError
from elmo.tokenizer import tokenize

FORMAT = "elmo corpus index 1"


@dataclass(frozen=True)
class Document:
    """One file of the corpus."""

    name: str
    n_tokens: int


class CorpusIndex:
    """An index that `corpus_builder.build_index` made, opened for reading."""

    def __init__(self, file: str | Path) -> None:
        """
        Raises:
            CorpusError: it is missing, or not such an index.
        """
        self.file = Path(file)
        if not self.file.is_file():
            raise CorpusError(
                f"{file} was not found; make it with `python -m elmo index CORPUS --output {file}`."
            )
        address = f"file:{pathname2url(str(self.file.absolute()))}?mode=ro"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        rows = self._rows("SELECT value FROM meta WHERE key = 'format'")
        if rows != [(FORMAT,)]:
            self.close()
            raise CorpusError(
                f"{self.file.name} has the format {rows}, expected {FORMAT!r}; index the corpus again."
            )

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> "CorpusIndex":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The files that were indexed, in their order."""
        query = "SELECT name, n_tokens FROM documents ORDER BY id"
        return tuple(Document(*row) for row in self._rows(query))

    @cached_property
    def n_tokens(self) -> int:
        """Words and punctuation marks of all files."""
        return sum(document.n_tokens for document in self.documents)

    def count(
        self,
        word: str,
        *,
        documents: Sequence[str] | None = None,
        near: str | None = None,
        window: int = 5,
    ) -> int:
        """How often a word stands in the corpus; see `hits`."""
        words = _words(word)
        if len(words) == 1 and documents is None and near is None:
            query = (
                "SELECT coalesce(sum(n), 0) FROM segments JOIN postings ON segment = segments.id "
                "WHERE word = ?"
            )
            return self._rows(query, (words[0],))[0][0]
        return sum(len(places) for _, places in self._places(word, documents, near, window))

    def hits(
        self,
        word: str,
        limit: int | None = 50,
        *,
        documents: Sequence[str] | None = None,
        near: str | None = None,
        window: int = 5,
        seed: int | None = None,
        stratified: bool = False,
    ) -> list[Hit]:
        """Uses of a word, in the order of the corpus.

        Args:
            word: in any letter case; several words with spaces between are a phrase.
            limit: the first so many, or with a `seed` a random choice of so many; None is all.
            documents: names of the files to look in; None is all.
            near: only uses with this word in the same sentence, at most `window` words away.
            seed: the same seed gives the same choice.
            stratified: the choice takes as many from each document, as far as it has them.

        Raises:
            InputError: an empty word, or a document that is not in the index.
            CorpusError: the index is damaged.
        """
        found: list[tuple[int, np.ndarray]] = []
        n_found = 0
        for segment, places in self._places(word, documents, near, window):
            found.append((segment, places))
            n_found += len(places)
            if seed is None and limit is not None and n_found >= limit:
                break
        chosen = np.arange(n_found)
        if seed is not None and limit is not None and limit < n_found:
            strata = self._documents_of(found) if stratified else np.zeros(n_found, int)
            chosen = sample(strata, limit, seed)
        return list(self._read(found, chosen[:limit], len(_words(word))))

    def _places(
        self, word: str, documents: Sequence[str] | None, near: str | None, window: int
    ) -> Iterator[tuple[int, Int[np.ndarray, " uses"]]]:
        """For each segment, where the word stands and all conditions hold."""
        words = _words(word)
        wanted = None if documents is None else self._document_ids(documents)
        for segment in self._segments:
            places = self._postings(segment, words[0])
            for distance, other in enumerate(words[1:], 1):
                places = places[np.isin(places + distance, self._postings(segment, other))]
            if len(places) and len(words) > 1:
                last = places + len(words) - 1
                places = places[
                    self._sentence_of(segment, places) == self._sentence_of(segment, last)
                ]
            if len(places) and wanted is not None:
                documents_of = self._segment_arrays(segment)[2]
                places = places[np.isin(documents_of[self._sentence_of(segment, places)], wanted)]
            if len(places) and near is not None:
                places = self._near(segment, places, len(words), _words(near), window)
            if len(places):
                yield segment, places

    def _near(
        self, segment: int, places: np.ndarray, length: int, words: list[str], window: int
    ) -> np.ndarray:
        """Those of the places that have a neighbour in the same sentence."""
        if len(words) != 1:
            raise InputError(f"near is {' '.join(words)!r}, expected one word.")
        others = self._postings(segment, words[0])
        if not len(others):
            return places[:0]
        keep = np.zeros(len(places), bool)
        sentences, other_sentences = (self._sentence_of(segment, x) for x in (places, others))
        for distance in [*range(-window, 0), *range(length, length + window)]:
            at = np.searchsorted(others, places + distance)
            at[at == len(others)] = 0
            keep |= (others[at] == places + distance) & (other_sentences[at] == sentences)
        return places[keep]

    def _read(
        self, found: list[tuple[int, np.ndarray]], chosen: np.ndarray, length: int
    ) -> Iterator[Hit]:
        """The sentences of the chosen places."""
        bounds = np.cumsum([0] + [len(places) for _, places in found])
        for number in chosen:
            which = int(np.searchsorted(bounds, number, side="right")) - 1
            segment, places = found[which]
            place = int(places[number - bounds[which]])
            first, starts, documents_of = self._segment_arrays(segment)
            sentence = int(np.searchsorted(starts, place, side="right")) - 1
            rows = self._rows("SELECT text FROM sentences WHERE id = ?", (first + sentence,))
            if not rows:
                raise CorpusError(f"{self.file.name} is damaged; index the corpus again.")
            name = self.documents[int(documents_of[sentence])].name
            yield cut_hit(rows[0][0], place - int(starts[sentence]), length, name)

    @cached_property
    def _segments(self) -> list[int]:
        return [row[0] for row in self._rows("SELECT id FROM segments ORDER BY id")]

    def _postings(self, segment: int, word: str) -> Int[np.ndarray, " uses"]:
        query = "SELECT offsets FROM postings WHERE segment = ? AND word = ?"
        rows = self._rows(query, (segment, word))
        return np.frombuffer(rows[0][0] if rows else b"", "<u4").astype(np.int64)

    def _segment_arrays(self, segment: int) -> tuple[int, np.ndarray, np.ndarray]:
        """Its first sentence's number; each sentence's first word and document."""
        if segment not in self._arrays:
            query = "SELECT first_sentence, starts, documents FROM segments WHERE id = ?"
            first, starts, documents = self._rows(query, (segment,))[0]
            numbers = np.frombuffer(starts, "<u4").astype(np.int64), np.frombuffer(documents, "<u4")
            if len(self._arrays) >= 64:
                self._arrays.clear()
            self._arrays[segment] = first, *numbers
        return self._arrays[segment]

    @cached_property
    def _arrays(self) -> dict[int, tuple[int, np.ndarray, np.ndarray]]:
        return {}

    def _sentence_of(self, segment: int, places: np.ndarray) -> np.ndarray:
        return np.searchsorted(self._segment_arrays(segment)[1], places, side="right") - 1

    def _documents_of(self, found: list[tuple[int, np.ndarray]]) -> np.ndarray:
        return np.concatenate(
            [
                self._segment_arrays(segment)[2][self._sentence_of(segment, places)]
                for segment, places in found
            ]
        )

    def _document_ids(self, names: Sequence[str]) -> list[int]:
        known = {document.name: number for number, document in enumerate(self.documents)}
        for name in names:
            if name not in known:
                some = ", ".join(list(known)[:10])
                raise InputError(f"there is no document {name!r} in this index; there are: {some}.")
        return [known[name] for name in names]

    def _rows(self, query: str, values: tuple = ()) -> list[tuple]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise CorpusError(
                f"{self.file.name} cannot be read as an index of a corpus ({error}); index the "
                "corpus again."
            ) from None


def _words(text: str) -> list[str]:
    """The words that are looked for, split as the corpus was, letter case folded."""
    words = text.split()
    if not all(word.isalnum() for word in words):
        words = list(tokenize(text).tokens)
    if not words:
        raise InputError("the word to look for is empty.")
    return [word.casefold() for word in words]
