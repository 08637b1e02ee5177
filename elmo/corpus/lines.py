"""Lines of text files (.txt, .gz, .xz) in bounded memory, whoever made them."""

import gzip
import lzma
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from elmo.errors import CorpusError
from elmo.limits import MAX_LINE_BYTES

SUFFIXES = (".txt", ".gz", ".xz")


@dataclass(frozen=True)
class Line:
    """A line and how much of the file was read by then.

    Attributes:
        text: without its end.
        n_bytes_read: of the file as it is on disk, compressed or not.
    """

    text: str
    n_bytes_read: int


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a UTF-8 file, unpacked on the way when its name ends in .gz or .xz.

    Only \\n and \\r\\n end a line. A file that unpacks to more than it seems is no danger: no more
    than a line is in memory.

    Raises:
        CorpusError: it cannot be read or unpacked, is not UTF-8 (the message has the line), or has
            a line longer than `MAX_LINE_BYTES`.
    """
    number = 0
    try:
        with path.open("rb") as raw, _unpacked(raw, path.suffix.lower()) as file:
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    raise CorpusError(
                        f"{path.name}, line {number} is longer than {MAX_LINE_BYTES:,} bytes; is "
                        "it text? Break it into lines."
                    )
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                text = line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8")
                yield Line(text, raw.tell())
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{path.name}, line {number} is not UTF-8 ({error.reason} at byte {error.start}); save "
            "the file as UTF-8."
        ) from None
    except (lzma.LZMAError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise CorpusError(
            f"{path.name} cannot be unpacked after line {number} ({error}); is it complete?"
        ) from None
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from None


def tell_going_on(out_file: str | Path) -> None:
    """Say on the standard error that an earlier, interrupted run's OUT.part is gone on with."""
    part = Path(f"{out_file}.part")
    if part.exists():
        sys.stderr.write(f"{part} is there from an earlier run: going on where it ended.\n")


def _unpacked(raw: IO[bytes], suffix: str) -> IO[bytes]:
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if suffix == ".xz":
        return lzma.LZMAFile(raw)  # type: ignore[return-value]
    return raw


def text_files(paths: list[str] | list[Path]) -> list[Path]:
    """The files that were named, and those of the folders that were named (by their endings).

    Raises:
        CorpusError: nothing is there, or a file has another ending.
    """
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES)
            if not found:
                raise CorpusError(f"{path} has no files that end in {', '.join(SUFFIXES)}.")
            files += found
        elif not path.is_file():
            raise CorpusError(f"{path} was not found; give text files or folders of them.")
        else:
            files.append(path)
    if not files:
        raise CorpusError("no corpus was named; give text files (.txt, .gz, .xz) or folders.")
    return files
