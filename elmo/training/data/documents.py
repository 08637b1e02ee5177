"""The documents of a text file: plain text, also packed (.xz, .gz); one sentence on a line, a blank line between documents."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from elmo.corpus.lines import read_lines
from elmo.errors import CorpusError


def read_documents(
    path: str | os.PathLike,
    encoding: str | None = None,
    report: Callable[[float], None] = lambda done: None,
) -> Iterator[list[str]]:
    """Yields the documents of a text file, each a list of its sentences, one at a time.

    Args:
        encoding: as in `read_lines`.
        report: called after each document with the share of the file's bytes that was read.

    Raises:
        CorpusError: the file is missing, or cannot be read as text.
    """
    path = Path(path)
    check_there(path)
    size = max(1, path.stat().st_size)
    document: list[str] = []
    for line in read_lines(path, encoding=encoding):
        sentence = line.text.strip()
        if sentence:
            document.append(sentence)
        elif document:
            yield document
            report(min(1.0, line.n_bytes_read / size))
            document = []
    if document:
        yield document


def check_there(path: Path) -> None:
    """Refuse a path that is no file.

    Raises:
        CorpusError: there is no such file.
    """
    if not path.exists() or path.is_dir():
        raise CorpusError(f"{path}: no such file; give one or more text files (.txt, .xz or .gz).")
