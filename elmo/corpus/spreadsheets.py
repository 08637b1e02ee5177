"""Tables for spreadsheets: formulas made harmless, and workbooks (XLSX)."""

import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

_FORMULA = re.compile(r"(^|[;\t\n\r])(?=[\s\"]*[=+\-@＝＋－＠\t\r])")
"""Places where a spreadsheet may see a formula: the start of a cell, and after signs that some programs read as its end."""


def without_formula(value: Any) -> Any:
    """The value; a text that spreadsheets would run as a formula gets a ' before it."""
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value


_MOST_IN_CELL = 32_767
_NO_CHARACTERS = dict.fromkeys([0xFFFE, 0xFFFF])
"""Code points that XML cannot hold."""


def xlsx_bytes(rows: Iterable[Sequence[Any]], sheet: str = "table") -> bytes:
    """The rows as a workbook of one sheet: numbers stay numbers, and no cell is a formula.

    A cell holds 32,767 characters, the limit of the format; a longer text is cut there and ends in "…".
    Control characters, which the format cannot hold, are left out.
    """
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def cell(value: Any) -> Any:
        value = without_formula(value)
        if isinstance(value, str):
            text = ILLEGAL_CHARACTERS_RE.sub("", value.encode("utf-8", "replace").decode())
            text = text.translate(_NO_CHARACTERS)
            return text if len(text) <= _MOST_IN_CELL else f"{text[: _MOST_IN_CELL - 1]}…"
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return None
        return value if isinstance(value, bool | int | float) else str(value)

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    for row in rows:
        page.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
