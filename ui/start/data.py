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
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from elmo.representation import Place, Reading, Representation, equal_mix, layer
from elmo.whole_files import write_json

if TYPE_CHECKING:
    from elmo.embedder import Elmo
    from elmo.usages import Usage

FILE = Path(__file__).with_name("start_data.json")
N_EACH, KNOWN, CLEAR = 4, 5000, 0.6


@dataclass(frozen=True)
class Use:
    """A sentence with the word in it, ready to show: no tokenizer is needed to read it.

    Attributes:
        tokens, position, sense: as in `elmo.usages.Usage`.
        left, right: the sentence as written, before and after the word.
    """

    tokens: tuple[str, ...]
    position: int
    sense: str | None
    left: str
    right: str

    @property
    def word(self) -> str:
        """The word as it stands in the sentence."""
        return self.tokens[self.position]


@dataclass(frozen=True)
class View:
    """The uses in one representation.

    Attributes:
        title: "Layer 2".
        points: (uses, 2), PCA, all views on one frame.
        similarity: (uses, uses) cosines.
        same, different: mean cosine of pairs of one sense and of two.
        n_same, n_different: how many such pairs.
        auc, low, high: pair AUC and its 95 % interval over sentences.
        p, verdict: of the permutation test, see `elmo.explore.senses.agreement`.
        nearest_same: uses whose nearest other use has their sense.
        nearest_same_on_map: the same of the points.
    """

    title: str
    points: list[list[float]]
    similarity: list[list[float]]
    same: float
    different: float
    n_same: int
    n_different: int
    auc: float
    low: float
    high: float
    p: float
    verdict: str
    nearest_same: int
    nearest_same_on_map: int


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
    """Everything Start draws.

    Attributes:
        weights_sha256: of the model's weights.hdf5, to know whether this is that model.
        views: the layers, the equal mix, and the chosen representation where it is none of them.
        chosen: the title of the view to open on.
        rule: None where the word was not chosen for this model.
    """

    weights_sha256: str
    word: str
    uses: tuple[Use, ...]
    views: tuple[View, ...]
    chosen: str
    rule: Rule | None


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


def shown_use(usage: "Usage") -> Use:
    """A use, ready to show."""
    from elmo.tokenizer import tokenize

    start, end = tokenize(usage.text).spans[usage.position]
    return Use(usage.tokens, usage.position, usage.sense, usage.text[:start], usage.text[end:])


def places(uses: Sequence[Use]) -> list[Place]:
    """Where the uses stand in their sentences."""
    return [Place(use.position) for use in uses]


def compute(
    sha256: str,
    word: str,
    uses: Sequence[Use],
    reading: Reading,
    by: Representation,
    rule: Rule | None = None,
) -> StartData:
    """Draw and measure the uses in each layer, in the equal mix and in the chosen representation.

    Args:
        reading: of the uses.
        by: what to open on.
    """
    from elmo.explore.projection import pca_pictures
    from elmo.explore.senses import agreement
    from elmo.explore.similarity import cosine_matrix, separation_by_layer

    n_layers, _, dim = reading.layers.shape
    every = [*(layer(number, n_layers) for number in range(n_layers)), equal_mix(n_layers)]
    if by.name not in [each.name for each in every]:
        every.append(by)
    vectors = [each.vectors(reading) for each in every]
    matrices = [cosine_matrix(x) for x in vectors]
    labels = [use.sense for use in uses]
    intervals = separation_by_layer(matrices, labels)
    pictures = pca_pictures(
        np.stack([_as_wide(x, dim) for x in vectors]), n_reference=n_layers, k=3
    )
    views = []
    for number, each in enumerate(every):
        found = agreement(matrices[number], labels)
        points = pictures[number].points.round(7)
        distance = -((points[:, None] - points[None]) ** 2).sum(axis=-1)
        views.append(
            View(
                _title(each),
                points.tolist(),
                matrices[number].round(7).tolist(),
                round(found.pairs.same, 7),
                round(found.pairs.different, 7),
                found.pairs.n_same,
                found.pairs.n_different,
                round(found.pairs.auc, 7),
                round(float(intervals.low[number]), 7),
                round(float(intervals.high[number]), 7),
                round(found.p, 7),
                found.verdict.value,
                found.nearest_same,
                agreement(distance, labels, n_permutations=1).nearest_same,
            )
        )
    return StartData(sha256, word, tuple(uses), tuple(views), _title(by), rule)


def _title(by: Representation) -> str:
    return by.in_words[:1].upper() + by.in_words[1:] if by.centred else by.label


def _as_wide(x: Float[np.ndarray, "uses _"], dim: int) -> Float[np.ndarray, "uses dim"]:
    """The vectors in `dim` numbers each, with the same cosines."""
    from elmo.explore.projection import narrowed

    if x.shape[1] > dim:
        x = narrowed(x, dim)
    return np.pad(x, ((0, 0), (0, dim - x.shape[1])))


def read() -> StartData | None:
    """The file, or None where it is missing or is of another version."""
    try:
        data = json.loads(FILE.read_text(encoding="utf-8"))
        return StartData(
            data["weights_sha256"],
            data["word"],
            tuple(Use(**use | {"tokens": tuple(use["tokens"])}) for use in data["uses"]),
            tuple(View(**view) for view in data["views"]),
            data["chosen"],
            Rule(**data["rule"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


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


def _read(elmo: "Elmo", usages: "Sequence[Usage]") -> tuple[list[Use], Reading]:
    from elmo.representation import read_uses

    uses = [shown_use(usage) for usage in usages]
    tokens = [use.tokens for use in uses]
    layers = [sentence.layers for sentence in elmo.embed(tokens)]
    return uses, read_uses(layers, places(uses), tokens, elmo.constants)


def _best(
    words: dict[str, tuple[list[Use], Float[np.ndarray, "uses dim"]]],
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
    """Write the file, whole or not at all."""
    write_json(FILE, asdict(from_model()), indent=None)


if __name__ == "__main__":
    main()
