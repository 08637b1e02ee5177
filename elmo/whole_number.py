"""Read a whole number that a person, a file or a link wrote."""


def whole_number(text: str, below: int) -> int | None:
    """The number that a text of ASCII digits is, if it is under a bound; None for any other text.

    `int()` also takes signs, blanks, underscores and digits of other scripts, and raises an error for 5,000 digits.

    >>> whole_number(" 12 ", 13), whole_number("13", 13), whole_number("-1", 13)
    (12, None, None)
    """
    digits = text.strip().lstrip("0") or ("0" if "0" in text else "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(below)):
        return None
    return int(digits) if int(digits) < below else None
