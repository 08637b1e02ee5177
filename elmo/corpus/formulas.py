"""Text for spreadsheets, with formulas made harmless."""

import re
from typing import Any

_FORMULA = re.compile(r"(^|[;\t\n\r])(?=[\s\"]*[=+\-@＝＋－＠\t\r])")
"""Places where a spreadsheet may see a formula: the start of a cell, and after signs that some programs read as its end."""


def without_formula(value: Any) -> Any:
    """The value; a text that spreadsheets would run as a formula gets a ' before it."""
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value
