"""The file of a corpus index (SQLite), opened for reading: documents, words with their counts, and segments.

The tables hold the sentences; all words (in normal form, letter case folded) with their counts; and, for each segment
of about a million words, the places of each word: 32-bit numbers of words from the segment's start. `elmo.corpus.build`
writes the file.
"""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.request import pathname2url

import numpy as np
from jaxtyping import Int

from elmo.corpus.search import Segment
from elmo.errors import CorpusError, InputError
from elmo.paths import no_file

FORMAT = "elmo corpus index 2"
_MAKE_ONE = "An index is made with `python -m elmo index CORPUS --output FILE.index`, where CORPUS may be a pipe."


def is_index(file: Path) -> bool:
    """True if a file is an index of a corpus, in this format or an earlier one."""
    if not file.is_file():  # a pipe would be waited for
        return False
    try:
        address = f"file:{pathname2url(str(file.absolute()))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            query = "SELECT value FROM meta WHERE key = 'format'"
            return str(connection.execute(query).fetchone()[0]).startswith("elmo corpus index")
    except (sqlite3.Error, TypeError):
        return False


@dataclass(frozen=True)
class Document:
    """One file of the corpus."""

    name: str
    n_tokens: int


class IndexFile:
    """The file of an index, opened for reading."""

    def __init__(self, file: str | Path) -> None:
        """Open the file.

        Raises:
            CorpusError: the file is missing, or is no index of the format `FORMAT`.
        """
        self.file = Path(file)
        if not self.file.is_file():
            raise CorpusError(f"{no_file(file)} {_MAKE_ONE}")
        address = f"file:{pathname2url(str(self.file.absolute()))}?mode=ro"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        rows = self._rows("SELECT value FROM meta WHERE key = 'format'")
        if rows != [(FORMAT,)]:
            self.close()
            version = rows[0][0] if rows else "nothing"
            raise CorpusError(
                f"{self.file.name} has the format {version!r}, expected {FORMAT!r}: another version "
                f"of this program made it. Index the corpus again: python -m elmo index CORPUS "
                f"--output {file}"
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __del__(self) -> None:
        """Close the file when the index is no longer referenced, as Python 3.13 warns of open files."""
        if hasattr(self, "_connection"):
            self.close()

    def __enter__(self) -> Self:
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
        """Number of words and punctuation marks in all files."""
        return sum(document.n_tokens for document in self.documents)

    def frequencies(self) -> dict[str, int]:
        """How often each word stands in the corpus, letter case folded."""
        return dict(self._rows("SELECT word, sum(n) FROM postings GROUP BY word"))

    @cached_property
    def _segments(self) -> list[int]:
        return [row[0] for row in self._rows("SELECT id FROM segments ORDER BY id")]

    @cached_property
    def _vocabulary(self) -> tuple[list[str], list[int]]:
        """All words, and how often each stands in the corpus."""
        rows = self._rows("SELECT word, n FROM words")
        return [word for word, _ in rows], [n for _, n in rows]

    def _counts(self, words: Sequence[str]) -> dict[str, int]:
        """How often each of the words stands in the corpus; words that are not in the corpus are left out."""
        counts: dict[str, int] = {}
        for start in range(0, len(words), 500):
            part = words[start : start + 500]
            marks = ",".join("?" * len(part))
            counts |= dict(
                self._rows(f"SELECT word, n FROM words WHERE word IN ({marks})", tuple(part))
            )
        return counts

    def _postings(self, segment: int, words: Sequence[str]) -> Int[np.ndarray, " uses"]:
        places = [np.zeros(0, np.int64)]
        for start in range(0, len(words), 500):
            part = words[start : start + 500]
            marks = ",".join("?" * len(part))
            query = f"SELECT offsets FROM postings WHERE segment = ? AND word IN ({marks})"
            rows = self._rows(query, (segment, *part))
            places += [np.frombuffer(row[0], "<u4").astype(np.int64) for row in rows]
        return places[-1] if len(places) == 2 else np.sort(np.concatenate(places))

    def _segment(self, number: int) -> Segment:
        """The sentences and documents of a segment; places of words are read when needed."""
        if number not in self._segments_in_memory:
            query = (
                "SELECT first_sentence, n_tokens, starts, documents, joined FROM segments "
                "WHERE id = ?"
            )
            first, n_tokens, starts, documents, joined = self._rows(query, (number,))[0]
            if len(self._segments_in_memory) >= 64:
                self._segments_in_memory.clear()
            self._segments_in_memory[number] = Segment(
                number,
                first,
                np.frombuffer(starts, "<u4").astype(np.int64),
                np.frombuffer(documents, "<u4").astype(np.int64),
                np.unpackbits(np.frombuffer(joined, np.uint8), count=n_tokens).astype(bool),
                lambda words: self._postings(number, words),
            )
        return self._segments_in_memory[number]

    @cached_property
    def _segments_in_memory(self) -> dict[int, Segment]:
        return {}

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
        except UnicodeEncodeError:
            raise InputError(
                "the query has half a character (a lone surrogate), which no text has; type it again."
            ) from None
        except sqlite3.DatabaseError as error:
            raise CorpusError(
                f"{self.file.name} cannot be read as an index of a corpus ({error}); index the "
                "corpus again."
            ) from None
