"""What the Mixing page computes once for a word, a model and a seed, before anything is dragged."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore import mixing, separation
from elmo.representation import read_uses
from elmo.usages import Usage
from elmo.views.numbers import short
from ui.shared import model


@dataclass(frozen=True)
class View:
    """The uses' vectors, as the model gives them or after layer norm, and what follows from them.

    Attributes:
        vectors: of the uses, in each layer.
        products: their dot products.
        coordinates: on the map's fixed axes.
        grid: mixes all over the triangle.
        scores: what they are coloured by: the pair AUC, or the mean cosine without senses.
        best: the grid point with the highest score.
        selection: the weights chosen by cross-validation, where there are uses enough.
        chance: the best AUC of the grid with shuffled senses.
    """

    vectors: Float[np.ndarray, "layers uses dim"]
    products: mixing.LayerProducts
    coordinates: Float[np.ndarray, "layers uses 2"]
    grid: Float[np.ndarray, "points layers"]
    scores: Float[np.ndarray, " points"]
    best: int
    selection: separation.Selection | None
    chance: Float[np.ndarray, " shuffles"] | None


@dataclass(frozen=True)
class Analysis:
    """Both views of a word's uses.

    Attributes:
        key: names the word, sentences, model and seed, so that a change of them is noticed.
        word: what the uses are of.
        uses: those with one sense beside each other.
        views: the vectors as they are, and after layer norm.
        why_no_selection: why cross-validation was not possible, or "".
    """

    key: str
    word: str
    uses: tuple[Usage, ...]
    views: tuple[View, View]
    why_no_selection: str

    @property
    def n_layers(self) -> int:
        """Representations a word has."""
        return self.views[0].products.n_layers

    @property
    def senses(self) -> list[str | None]:
        """Of each use."""
        return [use.sense for use in self.uses]

    @property
    def has_senses(self) -> bool:
        """Whether separation can be measured."""
        return separation.separable(self.senses)


def analyse(model_name: str, word: str, uses: tuple[Usage, ...], seed: int) -> Analysis:
    """Embed the uses and compute all that does not depend on the weights.

    Raises:
        ElmoError: the model cannot be used, or the uses cannot be compared.
    """
    layers = model.vectors(model_name, tuple(use.tokens for use in uses))
    vectors = read_uses(layers, uses).layers
    return _analyse(model.fingerprint(model_name), word, uses, seed, vectors)


@st.cache_resource(max_entries=12, show_spinner="Comparing mixes …")
def _analyse(
    fingerprint: str, word: str, uses: tuple[Usage, ...], seed: int, _vectors: np.ndarray
) -> Analysis:
    senses = [use.sense for use in uses]
    why = ""
    views = []
    for vectors in (_vectors, mixing.layer_normalized(_vectors)):
        view, why = _view(vectors, senses, seed)
        views.append(view)
    key = f"{fingerprint[:12]}-{hash((word, uses, seed)) & 0xFFFFFFFF:08x}"
    return Analysis(key, word, uses, (views[0], views[1]), why)


def effort(n_uses: int, n_layers: int) -> tuple[int, int]:
    """Steps of the grid to choose from, and repeats of the splits: fewer where each costs more."""
    steps = mixing.grid_steps(n_layers)
    return (steps, 20) if n_uses <= 60 else (min(10, steps), 4)


def _view(vectors: np.ndarray, senses: list[str | None], seed: int) -> tuple[View, str]:
    products = mixing.LayerProducts.of(vectors)
    n = products.n_layers
    grid = mixing.simplex_grid(n, mixing.grid_steps(n))
    selection, chance, why = None, None, ""
    if separation.separable(senses):
        scores = separation.separation(products, senses, grid)
        steps, repeats = effort(len(senses), n)
        coarse = mixing.simplex_grid(n, steps)
        try:
            selection = separation.select_weights(
                products, senses, coarse, n_repeats=repeats, seed=seed
            )
        except InputError as error:
            why = str(error)
        shuffles = 500 if repeats == 20 else 200
        chance = separation.best_by_chance(products, senses, coarse, n_shuffles=shuffles, seed=seed)
    else:
        scores = np.array([products.cosines(point[None]).mean() for point in grid])
        why = (
            "It needs a sense for every use, and two senses at least: give them in the table at "
            "the top, or leave out the uses without one."
        )
    best = separation.best_point(scores, grid)
    coordinates = mixing.layer_coordinates(vectors)
    return View(vectors, products, coordinates, grid, scores, best, selection, chance), why


def view_of(analysis: Analysis, layer_norm: bool) -> View:
    """The vectors as they are, or after layer norm."""
    return analysis.views[int(layer_norm)]


def weights_text(weights: Iterable[float]) -> str:
    """Weights as text."""
    return " / ".join(short(w) for w in weights)
