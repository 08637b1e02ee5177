"""The data of Start: their computation for a model, and the file that holds them for the bundled model.

A rule chooses word, sentences and representation for each bundled model:

1. The uses are compared in the representation with the highest figure on the reference words (`elmo.tasks.senses.reference`).
2. Of each example word among the `KNOWN` most frequent words of the vocabulary, the first `N_EACH`
   sentences of each of its two most frequent senses are taken, in the order of its file.
3. Of the words whose 95 % interval is above `CLEAR`, or of all if there is none, the word with the highest pair AUC is
   shown.

`make start-data` writes the file, so that the first screen needs no torch. A test computes the data again and compares.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore.similarity import cosine_matrix, separation_by_layer
from elmo.representation import Reading, Representation, equal_mix, layer, read_uses
from elmo.store.store import Store
from elmo.usages import Usage, example_names, read_examples
from elmo.views.build import explore
from elmo.views.encoding import from_json, to_dict
from elmo.views.exploration import THE_WORD, Drawn, Exploration
from elmo.views.numbers import chance, short, whole
from elmo.views.request import Family, Settings
from elmo.whole_files import write_json

if TYPE_CHECKING:
    from elmo.embedder import Elmo

FILE = Path(__file__).with_name("start_data.json")
N_EACH, KNOWN, CLEAR = 4, 5000, 0.6


@dataclass(frozen=True)
class Rule:
    """The figures of the choice of the word.

    Attributes:
        n_words: example words that were compared.
        n_clear: of these, words whose interval is above `CLEAR`.
        n_reference: number of reference words.
        reference_auc: mean pair AUC on all sentences of the reference words.
    """

    n_words: int
    n_clear: int
    n_reference: int
    reference_auc: float


@dataclass(frozen=True)
class StartData:
    """The data of Start.

    Attributes:
        weights_sha256: checksum of the model's weights.hdf5, which identifies the model.
        chosen: label of the first representation.
        rule: None if the word was not chosen for this model.
        exploration: the layers, the equal mix, and the chosen representation.
    """

    weights_sha256: str
    chosen: str
    rule: Rule | None
    exploration: Exploration


def candidates(known: Sequence[str]) -> dict[str, "tuple[Usage, ...]"]:
    """The sentences of each example word that can be shown, step 2 of the rule.

    Args:
        known: the frequent words of the vocabulary.
    """
    sentences = {}
    for word in example_names():
        if word not in known:
            continue
        every = read_examples(word)
        senses = [sense for sense, _ in Counter(use.sense for use in every).most_common(2)]
        sentences[word] = tuple(
            use for sense in senses for use in [u for u in every if u.sense == sense][:N_EACH]
        )
    return sentences


def usages(exploration: Exploration) -> "tuple[Usage, ...]":
    """The uses of the exploration."""
    return tuple(
        Usage(use.text, use.tokens, use.position, label)
        for use, label in zip(exploration.uses, exploration.labels, strict=True)
    )


def compute(
    sha256: str,
    word: str,
    uses: "Sequence[Usage]",
    reading: Reading,
    by: Representation,
    rule: Rule | None = None,
) -> StartData:
    """Compute maps and figures of the uses in each layer, in the equal mix and in the chosen representation.

    Args:
        reading: the model's values for the uses.
        by: the first representation.
    """
    n_layers = len(reading.layers)
    every = [*(layer(number, n_layers) for number in range(n_layers)), equal_mix(n_layers)]
    layers = tuple(each.name for each in every[:n_layers])
    if by.name not in [each.name for each in every]:
        every.append(by)
    vectors = {_name(each): each.vectors(reading) for each in every}
    exploration = explore(uses, [Family(THE_WORD, vectors)], word=word, settings=Settings(layers))
    drawn = tuple(
        replace(one, sentences=(separation(exploration, one),)) for one in exploration.drawn
    )
    chosen = next(one.label for one in drawn if one.name == _name(by))
    return StartData(sha256, chosen, rule, replace(exploration, drawn=drawn, findings={}))


def _name(by: Representation) -> str:
    return by.in_words if by.centred else by.name


def separation(exploration: Exploration, drawn: Drawn) -> str:
    """The sentence on a representation: its figures, and the uses whose nearest use has another sense."""
    figures = {name: figure.value for name, figure in drawn.figures.items()}
    n = len(exploration.uses)
    n_pairs = n * (n - 1) // 2
    by = drawn.label[0].lower() + drawn.label[1:]
    same, different, p = figures["same_sense"], figures["different_sense"], figures["p"]
    if abs(same - different) < 1e-6:
        return (
            f"Compared by {by}, all {n_pairs} pairs have cosine {short(same)}: the word has the same vector in "
            "every sentence, so its senses cannot be told apart."
        )
    nearest, on_map = whole(figures["nearest_same"]), nearest_same_on_map(exploration, drawn)
    of_map = (
        "on the map too"
        if on_map == figures["nearest_same"]
        else f"on the map, which has two of many dimensions, {on_map}"
    )
    trials = f"shuffled senses do as well in {chance(p)} of trials"
    if figures["smallest_p"] > 0.05:
        verdict = "Too few sentences to tell."
    elif p <= 0.05:
        verdict = f"{trials[0].upper()}{trials[1:]}."
    else:
        verdict = f"The senses are not separated: {trials}."
    auc = drawn.figures["pair_auc"]
    return (
        f"Compared by {by}, {nearest} of {n} sentences have their nearest use in their own sense; {of_map}. Same-sense "
        f"pairs have cosine {short(same)}, different-sense pairs {short(different)}; pair AUC {short(auc.value)} (95 % "
        f"interval {short(auc.low)} to {short(auc.high)}, {n_pairs} pairs). {verdict}"
    )


def nearest_same_on_map(exploration: Exploration, drawn: Drawn) -> int:
    """The number of uses whose nearest use on the map has the same sense."""
    points = drawn.maps["PCA"].points.astype(float)
    distance = ((points[:, None] - points[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(distance, np.inf)
    labels = exploration.labels
    return sum(labels[i] == labels[j] for i, j in enumerate(distance.argmin(axis=1)))


def read() -> StartData | None:
    """The data of the file; None if the file is missing or of another version."""
    try:
        data = json.loads(FILE.read_text(encoding="utf-8"))
        exploration = from_json(json.dumps(data["exploration"]))
        rule = Rule(**data["rule"])
        return StartData(data["weights_sha256"], data["chosen"], rule, exploration)
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return None


def write(shown: StartData) -> None:
    """Write the file, whole or not at all."""
    assert shown.rule is not None
    data = {
        "weights_sha256": shown.weights_sha256,
        "chosen": shown.chosen,
        "rule": asdict(shown.rule),
        "exploration": to_dict(shown.exploration),
    }
    write_json(FILE, data, indent=None)


def from_model() -> StartData:
    """Choose word and representation for the bundled model, and compute the data."""
    from elmo.tasks.senses.reference import reference

    entry = Store().get("bundled")
    elmo = entry.load()
    measured = reference(elmo)
    by = measured.representation(elmo.options.n_representations)
    ready = {word: _read(elmo, usages) for word, usages in candidates(_most_frequent(elmo)).items()}
    word, n_clear = _best({word: (uses, by.vectors(read)) for word, (uses, read) in ready.items()})
    rule = Rule(len(ready), n_clear, measured.n_words, round(measured.pair_auc[measured.best()], 6))
    return compute(entry.sha256, word, *ready[word], by, rule)


def _most_frequent(elmo: "Elmo") -> Sequence[str]:
    """The most frequent words of the vocabulary, which is sorted by frequency."""
    output = elmo.constants.output
    assert output is not None, "the bundled model has a softmax"
    return output.real_words[:KNOWN]


def _read(elmo: "Elmo", uses: "Sequence[Usage]") -> "tuple[Sequence[Usage], Reading]":
    tokens = [use.forms for use in uses]
    layers = [sentence.layers for sentence in elmo.embed(tokens)]
    return uses, read_uses(layers, uses, tokens, elmo.constants)


def _best(
    words: "Mapping[str, tuple[Sequence[Usage], Float[np.ndarray, 'uses dim']]]",
) -> tuple[str, int]:
    """The word with the highest pair AUC, and the number of clearly separated words: step 3 of the rule."""
    aucs, lows = {}, {}
    for word, (uses, vectors) in words.items():
        figures = separation_by_layer([cosine_matrix(vectors)], [use.sense for use in uses])
        aucs[word], lows[word] = figures.layers[0].auc, float(figures.low[0])
    clear = [word for word in words if lows[word] > CLEAR]
    return max(clear or words, key=lambda word: aucs[word]), len(clear)


def main() -> None:
    """Write the file of the bundled model."""
    write(from_model())


if __name__ == "__main__":
    main()
