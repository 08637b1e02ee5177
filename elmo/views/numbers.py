"""Numbers as texts: one way to write each kind of number, on pages, in saved pages and on the command line."""

import math
from typing import SupportsFloat


def short(value: SupportsFloat | None, digits: int = 2) -> str:
    """A number as papers print it, without a zero before the point: .71, -.05, 1.00; "–" for None and NaN."""
    value = math.nan if value is None else float(value)
    if math.isnan(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text


def signed(value: SupportsFloat, digits: int = 2) -> str:
    """A difference as `short` writes it, with its sign: +.02, -.05, .00."""
    value = float(value)
    text = short(abs(value), digits)
    sign = "" if not float(text) else "+" if value > 0 else "-"
    return sign + text


def significant(value: SupportsFloat, digits: int = 2) -> str:
    """A number, perhaps a very small one, rounded to its leading digits: .31, .0042, 3.1e-07."""
    text = f"{float(value):.{digits}g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def whole(value: SupportsFloat) -> str:
    """A number without decimals, with commas between the thousands: 12,345."""
    return f"{float(value):,.0f}"


def percent(share: SupportsFloat, digits: int = 0) -> str:
    """A share from 0 to 1 in percent: .5 is "50 %"."""
    return f"{100 * float(share):.{digits}f} %"


def chance(p: SupportsFloat) -> str:
    """A p-value in percent: "under 0.1 %", "4.2 %", "31 %"."""
    p = float(p)
    return f"under {percent(0.001, 1)}" if p < 0.001 else percent(p, 1 if p < 0.1 else 0)
