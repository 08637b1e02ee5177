"""The separation of word senses by vectors: two figures for each representation.

    1-NN recall   each test use gets the sense of the most similar training use (cosine); the recall of each sense,
                  averaged over senses, then over words, so that rare senses count as much as frequent ones
    pair AUC      the probability that two test uses of one sense are more similar than two of different senses,
                  averaged over words; .5 is chance. The figure needs no training uses; the app shows it

Source: Loureiro et al. 2021, arXiv:2008.11608 (1-NN on CoarseWSD-20). Intervals: bootstrap over the test sentences of
each word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float, Int

from elmo.corpus.uses import read_usages
from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.explore.bootstrap import Interval, draw_counts, macro_recall
from elmo.explore.pair_auc import TIE_DECIMALS, SortedPairs
from elmo.explore.similarity import cosine_matrix
from elmo.representation import CompactRows, representations
from elmo.tasks.senses.files import read_rows, use_at
from elmo.usages import Usage

N_RESAMPLES = 200


@dataclass(frozen=True)
class LabelledWord:
    """A word with its labelled uses: training uses, perhaps none, and test uses."""

    word: str
    train: Sequence[Usage]
    test: Sequence[Usage]


class Embeds(Protocol):
    """A function that returns vectors of uses by the representation's name."""

    def __call__(
        self, uses: Sequence[Usage]
    ) -> "Mapping[str, Float[np.ndarray, 'uses dim'] | CompactRows]": ...


def use_vectors(
    elmo: Elmo, uses: Sequence[Usage], several_words: bool = False
) -> "dict[str, Float[np.ndarray, 'uses dim'] | CompactRows]":
    """The vectors of the uses in every representation of the model, with and without their mean.

    Args:
        several_words: True if the uses are of different words; smoothed representations are left out then.
    """
    reading = elmo.read_uses(uses)
    every = [
        each
        for each in representations(elmo.options.n_representations)
        if each.missing(elmo.constants) is None and not (several_words and each.smoothed)
    ]
    return {
        each.name: each.compact(reading) for each in [*every, *(one.less_the_mean for one in every)]
    }


def read_coarsewsd(folder: str | Path, encoding: str | None = None) -> list[LabelledWord]:
    """The words of CoarseWSD-20: WORD/{train,test}.{data,gold}.txt, with lines «index TAB tokens» and a class.

    Raises:
        InputError: there is no such folder, or a line cannot be used; the message has the line.
        CorpusError: a file cannot be read as text.
    """
    folder = Path(folder)
    words = sorted(path.parent for path in folder.glob("*/test.data.txt"))
    if not words:
        raise InputError(
            f"{folder}: no WORD/test.data.txt in it; expected the folders of CoarseWSD-20."
        )
    return [
        LabelledWord(
            path.name, *(_read_split(path, split, encoding) for split in ("train", "test"))
        )
        for path in words
    ]


def read_labelled(folder: str | Path, encoding: str | None = None) -> list[LabelledWord]:
    """The words of a folder of either kind: that of CoarseWSD-20, or .tsv tables of uses."""
    folder = Path(folder)
    if any(folder.glob("*/test.data.txt")):
        return read_coarsewsd(folder, encoding)
    return read_examples(folder)


def _read_split(folder: Path, split: str, encoding: str | None) -> list[Usage]:
    data, gold = (folder / f"{split}.{kind}.txt" for kind in ("data", "gold"))
    return [
        use_at(row.fields[1], row.fields[0], folder.name, row.where, row.label)
        for row in read_rows(data, gold, 2, "index, sentence", encoding)
    ]


def read_examples(folder: str | Path) -> list[LabelledWord]:
    """The words of a folder with a table of uses for each word, such as elmo/examples/senses; all uses are test uses."""
    paths = sorted(Path(folder).glob("*.tsv"))
    if not paths:
        raise InputError(
            f"{folder}: no .tsv table in it; expected tables like those of elmo/examples/senses."
        )
    return [LabelledWord(path.stem, (), read_usages(path)) for path in paths]


@dataclass(frozen=True)
class SenseFigures:
    """The figures of a representation.

    Attributes:
        pair_auc, recall: means over words, with intervals; recall is None without training uses.
        words: pair AUC and recall of each word.
        beats_layer_0: share of resamples in which the pair AUC is higher than that of layer 0; None for layer 0.
    """

    pair_auc: Interval
    recall: Interval | None
    words: Mapping[str, tuple[float, float | None]]
    beats_layer_0: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The figures as values for JSON."""
        values: dict[str, Any] = {
            "pair_auc": vars(self.pair_auc),
            "beats_layer_0": self.beats_layer_0,
        }
        if self.recall is not None:
            values["recall_1nn"] = vars(self.recall)
        return values | {"words": {word: list(pair) for word, pair in self.words.items()}}


def measure_senses(
    words: Sequence[LabelledWord], vectors: Embeds, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> dict[str, SenseFigures]:
    """Both figures of every representation that `vectors` returns."""
    aucs: dict[str, list[np.ndarray]] = {}
    recalls: dict[str, list[np.ndarray]] = {}
    for number, item in enumerate(words):
        senses = np.unique(
            [str(use.sense) for use in [*item.test, *item.train]], return_inverse=True
        )[1]
        test, train = senses[: len(item.test)], senses[len(item.test) :]
        counts = draw_counts(len(test), n_resamples, seed + number)
        # Index 0 is the original sample; the rest are bootstrap resamples.
        counts = np.concatenate([np.ones((1, len(test)), counts.dtype), counts])
        of_train = vectors(item.train) if len(item.train) else {}
        for name, rows in vectors(item.test).items():
            similarity = cosine_matrix(rows)
            aucs.setdefault(name, []).append(resampled_pair_auc(similarity, test, counts))
            if of_train:
                cosines = cosine_matrix(rows, of_train[name]).round(TIE_DECIMALS)
                right = train[cosines.argmax(axis=1)] == test
                recalls.setdefault(name, []).append(macro_recall(right, test)(counts))
    figures = {}
    base = _mean_over_words(aucs["layer 0"]) if "layer 0" in aucs else None
    for name in aucs:
        auc = _mean_over_words(aucs[name])
        recall = np.mean(recalls[name], axis=0) if name in recalls else None
        by_word = {
            item.word: (
                float(aucs[name][k][0]),
                float(recalls[name][k][0]) if recall is not None else None,
            )
            for k, item in enumerate(words)
        }
        beats = None if base is None or name == "layer 0" else float((auc[1:] > base[1:]).mean())
        figures[name] = SenseFigures(
            Interval.of(auc[0], auc[1:]),
            None if recall is None else Interval.of(recall[0], recall[1:]),
            by_word,
            beats,
        )
    return figures


def _mean_over_words(
    values: Sequence[Float[np.ndarray, " resamples"]],
) -> Float[np.ndarray, " resamples"]:
    """The mean over the words with a value, for each resample; NaN if no word has a value."""
    of_words = np.array(values)
    known = ~np.isnan(of_words)
    total, n = np.where(known, of_words, 0).sum(axis=0), known.sum(axis=0)
    return np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)


def resampled_pair_auc(
    similarity: Float[np.ndarray, "uses uses"],
    senses: Int[np.ndarray, " uses"],
    counts: Int[np.ndarray, "resamples uses"],
) -> Float[np.ndarray, " resamples"]:
    """The pair AUC of each row of counts; NaN for a resample without pairs of one kind."""
    first, second = np.triu_indices(len(senses), k=1)
    same = senses[first] == senses[second]
    return SortedPairs.of(similarity[first, second], same, first, second).auc(counts)
