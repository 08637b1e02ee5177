"""Readers of tables of texts (CSV, TSV, XLSX) and of lists of sentences (TXT).

`elmo.corpus.encodings` finds the encoding. The separator is guessed from whole records, so that
separators within quotes do not count. `Table.format_in_words` describes the format that was found, so
that a person can check it before the computation starts.
"""

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
from elmo.errors import InputError
from elmo.limits import (
    MAX_CELL_CHARACTERS,
    MAX_TABLE_CELLS,
    MAX_TABLE_COLUMNS,
    MAX_TABLE_ROWS,
    MAX_UNPACKED_UPLOAD_BYTES,
)

_NONE = "\x1f"
"""A character that no text has, as separator of a table with one column."""
_SHEET = " | "
"""Stands between the cells of a sheet in messages."""
_SHOWN_COLUMNS = 8
_SAMPLE_RECORDS, _SAMPLE_CHARACTERS = 50, 64_000
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)+")
# Programs that save a table again put the line in quotes, or add empty cells to its end.
_SEPARATOR_LINE = re.compile(
    r'"?sep\s*=\s?(\\t|tab|[^\w\s"]|\t|)"?[;,|\t ]*(?:\n|\Z)', re.IGNORECASE
)

csv.field_size_limit(MAX_CELL_CHARACTERS)


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
        first = " | ".join(_short(cell) for cell in self.rows[0][:_SHOWN_COLUMNS])
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
        sheet, records = _workbook(data, name)
        return _table(records, name, f"Excel, sheet {sheet}", header, _SHEET)
    text = read_text(data, name, encoding=encoding, max_bytes=MAX_UNPACKED_UPLOAD_BYTES)
    begin = _BLANK_LINES.match(text)
    skipped, text = (text.count("\n", 0, begin.end()), text[begin.end() :]) if begin else (0, text)
    named = None
    if line := _SEPARATOR_LINE.match(text):
        named = {"\\t": "\t", "tab": "\t", "": "\t"}.get(line[1].lower(), line[1])
        skipped, text = skipped + 1, text[line.end() :]
    separator = named or ("\t" if name.lower().endswith(".tsv") else _separator(text))
    read_as = SEPARATORS.get(separator, "one column" if separator == _NONE else repr(separator))
    read_as += f", {in_words(encoding or encoding_of(data[:HEAD_BYTES], name))}"
    return _table(_records(text, separator, name, skipped), name, read_as, header, separator)


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


def _separator(text: str) -> str:
    """The separator with which the most of the first records have the same number of cells, above one."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        sample = sample.rpartition("\n")[0] or sample
    first_line = sample.split("\n", 1)[0]
    if not first_line.strip("".join(SEPARATORS)):
        return max(SEPARATORS, key=first_line.count) if first_line else _NONE
    scores = {}
    for rank, separator in enumerate(SEPARATORS):
        rows = itertools.islice(_parsed(sample, separator), _SAMPLE_RECORDS)
        counts = [len(row) for row in rows if any(cell.strip() for cell in row)]
        if counts and counts[0] > 1:
            same = sum(count == counts[0] for count in counts) / len(counts)
            wider = sum(count > counts[0] for count in counts)
            scores[separator] = (same, -wider, counts[0], -rank)
    return max(scores, key=scores.__getitem__) if scores else _NONE


def _reader(text: str, separator: str, strict: bool = False) -> Any:
    """Python's reader of CSV; blanks between a separator and a quotation mark do not count."""
    lines = io.StringIO(text, newline="")
    return csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=strict)


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    try:
        yield from _reader(text, separator)
    except csv.Error:
        return


def _records(text: str, separator: str, name: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of its last line.

    Raises:
        InputError: a cell is too long, or a quotation mark is never closed.
    """
    reader = _reader(text, separator)
    begin = 0
    try:
        for row in reader:
            if reader.line_num - begin > 1:
                _check_closed(text, separator, name, begin, reader.line_num, skipped)
            begin = reader.line_num
            yield begin + skipped, row
    except csv.Error as error:
        problem = (
            f"a cell has more than {MAX_CELL_CHARACTERS:,} characters; is a quotation mark open?"
            if "field limit" in str(error)
            else f"{error}; save the table as CSV again."
        )
        raise InputError(f"{name}, line {begin + 1 + skipped}: {problem}") from None


def _check_closed(text: str, separator: str, name: str, begin: int, end: int, skipped: int) -> None:
    """Refuse a last record with an open quotation mark, as all rows below would become one cell."""
    if end < text.count("\n") + (not text.endswith("\n")):
        return
    last = "\n".join(text.split("\n")[begin:])
    try:
        list(_reader(last, separator, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise InputError(
                f"{name}, line {begin + 1 + skipped}: a quotation mark is opened and never closed. Close it, or "
                'write it twice ("") where it is part of the text.'
            ) from None


def _workbook(data: bytes, name: str) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """The name and the rows of a workbook's first sheet."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            n_bytes = sum(member.file_size for member in archive.infolist())
        if n_bytes > MAX_UNPACKED_UPLOAD_BYTES:
            raise InputError(
                f"{name} unpacks to {n_bytes:,} bytes, at most {MAX_UNPACKED_UPLOAD_BYTES:,} are "
                "taken; save the sheet as CSV and cut it in parts."
            )
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
    except InputError:
        raise
    except Exception as error:  # a damaged workbook raises errors of many libraries
        raise InputError(
            f"{name} cannot be read as a workbook of Excel ({type(error).__name__}: {error}); save "
            "it as .xlsx or CSV again."
        ) from None

    def rows() -> Iterator[tuple[int, list[str]]]:
        try:
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                yield number, [_cell(value) for value in row]
        except Exception as error:
            raise InputError(
                f"{name} cannot be read as a workbook of Excel ({type(error).__name__}: {error})."
            ) from None

    return sheet.title, rows()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


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
        if len(rows) == (not has_header) and header is not False:
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
