"""Measure one word, or a list of words: figures of change, groups on both sides, words as frequent to compare with."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore.change import (
    MIN_USES,
    Change,
    Figure,
    GroupShare,
    change,
    false_discovery,
    group_shares,
    rank_among,
)
from elmo.explore.clusters import Clusters, best_cut, cluster
from elmo.explore.similarity import cosine_matrix
from elmo.inflections import related_forms
from elmo.representation import less_the_mean
from elmo.tasks.change.sides import N_USES, Drawn, Side, draw
from elmo.usages import Usage
from elmo.views.duration import duration

UseVectors = Callable[[Sequence[Usage]], Float[np.ndarray, "uses dim"]]
"""Gives the vectors of uses in one representation."""

N_CONTROLS = 20
SECONDS_A_SENTENCE = 0.0093
"""Of one core: 37 s for 20 words with 100 uses a side; see docs/change.md."""
_CONTENT_LETTERS = 4


@dataclass(frozen=True)
class WordChange:
    """What was measured of one word.

    Attributes:
        drawn: the uses that were compared.
        vectors: of the uses, the old ones first.
        change: the three figures.
        groups: for each use its group, as the JSD counts them.
        shares: of each group on each side; what the new side gained comes first.
    """

    drawn: Drawn
    vectors: Float[np.ndarray, "uses dim"]
    change: Change
    groups: Int[np.ndarray, " uses"]
    shares: list[GroupShare]

    def test_of_groups(self, seed: int) -> Clusters:
        """Whether the uses fall into groups at all; see `elmo.explore.clusters.cluster`."""
        rows = less_the_mean(self.vectors)
        return cluster(rows, cosine_matrix(rows), int(self.groups.max()) + 1, seed=seed)


def measure_word(
    word: str,
    sides: tuple[Side, Side],
    vectors: UseVectors,
    n_uses: int = N_USES,
    seed: int = 0,
) -> WordChange:
    """Draw a word's uses on both sides and compare them.

    Raises:
        InputError: the word stands fewer than `MIN_USES` times on a side.
    """
    drawn = draw_enough(word, sides, n_uses, seed)
    return compare(drawn, vectors(drawn.uses), seed)


def draw_enough(word: str, sides: tuple[Side, Side], n_uses: int, seed: int) -> Drawn:
    """Draw a word's uses on both sides, as `draw`.

    Raises:
        InputError: the word stands fewer than `MIN_USES` times on a side.
    """
    drawn = draw(word, sides, n_uses, seed)
    if len(drawn.old) < MIN_USES:
        raise InputError(
            f"{word!r} stands {drawn.n_old:,} times in {sides[0].name} and {drawn.n_new:,} times in {sides[1].name}; at "
            f"least {MIN_USES} uses on each side are compared. Choose another word, or more text."
        )
    return drawn


def compare(drawn: Drawn, rows: Float[np.ndarray, "uses dim"], seed: int = 0) -> WordChange:
    """The figures of uses whose vectors are known.

    The groups are those of the vectors less their mean over both sides, cut where the mean silhouette is highest; the
    sides' names play no part in it.
    """
    groups = best_cut(cosine_matrix(less_the_mean(rows)))
    n_old = len(drawn.old)
    found = change(rows[:n_old], rows[n_old:], groups, seed=seed)
    return WordChange(drawn, rows, found, groups, group_shares(groups, n_old, seed=seed))


@dataclass(frozen=True)
class Row:
    """A word of a list.

    Attributes:
        word: as listed.
        change: the figures, or None where the word has too few uses.
        problem: why there are no figures.
        n_old, n_new: how often the word stands on each side.
        q: the false-discovery rate among the words of the list; None until the whole list is measured.
        controls: (how many words as frequent changed less by APD, how many there were); None where none were measured.
    """

    word: str
    change: Change | None
    problem: str | None
    n_old: int
    n_new: int
    q: float | None = None
    controls: tuple[int, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        """For JSON: `word`, `apd`, `prt`, `jsd` (each value, low, high, p), `p`, `q`, counts, controls, problem."""
        about: dict[str, Any] = {"word": self.word, "n_old": self.n_old, "n_new": self.n_new}
        if self.change is not None:
            figures = {name: asdict(getattr(self.change, name)) for name in ("apd", "prt", "jsd")}
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
        found = None
        if "apd" in about:
            apd, prt, jsd = (Figure(**about[name]) for name in ("apd", "prt", "jsd"))
            found = Change(apd, prt, jsd, about["uses_old"], about["uses_new"])
        controls = about.get("controls")
        return Row(
            about["word"],
            found,
            about.get("problem"),
            about["n_old"],
            about["n_new"],
            about.get("q"),
            None if controls is None else (controls["changed_less"], controls["of"]),
        )


def row_of(word: str, sides: tuple[Side, Side], vectors: UseVectors, n_uses: int, seed: int) -> Row:
    """A word of a list, measured; a word with too few uses becomes a row that says so."""
    try:
        found = measure_word(word, sides, vectors, n_uses, seed)
    except InputError as error:
        return Row(word, None, str(error), sides[0].count(word), sides[1].count(word))
    return Row(word, found.change, None, found.drawn.n_old, found.drawn.n_new)


def measure_list(
    words: Sequence[str],
    sides: tuple[Side, Side],
    vectors: UseVectors,
    *,
    n_uses: int = N_USES,
    seed: int = 0,
    kept: Path | None = None,
    settings: dict[str, Any] | None = None,
) -> Iterator[Row]:
    """Measure words one after another, yielding a row a word in the order given.

    Args:
        kept: a file of JSON lines. Each row is written to the file as soon as it is measured, and rows that stand there
            are not measured again, so that an interrupted call goes on.
        settings: what the rows depend on (sides, model, representation, uses, seed); the file's first line.

    Raises:
        InputError: `kept` was begun with other settings.
    """
    done: dict[str, Row] = {}
    if kept is not None:
        done = _read_kept(kept, settings or {})
    for word in words:
        row = done.get(word)
        if row is None:
            row = row_of(word, sides, vectors, n_uses, seed)
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row.to_dict(), ensure_ascii=False) + "\n")
        yield row


def plan(n_words: int, n_uses: int) -> str:
    """What measuring a list will take at most, in words: "20 words, at most 4,000 sentences to read: about 37 s …"."""
    n = 2 * n_words * n_uses
    return (
        f"{n_words:,} words, at most {n:,} sentences to read: about "
        f"{duration(n * SECONDS_A_SENTENCE)} on one core as fast as the one where this was measured"
    )


def is_kept(file: Path) -> bool:
    """Whether a file is one of rows that `measure_list` keeps."""
    try:
        with file.open(encoding="utf-8") as lines:
            begun = json.loads(lines.readline(100_000))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(begun, dict) and {"old", "new", "representation", "uses"} <= begun.keys()


def _read_kept(kept: Path, settings: dict[str, Any]) -> dict[str, Row]:
    """The rows of an interrupted call; a last line that was cut off is removed."""
    if not kept.exists():
        kept.write_text(json.dumps(settings, ensure_ascii=False) + "\n", encoding="utf-8")
        return {}
    text = kept.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        kept.write_text(whole, encoding="utf-8")
    lines = whole.splitlines()
    begun = json.loads(lines[0]) if lines else None
    if begun != settings:
        raise InputError(
            f"{kept} was begun with other settings ({begun}); delete the file, or name another output."
        )
    rows = (Row.from_dict(json.loads(line)) for line in lines[1:])
    return {row.word: row for row in rows}


def with_rates(rows: Iterable[Row]) -> list[Row]:
    """The rows with their false-discovery rates, the most changed first.

    Ranked by p, then by PRT: words whose p is equal, as small as the deals allow, differ in how far their prototypes are
    apart. Rows without figures come last.
    """
    rows = list(rows)
    rates = iter(false_discovery([row.change.p for row in rows if row.change]).tolist())
    rated = [replace(row, q=next(rates)) if row.change else row for row in rows]
    return sorted(
        rated,
        key=lambda row: (row.change.p, -row.change.prt.value) if row.change else (2.0, 0.0),
    )


def control_words(
    word: str, sides: tuple[Side, Side], n: int = N_CONTROLS, seed: int = 0
) -> list[str]:
    """Words as frequent as this one, to compare with: nearest in the smaller of their two counts.

    Only words of letters, at least four, are taken, without other forms of this word and those that serve grammar (scikit-learn's list). Of twice as
    many candidates n are drawn by the seed.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    own_forms = {word.casefold(), *related_forms(word)}
    old, new = (side.index.frequencies() for side in sides)
    wanted = max(1, min(side.count(word) for side in sides))
    candidates = [
        (abs(np.log(min(n_old, new[other]) / wanted)), other)
        for other, n_old in old.items()
        if min(n_old, new.get(other, 0)) >= MIN_USES
        and len(other) >= _CONTENT_LETTERS
        and other.isalpha()
        and other not in own_forms
        and other not in ENGLISH_STOP_WORDS
    ]
    nearest = [other for _, other in sorted(candidates)[: 2 * n]]
    rng = np.random.default_rng(seed)
    return (
        sorted(rng.choice(nearest, min(n, len(nearest)), replace=False).tolist()) if nearest else []
    )


def among_controls(row: Row, controls: Sequence[Row]) -> Row:
    """The row with how many of the words as frequent changed less, by their APD."""
    values = [other.change.apd.value for other in controls if other.change]
    if row.change is None or not values:
        return row
    return replace(row, controls=(rank_among(row.change.apd.value, values), len(values)))
