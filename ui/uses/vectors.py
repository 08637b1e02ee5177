"""The vectors of a word's uses, and their figures in a representation, each cached for its inputs."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from jaxtyping import Float, Int

from elmo.explore import anisotropy, senses, similarity
from elmo.explore.bootstrap import N_RESAMPLES
from elmo.explore.clusters import Clusters, cluster
from elmo.explore.several import Answer, Several, Variety
from elmo.representation import (
    EQUAL_MIX,
    Constants,
    Reading,
    Representation,
    layer,
    read_tokens,
    read_uses,
    representations,
)
from elmo.substitutes import variety_of_uses
from elmo.usages import Usage, example_names, read_examples, symmetric_pattern
from ui.shared import model
from ui.uses import first

_MANY_USES, _FEWER_RESAMPLES = 100, 200
BASELINE = "words around"


@dataclass(frozen=True)
class ChosenVectors:
    """The vectors of the uses, or of their whole sentences, in every layer.

    Attributes:
        key: different for different numbers.
        layers: the vectors in each layer.
        whole: True for whole sentences.
        read_around: reads the values that representations beyond the layers need; None for whole sentences.
        centred: True if the mean over the uses is subtracted.
    """

    key: str
    layers: Float[np.ndarray, "layers uses dim"]
    whole: bool
    read_around: Callable[[], Reading] | None = None
    centred: bool = False

    def less_the_mean(self) -> "ChosenVectors":
        """These vectors minus their mean over the uses."""
        return replace(self, key=f"{self.key} less the mean", centred=True)

    @property
    def as_they_are(self) -> "ChosenVectors":
        """These vectors without the subtraction of the mean."""
        return replace(self, key=self.key.removesuffix(" less the mean"), centred=False)

    @property
    def n_layers(self) -> int:
        """The number of layers, layer 0 included."""
        return len(self.layers)

    def reading(self) -> Reading:
        """The values that the model read, with its constants."""
        return self.read_around() if self.read_around else Reading(self.layers)

    def of(self, by: Representation) -> Float[np.ndarray, "uses dim"]:
        """The vector of each use in one representation.

        Raises:
            InputError: the representation does not exist for this model, or for whole sentences.
        """
        reading = self.reading() if by.reads or by.note else Reading(self.layers)
        return (by.less_the_mean if self.centred else by).vectors(reading)

    @property
    def single_layers(self) -> list[Representation]:
        """The single layers as representations."""
        return [layer(number, self.n_layers) for number in range(self.n_layers)]

    def beside(self, chosen: Representation | None = None) -> list[Representation]:
        """The representations to measure beside the single layers; for many uses only the equal mix, the baseline and the
        chosen one."""
        n_uses = self.layers.shape[1]
        others = []
        for each in representations(self.n_layers):
            if each.layer is not None or (each.reads and self.read_around is None):
                continue
            if each.reads == "softmax" and each.missing(self.reading().constants):
                continue
            few = n_uses <= _MANY_USES or each.name in (EQUAL_MIX, BASELINE)
            if few or (chosen is not None and each.name == chosen.name):
                others.append(each)
        return others


def vectors(model_name: str, uses: Sequence[Usage], whole: bool) -> ChosenVectors:
    """The vectors of the uses' words, or the mean over each use's sentence.

    Raises:
        ElmoError: the model cannot be used, or a sentence is too long.
    """
    tokens = tuple(use.tokens for use in uses)
    sentences = model.vectors(model_name, tokens)

    def read_around() -> Reading:
        words = [use.forms for use in uses]
        return read_uses(sentences, uses, words, model.constants(model_name))

    if whole:
        layers = similarity.sentence_vectors(sentences).astype(np.float32)
    else:
        layers = read_uses(sentences, uses).layers
    places = [(use.forms, use.position, use.end, use.vector_run) for use in uses]
    text = repr((model.fingerprint(model_name), whole, places))
    key = hashlib.sha256(text.encode()).hexdigest()
    return ChosenVectors(key, layers, whole, None if whole else read_around)


def patterns(model_name: str, uses: Sequence[Usage]) -> Reading | None:
    """What the model reads in the uses' symmetric patterns, for the names of groups; None for a model without a softmax.

    Raises:
        ElmoError: the model cannot be used.
    """
    if model.constants(model_name).output is None:
        return None
    return vectors(model_name, list(map(symmetric_pattern, uses)), whole=False).reading()


def cosines(vectors: ChosenVectors, by: Representation) -> Float[np.ndarray, "uses uses"]:
    """The similarity matrix in one representation."""
    return _cosines(vectors.key, by.key, vectors, by)


@st.cache_data(max_entries=200, show_spinner=False)
def _cosines(
    key: str, by: str, _vectors: ChosenVectors, _by: Representation
) -> Float[np.ndarray, "uses uses"]:
    return similarity.cosine_matrix(_vectors.of(_by))


def order(vectors: ChosenVectors, by: Representation) -> Int[np.ndarray, " uses"]:
    """The order of the matrix: like beside like."""
    return _order(vectors.key, by.key, vectors, by)


@st.cache_data(max_entries=200, show_spinner=False)
def _order(
    key: str, by: str, _vectors: ChosenVectors, _by: Representation
) -> Int[np.ndarray, " uses"]:
    return similarity.cluster_order(cosines(_vectors, _by))


def resamples(n_uses: int) -> int:
    """How often so many uses are drawn again for an interval."""
    return N_RESAMPLES if n_uses <= _MANY_USES else _FEWER_RESAMPLES


def clusters(vectors: ChosenVectors, by: Representation, n_clusters: int | None) -> Clusters:
    """Groups found without labels."""
    return _clusters(vectors.key, by.key, n_clusters, vectors, by)


@st.cache_data(max_entries=200, show_spinner=False)
def _clusters(
    key: str, by: str, n_clusters: int | None, _vectors: ChosenVectors, _by: Representation
) -> Clusters:
    return cluster(cosines(_vectors, _by), n_clusters)


def several(model_name: str, uses: tuple[Usage, ...]) -> Several:
    """Whether the uses have several senses.

    Raises:
        ElmoError: the model cannot be used.
    """
    reference = first.reference(model_name)
    scale = None if reference is None else reference.usable_scale
    if scale is None:
        return Several(Answer.UNKNOWN)
    words = vectors(model_name, uses, whole=False)
    return scale.several(variety((words.key, uses), words.reading(), patterns(model_name, uses)))


@st.cache_data(max_entries=50, show_spinner="Comparing with the reference words …")
def variety(
    key: tuple[str, tuple[Usage, ...]], _reading: Reading, _patterns: Reading | None
) -> Variety:
    """How varied uses are, remembered by the key: a name of the model, and the uses."""
    return variety_of_uses(key[1], _reading, _patterns)


def agreement(
    vectors: ChosenVectors,
    by: Representation,
    labels: tuple[str | None, ...],
    groups: tuple[int, ...] | None,
    seed: int,
) -> senses.Agreement:
    """The given senses against the vectors, and against groups found without them."""
    return _agreement(vectors.key, by.key, labels, groups, seed, vectors, by)


@st.cache_data(max_entries=200, show_spinner=False)
def _agreement(
    key: str,
    by: str,
    labels: tuple[str | None, ...],
    groups: tuple[int, ...] | None,
    seed: int,
    _vectors: ChosenVectors,
    _by: Representation,
) -> senses.Agreement:
    return senses.agreement(cosines(_vectors, _by), labels, groups, seed=seed)


REFERENCE = "Once for a model: random words to compare with."
"""What the sentences of all examples are read for."""


def random_words(
    model_name: str, by: Representation, whole: bool, seed: int
) -> anisotropy.Baseline:
    """Cosines of random pairs of words (or sentences) of the reference sample: all examples.

    Raises:
        ElmoError: the model cannot be used.
    """
    sentences = reference_sentences()
    layers = model.vectors(model_name, sentences, REFERENCE)
    constants = model.constants(model_name) if by.reads or by.note else None
    return _baseline(
        model.fingerprint(model_name), by.key, whole, seed, by, layers, sentences, constants
    )


def reference_sentences() -> tuple[tuple[str, ...], ...]:
    """The words of all example sentences with senses, each sentence once."""
    uses = [use for name in example_names() for use in read_examples(name)]
    return tuple(dict.fromkeys(use.forms for use in uses))


@st.cache_data(max_entries=100, show_spinner=False)
def _baseline(
    fingerprint: str,
    by: str,
    whole: bool,
    seed: int,
    _by: Representation,
    _layers: list,
    _sentences: tuple,
    _constants: Constants | None,
) -> anisotropy.Baseline:
    if whole:
        mixed = _by.of_layers(similarity.sentence_vectors(_layers))
        numbers = list(range(len(_sentences)))
        return anisotropy.baseline(mixed, [f"s{i}" for i in numbers], numbers, seed=seed)
    pairs = zip(_layers, _sentences, strict=True)
    mixed = np.concatenate(
        [
            _by.vectors(
                read_tokens(layers, tokens, _constants) if _constants else Reading(layers),
                fixed=True,
            )
            for layers, tokens in pairs
        ]
    )
    words = [word for sentence in _sentences for word in sentence]
    numbers = [i for i, sentence in enumerate(_sentences) for _ in sentence]
    return anisotropy.baseline(mixed, words, numbers, seed=seed)


def self_similarity(
    vectors: ChosenVectors, by: Representation, baseline_mean: float, seed: int
) -> anisotropy.SelfSimilarity:
    """The mean cosine of the uses, with its interval."""
    return _self_similarity(vectors.key, by.key, baseline_mean, seed, vectors, by)


@st.cache_data(max_entries=200, show_spinner=False)
def _self_similarity(
    key: str, by: str, baseline_mean: float, seed: int, _vectors: ChosenVectors, _by: Representation
) -> anisotropy.SelfSimilarity:
    n_resamples = resamples(_vectors.layers.shape[1])
    return anisotropy.self_similarity(
        cosines(_vectors, _by), baseline_mean, n_resamples=n_resamples, seed=seed
    )
