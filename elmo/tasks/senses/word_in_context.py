"""Word in Context: whether a word has the same meaning in two sentences, judged by the cosine of its two vectors.

The threshold is the one that gives the best accuracy on the training pairs; the accuracy on the development pairs is the
figure. Chance is 50 %.

Source: Pilehvar and Camacho-Collados 2019, arXiv:1808.09121, section 4 (threshold on the cosine).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from elmo.errors import InputError
from elmo.explore.bootstrap import Interval, bootstrap, mean_of
from elmo.explore.pair_auc import TIE_DECIMALS
from elmo.explore.similarity import paired_cosine
from elmo.representation import CompactRows
from elmo.tasks.senses.files import read_rows, use_at
from elmo.tasks.senses.word_senses import Embeds
from elmo.usages import Usage


@dataclass(frozen=True)
class UsePairs:
    """Pairs of uses of one word; `same` is True for pairs with one meaning."""

    first: Sequence[Usage]
    second: Sequence[Usage]
    same: Bool[np.ndarray, " pairs"]


def read_wic(folder: str | Path, split: str, encoding: str | None = None) -> UsePairs:
    """The pairs of a split, whose lines are «word TAB N or V TAB i-j TAB sentence TAB sentence», and T or F.

    Raises:
        InputError: a file is missing, or a line cannot be used; the message has the line.
        CorpusError: a file cannot be read as text.
    """
    data, gold = (Path(folder) / split / f"{split}.{kind}.txt" for kind in ("data", "gold"))
    if not (data.is_file() and gold.is_file()):
        raise InputError(
            f"{folder}: no {split}/{split}.data.txt with its gold file; expected the folders of WiC."
        )
    first, second, same = [], [], []
    for row in read_rows(data, gold, 5, "word, N or V, i-j, sentence, sentence", encoding):
        word, _, places, *texts = row.fields
        indices = places.split("-")
        if len(indices) != 2:
            raise InputError(
                f"{row.where}: the indices are {places!r}, expected two whole numbers from 0 with a "
                "hyphen between them, such as 1-4."
            )
        if row.label not in ("T", "F"):
            raise InputError(f"{row.where}: the label is {row.label!r}, expected T or F.")
        for side, place, text in zip((first, second), indices, texts, strict=True):
            side.append(use_at(text, place, word, row.where, particles=True))
        same.append(row.label == "T")
    return UsePairs(first, second, np.array(same))


def best_threshold(cosines: Float[np.ndarray, " pairs"], same: Bool[np.ndarray, " pairs"]) -> float:
    """The threshold of the cosine for "same" with the most right answers; it lies between the cosines of two pairs."""
    order = np.argsort(-cosines, kind="stable")
    values = cosines[order]
    # right[k]: right minus wrong answers among the first k pairs if these are called "same"
    right = np.concatenate([[0], np.cumsum(np.where(same[order], 1, -1))])
    allowed = np.concatenate([[True], values[1:] < values[:-1], [True]])
    k = int(np.argmax(np.where(allowed, right, -len(values) - 1)))
    if k == 0:
        return float(values[0]) + 1e-6
    return float(values[-1]) - 1e-6 if k == len(values) else float(values[k - 1] + values[k]) / 2


@dataclass(frozen=True)
class WicFigure:
    """Accuracy on the judged pairs, and the threshold chosen on the training pairs."""

    accuracy: Interval
    threshold: float

    def to_dict(self) -> dict[str, Any]:
        """The figure as values for JSON."""
        return {"accuracy": vars(self.accuracy), "threshold": self.threshold}


def measure_wic(train: UsePairs, judged: UsePairs, vectors: Embeds) -> dict[str, WicFigure]:
    """The figure of every representation that `vectors` returns.

    One call of `vectors` has both sides of the pairs, so that both have the same dimensions and the same mean.
    """
    of_train, of_judged = (vectors([*pairs.first, *pairs.second]) for pairs in (train, judged))
    figures = {}
    for name in of_train:
        threshold = best_threshold(_cosines(of_train[name]), train.same)
        answers = _cosines(of_judged[name]) >= threshold
        right = (answers == judged.same).astype(np.float64)
        figures[name] = WicFigure(bootstrap(mean_of(right), len(right)), threshold)
    return figures


def _cosines(
    rows: "Float[np.ndarray, 'uses dim'] | CompactRows",
) -> Float[np.ndarray, " pairs"]:
    """The cosine of each pair, with the package's rule for ties; the rows are all first uses, then all second uses."""
    n = len(rows) // 2
    return paired_cosine(rows[:n], rows[n:]).round(TIE_DECIMALS)
