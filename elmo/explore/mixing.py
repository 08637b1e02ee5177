"""Cosines and lengths of the vectors of any mix of the layers.

A mix is v = γ Σ_l w_l h_l, so a dot product of two mixed vectors is

    v_i · v_j = γ² ( Σ_l w_l² h_li · h_lj  +  Σ_{l<m} w_l w_m (h_li · h_mj + h_mi · h_lj) ).

The dot products on the right do not depend on the weights. `LayerProducts` stores them; every mix is then a
short weighted sum, here in NumPy, and in the browser during a drag.

Source: Peters et al. 2018, arXiv:1802.05365, eq. 1 (the mix).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement
from math import comb

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError

LAYER_NORM_EPSILON = 1e-12
"""Added to the variance of a vector before the division by its root, as in AllenNLP's mix."""


def layer_normalized(
    vectors: Float[np.ndarray, "layers uses dim"],
) -> Float[np.ndarray, "layers uses dim"]:
    """Each vector of each layer normalized to mean 0 and variance 1, as in `mix_layers`."""
    wide = vectors.astype(np.float64)
    centred = wide - wide.mean(axis=2, keepdims=True)
    return centred / np.sqrt(wide.var(axis=2, keepdims=True) + LAYER_NORM_EPSILON)


def simplex_grid(n_layers: int, steps: int) -> Float[np.ndarray, "points layers"]:
    """All weights that are multiples of 1/steps: a grid over the triangle, corners included.

    The points are in lexical order: the first layer's weight grows slowest.
    """
    if n_layers < 1 or steps < 1:
        raise InputError(f"n_layers is {n_layers} and steps {steps}, expected at least 1 each.")
    points = np.zeros((1, 0), np.int64)
    for _ in range(n_layers - 1):
        left = steps - points.sum(axis=1)
        rows = np.repeat(points, left + 1, axis=0)
        points = np.column_stack([rows, np.concatenate([np.arange(n + 1) for n in left])])
    return np.column_stack([points, steps - points.sum(axis=1)]) / steps


def grid_steps(n_layers: int, max_points: int = 300) -> int:
    """The largest number of steps of a grid of at most `max_points` points (20 for three layers)."""
    steps = 1
    while steps < 20 and comb(steps + n_layers, n_layers - 1) <= max_points:
        steps += 1
    return steps


@dataclass(frozen=True)
class LayerProducts:
    """The dot products between all uses in all layers, as symmetric matrices, packed.

    Attributes:
        values: a row for each pair of layers l ≤ m, in the order 00, 01, 02, 11, 12, 22; in it
            h_li·h_lj, or h_li·h_mj + h_mi·h_lj, for each pair of uses i ≤ j, row by row. They are
            rounded to float32, the type in the browser, so that both compute with the same numbers.
        n_layers: number of representations, the token layer included.
        n_uses: number of uses of the word.
    """

    values: Float[np.ndarray, "layer_pairs use_pairs"]
    n_layers: int
    n_uses: int

    @staticmethod
    def of(vectors: Float[np.ndarray, "layers uses dim"]) -> "LayerProducts":
        """The products of vectors (layers, uses, dim).

        Raises:
            InputError: no uses, or a value that is not a number.
        """
        n_layers, n_uses, _ = vectors.shape
        if not n_layers or not n_uses:
            raise InputError(
                f"vectors has {n_layers} layers and {n_uses} uses, expected at least 1."
            )
        wide = vectors.astype(np.float64)
        if not np.isfinite(wide).all():
            raise InputError("vectors has values that are not finite numbers; is the model sound?")
        pairs = np.triu_indices(n_uses)
        rows = []
        for first, second in combinations_with_replacement(range(n_layers), 2):
            product = wide[first] @ wide[second].T
            rows.append((product if first == second else product + product.T)[pairs])
        return LayerProducts(np.array(rows, np.float32), n_layers, n_uses)

    @cached_property
    def _wide(self) -> np.ndarray:
        return self.values.astype(np.float64)

    @cached_property
    def pairs(self) -> tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]]:
        """The two uses of each pair i < j, in the order of `cosines`."""
        return np.triu_indices(self.n_uses, 1)

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """The columns of `values` with each use's product with itself, and with the product of each pair i < j."""
        first, second = np.triu_indices(self.n_uses)
        return np.flatnonzero(first == second), np.flatnonzero(first != second)

    def _coefficients(self, weights: np.ndarray, concatenated: bool) -> np.ndarray:
        """(points, layer_pairs): the factor of each row of `values` in each mix."""
        first, second = np.transpose(list(combinations_with_replacement(range(self.n_layers), 2)))
        coefficients = weights[:, first] * weights[:, second]
        return coefficients * (first == second) if concatenated else coefficients

    def gram(
        self, weights: Float[np.ndarray, "points layers"], concatenated: bool = False
    ) -> Float[np.ndarray, "points use_pairs"]:
        """Dot products of the mixed vectors at γ = 1, packed as `values`.

        Args:
            weights: normalized weights, a row for each mix.
            concatenated: True joins the weighted layers end to end, [w_0 h_0; w_1 h_1; …], instead of adding
                them, so that the products between different layers are left out.
        """
        weights = np.atleast_2d(np.asarray(weights, np.float64))
        if weights.shape[1] != self.n_layers:
            raise InputError(
                f"weights has {weights.shape[1]} values, expected {self.n_layers}: one a layer, "
                "layer 0 first."
            )
        return self._coefficients(weights, concatenated) @ self._wide

    def cosines(
        self, weights: Float[np.ndarray, "points layers"], concatenated: bool = False
    ) -> Float[np.ndarray, "points pairs"]:
        """Cosine of each pair of uses in each mix; γ cancels.

        Raises:
            InputError: a mixed vector has length 0, so that it has no direction.
        """
        gram = self.gram(weights, concatenated)
        own, between = self._places
        lengths = np.sqrt(np.maximum(gram[:, own], 0))
        if not (lengths > 0).all():
            use = int(np.argwhere(lengths == 0)[0, 1])
            raise InputError(
                f"use {use} has a vector of length 0 in this mix, which has no cosine."
            )
        first, second = self.pairs
        return np.clip(gram[:, between] / (lengths[:, first] * lengths[:, second]), -1, 1)

    def cosine_matrix(
        self, weights: Sequence[float] | np.ndarray
    ) -> Float[np.ndarray, "uses uses"]:
        """Cosines of one mix as a matrix, 1 on its diagonal."""
        matrix = np.eye(self.n_uses)
        matrix[self.pairs] = self.cosines(np.asarray(weights)[None])[0]
        return np.triu(matrix) + np.triu(matrix, 1).T

    def lengths(
        self, weights: Sequence[float] | np.ndarray, gamma: float = 1.0
    ) -> Float[np.ndarray, " uses"]:
        """Length (Euclidean norm) of each use's mixed vector: γ times that at γ = 1."""
        own, _ = self._places
        return abs(gamma) * np.sqrt(np.maximum(self.gram(np.asarray(weights)[None])[0, own], 0))

    def layer_shares(self, weights: Sequence[float] | np.ndarray) -> Float[np.ndarray, " layers"]:
        """The share of each layer in the mixed vector, the mean over the uses.

        The share of layer l is w_l h_l·v / v·v; the shares sum to 1. A layer with longer vectors
        has a larger share than its weight.
        """
        weights = np.asarray(weights, np.float64)
        own, _ = self._places
        products = self._wide[:, own]
        shares = np.zeros((self.n_layers, self.n_uses))
        pairs = combinations_with_replacement(range(self.n_layers), 2)
        for (first, second), product in zip(pairs, products, strict=True):
            part = weights[first] * weights[second] * product / (1 if first == second else 2)
            shares[first] += part
            if first != second:
                shares[second] += part
        return (shares / shares.sum(axis=0)).mean(axis=1)


def layer_coordinates(
    vectors: Float[np.ndarray, "layers uses dim"],
) -> Float[np.ndarray, "layers uses 2"]:
    """Coordinates of every layer on two axes that stay the same for every mix.

    The axes are the first two principal components of all layers together, each layer centred on
    its own mean. Projection is linear, so a mix's coordinates are the weighted sum of its layers',
    times γ. The largest coordinate on each axis is positive.
    """
    wide = vectors.astype(np.float64)
    centred = wide - wide.mean(axis=1, keepdims=True)
    n_layers, n_uses, dim = centred.shape
    _, _, axes = np.linalg.svd(centred.reshape(n_layers * n_uses, dim), full_matrices=False)
    coordinates = np.zeros((n_layers, n_uses, 2))
    projected = centred @ axes[:2].T
    coordinates[:, :, : projected.shape[2]] = projected
    flat = coordinates.reshape(-1, 2)
    signs = np.sign(flat[np.abs(flat).argmax(axis=0), [0, 1]])
    return coordinates * np.where(signs == 0, 1, signs)
