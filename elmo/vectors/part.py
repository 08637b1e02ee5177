"""OUT.part, the growing HDF5 file of embedded sentences, which is renamed to OUT when all sentences are done.

Finished sentences are added by `JournaledFile`, a whole batch or nothing, so that a later call continues the file of a
process that was killed at any moment.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
from filelock import FileLock, Timeout

from elmo.corpus.lines import read_lines
from elmo.errors import InputError
from elmo.vectors.journal import JournaledFile
from elmo.whole_files import put_in_place, whole_file

_BEGUN = "elmo_embed"
"""Attribute of OUT: a JSON object with the model and the options; a call with others does not continue the file."""

_DONE = "lines_sha256"
"""Attribute of OUT.part: the checksum of the embedded lines."""


def is_embedded(file: Path) -> bool:
    """True if `embed_file` wrote the file."""
    try:
        with h5py.File(file, "r") as opened:
            return _BEGUN in opened.attrs
    except (OSError, RuntimeError):
        return False


class Part:
    """OUT.part, which grows by whole sentences and is renamed to OUT when all sentences are done."""

    def __init__(self, out_file: Path, options: dict) -> None:
        """Lock OUT.part; make the file, or continue an existing one.

        Raises:
            InputError: OUT.part cannot be written, is damaged, or was begun with another model or other options.
        """
        self.out_file = out_file
        self.path = out_file.with_name(out_file.name + ".part")
        self.n_done = 0
        self.digest = hashlib.sha256().hexdigest()
        try:
            self._lock = FileLock(self.path.with_name(self.path.name + ".lock"), timeout=0)
            self._lock.acquire()
        except Timeout:
            raise InputError(f"{self.path} is in use: another process writes it, too.") from None
        except OSError as error:
            raise InputError(f"{self.path} cannot be written: {error}.") from None
        try:
            begun_with = self._begin(options)
        except BaseException:
            self.close()
            raise
        if begun_with != options:
            self.close()
            different = ", ".join(
                f"{key} {begun_with.get(key)!r}, now {options[key]!r}"
                for key in options
                if begun_with.get(key) != options[key]
            )
            raise InputError(
                f"{self.path} was begun with {different}. Ask for the same again to go on with it, "
                "delete it to start again, or name another output."
            )

    def __enter__(self) -> "Part":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the lock of the file."""
        self._lock.release()

    def _begin(self, options: dict) -> dict:
        """Make OUT.part if there is none; returns the options that OUT.part was begun with."""
        try:
            if not self.path.exists():
                with whole_file(self.path) as fresh, h5py.File(fresh, "w") as file:
                    file.attrs[_BEGUN] = json.dumps(options, sort_keys=True)
                    file.attrs[_DONE] = self.digest
            with JournaledFile(self.path) as opened, h5py.File(opened, "r") as file:
                begun_with = json.loads(str(file.attrs[_BEGUN]))
                self.digest = str(file.attrs[_DONE])
                self.n_done = len(file) - ("sentence_to_index" in file)
                if not all(isinstance(file[str(i)], h5py.Dataset) for i in range(self.n_done)):
                    raise KeyError("a sentence that is no data set")
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            if isinstance(error, PermissionError) or not self.path.exists():
                raise InputError(f"{self.path} cannot be written: {error}.") from None
            raise InputError(
                f"{self.path} cannot be gone on with ({error}). Delete it to start again."
            ) from None
        return begun_with

    @contextmanager
    def _changing(self) -> Iterator[h5py.File]:
        """Open the file for changes; all changes of the block are written, or none."""
        with JournaledFile(self.path) as journaled:
            with h5py.File(journaled, "r+") as file:
                yield file
            journaled.commit()

    def check_lines(self, digest: str, sentences_file: Path) -> None:
        """Check that the lines embedded so far are still the first lines of the sentences file.

        Args:
            digest: checksum of as many lines of the sentences file as OUT.part has.

        Raises:
            InputError: the lines have changed.
        """
        if digest != self.digest:
            raise InputError(
                f"{self.path} holds the first {self.n_done:,} lines of other sentences than "
                f"{sentences_file} has now. Delete it to start again, or name another output."
            )

    def add(self, finished: list[tuple[np.ndarray, list[str] | None]], digest: str) -> None:
        """Write finished sentences, and the checksum of all lines so far.

        Args:
            finished: vectors and words of each sentence; the words are None if they are not stored.

        Raises:
            InputError: the disk is full, or the file cannot be written.
        """
        if not finished:
            return
        n_bytes = sum(array.nbytes + 2048 for array, _ in finished)
        free = shutil.disk_usage(self.path.parent).free
        if free < n_bytes + 8_000_000:
            raise InputError(
                f"the disk of {self.path} is full ({free / 1e6:,.0f} MB are free). Free some space "
                f"and call again: the {self.n_done:,} sentences done are kept."
            )
        try:
            with self._changing() as file:
                for number, (array, tokens) in enumerate(finished, self.n_done):
                    item = file.create_dataset(str(number), data=array)
                    if tokens is not None:
                        item.attrs["tokens"] = json.dumps(tokens)
                file.attrs[_DONE] = digest
        except OSError as error:
            raise InputError(f"{self.path} cannot be written: {error}.") from None
        self.n_done += len(finished)
        self.digest = digest

    def finish(self, sentences_file: Path, encoding: str | None = None) -> None:
        """Write `sentence_to_index`, and rename OUT.part to OUT.

        Raises:
            InputError: the file cannot be written.
        """
        lines = read_lines(sentences_file, encoding=encoding)
        index = {line.text.strip(): str(i) for i, line in enumerate(lines)}
        try:
            with self._changing() as file:
                if "sentence_to_index" in file:
                    del file["sentence_to_index"]
                strings = h5py.string_dtype("utf-8")
                file.create_dataset("sentence_to_index", data=[json.dumps(index)], dtype=strings)
            put_in_place(self.path, self.out_file)
            Path(self._lock.lock_file).unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{self.out_file} cannot be written: {error}.") from None
