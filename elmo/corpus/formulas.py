"""Text that a spreadsheet would run as a formula, made plain."""

import re
from typing import Any

_FORMULA = re.compile(r"(^|[;\t\n\r])(?=[\s\"]*[=+\-@＝＋－＠\t\r])")
"""Where a spreadsheet may see a formula: at a cell's start, and after what some take for its end."""


def without_formula(value: Any) -> Any:
    """A text that spreadsheets would run as a formula, with a ' before it; anything else as it is."""
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value
