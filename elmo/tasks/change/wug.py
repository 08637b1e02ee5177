"""Formats of the field for change of meaning: DURel's and WUG's uses and judgments, and SemEval's lists of targets.

    uses.csv        a row a use, columns separated by tabs: lemma, grouping, identifier, context, indexes_target_token, …
    judgments.csv   a row a pair: identifier1, identifier2, annotator, judgment from 1 (unrelated) to 4 (identical), …
    targets.tsv     a row a word: the word and its gold score, as SemEval-2020 task 1 has them

Source: Schlechtweg et al. 2018, arXiv:1804.06517 (DURel, the scale); Schlechtweg et al. 2021, arXiv:2104.08540 (WUG).
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from elmo.corpus.lines import read_lines
from elmo.errors import CorpusError, InputError
from elmo.limits import MAX_TABLE_UPLOAD_BYTES
from elmo.paths import no_file
from elmo.tokenizer import tokenize
from elmo.usages import Usage
from elmo.whole_number import whole_number

USE_COLUMNS = (
    "lemma",
    "pos",
    "date",
    "grouping",
    "identifier",
    "description",
    "context",
    "indexes_target_token",
    "indexes_target_sentence",
)
JUDGMENT_COLUMNS = ("identifier1", "identifier2", "annotator", "judgment", "comment", "lemma")
_ONE_LINE = str.maketrans("\t\n\r", "   ")
"""A tab or the end of a line would begin another field; a space keeps the places of all characters."""
_NEEDED = ("lemma", "grouping", "identifier", "context", "indexes_target_token")
_JUDGED = ("identifier1", "identifier2", "judgment")


@dataclass(frozen=True)
class GroupedUse:
    """A use of a word in a set of texts.

    Attributes:
        lemma: the word as it is listed, "cell" (or "cell_nn").
        grouping: the set of texts, "1" or "1810-1860".
        identifier: of the use, the same in judgments.csv.
        use: the sentence and the word's place in it.
    """

    lemma: str
    grouping: str
    identifier: str
    use: Usage


def read_uses(file: str | Path) -> list[GroupedUse]:
    """The uses of a uses.csv.

    Raises:
        InputError: a column is missing, or a row's indexes point at no word; the message has the file and the line.
    """
    uses = []
    for line, row in _rows(file, _NEEDED):
        written = row["indexes_target_token"].partition(":")
        context = row["context"]
        start, end = (whole_number(part, len(context) + 1) for part in written[::2])
        if start is None or end is None or start >= end:
            raise InputError(
                f"{file}, line {line}: indexes_target_token is {row['indexes_target_token']!r}, expected START:END in "
                f"characters, from 0 to {len(context)}, the length of its context."
            )
        use = _use(context, start, end)
        if use is None:
            raise InputError(
                f"{file}, line {line}: indexes_target_token {row['indexes_target_token']} points at "
                f"{context[start:end]!r}, which has no word in it."
            )
        uses.append(GroupedUse(row["lemma"], row["grouping"], row["identifier"], use))
    if not uses:
        raise InputError(f"{file} has no rows below its header; expected one use a row.")
    return uses


def uses_table(uses: Sequence[GroupedUse]) -> str:
    """The uses as the text of a uses.csv."""
    rows = []
    for item in uses:
        start, end = _characters(item.use)
        rows.append(
            {
                "lemma": item.lemma,
                "grouping": item.grouping,
                "identifier": item.identifier,
                "context": item.use.text,
                "indexes_target_token": f"{start}:{end}",
                "indexes_target_sentence": f"0:{len(item.use.text)}",
            }
        )
    return _table(USE_COLUMNS, rows)


def judgments(cosines: Float[np.ndarray, "uses uses"]) -> Int[np.ndarray, "uses uses"]:
    """Cosines as judgments from 1 (unrelated) to 4 (identical).

    The quarter of the pairs with the lowest cosines gets 1, the next quarter 2, then 3, then 4: the borders are the
    quartiles of the pairs of this word, because cosines of different models and words have different ranges.
    """
    pairs = cosines[np.triu_indices(len(cosines), k=1)]
    borders = np.quantile(pairs, [0.25, 0.5, 0.75]) if len(pairs) else np.zeros(3)
    return 1 + np.searchsorted(borders, cosines, side="right")


def judgments_table(
    uses: Sequence[GroupedUse], cosines: Float[np.ndarray, "uses uses"], annotator: str
) -> str:
    """All pairs of one word's uses as the text of a judgments.csv; see `judgments` for the scale.

    Args:
        annotator: who judged: a name for the model and the representation.
    """
    scale = judgments(cosines)
    rows = [
        {
            "identifier1": uses[i].identifier,
            "identifier2": uses[j].identifier,
            "annotator": annotator,
            "judgment": str(scale[i, j]),
            "comment": f"cosine {cosines[i, j]:.4f}",
            "lemma": uses[i].lemma,
        }
        for i in range(len(uses))
        for j in range(i + 1, len(uses))
    ]
    return _table(JUDGMENT_COLUMNS, rows)


def read_judgments(file: str | Path) -> dict[tuple[str, str], float]:
    """The mean judgment of each pair of identifiers; pairs without a judgment (0) are left out.

    Raises:
        InputError: a column is missing, or a judgment is no number from 0 to 4.
    """
    values: dict[tuple[str, str], list[float]] = {}
    for line, row in _rows(file, _JUDGED):
        try:
            value = float(row["judgment"])
        except ValueError:
            value = float("nan")
        if not 0 <= value <= 4:
            raise InputError(
                f"{file}, line {line}: judgment is {row['judgment']!r}, expected a number from 1 to 4, or 0 for none."
            )
        first, second = sorted((row["identifier1"], row["identifier2"]))
        if value:
            values.setdefault((first, second), []).append(value)
    return {pair: float(np.mean(scores)) for pair, scores in values.items()}


def has_use_columns(file: str | Path) -> bool:
    """True if the first line of a file names the columns that a uses.csv needs."""
    return _has_columns(file, _NEEDED)


def has_judgment_columns(file: str | Path) -> bool:
    """True if the first line of a file names the columns that a judgments.csv needs."""
    return _has_columns(file, _JUDGED)


def _has_columns(file: str | Path, needed: Sequence[str]) -> bool:
    if not Path(file).is_file():
        return False
    try:
        first = next(read_lines(file), None)
    except CorpusError:
        return False
    return first is not None and set(needed) <= set(first.text.split("\t"))


def read_targets(file: str | Path) -> dict[str, float]:
    """Words with their gold scores: a word and a number a line, separated by a tab; a header line is passed over.

    Raises:
        InputError: a line has no number, or a word stands twice.
    """
    targets: dict[str, float] = {}
    for line, text in enumerate(_lines(file), 1):
        if not text.strip():
            continue
        word, _, score = text.strip().partition("\t")
        try:
            value = float(score.split("\t")[0])
        except ValueError:
            if line == 1:
                continue
            raise InputError(
                f"{file}, line {line}: {text.strip()[:60]!r}, expected a word, a tab and a number."
            ) from None
        if word in targets:
            raise InputError(
                f"{file}, line {line}: {word!r} stands twice; expected each word once."
            )
        targets[word] = value
    if not targets:
        raise InputError(f"{file} names no words; expected a word, a tab and a number a line.")
    return targets


def _use(context: str, start: int, end: int) -> Usage | None:
    """The run of tokens that the characters from `start` to `end` touch; None where they touch none."""
    sentence = tokenize(context)
    touched = [number for number, (a, b) in enumerate(sentence.spans) if a < end and b > start]
    if not touched:
        return None
    return Usage(context, sentence.tokens, touched[0], length=len(touched))


def _characters(use: Usage) -> tuple[int, int]:
    """The place of a use in its text, in characters."""
    spans = tokenize(use.text).spans
    return spans[use.position][0], spans[use.position + use.length - 1][1]


def _lines(file: str | Path) -> list[str]:
    path = Path(file)
    if not path.is_file():
        raise InputError(no_file(file))
    return [line.text for line in read_lines(path, max_bytes=MAX_TABLE_UPLOAD_BYTES)]


def _rows(file: str | Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table with tabs, each with its line; quotes are characters like any other, as in the published files."""
    lines = _lines(file)
    header = lines[0].split("\t") if lines else []
    missing = [name for name in needed if name not in header]
    if missing:
        raise InputError(
            f"{file}: the column {', '.join(missing)} is missing; its first line is {(lines or [''])[0][:80]!r}. Expected "
            f"columns separated by tabs, among them {', '.join(needed)}."
        )
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        fields = line.split("\t")
        if len(fields) != len(header):
            raise InputError(
                f"{file}, line {number}: {len(fields)} columns, expected {len(header)} as in the first line."
            )
        rows.append((number, dict(zip(header, fields, strict=True))))
    return rows


def _table(columns: Sequence[str], rows: Sequence[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(
        out,
        columns,
        restval="-",
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
        quotechar=None,
        escapechar=None,
        lineterminator="\n",
    )
    writer.writeheader()
    for row in rows:
        writer.writerow({name: value.translate(_ONE_LINE) for name, value in row.items()})
    return out.getvalue()
