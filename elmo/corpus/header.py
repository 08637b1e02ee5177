"""The names of a table's columns, and lines of a header that are not the first one.

A table has one line with the names of its columns. Files with a title above the names, or with a second line of names,
kinds or remarks below them, are refused where the line is sure to be no row; where a line may be one, `unlike_the_rest`
says so, and a person decides.
"""

from collections.abc import Iterable, Sequence

from elmo.errors import InputError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SENTENCES = frozenset(
    {"sentence", "sentences", "text", "texts", "context", "contexts", "example", "examples"}
)
"""Names of columns that usually hold sentences."""

_KINDS = frozenset(
    "string str text object varchar char character int integer int64 float float64 double number numeric real bool "
    "boolean factor category categorical nominal ordinal discrete continuous date datetime time class meta label".split()
)
_SAMPLE_ROWS, _LEAST_ROWS = 200, 3
_BRACKETS = {"()", "[]", "<>", "{}"}


def looks_like_a_row(cells: Sequence[str]) -> bool:
    """True if a cell is a sentence: three words or more with an end mark."""
    return any(len(cell.split()) > 2 and _has_end_mark(cell) for cell in cells)


def refuse_title(
    first: Sequence[str], second: Sequence[str], name: str, lines: tuple[int, int]
) -> None:
    """Refuse a line above the names of the columns: a title, a comment.

    Args:
        first, second: cells of the first two lines that are not blank.
        name: name of the file, for messages.
        lines: numbers of these lines.

    Raises:
        InputError: the first line has one cell, and the second one is a line of names.
    """
    if len(first) != 1 or len(second) < 1 or first[0].strip('"').casefold() in SENTENCES:
        return
    ways: Iterable[Sequence[str]] = [second]
    if len(second) == 1:  # the title hides the separator of the table
        others = (separator for separator in SEPARATORS if separator not in first[0])
        ways = [second[0].split(other) for other in others]
    for cells in ways:
        if len(cells) > 1 and names_sentences([cell.strip(' "') for cell in cells]):
            raise InputError(
                f"{name}, line {lines[0]}: {first[0][:60]!r} stands above the columns' names in line {lines[1]}. Take "
                "the line away, so that the names are in the first line."
            )


def refuse_second_line(
    rows: Sequence[Sequence[str]], name: str, lines: Sequence[int], separator: str
) -> None:
    """Refuse a first row that is sure to be a second line of the header.

    Such a row has remarks in brackets, kinds of data (string, nominal), or the usual name of a column of sentences
    above sentences.

    Args:
        rows, lines: the rows below the header, and their line numbers.
        separator: stands between cells in the message.

    Raises:
        InputError: the first row is a second line of the header; the message names the line.
    """
    first = [cell.strip() for cell in rows[0]]
    cells = [cell.casefold() for cell in first if cell]
    below = rows[1 : _SAMPLE_ROWS + 1]
    remarks = all(cell[0] + cell[-1] in _BRACKETS and not _has_end_mark(cell) for cell in cells)
    columns = list(zip(*below, strict=True))
    holds_sentences = [_are_sentences(column) for column in columns] or [False] * len(first)
    kinds = len(cells) > 1 and set(cells) <= _KINDS and any(holds_sentences)
    names = not looks_like_a_row(first) and any(
        cell.casefold() in SENTENCES and holds
        for cell, holds in zip(first, holds_sentences, strict=True)
    )
    if cells and (remarks or kinds or names):
        raise second_line(first, name, lines[0], separator)


def second_line(cells: Sequence[str], name: str, line: int, separator: str) -> InputError:
    """The error for a second line of the header."""
    return InputError(
        f"{name}, line {line}: {separator.join(cells)[:60]!r} looks like a second line of the header. Write each column's "
        "name on one line."
    )


def names_sentences(cells: Sequence[str]) -> bool:
    """True if a cell is a usual name of a column of sentences."""
    return any(cell.strip().casefold() in SENTENCES for cell in cells)


def unlike_the_rest(rows: Sequence[Sequence[str]], sentences: int) -> bool:
    """True if the first row may be a second line of the header.

    The row then has no sentence where each other row has one, its labels stand in no other row, although labels
    come again in the other rows, and it has no number.

    Args:
        rows: the rows below the header.
        sentences: number of the column of sentences.
    """
    first, below = rows[0], rows[1 : _SAMPLE_ROWS + 1]
    others = [column for column in range(len(first)) if column != sentences]
    if len(below) < _LEAST_ROWS or not others or any(cell.strip().isdigit() for cell in first):
        return False
    labels_come_again = any(len({row[c] for row in below}) <= len(below) / 2 for c in others)
    return (
        not _is_sentence(first[sentences])
        and all(_is_sentence(row[sentences]) for row in below)
        and not _is_repeated(
            [first[c] for c in others], [[row[c] for c in others] for row in below]
        )
        and (labels_come_again or any(_are_numbers([row[c] for row in below]) for c in others))
    )


def unique_names(names: Sequence[str]) -> list[str]:
    """The column names, with numbers added so that all names differ and none is empty."""
    taken: dict[str, int] = {}
    unique: list[str] = []
    for number, written in enumerate(names, 1):
        name = written or f"column {number}"
        while name in taken:
            taken[name] += 1
            name = f"{name} ({taken[name]})"
        taken[name] = 1
        unique.append(name)
    return unique


def _has_end_mark(cell: str) -> bool:
    return cell.rstrip("\"'”’)]")[-1:] in {".", "!", "?"}


def _is_sentence(cell: str) -> bool:
    """True if a cell has an end mark or five words."""
    return _has_end_mark(cell) or len(cell.split()) > 4


def _are_sentences(cells: Sequence[str]) -> bool:
    """True if most cells are sentences."""
    return sum(map(_is_sentence, cells)) > len(cells) / 2


def _are_numbers(cells: Sequence[str]) -> bool:
    return all(cell.strip().isdigit() for cell in cells)


def _is_repeated(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """True if a cell of the first row stands in the same column of another row."""
    return any(
        cell and any(row[column] == cell for row in below) for column, cell in enumerate(first)
    )
