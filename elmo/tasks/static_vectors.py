"""Static word vectors: one vector for each word, the same in every sentence.

The vectors are read from the bundled model's static.npz, or from a text file in the format of word2vec or GloVe. A text
file is read line by line, and only the needed words stay in memory.

A word is looked up as written, then in lower case; without a match in either form the word is unknown and has no
vector. The vector of a text is the mean over its known words, and zeros for a text without known words.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np
from jaxtyping import Float

from elmo.corpus.lines import unpacked_file
from elmo.errors import DAMAGED, InputError
from elmo.home import BUNDLED
from elmo.limits import MAX_LINE_BYTES, MAX_STATIC_BYTES, MAX_STATIC_DIM
from elmo.whole_number import whole_number


class WordVectors:
    """Words and a vector for each.

    Attributes:
        name: name of the source.
        dim: size of a vector.
    """

    def __init__(
        self, words: Sequence[str], vectors: Float[np.ndarray, "words dim"], name: str = "static"
    ):
        self.name = name
        self.vectors = np.asarray(vectors, np.float32)
        self.dim = self.vectors.shape[1]
        self._index: dict[str, int] = {}
        for number, word in enumerate(words):
            self._index.setdefault(word, number)

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, word: str) -> bool:
        return self._find(word) is not None

    def __getitem__(self, word: str) -> Float[np.ndarray, " dim"]:
        number = self._find(word)
        if number is None:
            raise InputError(f"{word!r} has no vector in {self.name}; try another spelling.")
        return self.vectors[number]

    def _find(self, word: str) -> int | None:
        number = self._index.get(word)
        return self._index.get(word.lower()) if number is None else number

    def of(self, tokens: Sequence[str]) -> Float[np.ndarray, "tokens dim"]:
        """The vector of each token; zeros for unknown tokens."""
        numbers = [self._find(token) for token in tokens]
        rows = np.zeros((len(tokens), self.dim), np.float32)
        for row, number in enumerate(numbers):
            if number is not None:
                rows[row] = self.vectors[number]
        return rows

    def mean(self, tokens: Sequence[str]) -> Float[np.ndarray, " dim"]:
        """The mean over the known tokens; zeros without a known token."""
        known = [number for token in tokens if (number := self._find(token)) is not None]
        return self.vectors[known].mean(axis=0) if known else np.zeros(self.dim, np.float32)

    def coverage(self, tokens: Iterable[str]) -> float:
        """The share of tokens that have a vector, 0 to 1."""
        known = [token in self for token in tokens]
        return float(np.mean(known)) if known else 0.0


def read_bundled_vectors(path: str | Path | None = None) -> WordVectors:
    """The static vectors of the bundled model, or of another static.npz.

    The arrays are `words` (text, or UTF-8 bytes with one word on each line), `vectors`, and perhaps `scale`, a factor
    for each vector.

    Raises:
        InputError: the file is missing or has other contents.
    """
    if path is None:
        path = BUNDLED / "static.npz"
    path = Path(path)
    try:
        _check_unpacked_size(path)
        with np.load(path, allow_pickle=False) as arrays:
            words, vectors = arrays["words"], arrays["vectors"].astype(np.float32)
            if "scale" in arrays:
                vectors *= arrays["scale"].astype(np.float32).reshape(-1, 1)
        is_text = words.dtype == np.uint8
        names = words.tobytes().decode("utf-8").split("\n") if is_text else words.tolist()
    except FileNotFoundError:
        raise InputError(
            f"{path.name} was not found in {path.parent.name}: this model has no static word vectors. "
            "Give a word2vec or GloVe text file instead."
        ) from None
    except DAMAGED as error:
        raise InputError(f"{path.name}: not a file of static word vectors ({error}).") from None
    if vectors.ndim != 2 or len(names) != len(vectors):
        raise InputError(
            f"{path.name} has {len(names)} words and vectors of shape {vectors.shape}."
        )
    return WordVectors(names, vectors, "bundled")


def _check_unpacked_size(path: Path) -> None:
    """Refuse a file that is no archive, or an archive whose arrays unpack to more than `MAX_STATIC_BYTES`."""
    try:
        with zipfile.ZipFile(path) as archive:
            n_bytes = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError(error) from None
    if n_bytes > MAX_STATIC_BYTES:
        raise ValueError(f"it unpacks to more than {MAX_STATIC_BYTES:,} bytes")


def read_text_vectors(path: str | Path, vocabulary: Iterable[str]) -> WordVectors:
    """Read a word2vec or GloVe text file, plain or compressed with gzip or xz, as a stream.

    Args:
        path: file with a word on each line, followed by its numbers, separated by spaces; a first line with two whole
            numbers (number of words, dim), as word2vec writes, is passed over.
        vocabulary: the needed words, in any letter case; other words are not kept in memory.

    Raises:
        InputError: a line is not a word with as many numbers as the lines before, and the message names the line; or
            no needed word has a vector.
    """
    path = Path(path)
    wanted = set(vocabulary)
    wanted |= {word.lower() for word in wanted}
    words: list[str] = []
    rows: list[np.ndarray] = []
    dim = 0
    with unpacked_file(path) as packed:
        # Published files have words that are not UTF-8, and CR within words.
        file = io.TextIOWrapper(packed, encoding="utf-8", errors="replace", newline="\n")
        for number, line in enumerate(_lines(file, path.name), 1):
            line = line.removeprefix("\ufeff") if number == 1 else line
            fields = line.rstrip().split(" ")
            if number == 1:
                if "\0" in line:  # the other byte of each ASCII letter
                    raise InputError(
                        f"{path.name} is UTF-16; word vectors are UTF-8. Save it as UTF-8."
                    )
                header = len(fields) == 2 and all(
                    whole_number(field, 10**9) is not None for field in fields
                )
                dim = int(fields[1]) if header else len(fields) - 1
                if not 1 <= dim <= MAX_STATIC_DIM:
                    raise InputError(
                        f"{path.name}, line 1: {line[:60]!r} has {dim} numbers after the word, expected 1 "
                        f"to {MAX_STATIC_DIM}. Is it a text file of word vectors?"
                    )
                if header:
                    continue
            if not line.strip():
                continue
            word, values = " ".join(fields[:-dim]), fields[-dim:]
            # A word may contain spaces ("New York"), so that a line may have more fields than others.
            if not word or (len(fields) > dim + 1 and all(map(_is_number, fields[1:]))):
                raise InputError(
                    f"{path.name}, line {number}: {line[:40]!r} has {len(fields) - 1} numbers, the lines "
                    f"before it {dim}. Is the file complete?"
                )
            if word in wanted:
                words.append(word)
                rows.append(_numbers(values, path.name, number))
    if not words:
        raise InputError(
            f"{path.name}: none of the {len(wanted):,} words of the texts has a vector in it."
        )
    return WordVectors(words, np.stack(rows), path.name)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numbers(values: list[str], name: str, line: int) -> Float[np.ndarray, " dim"]:
    try:
        row = np.array(values, np.float32)
    except ValueError:
        raise InputError(f"{name}, line {line}: a value is not a number: {values[:3]} …") from None
    if not np.isfinite(row).all():
        raise InputError(f"{name}, line {line}: a value is not finite.")
    return row


def _lines(file: TextIO, name: str) -> Iterator[str]:
    """Yield the lines; a line longer than `MAX_LINE_BYTES` is refused, so that a packed file cannot fill memory."""
    try:
        while line := file.readline(MAX_LINE_BYTES):
            if len(line) == MAX_LINE_BYTES:
                raise InputError(
                    f"{name} has a line longer than {MAX_LINE_BYTES:,} characters; is it a file of word vectors?"
                )
            yield line
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise InputError(f"{name} cannot be read to its end: {error}.") from None
