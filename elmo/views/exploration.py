"""`Exploration`: all that is drawn and said of some uses, as one object that JSON can hold.

The app, a notebook and a saved page draw from the same object, so they show the same numbers.
docs/exploration.md describes the JSON, field by field.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from elmo.explore.mixing import LayerProducts
from elmo.usages import Usage

SCHEMA, VERSION = "elmo-exploration", 2
NOTHING_LEFT = 1e-6
THE_WORD, LESS_MEAN, WHOLE = "the word", "less the mean", "whole sentences"


@dataclass(frozen=True)
class Use:
    """One use of a word.

    Attributes:
        text: the sentence as written.
        tokens: its words.
        position, length: the run of words that is the use.
        sense: number of its sense in `Exploration.senses`, or None.
        substitutes: words that could stand in its place, the most probable first; empty where the
            model predicts no words.
    """

    text: str
    tokens: tuple[str, ...]
    position: int
    length: int = 1
    sense: int | None = None
    substitutes: tuple[str, ...] = ()


def described(
    uses: Sequence[Usage], substitutes: Sequence[Sequence[str]] = ()
) -> tuple[tuple[Use, ...], tuple[str, ...]]:
    """The uses as an exploration has them, and their senses in the order of appearance.

    Args:
        substitutes: of each use; empty where the model predicts no words.
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
    """A number with its 95 % interval; NaN where there is none."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class Map:
    """Where each use lies in two dimensions.

    Attributes:
        points: centred, one size and one frame for all representations of a method.
        method: what this map was really made by; "PCA" where UMAP was not possible.
        kept: of each use's nearest others, the share that the map keeps beyond chance; NaN where
            there are too few.
        shown: share of the spread that the axes show; NaN for UMAP.
    """

    points: Float[np.ndarray, "uses 2"]
    method: str
    kept: float = float("nan")
    shown: float = float("nan")


@dataclass(frozen=True)
class Drawn:
    """What is drawn and said of one representation.

    Attributes:
        name: unique; of what is compared and the representation.
        label: what a person reads, "Layer 2".
        compared: "the word", "less the mean" or "whole sentences".
        dim: size of its vectors.
        competes: whether it may be named the best one.
        weights: of a layer or a mix of layers, one a layer; else None.
        cosines: of the pairs i < j of `Exploration.pairs_of`, row by row; None where `weights` says
            how they follow from `Mixing.products` (`Exploration.cosines`).
        neighbours, near: the ten nearest other uses of each use, and their cosines; none where all
            pairs are held.
        order: of the uses in `pairs_of`, like beside like.
        clusters: the group of each use in `pairs_of`, found without labels.
        group_names: of each group, words that are likely there and not elsewhere; empty for one
            group, or where the model predicts no words.
        maps: by method, "PCA" and perhaps "UMAP".
        figures: by name; see docs/exploration.md.
        odd: the use that fits its own sense least, or None.
        sentences: the computed sentences, plain text.
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


@dataclass(frozen=True)
class Mixing:
    """What the browser needs to follow any mix of a model's layers.

    Attributes:
        layers: the representations that are mixed, by name.
        products: see `elmo.explore.mixing.LayerProducts`.
        coordinates: of each layer on axes that stay the same for every mix.
        steps, scores: the pair AUC (mean cosine without senses) on the grid of the triangle.
        weights: that the view begins with, normalized.
    """

    layers: tuple[str, ...]
    products: Float[np.ndarray, "layer_pairs use_pairs"]
    coordinates: Float[np.ndarray, "layers uses 2"]
    steps: int
    scores: Float[np.ndarray, " points"]
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Exploration:
    """Some uses of a word, and what is drawn of them in every representation.

    Attributes:
        word: what the uses are of.
        uses: the uses.
        senses: names of the senses, in the order of their colours.
        drawn: one for each representation.
        pairs_of: the uses whose pairs are held, in ascending order: all of them, or a sample.
        findings: what is said of all representations of each `compared`.
        made: model, fingerprint, seed, versions, as text.
        mixing: None where the vectors are not a model's layers, or are whole sentences.
    """

    word: str
    uses: tuple[Use, ...]
    senses: tuple[str, ...]
    drawn: tuple[Drawn, ...]
    pairs_of: Int[np.ndarray, " members"]
    findings: dict[str, tuple[str, ...]]
    made: dict[str, str] = field(default_factory=dict)
    mixing: Mixing | None = None

    @property
    def is_sample(self) -> bool:
        """Whether the pairs of some uses are left out."""
        return len(self.pairs_of) < len(self.uses)

    @property
    def labels(self) -> tuple[str | None, ...]:
        """The sense of each use."""
        return tuple(None if use.sense is None else self.senses[use.sense] for use in self.uses)

    def representation(self, name: str) -> Drawn:
        """What is drawn of the representation of this name.

        Raises:
            KeyError: there is none.
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


def centred(gram: Float[np.ndarray, "n n"]) -> Float[np.ndarray, "n n"]:
    """Dot products of vectors less their mean, from the dot products of the vectors.

    A vector of which less than 1e-3 of its length is left is taken for 0: the products are float32,
    and what they leave of equal vectors is noise.
    """
    means = gram.mean(axis=0)
    left = gram - means - means[:, None] + means.mean()
    is_nothing = np.diag(left) <= NOTHING_LEFT * np.diag(gram)
    left[is_nothing] = left[:, is_nothing] = 0
    return left
