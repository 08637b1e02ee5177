"""The representation by which a model's uses are compared first, from a measurement on reference words.

The model is measured once on the example words of this project, whose senses are known. The figures are stored beside
the model's weights, or in the data folder if that folder cannot be written. The baseline "words around", which has no
LSTM, is measured and reported, but not chosen.

The reference words have two senses or more. How varied their uses are, and how varied the uses of other words are that have
one sense, is the scale on which a person's uses are placed (`elmo.explore.several`).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from elmo.embedder import Elmo
from elmo.explore.several import Scale
from elmo.home import home
from elmo.representation import LESS_THE_MEAN, Representation, by_name, in_words
from elmo.substitutes import variety_of_uses
from elmo.tasks.senses.word_senses import measure_senses, read_examples, use_vectors
from elmo.usages import EXAMPLES, Usage, symmetric_pattern
from elmo.views.numbers import percent
from elmo.whole_files import write_json

FILE = "reference_words.json"
BASELINE = "words around"
WEAK = 0.6
"""Pair AUC on the reference words below which a model hardly separates senses; .5 is chance."""

_FORMAT = 4
_N_RESAMPLES = 200


@dataclass(frozen=True)
class Reference:
    """The figures of a model's representations on the reference words.

    Attributes:
        fingerprint: fingerprint of the model.
        n_words: number of reference words.
        n_uses: smallest and largest number of uses of a reference word.
        pair_auc: mean pair AUC over the words, by the representation's name.
        scale: variety of the uses of these words, and of words with one sense.
    """

    fingerprint: str
    n_words: int
    n_uses: tuple[int, int]
    pair_auc: dict[str, float]
    scale: Scale

    @property
    def is_weak(self) -> bool:
        """True if no representation separates the senses of these words."""
        return self.pair_auc[self.best()] < WEAK

    @property
    def usable_scale(self) -> Scale | None:
        """The scale; None if no representation separates the senses, so that the scale says nothing."""
        return None if self.is_weak else self.scale

    def best(self, centred: bool | None = None) -> str:
        """The name of the representation with the highest pair AUC; the baseline is left out.

        Args:
            centred: True for representations less the mean, False for the others, None for both.
        """
        names = [
            name
            for name in self.pair_auc
            if not name.startswith(BASELINE)
            and (centred is None or name.endswith(LESS_THE_MEAN) == centred)
        ]
        return max(names, key=lambda name: self.pair_auc[name])

    def representation(self, n_layers: int, centred: bool | None = None) -> Representation:
        """The representation to compare by first; see `best`."""
        return by_name(self.best(centred), n_layers)

    def sentence(self, name: str | None = None) -> str:
        """The pair AUC of a representation in words; None is the best one."""
        name = name or self.best()
        if name not in self.pair_auc:
            return f"compared by {in_words(name)}, which was not measured on the reference words"
        baseline = self.pair_auc.get(
            BASELINE + LESS_THE_MEAN if name.endswith(LESS_THE_MEAN) else BASELINE
        )
        text = (
            f"compared by {in_words(name)}, which told apart {percent(self.pair_auc[name])} of pairs on "
            f"{self.n_words} reference words"
        )
        if baseline is None or name.startswith(BASELINE):
            return text
        return f"{text} (the words around alone, without any LSTM: {percent(baseline)})"


def stored_reference(elmo: Elmo) -> Reference | None:
    """The stored figures of the model; None if the model was not measured yet."""
    for file in _files(elmo):
        figures = _read(file, elmo.fingerprint)
        if figures is not None:
            return figures
    return None


def reference(elmo: Elmo) -> Reference:
    """The figures of the model: the stored ones, or those of a measurement now, which takes about half a minute."""
    return stored_reference(elmo) or measure_and_store(elmo)


def measure_and_store(elmo: Elmo) -> Reference:
    """Measure the model, and write the figures where `stored_reference` finds them."""
    made = measure(elmo)
    for file in _files(elmo):
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # the data folder's
            write_json(file, {"format": _FORMAT, **asdict(made)})
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
    sizes = [len(item.test) for item in words]
    scale = Scale(
        tuple(_figures(elmo, item.test) for item in read_examples(EXAMPLES / "one_sense")),
        tuple(_figures(elmo, item.test) for item in words),
    )
    return Reference(elmo.fingerprint, len(words), (min(sizes), max(sizes)), values, scale)


def _figures(elmo: Elmo, uses: Sequence[Usage]) -> tuple[float, float]:
    """The spread and the agreement of uses."""
    patterns = None
    if elmo.constants.output is not None:
        patterns = elmo.read_uses(list(map(symmetric_pattern, uses)))
    found = variety_of_uses(uses, elmo.read_uses(uses), patterns)
    return round(found.spread, 6), round(found.agreement, 6)


def _files(elmo: Elmo) -> list[Path]:
    """The files that may have the figures: beside the weights, and in the data folder."""
    own = home() / "reference" / f"{elmo.fingerprint}.json"
    return [elmo.weight_file.with_name(FILE), own]


def _read(file: Path, fingerprint: str) -> Reference | None:
    """The figures in a file; None if the file is missing, damaged or another model's."""
    try:
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if data["format"] != _FORMAT or data["fingerprint"] != fingerprint:
            return None
        values = {str(name): float(value) for name, value in data["pair_auc"].items()}
        fewest, most = map(int, data["n_uses"])
        one, several = (
            tuple((float(spread), float(agreement)) for spread, agreement in data["scale"][words])
            for words in ("one_words", "several_words")
        )
        if not values or not one or not several:
            return None
        return Reference(
            fingerprint, int(data["n_words"]), (fewest, most), values, Scale(one, several)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


if __name__ == "__main__":  # `make start-data`, after a change of the bundled model
    measure_and_store(Elmo())
