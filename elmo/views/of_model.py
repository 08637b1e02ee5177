"""The exploration of uses that a model reads: every representation, with and without its mean, and the mixes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from elmo.explore import anisotropy
from elmo.explore.projection import few_dimensions
from elmo.explore.several import Several
from elmo.explore.similarity import sentence_vectors
from elmo.representation import (
    FEWEST_FOR_MEAN,
    Constants,
    Reading,
    Representation,
    means_of_others,
    read_tokens,
    read_uses,
    representations,
)
from elmo.substitutes import likely_words, variety_of_uses
from elmo.usages import Usage, example_names, read_examples, symmetric_pattern
from elmo.version import __version__
from elmo.views.answers import Measured
from elmo.views.build import explore
from elmo.views.exploration import LESS_MEAN, THE_WORD, WHOLE, Exploration
from elmo.views.request import Family, Settings, Work

if TYPE_CHECKING:
    from elmo.embedder import Elmo

StepNames = Callable[[str], None]


def explore_model(
    uses: Sequence[Usage],
    elmo: "Elmo",
    *,
    word: str = "",
    umap: bool = False,
    whole_sentences: bool = False,
    seed: int = 0,
    reference: Measured | None = None,
    progress: StepNames = lambda text: None,
) -> Exploration:
    """Read the sentences of the uses with a model, and explore all representations of the model.

    Args:
        word: the word of the uses; empty is their most frequent form.
        umap: True draws maps by UMAP, too.
        whole_sentences: True compares the mean vectors of whole sentences, too.
        seed: seed of the sample, the resamples, the shuffled senses and UMAP.
        reference: the model's figures on its reference words (`elmo.tasks.senses.reference.stored_reference`), for
            the answers.
        progress: called with the name of each step before the step begins.

    Raises:
        InputError: there are fewer than two uses, or too many.
    """
    progress(f"reading {len(uses):,} sentences")
    read = list(elmo.embed([use.forms for use in uses]))
    layers = [embedded.layers for embedded in read]
    tokens = [embedded.tokens for embedded in read]
    progress("reading random words, for the baseline")
    baselines = random_word_cosines(elmo, seed)
    progress("comparing them")
    reading = read_uses(layers, uses, tokens, elmo.constants)
    whole = sentence_vectors(layers).astype(np.float32) if whole_sentences else None
    settings = ReadingSettings(
        word, umap, seed, provenance(elmo, seed), baselines, reference=reference
    )
    patterns = None
    if elmo.constants.output is not None:
        progress("reading “and” after and before the word, for the names of groups")
        patterns = elmo.read_uses(list(map(symmetric_pattern, uses)))
    return explore_reading(uses, reading, whole, settings, patterns=patterns)


@dataclass(frozen=True)
class ReadingSettings:
    """The settings of an exploration of a reading.

    Attributes:
        word, umap, seed: as for `explore_model`.
        made: model, seed and versions; see `provenance`.
        baselines: mean cosine of random words, by the representation's name.
        thorough, first, reference: as in `Settings`.
    """

    word: str = ""
    umap: bool = False
    seed: int = 0
    made: Mapping[str, str] = field(default_factory=dict)
    baselines: Mapping[str, float] = field(default_factory=dict)
    thorough: bool = True
    first: str = ""
    reference: Measured | None = None


def explore_reading(
    uses: Sequence[Usage],
    reading: Reading,
    whole: Float[np.ndarray, "layers uses dim"] | None,
    settings: ReadingSettings,
    work: Work | None = None,
    patterns: Reading | None = None,
) -> Exploration:
    """The exploration of a model's reading of the uses.

    Args:
        reading: reading of the uses, with the model's constants.
        whole: mean vectors of the whole sentences; None does not compare whole sentences.
        work: finished representations of an earlier call; new ones are added.
        patterns: reading of the uses' symmetric patterns, for the names of groups; None names by the words in the place alone.
    """
    every = possible(len(reading.layers), reading.constants)
    families = [Family(THE_WORD, {r.name: r.vectors(reading) for r in every}, settings.baselines)]
    if len(uses) >= FEWEST_FOR_MEAN:
        left = {r.name: r.less_the_mean.vectors(reading) for r in every}
        families.append(Family(LESS_MEAN, left))
    if whole is not None:
        means = Reading(whole)
        families.append(Family(WHOLE, {r.name: r.vectors(means) for r in every if not r.reads}))
    single = [r.name for r in every if r.layer is not None]
    return explore(
        uses,
        families,
        word=settings.word,
        layers=reading.layers,
        layer_names=single,
        settings=Settings(
            tuple(single),
            {r.name: r.weights for r in every if r.weights},
            settings.umap,
            settings.seed,
            settings.made,
            likely_words(reading, settings.word, patterns),
            settings.thorough,
            settings.first,
            settings.reference,
            means_of_others(every),
            several(uses, reading, patterns, settings.reference),
        ),
        work=work,
    )


def several(
    uses: Sequence[Usage], reading: Reading, patterns: Reading | None, reference: Measured | None
) -> Several | None:
    """Whether the uses of a reading have several senses; None for a model that was not measured on the reference words."""
    if reference is None:
        return None
    return reference.scale.several(variety_of_uses(uses, reading, patterns))


def provenance(elmo: "Elmo", seed: int) -> dict[str, str]:
    """The version of this program, the model, the seed and the version of numpy, as text."""
    return {
        "ELMo Explorer": __version__,
        "model": elmo.name,
        "fingerprint": elmo.fingerprint,
        "seed": str(seed),
        "numpy": np.__version__,
    }


def possible(n_layers: int, constants: Constants | None) -> list[Representation]:
    """The representations that a model with `n_layers` layers and these constants has."""
    return [each for each in representations(n_layers) if each.missing(constants) is None]


@lru_cache(maxsize=4)
def random_word_cosines(elmo: "Elmo", seed: int) -> dict[str, float]:
    """The mean cosine of random pairs of words from the example sentences, by the representation's name.

    Representations that depend on all uses of one word are left out. Substitutes have a dimension for each word of
    the vocabulary, so that a tenth of the sentences is read for them.
    """
    examples = [use for name in example_names() for use in read_examples(name)]
    sentences = list(dict.fromkeys(use.forms for use in examples))
    constants = elmo.constants
    read = elmo.embed(sentences)
    readings = [read_tokens(embedded.layers, embedded.tokens, constants) for embedded in read]
    cosines = {}
    for each in possible(elmo.options.n_representations, constants):
        if each.of_one_word:
            continue
        step = 10 if each.reads == "softmax" else 1
        vectors = few_dimensions(
            np.concatenate([each.vectors(reading, fixed=True) for reading in readings[::step]])
        )
        words = [word for sentence in sentences[::step] for word in sentence]
        numbers = [number for number, words in enumerate(sentences[::step]) for _ in words]
        baseline = anisotropy.baseline(vectors, words, numbers, seed=seed)
        cosines[each.name] = baseline.mean
    return cosines
