"""Embed a file of sentences into an HDF5 file, in bounded memory; an interrupted run can be continued.

The layout is AllenNLP's: data set "i" for line i (from 0), and `sentence_to_index`, one string that is a JSON object
from the text of a line to i. Finished sentences are added to OUT.part by `JournaledFile`, a whole batch or nothing, so
that a later call continues the file of a process that was killed at any moment.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
from filelock import FileLock, Timeout
from jaxtyping import Float

from elmo.corpus.lines import read_lines
from elmo.embedder import Elmo, Embedded
from elmo.errors import ElmoError, InputError
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.representation import (
    EQUAL_MIX,
    LESS_THE_MEAN,
    Reading,
    Representation,
    by_name,
    mix,
    read_tokens,
)
from elmo.vectors.journal import JournaledFile
from elmo.vectors.tokens import words_of
from elmo.whole_files import check_output, put_in_place, whole_file

_BEGUN = "elmo_embed"
"""Attribute of OUT: a JSON object with the model and the options; a call with others does not continue the file."""
_DONE = "lines_sha256"
"""Attribute of OUT.part: the checksum of the embedded lines."""


def embed_file(
    elmo: Elmo,
    sentences_file: str | Path,
    out_file: str | Path,
    layers: str = "all",
    *,
    batch_tokens: int = 4096,
    text: bool = False,
    overwrite: bool = False,
    encoding: str | None = None,
    boundaries: bool = False,
    progress: Callable[[int], None] = lambda n_words: None,
) -> int:
    """Embed each line of a file.

    Args:
        sentences_file: one sentence on a line, words separated by any blanks of Unicode; an empty line is an empty
            sentence.
        out_file: written as OUT.part, which a later call continues, and renamed at the end.
        layers: as in `select`.
        text: True if lines are plain text: the tokenizer splits them into words, the model reads the words in normal
            form, and each data set has the words in the attribute `tokens`, a JSON list.
        overwrite: replace an existing file that `embed_file` did not write; a file of `embed_file` is replaced in any
            case.
        encoding: encoding of the sentences; None finds the encoding.
        boundaries: True if the words "<S>" and "</S>" mean the boundaries of the sentence.
        progress: called with the number of words (parts between spaces) finished since the last call.

    Returns:
        The number of sentences.

    Raises:
        CorpusError: the sentences cannot be read; the message has the line.
        InputError: there is no such representation, OUT cannot be written (see `check_output`), a line has too many
            words, or OUT.part belongs to other options, another model or other sentences.
    """
    if layers != "all":
        chosen(elmo, layers)
    sentences_file, out_file = Path(sentences_file), Path(out_file)
    check_output(out_file, [sentences_file], overwrite=overwrite, is_own=is_embedded)
    options = {"model": elmo.fingerprint, "layers": layers, "text": text, "boundaries": boundaries}
    with Part(out_file, options) as part:
        return _embed_lines(
            elmo, sentences_file, part, layers, batch_tokens, text, encoding, boundaries, progress
        )


def _embed_lines(
    elmo: Elmo,
    sentences_file: Path,
    part: "Part",
    layers: str,
    batch_tokens: int,
    text: bool,
    encoding: str | None,
    boundaries: bool,
    progress: Callable[[int], None],
) -> int:
    """Embed the lines that OUT.part does not have yet, and rename OUT.part; returns the number of lines."""
    lines = (line.text for line in read_lines(sentences_file, encoding=encoding))
    digest = hashlib.sha256()
    for _ in range(part.n_done):
        line = next(lines, None)
        if line is None:
            break
        digest.update(line.encode() + b"\n")
        progress(len(line.split()))
    part.check_lines(digest.hexdigest(), sentences_file)

    waiting: list[tuple[str, list[str]]] = []
    failure: list[ElmoError] = []

    def words() -> Iterator[list[str]]:
        try:
            for number, line in enumerate(lines, part.n_done):
                tokens = split_line(line, text, number, sentences_file.name)
                waiting.append((line, tokens))
                yield tokens
        except (
            ElmoError
        ) as error:  # raised below, after the lines before the wrong one are embedded
            failure.append(error)

    finished: list[tuple[np.ndarray, list[str] | None]] = []
    n_tokens = n_words = 0
    for embedded in elmo.embed(words(), batch_tokens, boundaries=boundaries):
        line, tokens = waiting.pop(0)
        digest.update(line.encode() + b"\n")
        finished.append((select(elmo, embedded, layers), tokens if text else None))
        n_tokens += len(tokens)
        n_words += len(line.split())
        if n_tokens >= batch_tokens or len(finished) >= 1000:
            part.add(finished, digest.hexdigest())
            progress(n_words)
            finished, n_tokens, n_words = [], 0, 0
    part.add(finished, digest.hexdigest())
    progress(n_words)
    if failure:
        raise failure[0]
    part.finish(sentences_file, encoding)
    return part.n_done


def is_embedded(file: Path) -> bool:
    """True if `embed_file` wrote the file."""
    try:
        with h5py.File(file, "r") as opened:
            return _BEGUN in opened.attrs
    except (OSError, RuntimeError):
        return False


def select(elmo: Elmo, embedded: Embedded, layers: str) -> Float[np.ndarray, "*layers tokens dim"]:
    """The vectors of a sentence as float32: all layers, or one representation of each word.

    Args:
        layers: "all", or as in `chosen`.
    """
    if layers == "all":
        return np.asarray(embedded.layers, np.float32)
    representation = chosen(elmo, layers)
    reading = (
        read_tokens(embedded.layers, embedded.tokens, elmo.constants)
        if representation.reads or representation.note
        else Reading(embedded.layers)
    )
    return np.asarray(representation.vectors(reading, fixed=True), np.float32)


def chosen(elmo: Elmo, layers: str) -> Representation:
    """The representation that `layers` names: "top", "average", its name, or the weights of a mix.

    Weights are numbers with commas between them, layer 0 first: ".2,.3,.5".

    Raises:
        InputError: no representation has this name, the model lacks a file for the representation, or the
            representation subtracts the mean of a word's uses.
    """
    n = elmo.options.n_representations
    if "," in layers and not layers.endswith(LESS_THE_MEAN):
        return _mix_of(layers, n)
    representation = by_name({"top": str(n - 1), "average": EQUAL_MIX}.get(layers, layers), n)
    if representation.of_one_word:
        raise InputError(
            f"layers is {layers!r}; its vectors depend on all uses of one word, and here are words of all "
            "kinds. Leave “less the mean” out and take the mean of the uses that you compare; in place of "
            "“everything together” name “added and around”."
        )
    missing = representation.missing(elmo.constants) if representation.reads == "softmax" else None
    if missing:
        raise InputError(missing)
    return representation


def _mix_of(weights: str, n_layers: int) -> Representation:
    """The mix of these weights, brought to the sum 1."""
    try:
        values = [float(part) for part in weights.split(",")]
    except ValueError:
        values = []
    total = sum(values)
    if len(values) != n_layers or not all(0 <= w <= 1e6 for w in values) or not total:
        raise InputError(
            f"layers is {weights!r}; the weights of a mix are {n_layers} numbers of at least 0 with "
            "commas between them, layer 0 first."
        )
    return mix([w / total for w in values], f"mix {weights}", f"mix-{weights}")


def split_line(line: str, text: bool, number: int, file_name: str) -> list[str]:
    """The words of a line.

    Raises:
        InputError: the line has more than `MAX_SENTENCE_TOKENS` words.
    """
    tokens = [word.text for word in words_of(line, text)]
    if len(tokens) > MAX_SENTENCE_TOKENS:
        raise InputError(
            f"{file_name}, line {number + 1} has {len(tokens):,} words, at most "
            f"{MAX_SENTENCE_TOKENS:,} are read at once; split it into sentences (nothing was cut "
            "off, and the lines before it are kept)."
        )
    return tokens


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
