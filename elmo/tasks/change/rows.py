"""Measure a list of words, row by row; an interrupted list goes on where it was."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from elmo.errors import InputError
from elmo.explore.change import FIGURES, Change, Figure, false_discovery
from elmo.tasks.change.measure import UseVectors, measure_word
from elmo.tasks.change.sides import N_USES, Side
from elmo.views.duration import duration

ALPHA = 0.05
"""The false-discovery rate up to which a word of a list is called changed, and the p up to which a single word is."""
SECONDS_A_SENTENCE = 0.0093
"""Of one core: 37 s for 20 words with 100 uses a side; see docs/change.md."""


@dataclass(frozen=True)
class Row:
    """A word of a list.

    Attributes:
        word: as listed.
        change: the figures, or None where the word has too few uses.
        problem: why there are no figures.
        n_old, n_new: how often the word stands on each side.
        q: the false-discovery rate among the words of the list; None until the whole list is measured.
        controls: (how many control words changed less by APD, how many there were); None where none were measured.
    """

    word: str
    change: Change | None
    problem: str | None
    n_old: int
    n_new: int
    q: float | None = None
    controls: tuple[int, int] | None = None

    @property
    def has_changed(self) -> bool:
        """Whether the word is called changed at a false-discovery rate of `ALPHA`."""
        return self.q is not None and self.q <= ALPHA

    def to_dict(self) -> dict[str, Any]:
        """For JSON: `word`, `apd`, `prt`, `jsd` (each value, low, high, p), `p`, `q`, counts, controls, problem."""
        about: dict[str, Any] = {"word": self.word, "n_old": self.n_old, "n_new": self.n_new}
        if self.change is not None:
            figures = {name: asdict(getattr(self.change, name)) for name in FIGURES}
            about |= figures | {
                "p": self.change.p,
                "q": self.q,
                "uses_old": self.change.n_old,
                "uses_new": self.change.n_new,
            }
        if self.controls is not None:
            about["controls"] = {"changed_less": self.controls[0], "of": self.controls[1]}
        return about | ({"problem": self.problem} if self.problem else {})

    @staticmethod
    def from_dict(about: dict[str, Any]) -> "Row":
        """The row that `to_dict` wrote."""
        change = None
        if "apd" in about:
            apd, prt, jsd = (Figure(**about[name]) for name in FIGURES)
            change = Change(apd, prt, jsd, about["uses_old"], about["uses_new"])
        controls = about.get("controls")
        return Row(
            about["word"],
            change,
            about.get("problem"),
            about["n_old"],
            about["n_new"],
            about.get("q"),
            None if controls is None else (controls["changed_less"], controls["of"]),
        )


def row_of(word: str, sides: tuple[Side, Side], vectors: UseVectors, n_uses: int, seed: int) -> Row:
    """A word of a list, measured; a word with too few uses becomes a row that says so."""
    try:
        measured = measure_word(word, sides, vectors, n_uses, seed)
    except InputError as error:
        return Row(word, None, str(error), sides[0].count(word), sides[1].count(word))
    return Row(word, measured.change, None, measured.drawn.n_old, measured.drawn.n_new)


def measure_list(
    words: Sequence[str],
    sides: tuple[Side, Side],
    vectors: UseVectors,
    *,
    n_uses: int = N_USES,
    seed: int = 0,
    file: Path | None = None,
    settings: dict[str, Any] | None = None,
) -> Iterator[Row]:
    """Measure words one after another, yielding a row a word in the order given.

    Args:
        file: a file of JSON lines. Each row is written to the file as soon as it is measured, and rows that stand there
            are not measured again, so that an interrupted call goes on.
        settings: what the rows depend on (sides, model, representation, uses, seed); the file's first line.

    Raises:
        InputError: `file` was begun with other settings.
    """
    done = {} if file is None else _read_rows(file, settings or {})
    for word in words:
        row = done.get(word)
        if row is None:
            row = row_of(word, sides, vectors, n_uses, seed)
            if file is not None:
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(row.to_dict(), ensure_ascii=False) + "\n")
        yield row


def plan(n_words: int, n_uses: int) -> str:
    """How long a list takes at most, in words: "20 words, at most 4,000 sentences to read: about 37 s …"."""
    n = 2 * n_words * n_uses
    return (
        f"{n_words:,} words, at most {n:,} sentences to read: about "
        f"{duration(n * SECONDS_A_SENTENCE)} on one core as fast as the one where this was measured"
    )


def is_rows_file(file: Path) -> bool:
    """Whether a file is one of rows that `measure_list` writes."""
    try:
        with file.open(encoding="utf-8") as lines:
            begun = json.loads(lines.readline(100_000))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(begun, dict) and {"old", "new", "representation", "uses"} <= begun.keys()


def measured_words(file: Path) -> set[str]:
    """The words whose rows stand in a file of `measure_list`; none where there is no file."""
    if not file.exists():
        return set()
    return {json.loads(line)["word"] for line in _whole_lines(file.read_text(encoding="utf-8"))[1:]}


def _read_rows(file: Path, settings: dict[str, Any]) -> dict[str, Row]:
    """The rows of an interrupted call by their words; a last line that was cut off is removed."""
    if not file.exists():
        file.write_text(json.dumps(settings, ensure_ascii=False) + "\n", encoding="utf-8")
        return {}
    text = file.read_text(encoding="utf-8")
    lines = _whole_lines(text)
    whole = "".join(f"{line}\n" for line in lines)
    if whole != text:
        file.write_text(whole, encoding="utf-8")
    begun = json.loads(lines[0]) if lines else None
    if begun != settings:
        raise InputError(
            f"{file} was begun with other settings ({begun}); delete the file, or name another output."
        )
    rows = (Row.from_dict(json.loads(line)) for line in lines[1:])
    return {row.word: row for row in rows}


def _whole_lines(text: str) -> list[str]:
    """The lines without a last one that was cut off."""
    return text.split("\n")[:-1]


def with_rates(rows: Iterable[Row]) -> list[Row]:
    """The rows with their false-discovery rates, the most changed first.

    Ranked by p, then by PRT: words whose p is equal, as small as the random assignments allow, differ in how far their
    prototypes are apart. Rows without figures come last.
    """
    rows = list(rows)
    rates = iter(false_discovery([row.change.p for row in rows if row.change]).tolist())
    rated = [replace(row, q=next(rates)) if row.change else row for row in rows]
    return sorted(
        rated,
        key=lambda row: (row.change.p, -row.change.prt.value) if row.change else (2.0, 0.0),
    )
