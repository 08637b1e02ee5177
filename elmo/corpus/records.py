"""The records of a table: lists of cells with their line numbers, from text with separators or from a workbook."""

import csv
import io
import itertools
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from elmo.corpus.header import SEPARATORS
from elmo.errors import InputError
from elmo.limits import MAX_CELL_CHARACTERS, MAX_UNPACKED_UPLOAD_BYTES

NO_SEPARATOR = "\x1f"
"""A character that no text has, as separator of a table with one column."""
_SAMPLE_RECORDS, _SAMPLE_CHARACTERS = 50, 64_000

csv.field_size_limit(MAX_CELL_CHARACTERS)


def separator_of(text: str) -> str:
    """The separator with which the most of the first records have the same number of cells, above one."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample):
        sample = sample.rpartition("\n")[0] or sample
    first_line = sample.split("\n", 1)[0]
    if not first_line.strip("".join(SEPARATORS)):
        return max(SEPARATORS, key=first_line.count) if first_line else NO_SEPARATOR
    scores = {}
    for rank, separator in enumerate(SEPARATORS):
        rows = itertools.islice(_parsed(sample, separator), _SAMPLE_RECORDS)
        counts = [len(row) for row in rows if any(cell.strip() for cell in row)]
        if counts and counts[0] > 1:
            same = sum(count == counts[0] for count in counts) / len(counts)
            wider = sum(count > counts[0] for count in counts)
            scores[separator] = (same, -wider, counts[0], -rank)
    return max(scores, key=scores.__getitem__) if scores else NO_SEPARATOR


def _reader(text: str, separator: str, strict: bool = False) -> Any:
    """Python's reader of CSV; blanks between a separator and a quotation mark do not count."""
    lines = io.StringIO(text, newline="")
    return csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=strict)


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    try:
        yield from _reader(text, separator)
    except csv.Error:
        return


def quotes_are_text(text: str, separator: str) -> bool:
    """True if quotation marks are no marks around cells: a cell continues behind its closing mark ("Stop" he said).

    All records then have as many cells as the first one. With tabs as separators, a mark that is never closed is such a
    sign, too, as tables with tabs are often written without quoting.
    """
    if '"' not in text:
        return False
    try:
        for _ in _reader(text, separator, strict=True):
            pass
        return False
    except csv.Error as error:
        if "unexpected end" in str(error) and separator != "\t" or "field limit" in str(error):
            return False
    try:
        return len({len(row) for _, row in unquoted_records(text, separator, 0) if row}) == 1
    except csv.Error:
        return False


def unquoted_records(text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each line as a record with its number; quotation marks are part of the text."""
    lines = io.StringIO(text, newline="")
    return enumerate(csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE), skipped + 1)


def text_records(
    text: str, separator: str, name: str, skipped: int
) -> Iterator[tuple[int, list[str]]]:
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


def workbook_records(data: bytes, name: str) -> tuple[str, Iterator[tuple[int, list[str]]]]:
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
    if isinstance(value, datetime) and value.time() == time():  # a date without a time of the day
        return str(value.date())
    return str(value)
