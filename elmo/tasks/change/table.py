"""The rows of a list as a table: on the page, and as a CSV or XLSX file from the command line."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from elmo.corpus.spreadsheets import without_formula, xlsx_bytes
from elmo.errors import InputError
from elmo.explore.change import FIGURES
from elmo.tasks.change.rows import Row
from elmo.whole_files import whole_file

COLUMNS = (
    "word",
    "uses old",
    "uses new",
    *(f"{name}{part}" for name in ("APD", "PRT", "JSD") for part in ("", " from", " to")),
    "p",
    "q",
    "changed less",
    "of controls",
    "why not",
)
"""APD, PRT and JSD with the ends of their 95 % intervals; p and the false-discovery rate q; how many of the control words changed less,
of how many; why a word has no figures."""

Cell = str | float | int | None


def cells(row: Row) -> list[Cell]:
    """The row's values in the order of `COLUMNS`; None where there is none."""
    figures: list[Cell] = [None] * 11
    if row.change:
        three = [getattr(row.change, name) for name in FIGURES]
        figures = [value for each in three for value in (each.value, each.low, each.high)]
        figures += [row.change.p, row.q]
    controls = row.controls or (None, None)
    return [row.word, row.n_old, row.n_new, *figures, *controls, row.problem]


def write_table(rows: Sequence[Row], file: str | Path) -> None:
    """Write the rows as the file's ending says: .csv or .xlsx.

    A word that a spreadsheet would take for a formula gets an apostrophe before it.

    Raises:
        InputError: another ending, or the file cannot be written.
    """
    file = Path(file)
    kind = check_ending(file)
    lines = [COLUMNS, *map(cells, rows)]
    try:
        with whole_file(file) as part:
            part.write_bytes(_csv(lines) if kind == ".csv" else xlsx_bytes(lines, "change"))
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}.") from None


def check_ending(file: str | Path) -> str:
    """The ending of a table's name, ".csv" or ".xlsx".

    Raises:
        InputError: another ending.
    """
    ending = Path(file).suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise InputError(f"{file}: a table ends in .csv or .xlsx, and this name in {ending!r}.")
    return ending


def _csv(lines: Sequence[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([without_formula(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")
