"""Read a person's table of uses of a word."""

from pathlib import Path

from elmo.corpus.lines import read_lines
from elmo.usages import Usage, usages_of_table


def read_usages(path: Path, encoding: str | None = None) -> tuple[Usage, ...]:
    """The uses in a table with tabs and the columns sentence, form, occurrence, sense and genre.

    Raises:
        InputError: the file is no such table; see `elmo.usages.usages_of_table`.
        CorpusError: the file cannot be read as text.
    """
    return usages_of_table((line.text for line in read_lines(path, encoding=encoding)), path.name)
