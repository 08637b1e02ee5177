"""Readers of tables of texts (CSV, TSV, XLSX) and of lists of sentences (TXT).

`elmo.corpus.encodings` finds the encoding. `elmo.corpus.records` finds the separator and reads
the cells, `elmo.corpus.header` looks at the first lines. `Table.format_in_words` describes the format that was found, so
that a person can check it before the computation starts.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from elmo.corpus.encodings import HEAD_BYTES, encoding_of, in_words
from elmo.corpus.header import (
    SENTENCES,
    SEPARATORS,
    looks_like_a_row,
    names_sentences,
    refuse_second_line,
    refuse_title,
    second_line,
    unique_names,
    unlike_the_rest,
)
from elmo.corpus.lines import read_text
from elmo.corpus.records import (
    NO_SEPARATOR,
    quotes_are_text,
    separator_of,
    text_records,
    unquoted_records,
    workbook_records,
)
from elmo.errors import InputError
from elmo.limits import (
    MAX_CELL_CHARACTERS,
    MAX_TABLE_CELLS,
    MAX_TABLE_COLUMNS,
    MAX_TABLE_ROWS,
    MAX_UNPACKED_UPLOAD_BYTES,
)

_SHEET = " | "
"""Stands between the cells of a sheet in messages."""
_SHOWN_COLUMNS = 8
_TITLE_LINES = 10
"""Lines above the header in which a title or comments are recognized."""
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)+")
# Programs that save a table again put the line in quotes, or add empty cells to its end.
_SEPARATOR_LINE = re.compile(
    r'"?sep\s*=\s?(\\t|tab|[^\w\s"]|\t|)"?[;,|\t ]*(?:\n|\Z)', re.IGNORECASE
)


@dataclass(frozen=True)
class Table:
    """A table of texts; each row has as many cells as there are columns.

    Attributes:
        columns: names of the columns, all different.
        rows: cells of each row, without blanks around them.
        lines: number of the last line (or sheet row) of each row, from 1.
        format: separator and encoding, such as "comma, UTF-8".
        has_header: True if the first line has the names of the columns.
        n_blank: number of rows without text, which were left out.
    """

    columns: list[str]
    rows: list[list[str]]
    lines: list[int]
    format: str
    has_header: bool
    n_blank: int

    def format_in_words(self) -> str:
        """Sentences that say the format, the columns, the number of rows, and the first row."""
        names = ", ".join(map(_short, self.columns[:_SHOWN_COLUMNS]))
        names += ", …" if len(self.columns) > _SHOWN_COLUMNS else ""
        header = "" if self.has_header else "; the first line is a row, not a header"
        blank = f"; {_rows(self.n_blank, 'blank ')} left out" if self.n_blank else ""
        columns = "1 column" if len(self.columns) == 1 else f"{len(self.columns):,} columns"
        first = " | ".join(_short(cell) or "(empty)" for cell in self.rows[0][:_SHOWN_COLUMNS])
        return (
            f"Read as {self.format}: {columns} ({names}), {_rows(len(self.rows))}{header}{blank}. "
            f"The first row: {first}"
        )

    @cached_property
    def notice(self) -> str | None:
        """A sentence that says that the first row may be a second line of the header; None if all is usual."""
        if not (self.has_header and unlike_the_rest(self.rows, guess_sentences(self))):
            return None
        return (
            f"Line {self.lines[0]} ({', '.join(map(_short, self.rows[0][:_SHOWN_COLUMNS]))}) is read as a row, but is unlike "
            "the rows below. If it is a second line of the header, take it out of the file."
        )


def _short(cell: str) -> str:
    """The beginning of a cell, on one line."""
    line = " ".join(cell.split())
    return line if len(line) < 40 else f"{line[:39]}…"


def _rows(n: int, kind: str = "") -> str:
    """A number of rows, such as "1 row" and "2 blank rows"."""
    return f"{n:,} {kind}row{'s' * (n != 1)}"


def read_sentences(data: bytes, name: str, encoding: str | None = None) -> list[str]:
    """The lines of a text that are not blank.

    Raises:
        InputError: all lines are blank, or a line has more than `MAX_CELL_CHARACTERS`.
        CorpusError: the data cannot be read as text.
    """
    text = read_text(data, name, encoding=encoding, max_bytes=MAX_UNPACKED_UPLOAD_BYTES)
    sentences = []
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_CELL_CHARACTERS:
            raise InputError(
                f"{name}, line {number} has {len(line):,} characters, at most "
                f"{MAX_CELL_CHARACTERS:,} are taken; put one sentence on a line."
            )
        if line.strip():
            sentences.append(line.strip())
    if not sentences:
        raise InputError(f"{name} is empty; expected one sentence a line.")
    return sentences


def read_table(
    data: bytes, name: str, *, encoding: str | None = None, header: bool | None = None
) -> Table:
    """The table in a file's bytes.

    Args:
        name: name of the file; of a workbook (.xlsx) the first sheet is read, and .tsv is separated by tabs.
        header: True if the first line has the names of the columns; None guesses.

    Raises:
        InputError: the data is no table, or the table is larger than the limits; the message names the line.
        CorpusError: the data cannot be read as text.
    """
    if name.lower().endswith(".xlsx"):
        sheet, records = workbook_records(data, name)
        return _table(records, name, f"Excel, sheet {sheet}", header, _SHEET)
    text = read_text(data, name, encoding=encoding, max_bytes=MAX_UNPACKED_UPLOAD_BYTES)
    begin = _BLANK_LINES.match(text)
    skipped, text = (text.count("\n", 0, begin.end()), text[begin.end() :]) if begin else (0, text)
    named = None
    if line := _SEPARATOR_LINE.match(text):
        named = {"\\t": "\t", "tab": "\t", "": "\t"}.get(line[1].lower(), line[1])
        skipped, text = skipped + 1, text[line.end() :]
    separator = named or ("\t" if name.lower().endswith(".tsv") else separator_of(text))
    read_as = SEPARATORS.get(
        separator, "one column" if separator == NO_SEPARATOR else repr(separator)
    )
    read_as += f", {in_words(encoding or encoding_of(data[:HEAD_BYTES], name))}"
    if quotes_are_text(text, separator):
        read_as += ", quotation marks are part of the text"
        records = unquoted_records(text, separator, skipped)
    else:
        records = text_records(text, separator, name, skipped)
    return _table(records, name, read_as, header, separator)


def guess_sentences(table: Table) -> int:
    """The number of the column with sentences: the column with a usual name, else with the longest texts."""
    for index, column in enumerate(table.columns):
        if column.casefold() in SENTENCES:
            return index
    lengths = [sum(len(row[i]) for row in table.rows[:200]) for i in range(len(table.columns))]
    return lengths.index(max(lengths))


USUAL_LABELS = frozenset({"sense", "label", "class", "category", "labels", "senses"})
"""Names of columns that usually hold labels."""


def guess_labels(choices: Sequence[str], usual: Collection[str] = USUAL_LABELS) -> int:
    """The number of the first choice whose name is usual for labels, else 0."""
    for index, column in enumerate(choices):
        if column.casefold() in usual:
            return index
    return 0


def guess_labels_by_values(table: Table, choices: Sequence[str]) -> int:
    """The number of the first choice whose cells look like labels, else 0.

    Labels are words: two to twenty different ones, each in three rows or more on the average.
    """
    for index, column in enumerate(choices):
        if column not in table.columns:
            continue
        place = table.columns.index(column)
        cells = [row[place] for row in table.rows[:2000] if row[place].strip()]
        different = set(cells)
        are_words = any(character.isalpha() for cell in different for character in cell)
        if are_words and 2 <= len(different) <= 20 and len(cells) >= 3 * len(different):
            return index
    return 0


def _table(
    records: Iterable[tuple[int, list[str]]],
    name: str,
    how: str,
    header: bool | None,
    separator: str,
) -> Table:
    """Check the records, and make the table of them; `separator` stands between cells in messages."""
    records = _narrow(records, name)
    number, first = next(
        ((n, row) for n, row in records if any(cell.strip() for cell in row)), (0, [])
    )
    while first and not first[-1].strip():  # spreadsheets add empty cells at the right
        first.pop()
    first = [cell.strip() for cell in first]
    has_header = not looks_like_a_row(first) if header is None else header
    broken = next((cell for cell in first if "\n" in cell), None)
    if has_header and broken is not None:
        raise InputError(
            f"{name}: the column name {broken!r} has a line break, so that the header takes two "
            "lines. Write each column's name on one line."
        )
    rows, lines, n_blank = ([], [], 0) if has_header else ([first], [number], 0)
    for line, row in records:
        while len(row) > len(first) and not row[-1].strip():
            row.pop()
        if not any(cell.strip() for cell in row):
            n_blank += 1
            continue
        if len(first) == 1 and len(rows) < _TITLE_LINES and header is not False:
            refuse_title(first, row, name, (number, line))
        if len(row) > len(first):
            if has_header and not rows and names_sentences(row):
                raise second_line(row, name, line, separator)
            raise _too_wide(row, line, name, len(first), has_header, separator)
        rows.append([cell.strip() for cell in row] + [""] * (len(first) - len(row)))
        lines.append(line)
        if len(rows) > MAX_TABLE_ROWS or len(rows) * len(first) > MAX_TABLE_CELLS:
            raise InputError(
                f"{name}, line {line}: more than {MAX_TABLE_ROWS:,} rows or {MAX_TABLE_CELLS:,} cells "
                f"({len(first)} columns); cut the table in parts, or keep the columns that are needed."
            )
    if not rows:
        raise InputError(f"{name} has no rows below its header; expected a header and rows.")
    if has_header:
        refuse_second_line(rows, name, lines, separator)
    names = first if has_header else [""] * len(first)
    return Table(unique_names(names), rows, lines, how, has_header, n_blank)


def _too_wide(
    row: list[str], line: int, name: str, n_columns: int, has_header: bool, separator: str
) -> InputError:
    """The error for a row with more cells than the first line."""
    advice = (
        "Put texts that contain the separator in double quotes."
        if separator != _SHEET
        else "Write a name above each column, on one line."
    )
    first_line = "header" if has_header else "first line"
    return InputError(
        f"{name}, line {line}: {len(row)} cells, the {first_line} has {n_columns}. {advice}"
    )


def _narrow(records: Iterable[tuple[int, list[str]]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records; raise InputError at the first record with more than `MAX_TABLE_COLUMNS` cells."""
    for number, row in records:
        if len(row) > MAX_TABLE_COLUMNS:
            raise InputError(
                f"{name}, line {number}: {len(row):,} columns, at most {MAX_TABLE_COLUMNS:,} are "
                "taken; keep the columns that are needed."
            )
        yield number, row
