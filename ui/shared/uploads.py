"""Text and tables out of uploaded bytes."""

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from elmo.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Table:
    """A table of texts; each row has as many cells as there are columns."""

    columns: list[str]
    rows: list[list[str]]


def decode(data: bytes) -> str | None:
    """The text, when its first bytes name the encoding or it is UTF-8; else None."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def lines(text: str, name: str) -> list[str]:
    """The lines that are not empty.

    Raises:
        InputError: there are none.
    """
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if not found:
        raise InputError(f"{name} is empty; expected one sentence a line.")
    return found


def read(text: str, name: str) -> Table:
    """A CSV or TSV table with a header; the separator is the one its first line has most of.

    Raises:
        InputError: no rows, or a row with more cells than the header; the line is named.
    """
    first = text.split("\n", 1)[0]
    separator = max("\t,;|", key=first.count) if not name.lower().endswith(".tsv") else "\t"
    csv.field_size_limit(max(len(text), 131_072))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        rows = []
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) > len(header):
                raise InputError(
                    f"{name}, line {reader.line_num}: {len(row)} cells, the header has {len(header)}. "
                    "Put texts that contain the separator in double quotes."
                )
            rows.append(row + [""] * (len(header) - len(row)))
    except csv.Error as error:
        raise InputError(
            f"{name}, line {reader.line_num}: {error}. Save it as CSV again."
        ) from None
    if not rows:
        raise InputError(f"{name} has no rows below its header; expected a header and rows.")
    return Table(_unique(header), rows)


def _unique(names: Sequence[str]) -> list[str]:
    """Column names, each different and none empty."""
    taken: list[str] = []
    for number, name in enumerate(names, 1):
        name = name or f"column {number}"
        while name in taken:
            name += "′"
        taken.append(name)
    return taken


def guess_sentences(table: Table) -> int:
    """The column that looks like sentences: by its name, else the one with the longest texts."""
    for index, column in enumerate(table.columns):
        if column.casefold() in {"sentence", "sentences", "text", "context"}:
            return index
    lengths = [sum(len(row[i]) for row in table.rows[:200]) for i in range(len(table.columns))]
    return lengths.index(max(lengths))


def guess_labels(table: Table, choices: Sequence[str]) -> int:
    """The choice that looks like labels by its name, else the first (none)."""
    for index, column in enumerate(choices):
        if column.casefold() in {"sense", "label", "class", "category", "labels", "senses"}:
            return index
    return 0
