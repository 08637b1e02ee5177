"""The numbers of Word in context, each computed once: for a model, the uses, and a layer or mix."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import Float, Int

from elmo.explore import anisotropy, senses, similarity
from elmo.explore.bootstrap import N_RESAMPLES
from elmo.representation.reading import read_uses
from elmo.usages import Usage, example_names, read_examples
from ui.shared import model

Weights = tuple[float, ...]
_MANY_USES, _FEWER_RESAMPLES = 100, 200


@dataclass(frozen=True)
class ChosenVectors:
    """The vectors of the uses, or of their whole sentences, in every layer.

    Attributes:
        key: of exactly these numbers.
        layers: (layers, uses, dim).
        whole: of whole sentences.
        uncentred: those whose mean was taken off, or None where nothing was.
    """

    key: str
    layers: Float[np.ndarray, "layers uses dim"]
    whole: bool
    uncentred: "ChosenVectors | None" = None

    def less_the_mean(self) -> "ChosenVectors":
        """What each use has that the others have not."""
        left = similarity.less_the_mean(self.layers)
        return ChosenVectors(f"{self.key} less the mean", left, self.whole, self)

    @property
    def as_they_are(self) -> "ChosenVectors":
        """These vectors with nothing taken off."""
        return self.uncentred or self

    @property
    def n_layers(self) -> int:
        """Layers, layer 0 included."""
        return len(self.layers)

    def mixed(self, weights: Weights) -> Float[np.ndarray, "uses dim"]:
        """One vector a use."""
        return np.tensordot(np.asarray(weights), self.layers, axes=1)

    def layer(self, layer: int) -> Weights:
        """The weights that take one layer alone."""
        return tuple(float(i == layer) for i in range(self.n_layers))


@dataclass(frozen=True)
class LayerFindings:
    """How well each layer tells the senses apart.

    Attributes:
        layers: the figures of all layers.
        equal: those of the equal mix, which does not compete for the first place.
        tests: each layer against shuffled senses, and the equal mix last.
        p, verdict: of the best layer, against the best layer of shuffled senses.
    """

    layers: similarity.LayerSeparation
    equal: similarity.LayerSeparation
    tests: list[senses.Agreement]
    p: float
    verdict: senses.Verdict


def vectors(model_name: str, uses: Sequence[Usage], whole: bool) -> ChosenVectors:
    """The vectors of the uses' words, or the mean over each use's sentence.

    Raises:
        ElmoError: the model cannot be used, or a sentence is too long.
    """
    sentences = model.vectors(model_name, tuple(use.tokens for use in uses))
    if whole:
        layers = similarity.sentence_vectors(sentences).astype(np.float32)
    else:
        layers = read_uses(sentences, uses).layers
    told = repr(
        (model.fingerprint(model_name), whole, [(use.forms, use.vector_run) for use in uses])
    )
    return ChosenVectors(hashlib.sha256(told.encode()).hexdigest(), layers, whole)


@st.cache_data(max_entries=200, show_spinner=False)
def cosines(key: str, weights: Weights, _vectors: ChosenVectors) -> Float[np.ndarray, "uses uses"]:
    """The similarity matrix of a layer or mix."""
    return similarity.cosine_matrix(_vectors.mixed(weights))


@st.cache_data(max_entries=200, show_spinner=False)
def order(key: str, weights: Weights, _vectors: ChosenVectors) -> Int[np.ndarray, " uses"]:
    """The order of the matrix: like beside like."""
    return similarity.cluster_order(cosines(key, weights, _vectors))


@st.cache_data(max_entries=100, show_spinner="How sure is it? Drawing sentences again…")
def by_layer(
    key: str, labels: tuple[str | None, ...], seed: int, _vectors: ChosenVectors
) -> "LayerFindings":
    """How well each layer tells the senses apart, and how sure that is."""
    n_resamples = N_RESAMPLES if len(labels) <= _MANY_USES else _FEWER_RESAMPLES
    layers = [cosines(key, _vectors.layer(i), _vectors) for i in range(_vectors.n_layers)]
    equal = cosines(key, (1 / _vectors.n_layers,) * _vectors.n_layers, _vectors)
    return LayerFindings(
        similarity.separation_by_layer(layers, labels, n_resamples=n_resamples, seed=seed),
        similarity.separation_by_layer([equal], labels, n_resamples=n_resamples, seed=seed),
        [senses.agreement(matrix, labels, seed=seed) for matrix in [*layers, equal]],
        *senses.best_layer_test(layers, labels, seed=seed),
    )


@st.cache_data(max_entries=200, show_spinner="Comparing with clouds without groups…")
def clusters(
    key: str, weights: Weights, n_clusters: int | None, seed: int, _vectors: ChosenVectors
) -> senses.Clusters:
    """Groups found without labels."""
    mixed = _vectors.mixed(weights)
    return senses.cluster(mixed, cosines(key, weights, _vectors), n_clusters, seed=seed)


@st.cache_data(max_entries=200, show_spinner=False)
def agreement(
    key: str,
    weights: Weights,
    labels: tuple[str | None, ...],
    groups: tuple[int, ...] | None,
    seed: int,
    _vectors: ChosenVectors,
) -> senses.Agreement:
    """The given senses against the vectors, and against groups found without them."""
    return senses.agreement(cosines(key, weights, _vectors), labels, groups, seed=seed)


def random_words(model_name: str, weights: Weights, whole: bool, seed: int) -> anisotropy.Baseline:
    """Cosines of random pairs of words (or sentences) of the reference sample: all examples.

    Raises:
        ElmoError: the model cannot be used.
    """
    sentences = reference_sentences()
    layers = model.vectors(model_name, sentences)
    return _baseline(model.fingerprint(model_name), weights, whole, seed, layers, sentences)


def reference_sentences() -> tuple[tuple[str, ...], ...]:
    """The words of all example sentences with senses, each sentence once."""
    uses = [use for name in example_names() for use in read_examples(name)]
    return tuple(dict.fromkeys(use.tokens for use in uses))


@st.cache_data(max_entries=100, show_spinner=False)
def _baseline(
    fingerprint: str, weights: Weights, whole: bool, seed: int, _layers: list, _sentences: tuple
) -> anisotropy.Baseline:
    if whole:
        mixed = np.tensordot(weights, similarity.sentence_vectors(_layers), axes=1)
        numbers = list(range(len(_sentences)))
        return anisotropy.baseline(mixed, [f"s{i}" for i in numbers], numbers, seed=seed)
    mixed = np.concatenate([np.tensordot(weights, layers, axes=1) for layers in _layers])
    words = [word for sentence in _sentences for word in sentence]
    numbers = [i for i, sentence in enumerate(_sentences) for _ in sentence]
    return anisotropy.baseline(mixed, words, numbers, seed=seed)


@st.cache_data(max_entries=200, show_spinner=False)
def self_similarity(
    key: str, weights: Weights, baseline_mean: float, seed: int, _vectors: ChosenVectors
) -> anisotropy.SelfSimilarity:
    """The mean cosine of the uses, with its interval."""
    n_resamples = N_RESAMPLES if _vectors.layers.shape[1] <= _MANY_USES else _FEWER_RESAMPLES
    return anisotropy.self_similarity(
        cosines(key, weights, _vectors), baseline_mean, n_resamples=n_resamples, seed=seed
    )
