"""What the Layers page computes: vectors, pictures, verdicts, statistics; each kept for its inputs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from jaxtyping import Float, Int

from elmo.explore import projection, statistics
from elmo.explore.group_names import Likely
from elmo.explore.several import Several
from elmo.representation import (
    Constants,
    Reading,
    Representation,
    equal_mix,
    layer,
    read_uses,
    representations,
)
from elmo.substitutes import likely_words
from elmo.usages import Usage, symmetric_pattern
from elmo.views.sentences import plain
from ui.layers.source import Source
from ui.shared import choices, inputs, model, share
from ui.uses import corpus, first
from ui.uses import vectors as word_analysis
from ui.uses.vectors import REFERENCE, reference_sentences

MAX_SENTENCES, MAX_USES = 400, 1000
"""Statistics of a corpus rest on at most so many random sentences, and uses."""

MAX_NAMED = 1000
"""Points up to which the model is asked which words could stand in their place and beside the word."""


@dataclass(frozen=True)
class Layers:
    """The points in every layer, and in one more representation.

    Attributes:
        key: names the model, the points and the representation.
        names: "Layer 0", …, and the representation's label: "Equal mix", "Your mix".
        vectors: one row of points a name.
        beside: the representation of the last row.
    """

    key: str
    names: tuple[str, ...]
    vectors: Float[np.ndarray, "layers points dim"]
    beside: Representation

    @property
    def n_layers(self) -> int:
        """Layers, without the mix."""
        return len(self.names) - 1


def read(model_name: str, source: Source) -> Layers:
    """The points' vectors in every layer and in the representation beside them.

    Raises:
        ElmoError: the model cannot be used.
    """
    by = beside(model_name, source.whole_text)
    names = (*(f"Layer {i}" for i in range(model.n_representations(model_name))), by.label)
    uses = [(use.forms, use.position, use.end, use.vector_run) for use in source.points]
    digest = hashlib.sha256(repr(uses).encode())
    digest.update(repr((model.fingerprint(model_name), by.key)).encode())
    key = digest.hexdigest()[:32]
    if source.sample is not None:
        return _with(key, names, by, corpus.read_all(model_name, source.sample))
    sentences = source.sentences
    layers = dict(zip(sentences, model.vectors(model_name, sentences), strict=True))
    constants = model.constants(model_name) if by.reads or by.note else None
    return _stack(key, names, by, source, layers, constants)


def likely(model_name: str, source: Source, with_patterns: bool) -> Likely | None:
    """The words that could stand in each point's place; None for a text, many points, or a model without a softmax.

    Args:
        with_patterns: also read the words that could stand beside the word, for the names of groups.

    Raises:
        ElmoError: the model cannot be used.
    """
    if source.whole_text or len(source.points) > MAX_NAMED:
        return None
    if model.constants(model_name).output is None:
        return None
    patterns = tuple(map(symmetric_pattern, source.points))
    return likely_words(
        _reading(model_name, source, source.points),
        source.title,
        _reading(model_name, source, patterns) if with_patterns else None,
    )


def several(model_name: str, source: Source) -> Several | None:
    """Whether the points, uses of a word, have several senses; None for a text, or many points.

    Raises:
        ElmoError: the model cannot be used.
    """
    reference = first.reference(model_name)
    scale = None if reference is None else reference.usable_scale
    if scale is None or source.whole_text or len(source.points) > MAX_NAMED:
        return None
    patterns = None
    if model.constants(model_name).output is not None:
        patterns = _reading(model_name, source, tuple(map(symmetric_pattern, source.points)))
    reading = _reading(model_name, source, source.points)
    key = (model.fingerprint(model_name), source.points)
    return scale.several(word_analysis.variety(key, reading, patterns))


def _reading(model_name: str, source: Source, uses: tuple[Usage, ...]) -> Reading:
    """What the model reads of uses; those of a corpus are kept as the corpus page keeps them."""
    if source.sample is not None:
        return corpus.read_all(model_name, replace(source.sample, uses=uses))
    return word_analysis.vectors(model_name, uses, whole=False).reading()


def beside(model_name: str, whole_text: bool) -> Representation:
    """What is drawn beside the layers: what did best on the model's reference words, or what was chosen.

    Args:
        whole_text: the points are all words of a text, of which the reference words say nothing; the
            equal mix is first.
    """
    n = model.n_representations(model_name)
    own = inputs.own_mix(n)
    best = equal_mix(n) if whole_text else first.first(model_name, can_centre=False).by
    opening = own or (best if best.layer is None else equal_mix(n))
    share.link({"weights": ",".join(f"{w:.4g}" for w in own.weights or ()) if own else None})
    others = [each for each in representations(n) if each.layer is None]
    every = {each.label: each for each in [opening, *others]}
    first.follow("layers_beside", opening.label)
    chosen = choices.one_of(
        "Beside the layers",
        list(every),
        default=opening.label,
        key="layers_beside",
        help="\n\n".join(f"**{label}**: {each.help}" for label, each in every.items()),
    )
    by = every[chosen]
    missing = by.missing(model.constants(model_name)) if by.reads == "softmax" else None
    if missing is not None:
        st.info(f"{plain(missing)} Here is {opening.in_words} instead.")
        return opening
    if not whole_text:
        first.tell(model_name, by, "layers_measure_reference")
    if by.note and not model.entry(model_name).has_softmax:
        st.caption(f"{by.label} {by.note}.")
    return by


@st.cache_resource(max_entries=4, show_spinner=False)
def _stack(
    key: str,
    names: tuple[str, ...],
    _by: Representation,
    _source: Source,
    _layers: dict,
    _constants: Constants | None,
) -> Layers:
    sentences = [_layers[use.tokens] for use in _source.points]
    words = [use.forms for use in _source.points]
    return _with(key, names, _by, read_uses(sentences, _source.points, words, _constants))


def _with(key: str, names: tuple[str, ...], by: Representation, reading: Reading) -> Layers:
    """The layers, and the representation beside them brought to as many dimensions."""
    vectors = by.vectors(reading)
    dim = reading.layers.shape[2]
    if vectors.shape[1] > dim:
        vectors = projection.narrowed(vectors, dim)
    padded = np.zeros((1, len(vectors), dim), reading.layers.dtype)
    padded[0, :, : vectors.shape[1]] = vectors
    return Layers(key, names, np.concatenate([reading.layers, padded]), by)


def pca(layers: Layers, n_axes: int) -> list[projection.Picture]:
    """PCA of each layer and the mix, on one frame."""
    return _pca(layers.key, n_axes, layers)


@st.cache_resource(max_entries=24, show_spinner="Drawing …")
def _pca(key: str, n_axes: int, _layers: Layers) -> list[projection.Picture]:
    return projection.pca_pictures(_layers.vectors, n_axes, n_reference=_layers.n_layers)


@dataclass(frozen=True)
class Figures:
    """Ethayarajh's statistics; each is a row of one figure a layer, or None where there is none."""

    self_similarity: list[statistics.Statistic | None]
    intra_sentence: list[statistics.Statistic | None]
    explainable: list[statistics.Statistic | None]


def figures(model_name: str, source: Source, layers: Layers, seed: int) -> Figures:
    """The three statistics of every layer; the mix is left out, as in the paper.

    Raises:
        ElmoError: the model cannot be used.
    """
    sentences = source.sentences
    if len(sentences) > MAX_SENTENCES and not source.whole_text:
        drawn = np.sort(
            np.random.default_rng(seed).choice(len(sentences), MAX_SENTENCES, replace=False)
        )
        sentences = tuple(sentences[i] for i in drawn)
    embedded = model.vectors(model_name, sentences)
    reference = reference_sample(model_name, seed)
    n = layers.n_layers
    baselines = [
        word_analysis.random_words(model_name, layer(i, n), False, seed).mean for i in range(n)
    ]
    return _figures(layers.key, seed, source, layers, embedded, reference, baselines)


@st.cache_resource(max_entries=24, show_spinner="Counting …")
def _figures(
    key: str,
    seed: int,
    _source: Source,
    _layers: Layers,
    _embedded: list,
    _reference: np.ndarray,
    _baselines: list[float],
) -> Figures:
    words = word_ids(_source.points)
    measured = Figures([], [], [])
    drawn = np.arange(len(words))
    if not _source.whole_text and len(words) > MAX_USES:
        drawn = np.sort(np.random.default_rng(seed).choice(len(words), MAX_USES, replace=False))
    for number in range(_layers.n_layers):
        uses, reference = _layers.vectors[number][drawn], _reference[number]
        alike = _baselines[number]
        if _source.whole_text:
            measured.self_similarity.append(
                statistics.mean_self_similarity(uses, words, alike, seed=seed)
            )
            measured.explainable.append(
                statistics.mean_explainable_variance(uses, words, reference, seed=seed)
            )
        else:
            measured.self_similarity.append(statistics.self_similarity(uses, alike, seed=seed))
            measured.explainable.append(
                statistics.maximum_explainable_variance(uses, reference, seed=seed)
            )
        long = [sentence[number] for sentence in _embedded if sentence.shape[1] > 1]
        measured.intra_sentence.append(
            statistics.intra_sentence_similarity(long, alike, seed=seed) if long else None
        )
    return measured


def word_ids(points: Sequence) -> Int[np.ndarray, " points"]:
    """Which word each point is of, as a number; letter case does not count."""
    return np.unique([use.form.casefold() for use in points], return_inverse=True)[1].astype(
        np.int64
    )


def reference_sample(
    model_name: str, seed: int, n_words: int = 1000
) -> Float[np.ndarray, "layers words dim"]:
    """Random words of the example sentences, in every layer."""
    embedded = model.vectors(model_name, reference_sentences(), REFERENCE)
    return _reference(model.fingerprint(model_name), seed, n_words, embedded)


@st.cache_resource(max_entries=4, show_spinner=False)
def _reference(fingerprint: str, seed: int, n_words: int, _embedded: list) -> np.ndarray:
    sentences = reference_sentences()
    places = [
        (s, p)
        for s, tokens in enumerate(sentences)
        for p, token in enumerate(tokens)
        if any(map(str.isalnum, token))
    ]
    drawn = np.random.default_rng(seed).choice(
        len(places), min(n_words, len(places)), replace=False
    )
    return np.stack([_embedded[s][:, p] for s, p in (places[i] for i in drawn)], axis=1)
