"""Which representation a model's uses are compared by first: chosen by measurement, not by belief.

The model is measured once on reference words with known senses, the examples of this project; the
figures are kept beside its weights where that folder can be written, else in the data folder. The
baseline "words around", which has no LSTM, is measured too and told; it is not chosen.

Each reference word has two senses or more. In how many of them the test of groups finds groups says how
much "no groups" means for another word: little where the test finds few.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from elmo.embedder import Elmo
from elmo.explore.senses import Verdict, cluster
from elmo.explore.similarity import cosine_matrix
from elmo.home import home
from elmo.representation import (
    LESS_THE_MEAN,
    CompactRows,
    Representation,
    by_name,
    in_words,
)
from elmo.tasks.senses.word_senses import measure_senses, read_examples, use_vectors
from elmo.usages import EXAMPLES
from elmo.views.numbers import percent
from elmo.whole_files import write_json

FILE = "reference_words.json"
BASELINE = "words around"
WEAK = 0.6
"""A model whose best pair AUC on the reference words is lower hardly sees senses; .5 is chance."""

_FORMAT = 3
_N_RESAMPLES = 200


@dataclass(frozen=True)
class Reference:
    """The pair AUC of each representation on the reference words, and in how many it finds groups.

    Attributes:
        fingerprint: of the model.
        n_words: reference words.
        n_uses: the smallest and the largest number of uses that a reference word has.
        pair_auc: by the representation's name, the mean over the words.
        grouped: by the representation's name, in how many words the test finds groups without labels.
    """

    fingerprint: str
    n_words: int
    n_uses: tuple[int, int]
    pair_auc: dict[str, float]
    grouped: dict[str, int]

    @property
    def is_weak(self) -> bool:
        """Whether no representation tells senses apart, as far as these words can tell."""
        return self.pair_auc[self.best()] < WEAK

    def best(self, centred: bool | None = None) -> str:
        """The name of the representation with the highest figure, the baseline left out.

        Args:
            centred: True for those less the mean alone, False for the others; None is both.
        """
        names = [
            name
            for name in self.pair_auc
            if not name.startswith(BASELINE)
            and (centred is None or name.endswith(LESS_THE_MEAN) == centred)
        ]
        return max(names, key=lambda name: self.pair_auc[name])

    def representation(self, n_layers: int, centred: bool | None = None) -> Representation:
        """The one to compare by first."""
        return by_name(self.best(centred), n_layers)

    def sentence(self, name: str | None = None) -> str:
        """What was measured, in words; `best` when no name is given."""
        name = name or self.best()
        if name not in self.pair_auc:
            return f"compared by {in_words(name)}, which was not measured on the reference words"
        baseline = self.pair_auc.get(
            BASELINE + LESS_THE_MEAN if name.endswith(LESS_THE_MEAN) else BASELINE
        )
        told = (
            f"compared by {in_words(name)}, which told apart {percent(self.pair_auc[name])} of pairs on "
            f"{self.n_words} reference words"
        )
        if baseline is None or name.startswith(BASELINE):
            return told
        return f"{told} (the words around alone, without any LSTM: {percent(baseline)})"


def kept(elmo: Elmo) -> Reference | None:
    """The model's figures where they were measured before; reads a small file, measures nothing."""
    for file in _files(elmo):
        found = _read(file, elmo.fingerprint)
        if found is not None:
            return found
    return None


def reference(elmo: Elmo) -> Reference:
    """The model's figures: those kept, or measured now (about half a minute) and kept."""
    return kept(elmo) or measure_and_keep(elmo)


def measure_and_keep(elmo: Elmo) -> Reference:
    """Measure the model, and write the figures where `kept` finds them."""
    made = measure(elmo)
    for file in _files(elmo):
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # the data folder's
            write_json(file, {"format": _FORMAT, **vars(made)})
        except OSError:
            continue
        break
    return made


def measure(elmo: Elmo) -> Reference:
    """Measure every representation on the reference words."""
    words = read_examples(EXAMPLES / "senses")
    vectors = {tuple(item.test): use_vectors(elmo, item.test) for item in words}
    figures = measure_senses(words, lambda uses: vectors[tuple(uses)], _N_RESAMPLES)
    values = {name: round(figure.pair_auc.value, 6) for name, figure in figures.items()}
    grouped = {
        name: sum(_falls_into_groups(of_word[name]) for of_word in vectors.values())
        for name in values
    }
    sizes = [len(item.test) for item in words]
    return Reference(elmo.fingerprint, len(words), (min(sizes), max(sizes)), values, grouped)


def _falls_into_groups(rows: "Float[np.ndarray, 'uses dim'] | CompactRows") -> bool:
    rows = rows.dense if isinstance(rows, CompactRows) else rows
    return cluster(rows, cosine_matrix(rows)).verdict is Verdict.SEPARATED


def _files(elmo: Elmo) -> list[Path]:
    """Where the figures may be: beside the weights, else in the data folder."""
    own = home() / "reference" / f"{elmo.fingerprint}.json"
    return [elmo.weight_file.with_name(FILE), own]


def _read(file: Path, fingerprint: str) -> Reference | None:
    """The figures in a file; None where it is missing, damaged or another model's."""
    try:
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if data["format"] != _FORMAT or data["fingerprint"] != fingerprint:
            return None
        values = {str(name): float(value) for name, value in data["pair_auc"].items()}
        grouped = {str(name): int(n) for name, n in data["grouped"].items()}
        fewest, most = map(int, data["n_uses"])
        if not values or grouped.keys() != values.keys():
            return None
        return Reference(fingerprint, int(data["n_words"]), (fewest, most), values, grouped)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


if __name__ == "__main__":  # `make start-data`, after a change of the bundled model
    measure_and_keep(Elmo())
