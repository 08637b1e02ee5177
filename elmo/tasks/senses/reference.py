"""Which representation a model's uses are compared by first: chosen by measurement, not by belief.

The model is measured once on reference words with known senses, the examples of this project; the
figures are kept beside its weights where that folder can be written, else in the data folder. The
baseline "words around", which has no LSTM, is measured too and told; it is not chosen.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elmo.embedder import Elmo
from elmo.home import data_folder
from elmo.representation import Representation, by_name
from elmo.tasks.senses.word_senses import measure_senses, read_examples, use_vectors
from elmo.usages import EXAMPLES
from elmo.whole_files import write_json

FILE = "reference_words.json"
BASELINE = "words around"
_FORMAT = 1
_N_RESAMPLES = 200


@dataclass(frozen=True)
class Reference:
    """The pair AUC of each representation on the reference words.

    Attributes:
        fingerprint: of the model.
        n_words: reference words.
        pair_auc: by the representation's name, the mean over the words.
    """

    fingerprint: str
    n_words: int
    pair_auc: dict[str, float]

    def best(self, centred: bool | None = None) -> str:
        """The name of the representation with the highest figure, the baseline left out.

        Args:
            centred: True for those less the mean alone, False for the others; None is both.
        """
        names = [
            name
            for name in self.pair_auc
            if not name.startswith(BASELINE)
            and (centred is None or name.endswith(", less the mean") == centred)
        ]
        return max(names, key=lambda name: self.pair_auc[name])

    def representation(self, n_layers: int, centred: bool | None = None) -> Representation:
        """The one to compare by first."""
        return by_name(self.best(centred), n_layers)

    def sentence(self, name: str | None = None) -> str:
        """What was measured, in words; `best` when no name is given."""
        name = name or self.best()
        if name not in self.pair_auc:
            return f"compared by {name}, which was not measured on the reference words"
        baseline = self.pair_auc.get(
            f"{BASELINE}, less the mean" if name.endswith(", less the mean") else BASELINE
        )
        told = (
            f"compared by {name}, which told apart {self.pair_auc[name]:.0%} of pairs on "
            f"{self.n_words} reference words"
        )
        if baseline is None or name.startswith(BASELINE):
            return told
        return f"{told} (the words around alone, without any LSTM: {baseline:.0%})"


def reference(elmo: Elmo) -> Reference:
    """The model's figures: those kept, or measured now (about half a minute) and kept."""
    for file in _files(elmo):
        kept = _read(file, elmo.fingerprint)
        if kept is not None:
            return kept
    made = measure(elmo)
    for file in _files(elmo):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_json(file, {"format": _FORMAT, **vars(made)})
        except OSError:
            continue
        break
    return made


def measure(elmo: Elmo) -> Reference:
    """Measure every representation on the reference words."""
    words = read_examples(EXAMPLES / "senses")
    figures = measure_senses(words, lambda uses: use_vectors(elmo, uses), _N_RESAMPLES)
    values = {name: round(figure.pair_auc.value, 6) for name, figure in figures.items()}
    return Reference(elmo.fingerprint, len(words), values)


def _files(elmo: Elmo) -> list[Path]:
    """Where the figures may be: beside the weights, else in the data folder."""
    own = data_folder("reference") / f"{elmo.fingerprint}.json"
    return [elmo.weight_file.with_name(FILE), own]


def _read(file: Path, fingerprint: str) -> Reference | None:
    """The figures in a file; None where it is missing, damaged or another model's."""
    try:
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if data["format"] != _FORMAT or data["fingerprint"] != fingerprint:
            return None
        values = {str(name): float(value) for name, value in data["pair_auc"].items()}
        return Reference(fingerprint, int(data["n_words"]), values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


if __name__ == "__main__":  # `make start-data`, after a change of the bundled model
    reference(Elmo())
