"""The one reader of text files: lines of any size of file, in bounded memory.

Every command, training and the app read text here, so that a file has the same lines in all of them:

- a file that begins with the bytes of gzip or xz is unpacked while it is read, whatever its name;
- `elmo.corpus.encodings` finds the encoding, or a person names it;
- LF, CR LF and CR alone end a line;
- a byte order mark at the start of a line is dropped (files that were joined have several);
- NUL is refused with its place.
"""

import codecs
import gzip
import io
import lzma
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from elmo.corpus.encodings import HEAD_BYTES, encoding_of, not_decoded, refuse_nul
from elmo.errors import CorpusError
from elmo.limits import MAX_LINE_BYTES
from elmo.paths import no_file

SUFFIXES = (".txt", ".gz", ".xz")
_GZIP, _XZ = b"\x1f\x8b", b"\xfd7zXZ\0"
_CHUNK_BYTES = 256 * 1024
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Line:
    """A line of a file.

    Attributes:
        text: the line without its end.
        n_bytes_read: bytes of the file on disk (packed or not) that were read up to this line.
    """

    text: str
    n_bytes_read: int


def read_lines(
    path: str | Path,
    *,
    encoding: str | None = None,
    max_bytes: int | None = None,
    name: str | None = None,
) -> Iterator[Line]:
    """The lines of a text file.

    Memory holds one line, so that a small packed file with a huge content does no harm.

    Args:
        encoding: name of the encoding; None finds it.
        max_bytes: largest size of the unpacked content; None is no limit.
        name: of the file, for messages; None is the last part of its path.

    Raises:
        CorpusError: the file cannot be read, unpacked or decoded, has a NUL (the message names the
            line), has a line longer than `MAX_LINE_BYTES`, or is larger than `max_bytes`.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            yield from _lines(_Counted(file), name or path.name, encoding, max_bytes)
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from None


@contextmanager
def unpacked_file(path: str | Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked, for text that is not UTF-8 throughout (published word vectors).

    Raises:
        CorpusError: the file cannot be opened. Reading raises the errors of gzip and lzma.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            yield io.BufferedReader(_unpacked(_Counted(file), path.name), _CHUNK_BYTES)
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from None


def read_text(
    data: bytes, name: str, *, encoding: str | None = None, max_bytes: int | None = None
) -> str:
    """The text of a whole file, with LF at the end of each line.

    Args:
        data: bytes of the file.
        name: name of the file, for messages.

    Raises: as `read_lines`.
    """
    lines = _lines(_Counted(io.BytesIO(data)), name, encoding, max_bytes)
    return "\n".join(line.text for line in lines)


@contextmanager
def seekable(path: str | Path) -> Iterator[Path]:
    """A file that can be read several times: the file itself, or a temporary copy of a pipe's content.

    Raises:
        CorpusError: the file cannot be read, or is a device.
    """
    path = Path(path)
    if path.is_file() or path.is_dir() or not path.exists():
        yield path
        return
    if not (path.is_fifo() or path.is_socket()):  # /dev/zero never ends
        raise CorpusError(f"{no_file(path)} Give a text file.")
    with tempfile.TemporaryDirectory(prefix="elmo-pipe-") as folder:
        copy = Path(folder) / path.name
        try:
            with path.open("rb") as pipe, copy.open("wb") as out:
                shutil.copyfileobj(pipe, out)
        except OSError as error:
            raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from None
        yield copy


class _Counted(io.RawIOBase):
    """A file that counts the bytes read, and works without seek, which a pipe does not have."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.head = b""
        self.n_bytes = 0

    def peek(self, n: int) -> bytes:
        """The next bytes, without moving on in the file."""
        while len(self.head) < n and (more := self.file.read(n - len(self.head))):
            self.head += more
        return self.head[:n]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        data = self.head[: len(buffer)]
        self.head = self.head[len(data) :]
        if len(data) < len(buffer):
            data += self.file.read(len(buffer) - len(data))
        buffer[: len(data)] = data
        self.n_bytes += len(data)
        return len(data)


def _lines(
    source: _Counted, name: str, encoding: str | None, max_bytes: int | None
) -> Iterator[Line]:
    number, n_unpacked = 0, 0
    begun_line = ""
    try:
        file = io.BufferedReader(_unpacked(source, name), _CHUNK_BYTES)
        head = file.peek(HEAD_BYTES)[:HEAD_BYTES]
        encoding = encoding_of(head, name, encoding)
        decoder = codecs.getincrementaldecoder(encoding)()
        while True:
            data = file.read1(_CHUNK_BYTES)
            n_unpacked += len(data)
            if max_bytes is not None and n_unpacked > max_bytes:
                raise CorpusError(
                    f"{name} unpacks to more than {max_bytes:,} bytes; give a smaller file."
                )
            failure = None
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:  # the lines before it are read first
                text, failure = error.object[: error.start].decode(encoding, "replace"), error
            *whole, begun_line = _split(begun_line, text, last=failure is None and not data)
            for line in whole:
                number += 1
                refuse_nul(line, name, number)
                yield Line(line.removeprefix(_BYTE_ORDER_MARK), source.n_bytes)
            if failure is not None:
                begun_line, number = (
                    begun_line.removesuffix("\r"),
                    number + begun_line.endswith("\r"),
                )
                raise not_decoded(failure, name, number + 1, begun_line, encoding) from None
            if len(begun_line) > MAX_LINE_BYTES:
                raise CorpusError(
                    f"{name}, line {number + 1} is longer than {MAX_LINE_BYTES:,} characters; is "
                    "it text? Break it into lines."
                )
            if not data:
                return
    except (lzma.LZMAError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise CorpusError(
            f"{name} cannot be unpacked after line {number} ({error}); is it complete?"
        ) from None


def _split(begun_line: str, text: str, last: bool) -> list[str]:
    """The whole lines of a chunk, and as last item the begun line; the last chunk has no begun line.

    A CR at the end of a chunk may be the first half of CR LF, so the CR stays in the begun line.
    """
    if "\n" not in text and "\r" not in text and "\r" not in begun_line[-1:] and not last:
        return [begun_line + text]
    text = begun_line + text
    waiting = "\r" if text.endswith("\r") and not last else ""
    text = text.removesuffix("\r") if waiting else text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if last:
        return lines if lines[-1] == "" else [*lines, ""]
    lines[-1] += waiting
    return lines


def _unpacked(source: _Counted, name: str) -> io.RawIOBase:
    """The unpacked file if its first bytes or its name are those of gzip or xz, else the file itself."""
    head = source.peek(len(_XZ))
    suffix = Path(name).suffix.lower()
    if head.startswith(_GZIP) or (suffix == ".gz" and head):
        return gzip.GzipFile(fileobj=source)  # type: ignore[return-value]
    if head.startswith(_XZ) or (suffix == ".xz" and head):
        return lzma.LZMAFile(source)  # type: ignore[return-value]
    return source


def tell_going_on(out_file: str | Path) -> None:
    """Write to standard error that OUT.part of an earlier run is continued, if OUT.part exists."""
    part = Path(f"{out_file}.part")
    if part.exists():
        sys.stderr.write(f"{part} is there from an earlier run: going on where it ended.\n")


def text_files(paths: list[str] | list[Path]) -> list[Path]:
    """The named files, and the files in the named folders whose names end in one of `SUFFIXES`.

    Raises:
        CorpusError: a path does not exist, a folder has no such file, or no path was named.
    """
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
            if not inside:
                raise CorpusError(f"{path} has no files that end in {', '.join(SUFFIXES)}.")
            files += inside
        elif not path.exists():
            raise CorpusError(f"{no_file(path)} Give text files or folders of them.")
        else:
            files.append(path)
    if not files:
        raise CorpusError("no corpus was named; give text files (.txt, .gz, .xz) or folders.")
    return files
