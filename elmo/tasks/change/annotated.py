"""Annotated data of DURel and the Word Usage Graphs: a uses.csv has both sides of its words, a judgments.csv is their gold.

Source: Schlechtweg et al. 2018, arXiv:1804.06517 (COMPARE: the mean judgment of pairs of an old and a new use).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from elmo.errors import InputError
from elmo.explore.change import FIGURES, MIN_USES, average_precision, rank_correlation
from elmo.explore.similarity import cosine_matrix
from elmo.tasks.change.measure import UseVectors, compare
from elmo.tasks.change.rows import Row
from elmo.tasks.change.sides import Drawn
from elmo.tasks.change.wug import GroupedUse, has_use_columns, read_uses

RELATED = 2.5
"""Middle of the scale from 1 to 4: pairs with a lower mean judgment count as unrelated."""

Judgments = Mapping[tuple[str, str], float]
"""The mean judgment, from 1 (unrelated) to 4 (identical), of each judged pair of identifiers."""


@dataclass(frozen=True)
class Annotated:
    """The uses of one word in a uses.csv.

    Attributes:
        drawn: the uses that are compared.
        identifiers: of these uses, the old ones first.
    """

    drawn: Drawn
    identifiers: tuple[str, ...]


@dataclass(frozen=True)
class PairGold:
    """Judged pairs of one word's uses.

    Attributes:
        cosines, judgments: of each judged pair.
        compare: mean judgment of pairs of an old and a new use (COMPARE); NaN without such pairs.
    """

    cosines: tuple[float, ...]
    judgments: tuple[float, ...]
    compare: float


def is_uses_file(file: str | Path) -> bool:
    """True if the first line of a file has the columns of a uses.csv."""
    return Path(file).suffix.lower() in (".csv", ".tsv") and has_use_columns(file)


def read_words(file: str | Path, n_uses: int, seed: int) -> dict[str, Annotated]:
    """The words of a uses.csv with their uses in its two groupings, equal numbers drawn by the seed.

    Raises:
        InputError: the file cannot be read, or has not two groupings.
    """
    uses = read_uses(file)
    groupings = sorted({item.grouping for item in uses})
    if len(groupings) != 2:
        raise InputError(
            f"{file} has {len(groupings)} groupings ({', '.join(groupings[:5])}), expected 2: the old and the new texts."
        )
    by_word: dict[str, list[list[GroupedUse]]] = {}
    for item in uses:
        by_word.setdefault(item.lemma, [[], []])[groupings.index(item.grouping)].append(item)
    words = {}
    for word, (old, new) in by_word.items():
        n = min(n_uses, len(old), len(new))
        rng = np.random.default_rng(seed)
        chosen = [
            [side[i] for i in np.sort(rng.choice(len(side), n, replace=False))]
            for side in (old, new)
        ]
        first, second = (tuple(item.use for item in side) for side in chosen)
        drawn = Drawn(word, first, second, len(old), len(new), (groupings[0], groupings[1]), seed)
        words[word] = Annotated(drawn, tuple(i.identifier for side in chosen for i in side))
    return words


def measure_annotated(
    word: Annotated, vectors: UseVectors, judged: Judgments | None, seed: int
) -> tuple[Row, PairGold | None]:
    """A word's row, and its cosines beside the judgments of its pairs."""
    drawn = word.drawn
    if len(drawn.old) < MIN_USES:
        problem = f"{drawn.word!r} has {drawn.n_old} and {drawn.n_new} uses; at least {MIN_USES} on each side are compared."
        return Row(drawn.word, None, problem, drawn.n_old, drawn.n_new), None
    rows = vectors(drawn.uses)
    measured = compare(drawn, rows, seed)
    row = Row(drawn.word, measured.change, None, drawn.n_old, drawn.n_new)
    if judged is None:
        return row, None
    matrix, number = cosine_matrix(rows), {name: i for i, name in enumerate(word.identifiers)}
    pairs = [
        (number[first], number[second], judgment)
        for (first, second), judgment in judged.items()
        if first in number and second in number
    ]
    across = [j for first, second, j in pairs if measured.is_new[first] != measured.is_new[second]]
    return row, PairGold(
        tuple(float(matrix[first, second]) for first, second, _ in pairs),
        tuple(judgment for *_, judgment in pairs),
        float(np.mean(across)) if across else float("nan"),
    )


def against_judgments(rows: Sequence[Row], gold: Mapping[str, PairGold]) -> dict[str, Any]:
    """How the cosines and the figures of change agree with judgments.

    Returns:
        Of pairs: `n_pairs`, and as means over words `spearman_pairs` (correlation of cosines with judgments) and
        `average_precision_pairs` (of the ranking by 1 - cosine, against pairs judged below `RELATED`; `unrelated_pairs`, their
        share, is chance). Of words: `n`, and by figure `spearman` (correlation with minus COMPARE, as a word that changed has
        low judgments across the sides) and `average_precision` (against words whose COMPARE is below `RELATED`).
    """
    within = [rank_correlation(each.cosines, each.judgments) for each in gold.values()]
    unrelated = [[judgment < RELATED for judgment in each.judgments] for each in gold.values()]
    precision = [
        average_precision([-cosine for cosine in each.cosines], wanted)
        for each, wanted in zip(gold.values(), unrelated, strict=True)
    ]
    shares = [
        float(np.mean(wanted))
        for wanted, value in zip(unrelated, precision, strict=True)
        if not np.isnan(value)
    ]
    measured = [
        row
        for row in rows
        if row.change and row.word in gold and not np.isnan(gold[row.word].compare)
    ]
    compare = [gold[row.word].compare for row in measured]
    scores = {name: [getattr(row.change, name).value for row in measured] for name in FIGURES}
    about: dict[str, Any] = {
        "n_pairs": sum(len(each.judgments) for each in gold.values()),
        "spearman_pairs": _mean(within),
        "average_precision_pairs": _mean(precision),
        "unrelated_pairs": _mean(shares),
        "n": len(measured),
        "spearman": {
            name: rank_correlation(values, [-value for value in compare])
            for name, values in scores.items()
        },
    }
    changed = [value < RELATED for value in compare]
    if any(changed) and not all(changed):
        about["average_precision"] = {
            name: average_precision(values, changed) for name, values in scores.items()
        }
    return about


def _mean(values: Sequence[float]) -> float | None:
    """The mean of the values that are known; None without any."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else None
