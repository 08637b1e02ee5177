"""An exploration of what a model reads: every representation, less its mean too, and the mixes."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from elmo.embedder import Elmo
from elmo.explore import anisotropy
from elmo.explore.similarity import sentence_vectors
from elmo.representation import Reading, Representation, read_tokens, read_uses, representations
from elmo.usages import Usage, example_names, read_examples
from elmo.version import __version__
from elmo.views.build import FEWEST_FOR_MEAN, Family, Settings, explore
from elmo.views.exploration import LESS_MEAN, THE_WORD, WHOLE, Exploration

_AS_READ = ("added-around", "words-around", "substitutes")
"""Keys of representations whose mean is not taken off, so that 200 uses stay under 2 MB."""

StepNames = Callable[[str], None]


def explore_model(
    uses: Sequence[Usage],
    elmo: Elmo,
    *,
    word: str = "",
    umap: bool = False,
    whole_sentences: bool = False,
    seed: int = 0,
    progress: StepNames = lambda text: None,
) -> Exploration:
    """Read the sentences with a model, and draw its representations.

    Args:
        word: what the uses are of; the most frequent form when empty.
        umap: draw UMAP maps beside those of PCA.
        whole_sentences: compare the sentences' mean vectors too.
        seed: of the sample, the resamples, the shuffled senses and UMAP.
        progress: told what happens now.

    Raises:
        InputError: fewer than two uses, or too many.
    """
    progress(f"reading {len(uses):,} sentences")
    read = list(elmo.embed([use.forms for use in uses]))
    layers = [embedded.layers for embedded in read]
    constants = elmo.constants
    tokens = [embedded.tokens for embedded in read]
    reading = read_uses(layers, uses, tokens, constants)
    every = _possible(elmo)
    progress("reading random words, for the baseline")
    baselines = random_word_cosines(elmo, seed)
    families = [Family(THE_WORD, {r.name: r.vectors(reading) for r in every}, baselines)]
    if len(uses) >= FEWEST_FOR_MEAN:
        left = {r.name: r.less_the_mean.vectors(reading) for r in every if r.key not in _AS_READ}
        families.append(Family(LESS_MEAN, left))
    if whole_sentences:
        whole = Reading(sentence_vectors(layers).astype(np.float32))
        families.append(Family(WHOLE, {r.name: r.vectors(whole) for r in every if not r.reads}))
    single = [r.name for r in every if r.layer is not None]
    progress("comparing them")
    weights = {r.name: r.weights for r in every if r.weights}
    settings = Settings(tuple(single), weights, umap, seed, made_by(elmo, seed))
    return explore(
        uses,
        families,
        word=word,
        layers=reading.layers,
        layer_names=single,
        settings=settings,
    )


def made_by(elmo: Elmo, seed: int) -> dict[str, str]:
    """What an exploration says of its making."""
    return {
        "ELMo Explorer": __version__,
        "model": elmo.name,
        "fingerprint": elmo.fingerprint,
        "seed": str(seed),
        "numpy": np.__version__,
    }


def _possible(elmo: Elmo) -> list[Representation]:
    """The representations that this model can have."""
    every = representations(elmo.options.n_representations)
    return [each for each in every if each.missing(elmo.constants) is None]


@lru_cache(maxsize=4)
def random_word_cosines(elmo: Elmo, seed: int) -> dict[str, float]:
    """The mean cosine of random pairs of words of the example sentences, in each representation.

    Substitutes have a number for each word of the vocabulary, so a tenth of the sentences serves them.
    """
    examples = [use for name in example_names() for use in read_examples(name)]
    sentences = list(dict.fromkeys(use.forms for use in examples))
    constants = elmo.constants
    read = elmo.embed(sentences)
    readings = [read_tokens(embedded.layers, embedded.tokens, constants) for embedded in read]
    cosines = {}
    for each in _possible(elmo):
        step = 10 if each.reads == "softmax" else 1
        vectors = _few_dimensions(
            np.concatenate([each.vectors(reading, fixed=True) for reading in readings[::step]])
        )
        words = [word for sentence in sentences[::step] for word in sentence]
        numbers = [number for number, words in enumerate(sentences[::step]) for _ in words]
        baseline = anisotropy.baseline(vectors, words, numbers, seed=seed)
        cosines[each.name] = baseline.mean
    return cosines


def _few_dimensions(vectors: Float[np.ndarray, "rows dim"]) -> Float[np.ndarray, "rows few"]:
    """Vectors with the same dot products in no more dimensions than there are rows."""
    if vectors.shape[1] <= len(vectors):
        return vectors
    values, axes = np.linalg.eigh(vectors @ vectors.T)
    return axes * np.sqrt(np.maximum(values, 0))
