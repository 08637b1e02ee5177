"""What Start shows of a model, and the file that holds it for the bundled model.

`make start-data` writes the file, so that the first screen needs no torch. A test computes it again
and compares.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from elmo.normal_form import normal_forms
from elmo.whole_files import write_json

FILE = Path(__file__).with_name("start_data.json")
EXAMPLE, N_USES = "bank", 8


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
    """The uses in one layer, or in the equal mix.

    Attributes:
        title: "Layer 2".
        points: (uses, 2), PCA, all views on one frame.
        similarity: (uses, uses) cosines.
        same, different: mean cosine of pairs of one sense and of two.
        n_same, n_different: how many such pairs.
        auc: the share of comparisons in which the same-sense pair is the more similar one.
        p, verdict: of the permutation test, see `elmo.explore.senses.agreement`.
    """

    title: str
    points: list[list[float]]
    similarity: list[list[float]]
    same: float
    different: float
    n_same: int
    n_different: int
    auc: float
    p: float
    verdict: str


@dataclass(frozen=True)
class StartData:
    """Everything Start draws.

    Attributes:
        weights_sha256: of the model's weights.hdf5, to know whether this is that model.
    """

    weights_sha256: str
    word: str
    uses: tuple[Use, ...]
    views: tuple[View, ...]


def uses() -> tuple[Use, ...]:
    """The first eight sentences of the example."""
    from elmo.tokenizer import tokenize
    from elmo.usages import read_examples

    found = []
    for usage in read_examples(EXAMPLE)[:N_USES]:
        start, end = tokenize(usage.text).spans[usage.position]
        found.append(
            Use(usage.tokens, usage.position, usage.sense, usage.text[:start], usage.text[end:])
        )
    return tuple(found)


def compute(sha256: str, uses: Sequence[Use], layers: Sequence[np.ndarray]) -> StartData:
    """Draw and measure the uses in each layer and in the equal mix.

    Args:
        layers: for each use, all layers of all words of its sentence.
    """
    from elmo.explore.projection import pca_pictures
    from elmo.explore.senses import agreement
    from elmo.explore.similarity import cosine_matrix

    word_vectors = np.stack(
        [v[:, use.position] for v, use in zip(layers, uses, strict=True)], axis=1
    )
    shown = [*word_vectors, word_vectors.mean(axis=0)]
    titles = [*(f"Layer {i}" for i in range(len(word_vectors))), "Equal mix"]
    pictures = pca_pictures(np.stack(shown), n_reference=len(word_vectors), k=3)
    views = []
    for title, vectors, picture in zip(titles, shown, pictures, strict=True):
        similarity = cosine_matrix(vectors)
        found = agreement(similarity, [use.sense for use in uses])
        views.append(
            View(
                title,
                picture.points.round(7).tolist(),
                similarity.round(7).tolist(),
                round(found.pairs.same, 7),
                round(found.pairs.different, 7),
                found.pairs.n_same,
                found.pairs.n_different,
                round(found.pairs.auc, 7),
                round(found.p, 7),
                found.verdict.value,
            )
        )
    return StartData(sha256, EXAMPLE, tuple(uses), tuple(views))


def read() -> StartData | None:
    """The file, or None where it is missing or is of another version."""
    try:
        data = json.loads(FILE.read_text(encoding="utf-8"))
        return StartData(
            data["weights_sha256"],
            data["word"],
            tuple(Use(**use | {"tokens": tuple(use["tokens"])}) for use in data["uses"]),
            tuple(View(**view) for view in data["views"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def from_model() -> StartData:
    """Compute it from the bundled model."""
    from elmo.store.store import Store

    entry = Store().get("bundled")
    chosen = uses()
    layers = [
        result.layers for result in entry.load().embed(normal_forms(use.tokens) for use in chosen)
    ]
    return compute(entry.sha256, chosen, layers)


def main() -> None:
    """Write the file, whole or not at all."""
    write_json(FILE, asdict(from_model()), indent=None)


if __name__ == "__main__":
    main()
