"""Word in Context: does a word mean the same in two sentences? Judged by the cosine of its two vectors.

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
from elmo.explore.similarity import paired_cosine
from elmo.tasks.ladder.intervals import Interval, bootstrap, mean_of
from elmo.tasks.senses.word_senses import Vectors
from elmo.usages import Usage


@dataclass(frozen=True)
class UsePairs:
    """Pairs of uses of one word, and whether it means the same in both."""

    first: Sequence[Usage]
    second: Sequence[Usage]
    same: Bool[np.ndarray, " pairs"]


def read_wic(folder: str | Path, split: str) -> UsePairs:
    """Reads a split: lines are «word TAB N or V TAB i-j TAB sentence TAB sentence», and T or F.

    Raises:
        InputError: a file is missing, or the two do not fit together.
    """
    data, gold = (Path(folder) / split / f"{split}.{kind}.txt" for kind in ("data", "gold"))
    if not (data.is_file() and gold.is_file()):
        raise InputError(
            f"{folder}: no {split}/{split}.data.txt with its gold file; expected the folders of WiC."
        )
    rows = [line.split("\t") for line in data.read_text(encoding="utf-8").splitlines()]
    labels = gold.read_text(encoding="utf-8").split()
    if len(rows) != len(labels):
        raise InputError(f"{data}: {len(rows)} pairs and {len(labels)} labels; expected one each.")
    uses: tuple[list[Usage], list[Usage]] = ([], [])
    for _, _, places, *sentences in rows:
        for side, place, text in zip(uses, places.split("-"), sentences, strict=True):
            side.append(Usage(text, tuple(text.split()), int(place)))
    return UsePairs(*uses, np.array([label == "T" for label in labels]))


def best_threshold(cosines: Float[np.ndarray, " pairs"], same: Bool[np.ndarray, " pairs"]) -> float:
    """The cosine from which on "same" is said, with the most right answers; between two pairs' cosines."""
    order = np.argsort(-cosines, kind="stable")
    values = cosines[order]
    right = np.concatenate(
        [[0], np.cumsum(np.where(same[order], 1, -1))]
    )  # saying "same" of the first k
    allowed = np.concatenate([[True], values[1:] < values[:-1], [True]])
    k = int(np.argmax(np.where(allowed, right, -len(values) - 1)))
    if k == 0:
        return float(values[0]) + 1e-6
    return float(values[-1]) - 1e-6 if k == len(values) else float(values[k - 1] + values[k]) / 2


@dataclass(frozen=True)
class WicFigure:
    """Accuracy on the judged pairs, and the threshold that was chosen on the others."""

    accuracy: Interval
    threshold: float

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"accuracy": vars(self.accuracy), "threshold": self.threshold}


def measure_wic(train: UsePairs, judged: UsePairs, vectors: Vectors) -> dict[str, WicFigure]:
    """The figure of every representation that `vectors` gives."""
    sides = [vectors(side) for side in (train.first, train.second, judged.first, judged.second)]
    figures = {}
    for name in sides[0]:
        threshold = best_threshold(paired_cosine(sides[0][name], sides[1][name]), train.same)
        said = paired_cosine(sides[2][name], sides[3][name]) >= threshold
        right = (said == judged.same).astype(np.float64)
        figures[name] = WicFigure(bootstrap(mean_of(right), len(right)), threshold)
    return figures
