"""Files of labelled uses: a file of data and a file of gold labels with as many lines, checked line by line.

A message names the file, the line, the value and the expected value; no line is left out without a message.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from elmo.corpus.lines import read_lines
from elmo.errors import InputError
from elmo.inflections import related_forms
from elmo.normal_form import comparison_form
from elmo.usages import Usage
from elmo.whole_number import whole_number

_PARTICLES = frozenset(
    "about across along apart around aside away back by down in off on out over round through up".split()
)


@dataclass(frozen=True)
class Row:
    """A line of data with its label.

    Attributes:
        where: name of the file and number of the line, for messages.
        fields: parts of the line between tabs.
        label: text of the same line of the gold file.
    """

    where: str
    fields: tuple[str, ...]
    label: str


def read_rows(
    data: Path, gold: Path, n_fields: int, fields: str, encoding: str | None = None
) -> Iterator[Row]:
    """Yield the lines of both files together; blank lines at their ends are passed over.

    Args:
        n_fields, fields: number of parts of a line, and their names for messages.

    Raises:
        InputError: a file is empty, a line has another number of parts, or the files have different numbers of lines.
        CorpusError: a file cannot be read as text.
    """
    lines, labels = _lines(data, encoding), _lines(gold, encoding)
    if len(lines) != len(labels):
        raise InputError(
            f"{data} has {len(lines):,} lines and {gold.name} {len(labels):,}; expected one label a "
            "line."
        )
    for number, (line, label) in enumerate(zip(lines, labels, strict=True), 1):
        where = f"{data}, line {number}"
        parts = line.split("\t")
        if len(parts) != n_fields:
            raise InputError(
                f"{where} has {len(parts)} parts between tabs ({line[:60]!r}), expected {n_fields}: "
                f"{fields}. A sentence has no tab in it."
            )
        if not label.strip() or len(label.split()) > 1:
            raise InputError(f"{gold}, line {number} is {label[:60]!r}, expected one label.")
        yield Row(where, tuple(parts), label.strip())


def use_at(
    text: str,
    place: str,
    word: str,
    where: str,
    sense: str | None = None,
    *,
    particles: bool = False,
) -> Usage:
    """The use at an index of a sentence whose tokens are separated by blanks.

    Args:
        place: index of the use, from 0, as written in the file.
        word: word of which the token at the index must be a form.
        where: file and line, for messages.
        particles: True if the index may also be that of a verb's particle, such as "round" in "called round".

    Raises:
        InputError: the index is no whole number, is outside of the sentence, or is that of another word.
    """
    tokens = tuple(text.split())
    position = whole_number(place, len(tokens))
    if position is None:
        raise InputError(
            f"{where}: the index is {place[:40]!r}, expected a whole number from 0 to {len(tokens) - 1}, "
            f"as the sentence has {len(tokens)} tokens ({text[:60]!r})."
        )
    forms = related_forms(word)
    is_particle = (
        particles
        and position > 0
        and comparison_form(tokens[position]) in _PARTICLES
        and comparison_form(tokens[position - 1]) in forms
    )
    if comparison_form(tokens[position]) not in forms and not is_particle:
        places = [i for i, token in enumerate(tokens) if comparison_form(token) in forms]
        there = (
            f"it stands at {', '.join(map(str, places))}" if places else "it is not in the sentence"
        )
        raise InputError(
            f"{where}: index {position} is {tokens[position]!r}, expected a form of {word!r}; {there} "
            f"({text[:60]!r})."
        )
    return Usage(text, tokens, position, sense)


def _lines(path: Path, encoding: str | None) -> list[str]:
    """The lines of a file without the blank ones at its end."""
    lines = [line.text for line in read_lines(path, encoding=encoding, name=str(path))]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise InputError(f"{path} is empty; expected a use, or a label, on each line.")
    return lines
