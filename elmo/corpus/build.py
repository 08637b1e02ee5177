"""Build an index of a corpus: text files -> an SQLite file with every word's places.

`elmo.tokenizer` splits the text into words, so that the model reads the same words that the index finds. The index
grows in OUTPUT.part, one transaction for each segment of a million words: after an interrupted or killed run the next
call continues behind the last whole segment. Memory holds one segment.

The file's tables are described in `elmo.corpus.index_file`.
"""

import json
import sqlite3
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from elmo import tokenizer
from elmo.corpus.hit import encode_sentence
from elmo.corpus.index import CorpusIndex
from elmo.corpus.index_file import FORMAT, is_index
from elmo.corpus.lines import read_lines, text_files
from elmo.errors import CorpusError
from elmo.normal_form import comparison_form
from elmo.whole_files import check_output, put_in_place

SEGMENT_TOKENS = 1_000_000
"""Words of a segment, written in one transaction; a killed run loses the work of at most one segment."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, n_lines INTEGER NOT NULL, n_tokens INTEGER NOT NULL
);
CREATE TABLE segments (
  id INTEGER PRIMARY KEY, first_sentence INTEGER NOT NULL, n_tokens INTEGER NOT NULL,
  starts BLOB NOT NULL, documents BLOB NOT NULL, joined BLOB NOT NULL
);
CREATE TABLE words (word TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sentences (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE postings (
  segment INTEGER, word TEXT, n INTEGER NOT NULL, offsets BLOB NOT NULL,
  PRIMARY KEY (segment, word)
) WITHOUT ROWID;
"""

BytesRead = Callable[[int, int], None]
"""Called with the bytes read so far and the bytes of all files."""


def build_index(
    corpus: list[str] | list[Path],
    output: str | Path,
    progress: BytesRead = lambda done, total: None,
    segment_tokens: int = SEGMENT_TOKENS,
    *,
    overwrite: bool = False,
    encoding: str | None = None,
    max_bytes: int | None = None,
) -> CorpusIndex:
    """Index text files; each file is a document.

    Args:
        corpus: text files, also packed, and folders of them.
        output: file of the index, written at the end. Until then OUTPUT.part grows; a later call with
            the same files continues OUTPUT.part.
        progress: called with the bytes read so far and the bytes of all files.
        segment_tokens: words of a segment.
        overwrite: replace an existing file that is no index; an index is replaced in any case.
        encoding, max_bytes: encoding and largest unpacked size of each file; see `read_lines`.

    Raises:
        InputError: the output is one of the corpus files, or must not be replaced; see `check_output`.
        CorpusError: a file cannot be read, the output cannot be written, or OUTPUT.part was begun
            with other files.
    """
    files = text_files(corpus)
    output = Path(output)
    check_output(output, files, overwrite=overwrite, is_own=is_index)
    sizes = [file.stat().st_size for file in files]
    described = json.dumps(
        [encoding, *([str(f), size] for f, size in zip(files, sizes, strict=True))]
    )
    part = output.with_name(output.name + ".part")
    try:
        connection = _open(part, described, _names(files))
        try:
            builder = _Builder(connection, segment_tokens, encoding, max_bytes)
            for number, file in enumerate(files):
                before = sum(sizes[:number])
                for n_bytes in builder.read(number, file):
                    progress(before + n_bytes, sum(sizes))
            builder.write_segment()
            builder.write_words()
        finally:
            connection.close()
        put_in_place(part, output)
        progress(sum(sizes), sum(sizes))
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise CorpusError(f"{part} is in use: another process builds this index.") from None
        raise CorpusError(
            f"{part} cannot be written: {error}. The finished segments are kept; call again to go on."
        ) from None
    except sqlite3.DatabaseError as error:
        raise CorpusError(f"{part} is damaged ({error}). Delete it to start again.") from None
    except OSError as error:
        raise CorpusError(f"{output} cannot be written: {error.strerror or error}.") from None
    return CorpusIndex(output)


def _names(files: list[Path]) -> list[str]:
    """The name of each document: its file name, or its whole path where two files have the same name."""
    names = [file.name for file in files]
    return [
        name if names.count(name) == 1 else str(file)
        for name, file in zip(names, files, strict=True)
    ]


def _open(part: Path, described: str, names: list[str]) -> sqlite3.Connection:
    """Open OUTPUT.part and lock it until it is closed; a missing file is made with empty tables."""
    connection = sqlite3.connect(part, timeout=1, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN EXCLUSIVE")
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in _TABLES.split(";")[:-1]:
                connection.execute(statement)
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?)", [("format", FORMAT), ("files", described)]
            )
            connection.executemany(
                "INSERT INTO documents VALUES (?, ?, 0, 0)", list(enumerate(names))
            )
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        if not connection.execute("SELECT 1 FROM segments").fetchone() and "files" in meta:
            # Nothing is lost: a run that ended at once, such as with another encoding, begins anew.
            connection.execute("DELETE FROM documents")
            connection.executemany(
                "INSERT INTO documents VALUES (?, ?, 0, 0)", list(enumerate(names))
            )
            connection.execute("UPDATE meta SET value = ? WHERE key = 'files'", (described,))
            meta["files"] = described
        connection.execute("COMMIT")
        if meta != {"format": FORMAT, "files": described}:
            raise CorpusError(
                f"{part} was begun with other files or another encoding, by another version of this program, or the "
                "files have changed. Delete it to start again, or name another output."
            )
    except BaseException:
        connection.close()
        raise
    return connection


class _Builder:
    """Collects the words of a segment, and writes each full segment in one transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        segment_tokens: int,
        encoding: str | None,
        max_bytes: int | None,
    ) -> None:
        self.connection = connection
        self.encoding, self.max_bytes = encoding, max_bytes
        self.segment_tokens = segment_tokens
        query = "SELECT count(*), coalesce(max(id), -1) + 1 FROM "
        (_, self.segment) = connection.execute(query + "segments").fetchone()
        (_, self.first_sentence) = connection.execute(query + "sentences").fetchone()
        self.n_lines: dict[int, int] = {}
        self.n_document_tokens: dict[int, int] = {}
        self._clear()

    def _clear(self) -> None:
        self.texts: list[str] = []
        self.starts = array("I")
        self.documents = array("I")
        self.joined: list[bool] = []
        self.offsets: dict[str, array] = {}
        self.n_tokens = 0

    def read(self, document: int, file: Path) -> Iterator[int]:
        """Index the lines of a file that no earlier run has indexed; yields the bytes read so far."""
        query = "SELECT n_lines, n_tokens FROM documents WHERE id = ?"
        n_known, self.n_document_tokens[document] = self.connection.execute(
            query, (document,)
        ).fetchone()
        block: list[str] = []
        n_characters = 0
        n_lines = n_known
        lines = read_lines(file, encoding=self.encoding, max_bytes=self.max_bytes)
        for number, line in enumerate(lines):
            if number < n_known:
                continue
            block.append(line.text)
            n_characters += len(line.text)
            n_lines += 1
            if n_characters > 50_000:
                self._add(document, block)
                block, n_characters = [], 0
                self.n_lines[document] = n_lines
                if self.n_tokens >= self.segment_tokens:
                    self.write_segment()
                yield line.n_bytes_read
        self._add(document, block)
        self.n_lines[document] = n_lines

    def _add(self, document: int, lines: list[str]) -> None:
        before = self.n_tokens
        for sentence in tokenizer.process("\n".join(lines)):
            self.texts.append(encode_sentence(sentence))
            self.starts.append(self.n_tokens)
            self.documents.append(document)
            self.joined += [
                number > 0 and sentence.joined(number) for number in range(len(sentence))
            ]
            for offset, token in enumerate(sentence.tokens, self.n_tokens):
                word = comparison_form(token)
                places = self.offsets.get(word)
                if places is None:
                    places = self.offsets[word] = array("I")
                places.append(offset)
            self.n_tokens += len(sentence.tokens)
        self.n_document_tokens[document] += self.n_tokens - before

    def write_segment(self) -> None:
        """Write the collected segment, and the number of lines that were read of each file."""
        execute, executemany = self.connection.execute, self.connection.executemany
        execute("BEGIN EXCLUSIVE")
        if self.texts:
            segment = (
                self.segment,
                self.first_sentence,
                self.n_tokens,
                _blob(self.starts),
                _blob(self.documents),
                np.packbits(np.array(self.joined, bool)).tobytes(),
            )
            execute("INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)", segment)
            executemany(
                "INSERT INTO sentences VALUES (?, ?)", enumerate(self.texts, self.first_sentence)
            )
            executemany(
                "INSERT INTO postings VALUES (?, ?, ?, ?)",
                (
                    (self.segment, word, len(places), _blob(places))
                    for word, places in sorted(self.offsets.items())
                ),
            )
        executemany(
            "UPDATE documents SET n_lines = ?, n_tokens = ? WHERE id = ?",
            [(n, self.n_document_tokens[id_], id_) for id_, n in self.n_lines.items()],
        )
        execute("COMMIT")
        self.segment += 1
        self.first_sentence += len(self.texts)
        self._clear()

    def write_words(self) -> None:
        """Write the table `words`: how often each word stands in the whole corpus."""
        self.connection.execute("BEGIN EXCLUSIVE")
        self.connection.execute("DELETE FROM words")
        self.connection.execute("INSERT INTO words SELECT word, sum(n) FROM postings GROUP BY word")
        self.connection.execute("COMMIT")


def _blob(numbers: array) -> bytes:
    return np.asarray(numbers, "<u4").tobytes()
