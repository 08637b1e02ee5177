"""Dates and numbers as people write them in tables and in names of files, in an order that can be compared."""

import re
from collections.abc import Callable, Sequence

from elmo.errors import InputError

Moment = tuple[float, ...]
"""A number alone, or a year, perhaps with its month and day."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep sept|"
        "october oct|november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}
_ABOUT = re.compile(r"^(?:c|ca|circa|about|approx)\.?\s*(?=\d)", re.I)
_YEAR_FIRST = re.compile(r"^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].*)?$")
_YEAR_LAST = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$")
_YEARS = re.compile(r"^(\d{4})(?:s|\s*[-–/]\s*\d{2,4})$")
_DAY_MONTH_YEAR = re.compile(r"^(?:(\d{1,2})(?:st|nd|rd|th)?\.?\s+)?([A-Za-z]+)\.?,?\s+(\d{4})$")
_MONTH_DAY_YEAR = re.compile(r"^([A-Za-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_IN_NAME = re.compile(
    r"(?<!\d)(1[0-9]\d\d|20\d\d)(?:[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)


def moment(value: str) -> Moment | None:
    """A number, or a date with as many of year, month and day as are certain; None for anything else.

    Of 3/4/1950 the year alone is certain, as some write the day first and some the month. Of a decade or a run of years
    (1950s, 1810-1860), the first year counts.

    >>> [moment(text) for text in ("1950", "1950-06-01", "1 June 1950", "13.6.1950", "3/4/1950", "1950s", "unknown")]
    [(1950.0,), (1950.0, 6.0, 1.0), (1950.0, 6.0, 1.0), (1950.0, 6.0, 13.0), (1950.0,), (1950.0,), None]
    """
    text = _ABOUT.sub("", value.strip())
    try:
        number = float(text)
        return (number,) if abs(number) < float("inf") else None
    except ValueError:
        pass
    if match := _YEAR_FIRST.match(text):
        return _date(*match.groups())
    if match := _YEARS.match(text):
        return (float(match[1]),)
    if match := _YEAR_LAST.match(text):
        first, sign, second, year = match.groups()
        if sign == "." or int(first) > 12:
            return _date(year, second, first)
        return _date(year, first, second) if int(second) > 12 else (float(year),)
    if match := _DAY_MONTH_YEAR.match(text):
        day, month, year = match.groups()
    elif match := _MONTH_DAY_YEAR.match(text):
        month, day, year = match.groups()
    else:
        return None
    number = _MONTHS.get(month.lower())
    return None if number is None else _date(year, str(number), day)


def moment_in_name(name: str) -> str:
    """The first date in a file's name, else in its folders, "1950" or "1950-06-01"; "" where none stands there.

    >>> moment_in_name("speech_1950-06-01.txt"), moment_in_name("letters/18991231.txt"), moment_in_name("a.txt")
    ('1950-06-01', '1899-12-31', '')
    """
    match = _IN_NAME.search(name.replace("\\", "/").rpartition("/")[2]) or _IN_NAME.search(name)
    return "-".join(filter(None, match.groups())) if match else ""


def later_than(border: str) -> Callable[[str], bool | None]:
    """Whether a value is the border or later: numbers by their size, dates by their order, others not at all.

    None also where a date is too coarse to tell: 1950 may be before or after 1950-06-01.

    >>> [later_than("1950")(value) for value in ("1949", "1950", "June 1950", "unknown")]
    [False, True, True, None]
    """
    at = moment(border)
    if at is None:
        raise InputError(
            f"the border is {border!r}, expected a number or a date such as 1950, 2024-05-31 or 31 May 2024."
        )

    def is_new(value: str) -> bool | None:
        dated = moment(value)
        if dated is None:
            return None
        if len(dated) < len(at) and dated == at[: len(dated)]:
            return None
        return dated >= at

    return is_new


def middle(values: Sequence[str]) -> str:
    """The value from which on about half of the dated values lie; "" where fewer than two moments differ."""
    dated = sorted(
        ((at, value) for value in values if (at := moment(value)) is not None),
        key=lambda pair: pair[0],
    )
    later = [value for at, value in dated[len(dated) // 2 :] if at > dated[0][0]]
    return later[0] if later else ""


def are_moments(values: Sequence[str]) -> bool:
    """Whether a column is one of dates or numbers: at least four of five values that are not empty."""
    filled = [value for value in values if value.strip()]
    dated = sum(moment(value) is not None for value in filled)
    return bool(filled) and dated >= 0.8 * len(filled)


def _date(year: str, month: str | None, day: str | None) -> Moment | None:
    if month is not None and not 1 <= int(month) <= 12:
        return None
    if day is not None and not 1 <= int(day) <= 31:
        return None
    return tuple(float(part) for part in (year, month, day) if part is not None)
