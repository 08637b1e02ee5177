"""The computations of Mixing that do not depend on the weights: once for a word, a model and a seed."""

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
    """The uses' vectors, unchanged or after layer norm, and the figures computed from them.

    Attributes:
        vectors: the uses' vectors in each layer.
        products: the dot products of the vectors.
        coordinates: the uses in each layer on the map's fixed axes.
        grid: weights of mixes on a grid over the triangle.
        scores: the colour of each mix: pair AUC, or the mean cosine if there are no senses.
        best: index of the grid's mix with the highest score.
        selection: the weights chosen by cross-validation; None with too few uses.
        chance: the best pair AUC of the grid for each shuffle of the senses.
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
        key: different for each word, sentences, model and seed.
        word: the word.
        uses: its uses, sorted by sense.
        views: without and with layer norm.
        why_no_selection: why cross-validation was not possible; "" if it was.
    """

    key: str
    word: str
    uses: tuple[Usage, ...]
    views: tuple[View, View]
    why_no_selection: str

    @property
    def n_layers(self) -> int:
        """The number of layers, layer 0 included."""
        return self.views[0].products.n_layers

    @property
    def senses(self) -> list[str | None]:
        """The sense of each use."""
        return [use.sense for use in self.uses]

    @property
    def has_senses(self) -> bool:
        """True if the senses allow a pair AUC."""
        return separation.separable(self.senses)


def analyse(model_name: str, word: str, uses: tuple[Usage, ...], seed: int) -> Analysis:
    """Embed the uses and compute all figures that do not depend on the weights.

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
    """Steps of the grid, and repeats of the cross-validation; fewer for many uses, where each takes longer."""
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
            "Every use needs a sense, and there must be at least two senses: give them in the table at "
            "the top, or leave out the uses without a sense."
        )
    best = separation.best_point(scores, grid)
    coordinates = mixing.layer_coordinates(vectors)
    return View(vectors, products, coordinates, grid, scores, best, selection, chance), why


def view_of(analysis: Analysis, layer_norm: bool) -> View:
    """The view without or with layer norm."""
    return analysis.views[int(layer_norm)]


def weights_text(weights: Iterable[float]) -> str:
    """Weights as text, layer 0 first: ".20 / .30 / .50"."""
    return " / ".join(short(w) for w in weights)
