"""Tables of texts (CSV, TSV, XLSX) and lists of sentences (TXT), whoever made them.

A table's encoding is found as every text's is (`elmo.corpus.encodings`). Its separator is guessed
from whole records, so that separators within quotes do not count. What was understood is told by
`Table.understood`, for a person to see before anything is computed.
"""

import csv
import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from elmo.corpus.encodings import HEAD_BYTES, encoding_of, in_words
from elmo.corpus.lines import read_text
from elmo.errors import InputError
from elmo.limits import (
    MAX_CELL_CHARACTERS,
    MAX_TABLE_CELLS,
    MAX_TABLE_COLUMNS,
    MAX_TABLE_ROWS,
    MAX_UNPACKED_UPLOAD_BYTES,
)

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_NONE = "\x1f"
"""A separator that no text has: the table has one column."""
_SAMPLE_RECORDS, _SAMPLE_CHARACTERS = 50, 64_000

csv.field_size_limit(MAX_CELL_CHARACTERS)


@dataclass(frozen=True)
class Table:
    """A table of texts; each row has as many cells as there are columns.

    Attributes:
        columns: their names, each different.
        rows: the cells, without blanks around them.
        lines: of each row, the number of the line (or sheet row) that it ends in, from 1.
        format: what was read, such as "comma, UTF-8".
        has_header: whether the names are those of the first line.
        n_blank: rows without any text, which were left out.
    """

    columns: list[str]
    rows: list[list[str]]
    lines: list[int]
    format: str
    has_header: bool
    n_blank: int

    def understood(self) -> str:
        """What was read, in a sentence."""
        names = ", ".join(name if len(name) < 40 else f"{name[:39]}…" for name in self.columns[:8])
        names += ", …" if len(self.columns) > 8 else ""
        header = "" if self.has_header else "; the first line is a row, not a header"
        blank = f"; {self.n_blank:,} blank rows left out" if self.n_blank else ""
        columns = "1 column" if len(self.columns) == 1 else f"{len(self.columns):,} columns"
        return (
            f"Read as {self.format}: {columns} ({names}), {len(self.rows):,} rows{header}{blank}."
        )


def read_sentences(data: bytes, name: str, encoding: str | None = None) -> list[str]:
    """The lines of a text that are not blank.

    Raises:
        InputError: there are none, or one has more than `MAX_CELL_CHARACTERS`.
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
    """A table out of a file's bytes.

    Args:
        name: of the file; .xlsx is a workbook, whose first sheet is read, and .tsv has tabs.
        header: whether the first line has the columns' names; None is to guess.

    Raises:
        InputError: it is no table that can be read, or larger than the limits; the line is named.
        CorpusError: the data cannot be read as text.
    """
    if name.lower().endswith(".xlsx"):
        sheet, records = _workbook(data, name)
        return _table(records, name, f"Excel, sheet {sheet}", header)
    text = read_text(data, name, encoding=encoding, max_bytes=MAX_UNPACKED_UPLOAD_BYTES)
    first, _, rest = text.partition("\n")
    told, skipped = None, 0
    if first.lower().startswith("sep=") and len(first.strip()) <= 5:
        told, text, skipped = first[4:5] or "\t", rest, 1
    separator = told or ("\t" if name.lower().endswith(".tsv") else _separator(text))
    how = SEPARATORS.get(separator, "one column" if separator == _NONE else repr(separator))
    how += f", {in_words(encoding or encoding_of(data[:HEAD_BYTES], name))}"
    return _table(_records(text, separator, name, skipped), name, how, header)


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


def _separator(text: str) -> str:
    """The separator by which the first records have the same number of cells, more than one."""
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


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error:
        return


def _records(text: str, separator: str, name: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line that it ends in.

    Raises:
        InputError: a cell is too long, or a quotation mark is never closed.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    begin = 0
    try:
        for row in reader:
            if reader.line_num - begin > 1:
                _check_closed(text, separator, name, begin, reader.line_num, skipped)
            begin = reader.line_num
            yield begin + skipped, row
    except csv.Error as error:
        what = (
            f"a cell has more than {MAX_CELL_CHARACTERS:,} characters; is a quotation mark open?"
            if "field limit" in str(error)
            else f"{error}; save the table as CSV again."
        )
        raise InputError(f"{name}, line {begin + 1 + skipped}: {what}") from None


def _check_closed(text: str, separator: str, name: str, begin: int, end: int, skipped: int) -> None:
    """Refuse a last record whose quotation mark is never closed: it would swallow all rows below."""
    if end < text.count("\n") + (not text.endswith("\n")):
        return
    last = "\n".join(text.split("\n")[begin:])
    try:
        list(csv.reader(io.StringIO(last, newline=""), delimiter=separator, strict=True))
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
    except Exception as error:  # a damaged workbook raises whatever its parts raise
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
    records: Iterable[tuple[int, list[str]]], name: str, how: str, header: bool | None
) -> Table:
    """Check the records and put them under their columns' names."""
    records = _narrow(records, name)
    number, first = next(
        ((n, row) for n, row in records if any(cell.strip() for cell in row)), (0, [])
    )
    while first and not first[-1].strip():  # cells of nothing at the right, as spreadsheets add
        first.pop()
    first = [cell.strip() for cell in first]
    has_header = not _looks_like_a_row(first) if header is None else header
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
        if len(row) > len(first):
            what = "header" if has_header else "first line"
            raise InputError(
                f"{name}, line {line}: {len(row)} cells, the {what} has {len(first)}. Put texts that "
                "contain the separator in double quotes."
            )
        rows.append([cell.strip() for cell in row] + [""] * (len(first) - len(row)))
        lines.append(line)
        if len(rows) > MAX_TABLE_ROWS or len(rows) * len(first) > MAX_TABLE_CELLS:
            raise InputError(
                f"{name}, line {line}: more than {MAX_TABLE_ROWS:,} rows or {MAX_TABLE_CELLS:,} cells "
                f"({len(first)} columns); cut the table in parts, or keep the columns that are needed."
            )
    if not rows:
        raise InputError(f"{name} has no rows below its header; expected a header and rows.")
    names = first if has_header else [""] * len(first)
    return Table(_unique(names), rows, lines, how, has_header, n_blank)


def _narrow(records: Iterable[tuple[int, list[str]]], name: str) -> Iterator[tuple[int, list[str]]]:
    """The records, as long as none has too many cells."""
    for number, row in records:
        if len(row) > MAX_TABLE_COLUMNS:
            raise InputError(
                f"{name}, line {number}: {len(row):,} columns, at most {MAX_TABLE_COLUMNS:,} are "
                "taken; keep the columns that are needed."
            )
        yield number, row


def _looks_like_a_row(cells: Sequence[str]) -> bool:
    """True if a cell is a sentence: three words or more with an end mark."""
    return any(
        len(cell.split()) > 2 and cell.rstrip("\"'”’)")[-1:] in {".", "!", "?"} for cell in cells
    )


def _unique(names: Sequence[str]) -> list[str]:
    """Column names, each different and none empty."""
    taken: dict[str, int] = {}
    unique: list[str] = []
    for number, given in enumerate(names, 1):
        name = given or f"column {number}"
        while name in taken:
            taken[name] += 1
            name = f"{name} ({taken[name]})"
        taken[name] = 1
        unique.append(name)
    return unique
