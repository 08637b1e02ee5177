"""Open the two sides of a comparison: indexes, text files that are indexed first, a split table, a split index; word lists."""

import fnmatch
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from elmo.corpus.build import build_index
from elmo.corpus.encodings import DATABASE_HEAD
from elmo.corpus.index import CorpusIndex
from elmo.corpus.index_file import is_index
from elmo.corpus.lines import read_lines, text_files
from elmo.corpus.tables import guess_sentences, read_table
from elmo.errors import InputError
from elmo.limits import MAX_TABLE_UPLOAD_BYTES
from elmo.paths import no_file
from elmo.tasks.change.dates import later_than, moment_in_name
from elmo.tasks.change.sides import Side
from elmo.tokenizer import split_lines
from elmo.whole_files import write_text

IsNew = Callable[[str], bool | None]
"""Whether a value belongs to the new side; None leaves the value out."""


def open_side(path: str | Path, documents: str | None, folder: Path) -> Side:
    """A side from an index, or from text files, which are indexed first.

    Args:
        path: an index that `python -m elmo index` made, a text file, or a folder of text files.
        documents: a pattern of document names such as "19*.txt"; None is all documents.
        folder: where an index of text files is kept, under a name that tells the same files again.

    Raises:
        InputError: the pattern names no document, or the file is a table.
        CorpusError: the path cannot be read.
    """
    place = Path(path)
    if place.is_dir() or (place.is_file() and not _is_database(place)):
        if place.suffix.lower() in {".csv", ".tsv", ".xlsx"}:
            raise InputError(
                f"{path} is a table: name it twice and split it (--split), or write its texts to a text file."
            )
        place = _indexed(place, folder)
    index = CorpusIndex(place)
    if documents is None:
        return Side(Path(path).stem, index)
    names = tuple(
        document.name
        for document in index.documents
        if fnmatch.fnmatchcase(document.name, documents)
    )
    if not names:
        some = ", ".join(document.name for document in index.documents[:5])
        raise InputError(f"{documents!r} names no document of {path}; its documents are {some}, ….")
    return Side(f"{Path(path).stem} ({documents})", index, names)


@dataclass(frozen=True)
class Split:
    """How the rows of one table, or the documents of one index, are split in two sides.

    Attributes:
        column: of the table; None splits an index by the dates in its documents' names.
        border: the number or date from which on a row is new; None splits by values.
        old, new: values of the column on each side.
    """

    column: str | None = None
    border: str | None = None
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, str]:
        """What the sides are called."""
        if self.border is not None:
            return f"texts before {self.border}", f"texts from {self.border}"
        return ", ".join(self.old), ", ".join(self.new)

    def is_new(self) -> IsNew:
        """The rule.

        Raises:
            InputError: the border is no number or date, or a side has no value.
        """
        if self.border is not None:
            return later_than(self.border)
        if not (self.old and self.new):
            raise InputError(
                "a split needs a border (--new-from), or values for both sides (--old-value and --new-value)."
            )
        return (dict.fromkeys(self.old, False) | dict.fromkeys(self.new, True)).get


def open_split(path: str | Path, split: Split, folder: Path) -> tuple[Side, Side]:
    """The two sides of one table or one index.

    Raises:
        InputError: a side is empty, or the column is not in the table.
        CorpusError: the file cannot be read.
    """
    place = Path(path)
    if not (place.is_file() or place.is_dir()):
        raise InputError(f"{no_file(path)} Give a table, a folder of texts or an index.")
    if place.is_dir() or is_index(place):
        if split.column is not None or split.border is None:
            raise InputError(
                f"{path} has documents and no columns: they are split by the dates in their names (--new-from), or chosen by "
                "their names (--documents-old and --documents-new)."
            )
        return _split_index(open_side(place, None, folder).index, split)
    if place.stat().st_size > MAX_TABLE_UPLOAD_BYTES:
        raise InputError(
            f"{place} is larger than {MAX_TABLE_UPLOAD_BYTES // 1024**2} MB; write its texts to files and index them."
        )
    data = place.read_bytes()
    table = read_table(data, place.name)
    if split.column not in table.columns:
        names = ", ".join(table.columns)
        raise InputError(
            f"{place} has no column {split.column!r}; its columns are {names}."
            if split.column is not None
            else f"{place} is a table; name the column to split by (--split), one of {names}."
        )
    at, texts = table.columns.index(split.column), guess_sentences(table)
    mark = hashlib.sha256(data + repr(split).encode()).hexdigest()[:12]
    inside = folder / f"{place.stem}-{mark}"
    if not (inside / "new.index").exists():
        rows = [row[texts] for row in table.rows]
        write_sides(rows, [row[at] for row in table.rows], split.is_new(), inside)
        for name in ("old", "new"):
            build_index([str(inside / f"{name}.txt")], inside / f"{name}.index").close()
            (inside / f"{name}.txt").unlink()
    old, new = (CorpusIndex(inside / f"{name}.index") for name in ("old", "new"))
    return Side(split.names[0], old), Side(split.names[1], new)


def _split_index(index: CorpusIndex, split: Split) -> tuple[Side, Side]:
    is_new = split.is_new()
    names = [document.name for document in index.documents]
    dates = {name: is_new(moment_in_name(name)) for name in names}
    old, new = (tuple(name for name in names if dates[name] is wanted) for wanted in (False, True))
    if not (old and new):
        raise InputError(
            f"no document of {index.file.name} is {'new' if old else 'old'} by the date in its name; its documents are "
            f"{', '.join(names[:5])}, …."
        )
    return Side(split.names[0], index, old), Side(split.names[1], index, new)


def _is_database(file: Path) -> bool:
    """True if a file begins as SQLite's files do, such as an index."""
    with file.open("rb") as data:
        return data.read(len(DATABASE_HEAD)) == DATABASE_HEAD


def _indexed(place: Path, folder: Path) -> Path:
    """The index of text files, made now where it is not there yet."""
    files = text_files([str(place)])
    described = [(str(f.resolve()), f.stat().st_size, f.stat().st_mtime_ns) for f in files]
    mark = hashlib.sha256(repr(described).encode()).hexdigest()[:12]
    target = folder / f"{place.stem}-{mark}.index"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        build_index([str(place)], target).close()
    return target


def write_sides(
    texts: Sequence[str], values: Sequence[str], is_new: Callable[[str], bool | None], folder: Path
) -> None:
    """Write the rows of a table, or documents, to old.txt and new.txt in a folder.

    Args:
        texts, values: a text, and the value to split by, a row. Lines of a text stay lines.
        is_new: whether a row of this value is new; None leaves the row out.

    Raises:
        InputError: a side has no row.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, wanted in (("old", False), ("new", True)):
        lines = [
            "\n".join(" ".join(line.split()) for line in split_lines(text))
            for text, value in zip(texts, values, strict=True)
            if text.strip() and is_new(value) is wanted
        ]
        if not lines:
            some = ", ".join(repr(value) for value in dict.fromkeys(values[:200]))[:80]
            raise InputError(f"no row is {name}; the column to split by has {some}.")
        write_text(folder / f"{name}.txt", "\n".join(lines) + "\n")


def read_words(file: str | Path) -> list[str]:
    """The words of a list, one a line; of a table with tabs, its first column.

    Raises:
        InputError: the file names no words.
        CorpusError: the file cannot be read as text.
    """
    cells = (line.text.split("\t")[0].strip() for line in read_lines(file))
    words = list(dict.fromkeys(filter(None, cells)))
    if not words:
        raise InputError(f"{file} names no words; expected one a line.")
    return words
