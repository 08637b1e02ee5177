"""Ways to make substitutes' vectors that are no entries of `elmo.representation`, measured as its entries are.

    python -m benchmarks.substitutes FOLDER [--index INDEX] [--most N] [--json]

FOLDER is elmo/examples/senses, elmo/examples/senses_heldout, CoarseWSD-20 or WiC. With an index (`python -m elmo index`), the
mean of a word is also taken over 200 of the word's uses in the corpus, instead of over the uses at hand. The figures stand in
docs/representations.md.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import simplemma
from jaxtyping import Int
from scipy.sparse import csr_array

from elmo import Elmo
from elmo.corpus.index import CorpusIndex
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.representation import Constants, JoinedRows, Reading, SparseRows, by_name, unit
from elmo.tasks.senses.word_in_context import measure_wic, read_wic
from elmo.tasks.senses.word_senses import measure_senses, read_labelled
from elmo.usages import Usage

N_BACKGROUND = 200
SIDES = ("halves added", "around the word")
VECTORS = ("layer 2", *SIDES, "words around")
SHARES = by_name("everything together", 3).shares  # of VECTORS, and of the substitutes


def pattern(use: Usage) -> Usage:
    """The sentence "… WORD and _ and WORD …": each side of the blank reads WORD and "and" last (Amrami and Goldberg 2018)."""
    word = use.forms[use.position : use.end]
    left, right = (*use.forms[: use.position], *word, "and"), ("and", *word, *use.forms[use.end :])
    return Usage(" ".join((*left, "_", *right)), (*left, "_", *right), len(left))


def base_forms(words: Sequence[str]) -> Int[np.ndarray, " words"]:
    """The number of each word's base form, in any letter case; words of one base form have one number."""
    numbers: dict[str, int] = {}
    bases = (simplemma.lemmatize(word.lower(), "en").lower() for word in words)
    return np.array([numbers.setdefault(base, len(numbers)) for base in bases])


def probabilities(
    reading: Reading, temperature: float = 1.0, bases: np.ndarray | None = None
) -> csr_array:
    """The probability of each word, or each base form, in each use's place: p to the power 1 / temperature, summing to 1."""
    assert reading.constants is not None and reading.constants.output is not None
    ids, log_p = reading.substitutes
    p = np.exp((log_p - log_p.max(axis=1, keepdims=True)).astype(np.float64) / temperature)
    p /= p.sum(axis=1, keepdims=True)
    columns = ids if bases is None else bases[ids]
    starts = np.arange(len(ids) + 1) * ids.shape[1]
    shape = (len(ids), len(reading.constants.output.rows))
    found = csr_array((p.ravel(), columns.ravel(), starts), shape=shape, copy=True)
    found.sum_duplicates()  # in place, so of a copy
    return found


def rows(p: csr_array) -> SparseRows:
    """The square roots of the probabilities."""
    return SparseRows(csr_array((np.sqrt(p.data), p.indices, p.indptr), shape=p.shape))


class Variants:
    """The vectors of uses in each way.

    Attributes:
        elmo, constants: the model.
        index: where the background of a word comes from; None: no background.
        several_words: the uses are of several words, and nothing is smoothed.
    """

    def __init__(self, elmo: Elmo, index: CorpusIndex | None, several_words: bool) -> None:
        self.elmo, self.index, self.several_words = elmo, index, several_words
        self.constants: Constants = elmo.constants
        assert self.constants.output is not None
        self.bases = base_forms(self.constants.output.real_words)

    def __call__(self, uses: Sequence[Usage]) -> Mapping[str, Any]:
        """All ways, as `measure_senses` takes them."""
        reading = self.elmo.read_uses(uses)
        patterns = self.elmo.read_uses([pattern(use) for use in uses])
        plain, by_pattern = probabilities(reading), probabilities(patterns)
        both = (plain + by_pattern) / 2
        ways: dict[str, csr_array] = {
            "as it is": plain,
            **{f"temperature {t}": probabilities(reading, t) for t in (1.25, 1.5, 2.0, 3.0)},
            "word forms joined": probabilities(reading, bases=self.bases),
            "word forms joined, temperature 1.5": probabilities(reading, 1.5, self.bases),
            "patterns": by_pattern,
            "with and without patterns": both,
            "with and without patterns, temperature 1.5": (
                probabilities(reading, 1.5) + probabilities(patterns, 1.5)
            )
            / 2,
            "with and without patterns, word forms joined, temperature 1.5": (
                probabilities(reading, 1.5, self.bases) + probabilities(patterns, 1.5, self.bases)
            )
            / 2,
        }
        found: dict[str, Any] = {}
        for name, p in ways.items():
            found[f"{name}"] = rows(p)
            found[f"{name}, less the mean"] = rows(p).less_the_mean
        if not self.several_words:
            found |= self._together(reading, ways)
        if self.index is not None:
            found |= self._less_background(reading, uses)
        return found

    def _together(self, reading: Reading, ways: Mapping[str, csr_array]) -> dict[str, Any]:
        """Everything together, less the mean, with each way in the place of the substitutes."""
        n_layers = len(reading.layers)
        parts = [by_name(name, n_layers).less_the_mean.vectors(reading) for name in VECTORS]
        return {
            f"everything together, {name}": JoinedRows(
                (*parts, rows(p).less_the_mean), SHARES, True
            )
            for name, p in ways.items()
        }

    def _less_background(self, reading: Reading, uses: Sequence[Usage]) -> dict[str, Any]:
        """Vectors less the mean of the word's uses in a corpus."""
        background = self._background(uses)
        n_layers, found = len(reading.layers), {}
        for name in SIDES:
            by = by_name(name, n_layers)
            mean = by.vectors(background).mean(axis=0)
            found[f"{name}, less the background"] = by.vectors(reading) - mean
        parts = [unit(found[f"{name}, less the background"]) for name in SIDES]
        found["added and around, less the background"] = np.concatenate(parts, axis=1)
        own, other = rows(probabilities(reading)), rows(probabilities(background)).less_the_mean
        found["substitutes, less the background"] = replace(own, mean=other.mean)
        for name in (*SIDES, "added and around"):
            by = by_name(name, n_layers).less_the_mean
            found[f"{name}, less the mean"] = by.vectors(reading)
        return found

    def _background(self, uses: Sequence[Usage]) -> Reading:
        """Uses of the word in the corpus."""
        assert self.index is not None
        forms = [use.form.lower() for use in uses]
        word = max(dict.fromkeys(forms), key=forms.count)
        hits = [hit.usage() for hit in self.index.hits(word, N_BACKGROUND, seed=0)]
        return self.elmo.read_uses([use for use in hits if len(use.tokens) <= MAX_SENTENCE_TOKENS])


def main() -> None:
    """Measure every way on the test uses, or the development pairs, of a folder."""
    parser = argparse.ArgumentParser(description="Measure ways to make substitutes' vectors.")
    parser.add_argument("folder")
    parser.add_argument("--index")
    parser.add_argument("--most", type=int, metavar="N", help="the first N test uses of a word")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    elmo = Elmo()
    index = CorpusIndex(args.index) if args.index else None
    if (Path(args.folder) / "dev").is_dir():
        train, judged = (read_wic(args.folder, split) for split in ("train", "dev"))
        of_pairs = measure_wic(train, judged, Variants(elmo, None, True))
        figures: Mapping[str, Any] = {name: one.accuracy for name, one in of_pairs.items()}
    else:
        words = [
            replace(word, train=(), test=list(word.test)[: args.most])
            for word in read_labelled(args.folder)
        ]
        of_words = measure_senses(
            words, Variants(elmo, index, False), n_resamples=1000 if len(words) > 8 else 200
        )
        figures = {name: one.pair_auc for name, one in of_words.items()}
    if args.json:
        print(json.dumps({name: vars(figure) for name, figure in figures.items()}, indent=1))
        return
    for name, figure in figures.items():
        print(f"{name:<84} {figure}")


if __name__ == "__main__":
    main()
