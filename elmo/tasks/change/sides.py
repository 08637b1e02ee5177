"""The two sides of a comparison: an index of each, or documents of one index; and the uses drawn from them."""

import fnmatch
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from elmo.corpus.build import build_index
from elmo.corpus.index import CorpusIndex
from elmo.corpus.lines import read_lines, text_files
from elmo.errors import InputError
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.usages import Usage

N_USES = 200
"""Uses drawn on each side, at most."""


@dataclass(frozen=True)
class Side:
    """One set of texts.

    Attributes:
        name: what people call it: the file's name, or "old" and "new".
        index: where its words are.
        documents: the documents of the index that belong to it; None is all.
        with_forms: uses of a word's other forms (mouse: mice) count as its uses.
    """

    name: str
    index: CorpusIndex
    documents: tuple[str, ...] | None = None
    with_forms: bool = False

    def forms(self, word: str) -> dict[str, int]:
        """The other forms of the word that count as its uses, with their counts on this side."""
        if not self.with_forms:
            return {}
        counts = {
            form: self.index.count(form, documents=self.documents)
            for form in self.index.forms(word)
        }
        return {form: n for form, n in counts.items() if n}

    def count(self, word: str) -> int:
        """How often the word stands on this side."""
        return self.index.count([word, *self.forms(word)], documents=self.documents)

    def draw(self, word: str, n: int, seed: int) -> list[Usage]:
        """At most n uses, drawn at random by the seed, in the order of the texts."""
        query = [word, *self.forms(word)]
        hits = self.index.hits(query, n, documents=self.documents, seed=seed)
        return [hit.usage() for hit in hits if len(hit.tokens) <= MAX_SENTENCE_TOKENS]


@dataclass(frozen=True)
class Drawn:
    """The uses of a word that are compared: as many on each side.

    Attributes:
        word: what was looked for.
        old, new: the uses.
        n_old, n_new: how many there are in the texts.
    """

    word: str
    old: tuple[Usage, ...]
    new: tuple[Usage, ...]
    n_old: int
    n_new: int

    @property
    def uses(self) -> tuple[Usage, ...]:
        """All of them, the old ones first."""
        return self.old + self.new


def draw(word: str, sides: tuple[Side, Side], n_uses: int = N_USES, seed: int = 0) -> Drawn:
    """Draw uses of a word, equally many from each side.

    Raises:
        InputError: the word is empty.
    """
    old, new = sides
    n_old, n_new = old.count(word), new.count(word)
    n = min(n_uses, n_old, n_new)
    drawn = [tuple(side.draw(word, n, seed)) if n else () for side in sides]
    n = min(map(len, drawn))  # a sentence that is too long for a model was left out
    return Drawn(word, drawn[0][:n], drawn[1][:n], n_old, n_new)


def joined_forms(word: str, sides: tuple[Side, Side]) -> str:
    """The other forms that count as uses of the word, in words: "mice (3 and 12)"; empty for none."""
    old, new = (side.forms(word) for side in sides)
    return ", ".join(
        f"{form} ({old.get(form, 0):,} and {new.get(form, 0):,})" for form in old | new
    )


def open_side(path: str | Path, documents: str | None, folder: Path) -> Side:
    """A side from an index, or from text files, which are indexed first.

    Args:
        path: an index that `python -m elmo index` made, a text file, or a folder of text files.
        documents: a pattern of document names such as "19*.txt"; None is all documents.
        folder: where an index of text files is kept, under a name that tells the same files again.

    Raises:
        InputError: the pattern names no document.
        CorpusError: the path cannot be read.
    """
    place = Path(path)
    if place.is_dir() or place.suffix.lower() in {".txt", ".gz", ".xz"}:
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


def split_rows(
    texts: Sequence[str], values: Sequence[str], is_new: Callable[[str], bool | None], folder: Path
) -> tuple[Side, Side]:
    """Two sides from the rows of a table.

    Args:
        texts, values: a text, and the value of the column to split by, a row.
        is_new: whether a row of this value is new; None leaves the row out.
        folder: where the two text files and their indexes are written.

    Raises:
        InputError: a side has no row.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sides = []
    for name, wanted in (("old", False), ("new", True)):
        lines = [
            " ".join(text.split())
            for text, value in zip(texts, values, strict=True)
            if text.strip() and is_new(value) is wanted
        ]
        if not lines:
            some = ", ".join(repr(value) for value in dict.fromkeys(values[:200]))[:80]
            raise InputError(f"no row is {name}; the column to split by has {some}.")
        file = folder / f"{name}.txt"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        index = folder / f"{name}.index"
        index.unlink(missing_ok=True)
        build_index([str(file)], index).close()
        sides.append(Side(name, CorpusIndex(index)))
    return sides[0], sides[1]


def later_than(border: str) -> Callable[[str], bool | None]:
    """Whether a value is the border or later: numbers by their size, dates as 2024-05-31 by their order, others not at all.

    >>> [later_than("1950")(value) for value in ("1949", "1950", "1950-06-01", "unknown")]
    [False, True, True, None]
    """
    at = _moment(border)
    if at is None:
        raise InputError(
            f"the border is {border!r}, expected a number or a date such as 1950 or 2024-05-31."
        )

    def is_new(value: str) -> bool | None:
        moment = _moment(value)
        return None if moment is None else moment >= at

    return is_new


def _moment(value: str) -> tuple[float, ...] | None:
    """A number, or year, month and day, as numbers that can be compared."""
    parts = value.strip().replace("/", "-").split("-")
    try:
        return tuple(float(part) for part in parts)
    except ValueError:
        return None


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
