"""`Exploration`: the contents of the pictures of some uses, as one object that JSON can hold.

The app, a notebook and a saved page draw from the same object, so they show the same numbers.
docs/exploration.md describes the JSON, field by field.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from elmo.explore.mixing import LayerProducts
from elmo.usages import Usage

SCHEMA, VERSION = "elmo-exploration", 4
NOTHING_LEFT = 1e-6
"""Squared length of a difference from the mean, relative to its vector's, up to which the difference counts as 0."""

THE_WORD, LESS_MEAN, WHOLE = "the word", "less the mean", "whole sentences"
SENSES, SIDES = "senses", "sides"
"""The kinds of labels that uses can have: senses of the word, or the two sets of texts that the uses are from."""


@dataclass(frozen=True)
class Use:
    """One use of a word.

    Attributes:
        text: the sentence as written.
        tokens: its words.
        position, length: first word of the use, from 0, and number of its words.
        sense: number of the use's sense in `Exploration.senses`; None without a sense.
        substitutes: words that could stand in the use's place, most probable first; empty if the model predicts no
            words.
    """

    text: str
    tokens: tuple[str, ...]
    position: int
    length: int = 1
    sense: int | None = None
    substitutes: tuple[str, ...] = ()


def use_records(
    uses: Sequence[Usage], substitutes: Sequence[Sequence[str]] = ()
) -> tuple[tuple[Use, ...], tuple[str, ...]]:
    """The records of the uses in an exploration, and the senses in the order of their first use.

    Args:
        substitutes: substitutes of each use; empty if the model predicts no words.
    """
    senses = list(dict.fromkeys(use.sense for use in uses if use.sense))
    records = tuple(
        Use(
            use.text,
            use.tokens,
            use.position,
            use.length,
            senses.index(use.sense) if use.sense else None,
            tuple(words),
        )
        for use, words in zip(uses, substitutes or [()] * len(uses), strict=True)
    )
    return records, tuple(senses)


@dataclass(frozen=True)
class Figure:
    """A number with its 95 % interval; NaN for a missing number or interval."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class Map:
    """The places of the uses in two dimensions.

    Attributes:
        points: centred coordinates, with one size and one frame for all representations of a method.
        method: "PCA" or "UMAP"; among UMAP maps "PCA" means that UMAP could not fit the representation.
        kept: share of each use's nearest others that the map preserves, beyond chance; NaN for too few uses.
        shown: share of the variance that the axes show; NaN for UMAP.
    """

    points: Float[np.ndarray, "uses 2"]
    method: str
    kept: float = float("nan")
    shown: float = float("nan")


@dataclass(frozen=True)
class GroupOnSides:
    """A group of uses that are compared between two sides.

    Attributes:
        n_old, n_new: its uses on each side.
        old, new: its share of each side's uses.
        typical: numbers of its most typical uses.
    """

    n_old: int
    n_new: int
    old: Figure
    new: Figure
    typical: tuple[int, ...]


@dataclass(frozen=True)
class Drawn:
    """The pictures, figures and sentences of one representation.

    Attributes:
        name: unique name, of the representation and the comparison.
        label: name for people, such as "Layer 2".
        compared: "the word", "less the mean" or "whole sentences".
        dim: size of the vectors.
        competes: True if the representation may be named the best one.
        weights: weight of each layer for a layer or a mix of layers; None for other representations.
        cosines: cosines of the pairs i < j of `Exploration.pairs_of`, row by row; None if they are computed
            (`Exploration.cosines`): from `weights` and `Mixing.products`, or as a mean.
        neighbours, near: the ten nearest other uses of each use, and their cosines; no columns if all pairs are stored.
        order: order of the uses in `pairs_of` with similar uses beside each other.
        clusters: group of each use in `pairs_of`, found without labels.
        group_names: name of each group; empty for a single group, or if the model predicts no words.
        maps: maps by method, "PCA" and perhaps "UMAP".
        figures: figures by name; see docs/exploration.md.
        odd: the use that fits its own sense least; None if there is none.
        sentences: the computed sentences, as plain text.
        sides: where the labels are sides, the groups in the order of their numbers; else empty.
        answers: the answers by question: "without labels" and "with labels" (two texts, of which the first stands
            out), "doubts" and "reference words"; empty if the representation was not tested.
        mean_of: names of the representations whose mean cosines are those of this one; empty if they are not computed so.
    """

    name: str
    label: str
    compared: str
    dim: int
    competes: bool
    weights: tuple[float, ...] | None
    cosines: Float[np.ndarray, " pairs"] | None
    neighbours: Int[np.ndarray, "uses near"]
    near: Float[np.ndarray, "uses near"]
    order: Int[np.ndarray, " members"]
    clusters: Int[np.ndarray, " members"]
    group_names: tuple[str, ...]
    maps: dict[str, Map]
    figures: dict[str, Figure]
    odd: int | None
    sentences: tuple[str, ...]
    sides: tuple[GroupOnSides, ...] = ()
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mean_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mixing:
    """The arrays from which the browser computes any mix of a model's layers.

    Attributes:
        layers: names of the mixed representations.
        products: see `elmo.explore.mixing.LayerProducts`.
        coordinates: coordinates of each layer on axes that are the same for every mix.
        steps, scores: number of steps of the triangle's grid, and the pair AUC (without senses the mean cosine) at each
            of its points.
        weights: normalized weights of the first mix on screen.
    """

    layers: tuple[str, ...]
    products: Float[np.ndarray, "layer_pairs use_pairs"]
    coordinates: Float[np.ndarray, "layers uses 2"]
    steps: int
    scores: Float[np.ndarray, " points"]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Exploration:
    """Uses of a word, and their pictures in every representation.

    Attributes:
        word: the word of the uses.
        uses: the uses.
        senses: names of the senses, in the order of their colours.
        drawn: pictures of each representation.
        pairs_of: uses whose pairs are stored, in ascending order: all uses, or a sample.
        findings: sentences on all representations together, by `compared`.
        made: model, fingerprint, seed and versions, as text.
        mixing: arrays for mixes; None if the vectors are not the layers of a model.
        labels_are: what `senses` and `Use.sense` name: "senses", or the "sides" of a comparison.
    """

    word: str
    uses: tuple[Use, ...]
    senses: tuple[str, ...]
    drawn: tuple[Drawn, ...]
    pairs_of: Int[np.ndarray, " members"]
    findings: dict[str, tuple[str, ...]]
    made: dict[str, str] = field(default_factory=dict)
    mixing: Mixing | None = None
    labels_are: str = SENSES

    @property
    def labels(self) -> tuple[str | None, ...]:
        """The sense of each use."""
        return tuple(None if use.sense is None else self.senses[use.sense] for use in self.uses)

    def representation(self, name: str) -> Drawn:
        """The pictures of the representation with this name.

        Raises:
            KeyError: no representation has this name.
        """
        for drawn in self.drawn:
            if drawn.name == name:
                return drawn
        raise KeyError(f"there is no {name!r}; there are {', '.join(d.name for d in self.drawn)}")

    def cosines(self, name: str) -> Float[np.ndarray, " pairs"]:
        """The cosines of the pairs i < j of `pairs_of`, row by row."""
        drawn = self.representation(name)
        if drawn.cosines is not None:
            return drawn.cosines
        if drawn.mean_of:
            return mean_cosines([self.cosines(other) for other in drawn.mean_of])
        assert self.mixing is not None and drawn.weights is not None
        n = len(self.pairs_of)
        products = LayerProducts(self.mixing.products, len(self.mixing.layers), n)
        packed = products.gram(np.array([drawn.weights]))[0]
        rows, columns = np.triu_indices(n)
        gram = np.zeros((n, n))
        gram[rows, columns] = gram[columns, rows] = packed
        if drawn.compared == LESS_MEAN:
            gram = centred(gram)
        lengths = np.sqrt(np.maximum(np.diag(gram), 0))
        scale = np.outer(lengths, lengths)
        matrix = np.divide(gram, scale, out=np.zeros_like(gram), where=scale > 0)
        return np.clip(matrix[np.triu_indices(n, 1)], -1, 1).astype(np.float32)

    def matrix(self, name: str) -> Float[np.ndarray, "members members"]:
        """The cosines of the uses in `pairs_of` with each other, 1 on the diagonal."""
        n = len(self.pairs_of)
        matrix = np.eye(n, dtype=np.float32)
        rows, columns = np.triu_indices(n, 1)
        matrix[rows, columns] = matrix[columns, rows] = self.cosines(name)
        return matrix


def mean_cosines(each: Sequence[Float[np.ndarray, " pairs"]]) -> Float[np.ndarray, " pairs"]:
    """The mean over several representations of the cosine of each pair."""
    return np.asarray(each, np.float64).mean(axis=0).astype(np.float32)


def centred(gram: Float[np.ndarray, "n n"]) -> Float[np.ndarray, "n n"]:
    """Dot products of vectors minus their mean, from the dot products of the vectors.

    A difference shorter than 1e-3 of its vector counts as 0: the products are float32, so that the differences of
    equal vectors are rounding errors.
    """
    means = gram.mean(axis=0)
    left = gram - means - means[:, None] + means.mean()
    is_nothing = np.diag(left) <= NOTHING_LEFT * np.diag(gram)
    left[is_nothing] = left[:, is_nothing] = 0
    return left
