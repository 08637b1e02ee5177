"""What Start shows of a model, and the file that holds it for the bundled model.

Word, sentences and representation are chosen by a rule, anew for each bundled model:

1. The uses are compared by what did best on the model's reference words (`elmo.tasks.senses.reference`).
2. Of each example word among the `KNOWN` most frequent words of the vocabulary, the first `N_EACH`
   sentences of each of its two most frequent senses are taken, in the order of its file.
3. The word with the highest pair AUC is shown, of those whose 95 % interval lies above `CLEAR`; of all
   where there is none.

`make start-data` writes the file, so that the first screen needs no torch. A test computes it again
and compares.
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
from elmo.representation import Reading, Representation, equal_mix, layer
from elmo.views.encoding import from_json, to_dict
from elmo.views.exploration import THE_WORD, Drawn, Exploration
from elmo.views.numbers import chance, short, whole
from elmo.whole_files import write_json

if TYPE_CHECKING:
    from elmo.embedder import Elmo
    from elmo.usages import Usage

FILE = Path(__file__).with_name("start_data.json")
N_EACH, KNOWN, CLEAR = 4, 5000, 0.6


@dataclass(frozen=True)
class Rule:
    """What the choice of the word rests on.

    Attributes:
        n_words: example words that were compared.
        n_clear: of these, words whose interval lies above `CLEAR`.
        n_reference, reference_auc: reference words, and the mean pair AUC on all their sentences.
    """

    n_words: int
    n_clear: int
    n_reference: int
    reference_auc: float


@dataclass(frozen=True)
class StartData:
    """Everything Start shows.

    Attributes:
        weights_sha256: of the model's weights.hdf5, to know whether this is that model.
        chosen: label of the representation to open on.
        rule: None where the word was not chosen for this model.
        exploration: the layers, the equal mix, and the chosen representation where it is none of them.
    """

    weights_sha256: str
    chosen: str
    rule: Rule | None
    exploration: Exploration


def candidates(known: Sequence[str]) -> dict[str, "tuple[Usage, ...]"]:
    """The sentences of each example word that may be shown, step 2 of the rule.

    Args:
        known: the words that people know.
    """
    from elmo.usages import example_names, read_examples

    found = {}
    for word in example_names():
        if word not in known:
            continue
        every = read_examples(word)
        senses = [sense for sense, _ in Counter(use.sense for use in every).most_common(2)]
        found[word] = tuple(
            use for sense in senses for use in [u for u in every if u.sense == sense][:N_EACH]
        )
    return found


def usages(exploration: Exploration) -> "tuple[Usage, ...]":
    """The uses that are shown."""
    from elmo.usages import Usage

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
    """Draw and measure the uses in each layer, in the equal mix and in the chosen representation.

    Args:
        reading: of the uses.
        by: what to open on.
    """
    from elmo.views.build import explore
    from elmo.views.request import Family, Settings

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
    """One sentence: what the numbers of a representation say, misses counted, the map's own misses too."""
    figures = {name: figure.value for name, figure in drawn.figures.items()}
    n = len(exploration.uses)
    n_pairs = n * (n - 1) // 2
    by = drawn.label[0].lower() + drawn.label[1:]
    same, different, p = figures["same_sense"], figures["different_sense"], figures["p"]
    if abs(same - different) < 1e-6:
        return (
            f"Compared by {by}, all {n_pairs} pairs have cosine {short(same)}: the word has one vector whatever "
            "stands around it, so its senses cannot be told apart."
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
    """How many uses have the use that is nearest on the map in their own sense."""
    points = drawn.maps["PCA"].points.astype(float)
    distance = ((points[:, None] - points[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(distance, np.inf)
    labels = exploration.labels
    return sum(labels[i] == labels[j] for i, j in enumerate(distance.argmin(axis=1)))


def read() -> StartData | None:
    """The file, or None where it is missing or is of another version."""
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
    told = {
        "weights_sha256": shown.weights_sha256,
        "chosen": shown.chosen,
        "rule": asdict(shown.rule),
        "exploration": to_dict(shown.exploration),
    }
    write_json(FILE, told, indent=None)


def from_model() -> StartData:
    """Choose word and representation for the bundled model, and compute what is shown."""
    from elmo.store.store import Store
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
    """The words that people know: the most frequent of the vocabulary, which is in that order."""
    output = elmo.constants.output
    assert output is not None, "the bundled model has a softmax"
    return output.real_words[:KNOWN]


def _read(elmo: "Elmo", uses: "Sequence[Usage]") -> "tuple[Sequence[Usage], Reading]":
    from elmo.representation import read_uses

    tokens = [use.forms for use in uses]
    layers = [sentence.layers for sentence in elmo.embed(tokens)]
    return uses, read_uses(layers, uses, tokens, elmo.constants)


def _best(
    words: "Mapping[str, tuple[Sequence[Usage], Float[np.ndarray, 'uses dim']]]",
) -> tuple[str, int]:
    """The word that is separated best, and how many are clearly separated: step 3 of the rule."""
    from elmo.explore.similarity import cosine_matrix, separation_by_layer

    aucs, lows = {}, {}
    for word, (uses, vectors) in words.items():
        found = separation_by_layer([cosine_matrix(vectors)], [use.sense for use in uses])
        aucs[word], lows[word] = found.layers[0].auc, float(found.low[0])
    clear = [word for word in words if lows[word] > CLEAR]
    return max(clear or words, key=lambda word: aucs[word]), len(clear)


def main() -> None:
    """Write the file of the bundled model."""
    write(from_model())


if __name__ == "__main__":
    main()
