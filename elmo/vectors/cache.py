"""A cache of vectors on disk: the same sentences are computed once.

The vectors of a sentence depend only on the model and the words, so their key is a checksum of both and of the
program's version; the text itself is not stored. A full cache deletes the least recently used entries. The cache is an
SQLite file: several processes may use the file at once, and an entry is either whole or absent. If the file cannot be
read or written, the vectors are computed again.
"""

import hashlib
import json
import logging
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from elmo.embedder import Elmo, sentence_words
from elmo.home import data_folder
from elmo.limits import VECTOR_DISK_BYTES
from elmo.representation import Constants, Reading, read_uses
from elmo.usages import Usage
from elmo.version import __version__

_log = logging.getLogger(__name__)
_FORMAT = "2"
_WRITE_BYTES = 32_000_000
_TABLE = """
CREATE TABLE IF NOT EXISTS vectors (
  key BLOB PRIMARY KEY, used INTEGER NOT NULL, n_bytes INTEGER NOT NULL,
  shape TEXT NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON vectors (used, n_bytes);
"""

SentenceLayers = Float[np.ndarray, "layers tokens dim"]
SentencesDone = Callable[[int, int], None]
"""Called with the number of finished sentences and the number of all sentences."""


class VectorCache:
    """A cache of the vectors of sentences.

    >>> cache = VectorCache.for_session()
    >>> arrays = cache.embed(elmo, [["The", "river", "bank"]])      # doctest: +SKIP
    """

    def __init__(self, folder: Path | None = None, max_bytes: int = VECTOR_DISK_BYTES) -> None:
        """Open the cache's file, or make the file.

        Args:
            folder: folder of the file; None is the folder "vectors" of the data folder.
            max_bytes: largest size of all stored vectors.
        """
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._file: Path | None = None
        self._connection: sqlite3.Connection | None = None
        try:
            folder = data_folder("vectors") if folder is None else Path(folder)
            folder.mkdir(parents=True, exist_ok=True)
            self._file = folder / "vectors.sqlite"
        except OSError as error:
            _log.warning("vectors are not kept: %s", error.strerror)
        else:
            self._open()

    @classmethod
    def for_session(cls) -> "VectorCache":
        """A cache for one visit, in an unnamed temporary file that is deleted when the cache is closed."""
        cache = cls.__new__(cls)
        cache.max_bytes = VECTOR_DISK_BYTES
        cache._lock = threading.Lock()
        cache._file = None
        cache._connection = sqlite3.connect("", check_same_thread=False)
        cache._connection.executescript(_TABLE)
        return cache

    def embed(
        self,
        elmo: Elmo,
        sentences: Sequence[Sequence[str]],
        progress: SentencesDone | None = None,
        batch_tokens: int = 4096,
    ) -> list[SentenceLayers]:
        """The vectors of each sentence, in the order of `sentences`.

        Raises:
            InputError: as `Elmo.embed`.
        """
        rows = [sentence_words(s, i) for i, s in enumerate(sentences)]
        return self._get(elmo, rows, [None] * len(rows), progress, batch_tokens)

    def read_uses(
        self,
        elmo: Elmo,
        uses: Sequence[Usage],
        constants: Constants,
        progress: SentencesDone | None = None,
        batch_tokens: int = 4096,
    ) -> Reading:
        """The model's reading of each use, stored in a tenth of the space of whole sentences.

        Raises:
            InputError: as `Elmo.embed`.
        """
        rows = [sentence_words(use.forms, i) for i, use in enumerate(uses)]
        own_ranks = constants.output is not None
        if not uses:
            n, dim = elmo.options.n_representations, elmo.options.representation_dim
            return _unpacked(np.zeros((0, n + 2, dim), np.float32), constants)

        def pack(layers: SentenceLayers, use: Usage) -> np.ndarray:
            return _packed(read_uses([layers], [use], [use.forms], constants))

        packed = self._get(elmo, rows, list(uses), progress, batch_tokens, pack, own_ranks)
        return _unpacked(np.stack(packed), constants)

    def close(self) -> None:
        """Close the file; the vectors of a visit's cache are deleted."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        """Close the file when the cache is no longer referenced, as Python 3.13 warns of open files."""
        if hasattr(self, "_connection"):
            self.close()

    def n_bytes(self) -> int:
        """Size of the stored vectors, in bytes."""
        rows = self._execute("SELECT coalesce(sum(n_bytes), 0) FROM vectors") or [(0,)]
        return rows[0][0]

    def _get(
        self,
        elmo: Elmo,
        sentences: list[tuple[str, ...]],
        uses: Sequence[Usage | None],
        progress: SentencesDone | None,
        batch_tokens: int,
        pack: Callable[[SentenceLayers, Usage], np.ndarray] | None = None,
        own_ranks: bool = False,
    ) -> list[np.ndarray]:
        """Read the stored arrays; compute the others, each sentence once, and store them.

        Args:
            uses: the use in each sentence, for `pack`; None stores the whole sentence.
            pack: makes the array to store from the layers of a sentence and the use.
            own_ranks: True if the ranks of words come from the model's softmax; `pack` depends on the ranks.
        """
        tell = progress or (lambda done, total: None)
        keys = [_key(elmo, *wanted, own_ranks) for wanted in zip(sentences, uses, strict=True)]
        results = self._read(list(dict.fromkeys(keys)))
        todo: dict[tuple[str, ...], dict[bytes, Usage | None]] = {}
        for key, sentence, use in zip(keys, sentences, uses, strict=True):
            if key not in results:
                todo.setdefault(sentence, {})[key] = use
        n_known = len(sentences) - sum(key not in results for key in keys)
        tell(n_known, len(sentences))
        waiting: dict[bytes, np.ndarray] = {}
        n_waiting = 0
        for done, embedded in enumerate(elmo.embed(todo, batch_tokens), 1):
            for key, use in todo[embedded.tokens].items():
                array = np.asarray(embedded.layers, np.float32)
                if use is not None and pack is not None:
                    array = pack(array, use)
                results[key] = waiting[key] = array
                n_waiting += array.nbytes
            if n_waiting > _WRITE_BYTES:
                self._write(waiting)
                waiting, n_waiting = {}, 0
            tell(n_known + done * (len(sentences) - n_known) // len(todo), len(sentences))
        self._write(waiting)
        return [results[key] for key in keys]

    def _read(self, keys: list[bytes]) -> dict[bytes, np.ndarray]:
        """The stored arrays of the keys; damaged entries are deleted."""
        arrays: dict[bytes, np.ndarray] = {}
        damaged: list[bytes] = []
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            marks = ",".join("?" * len(part))
            for key, shape, crc, data in self._execute(
                f"SELECT key, shape, crc, data FROM vectors WHERE key IN ({marks})", part
            ):
                try:
                    if zlib.crc32(data) != crc:
                        raise ValueError("checksum")
                    array = np.frombuffer(bytearray(data), np.float32).reshape(json.loads(shape))
                    arrays[bytes(key)] = array
                except (ValueError, TypeError):
                    damaged.append(key)
        if damaged:
            _log.warning("%d kept vectors were damaged and are computed again", len(damaged))
        self._change("DELETE FROM vectors WHERE key = ?", [(key,) for key in damaged])
        newest = "(SELECT coalesce(max(used), 0) + 1 FROM vectors)"
        self._change(
            f"UPDATE vectors SET used = {newest} WHERE key = ?", [(key,) for key in arrays]
        )
        return arrays

    def _write(self, arrays: dict[bytes, np.ndarray]) -> None:
        rows = []
        for key, array in arrays.items():
            data = np.ascontiguousarray(array, np.float32).tobytes()
            shape = json.dumps(array.shape)
            rows.append((key, len(data) + len(key), shape, zlib.crc32(data), data))
        self._change(
            "INSERT OR REPLACE INTO vectors (key, used, n_bytes, shape, crc, data) VALUES "
            "(?, (SELECT coalesce(max(used), 0) + 1 FROM vectors), ?, ?, ?, ?)",
            rows,
        )
        surplus = self.n_bytes() - self.max_bytes
        if surplus > 0:
            self._change("DELETE FROM vectors WHERE key = ?", list(self._oldest(surplus)))

    def _oldest(self, surplus: int) -> Iterator[tuple[bytes]]:
        """Yield the keys of the least recently used entries, until their sizes add up to `surplus` bytes."""
        for key, n_bytes in self._execute("SELECT key, n_bytes FROM vectors ORDER BY used"):
            if surplus <= 0:
                return
            yield (key,)
            surplus -= n_bytes

    def _execute(self, query: str, values: Sequence = ()) -> list[tuple]:
        return self._run(lambda connection: connection.execute(query, values).fetchall()) or []

    def _change(self, query: str, rows: list[tuple]) -> None:
        if rows:
            self._run(lambda connection: connection.executemany(query, rows))

    def _run(self, action: Callable):
        """Call `action` in one transaction; on an error of the file log a warning and return None."""
        with self._lock:
            if self._connection is None:
                return None
            try:
                with self._connection:
                    return action(self._connection)
            except sqlite3.OperationalError as error:
                _log.warning("the cache of vectors was not used: %s", error)
            except sqlite3.DatabaseError as error:
                _log.warning("the cache of vectors is damaged and begins anew: %s", error)
                self._connection.close()
                self._connection = None
                self._begin_anew()
            return None

    def _open(self) -> None:
        try:
            self._connection = self._connect()
        except sqlite3.OperationalError as error:
            _log.warning("vectors are not kept: %s", error)
        except sqlite3.DatabaseError:
            self._begin_anew()

    def _begin_anew(self) -> None:
        if self._file is None:
            return
        try:
            for name in ("", "-wal", "-shm"):
                self._file.with_name(self._file.name + name).unlink(missing_ok=True)
            self._connection = self._connect()
        except (OSError, sqlite3.Error) as error:
            _log.warning("vectors are not kept: %s", error)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file or "", timeout=30, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_TABLE)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _packed(reading: Reading) -> Float[np.ndarray, "rows dim"]:
    """The reading of one use as rows: the layers, the output around the word, and the words around in half a row."""
    assert reading.around is not None and reading.words is not None
    words = np.zeros_like(reading.around[0])
    words[: reading.words.shape[1]] = reading.words[0]
    return np.stack([*reading.layers[:, 0], reading.around[0], words])


def _unpacked(rows: Float[np.ndarray, "uses rows dim"], constants: Constants) -> Reading:
    layers = np.ascontiguousarray(rows[:, :-2].transpose(1, 0, 2))
    return Reading(layers, rows[:, -2], rows[:, -1, : rows.shape[2] // 2], constants)


def _key(elmo: Elmo, sentence: tuple[str, ...], use: Usage | None, own_ranks: bool) -> bytes:
    where = None if use is None else [use.position, use.end, use.vector_run, own_ranks]
    parts = [_FORMAT, __version__, elmo.fingerprint, str(elmo.dtype), where, sentence]
    return hashlib.sha256(json.dumps(parts).encode()).digest()
