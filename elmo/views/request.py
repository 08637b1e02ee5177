"""The vectors and settings from which an exploration is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from elmo.explore.group_names import Likely
from elmo.explore.several import Several
from elmo.representation import less_the_mean
from elmo.views.answers import Measured
from elmo.views.exploration import LESS_MEAN, THE_WORD, Drawn, Map


@dataclass(frozen=True)
class Family:
    """The vectors of one comparison, in every representation.

    Attributes:
        compared: "the word", "less the mean" or "whole sentences".
        vectors: vectors of the uses, by the representation's name.
        baselines: mean cosine of random words, by the representation's name, if known.
    """

    compared: str
    vectors: Mapping[str, Float[np.ndarray, "uses dim"]]
    baselines: Mapping[str, float] = field(default_factory=dict)

    def less_mean(self) -> "Family":
        """The family of these vectors minus their mean over the uses."""
        left = {name: less_the_mean(x) for name, x in self.vectors.items()}
        return Family(LESS_MEAN, left)

    def name(self, representation: str) -> str:
        """The name of a representation in the exploration."""
        return representation if self.compared == THE_WORD else f"{representation}, {self.compared}"


@dataclass(frozen=True)
class Settings:
    """The settings of an exploration.

    Attributes:
        compete: representations that may be named best; empty is all.
        weights: layer weights of the layers and mixes, by name. Their cosines are not stored: they are computed from
            the products of the layers.
        umap: True also draws maps by UMAP.
        seed: seed of the sample, the resamples, the shuffled senses and UMAP.
        made: model, seed and versions, stored as `Exploration.made`.
        likely: probabilities of substitutes; None if the model predicts no words.
        thorough: True looks for groups, and measures and tests every representation; False measures only the competing
            ones, which is many times faster.
        first: name of a representation in the exploration (`Family.name`) that is tested in any case.
        reference: the model's figures on its reference words, for the answers; None if they were not measured.
        mean_of: representations whose cosines are the mean of those of other representations, with their names; these
            cosines are not stored either.
        several: whether the uses have several senses; None if that is not known.
    """

    compete: tuple[str, ...] = ()
    weights: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    umap: bool = False
    seed: int = 0
    made: Mapping[str, str] = field(default_factory=dict)
    likely: Likely | None = None
    thorough: bool = True
    first: str = ""
    reference: Measured | None = None
    mean_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    several: Several | None = None


@dataclass
class Work:
    """The finished representations of an exploration, so that an interrupted exploration can continue.

    Attributes:
        drawn: the tested representations, by name; explorations of the same uses, families and settings may share it.
        maps: the maps by comparison and representation, if they are made; shared like `drawn`.
        tell: called before each representation with the number of finished ones and the number of all.
    """

    drawn: dict[str, Drawn] = field(default_factory=dict)
    maps: dict[tuple[str, str], dict[str, Map]] = field(default_factory=dict)
    tell: Callable[[int, int], None] = lambda done, of: None
