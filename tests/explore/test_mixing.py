"""Mixes of layers: compared with `elmo.mix_layers` and with cosines taken from the vectors."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity

from elmo import mix_layers
from elmo.errors import InputError
from elmo.explore.mixing import (
    LayerProducts,
    grid_steps,
    layer_coordinates,
    layer_normalized,
    simplex_grid,
)

WEIGHTS = [0.2, 0.5, 0.3]


@pytest.fixture
def vectors(rng) -> np.ndarray:
    """Three layers of seven uses, of different lengths, as a model gives them."""
    scale = np.array([3.0, 1.0, 5.0])[:, None, None]
    return (rng.normal(size=(3, 7, 16)) * scale + rng.normal(size=(3, 1, 16))).astype(np.float32)


def random_weights(rng, n: int, n_layers: int = 3) -> np.ndarray:
    """Points spread evenly over the triangle."""
    return rng.dirichlet(np.ones(n_layers), size=n)


def test_cosines_are_those_of_the_mixed_vectors(vectors, rng) -> None:
    products = LayerProducts.of(vectors)
    for weights in random_weights(rng, 20):
        mixed = mix_layers(vectors.astype(np.float64), weights.tolist())
        np.testing.assert_allclose(
            products.cosine_matrix(weights), cosine_similarity(mixed), atol=1e-6
        )
        np.testing.assert_allclose(
            products.lengths(weights), np.linalg.norm(mixed, axis=1), rtol=1e-6
        )


def test_products_are_the_packed_gram_tensor(vectors) -> None:
    """A row is the Gram tensor (layers, layers, uses, uses) at l, m plus that at m, l."""
    gram = np.einsum("lid,mjd->lmij", vectors.astype(np.float64), vectors.astype(np.float64))
    first, second = np.triu_indices(7)
    values = LayerProducts.of(vectors).values
    for row, (l, m) in enumerate([(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]):  # noqa: E741
        expected = gram[l, m] if l == m else gram[l, m] + gram[m, l]
        np.testing.assert_allclose(values[row], expected[first, second], rtol=1e-5, atol=1e-4)


def test_gamma_changes_lengths_and_no_cosine(vectors) -> None:
    products = LayerProducts.of(vectors)
    for gamma in (0.01, 2.5, 100.0):
        mixed = mix_layers(vectors.astype(np.float64), WEIGHTS, gamma=gamma)
        np.testing.assert_allclose(products.lengths(WEIGHTS, gamma), np.linalg.norm(mixed, axis=1))
        np.testing.assert_allclose(
            products.cosine_matrix(WEIGHTS), cosine_similarity(mixed), atol=1e-6
        )


def test_layer_norm_is_that_of_the_engine_and_changes_cosines(vectors) -> None:
    wide = vectors.astype(np.float64)
    expected = mix_layers(wide, WEIGHTS, layer_norm=True)
    np.testing.assert_allclose(np.tensordot(WEIGHTS, layer_normalized(vectors), 1), expected)
    normed = LayerProducts.of(layer_normalized(vectors)).cosine_matrix(WEIGHTS)
    np.testing.assert_allclose(normed, cosine_similarity(expected), atol=1e-6)
    assert np.abs(normed - LayerProducts.of(vectors).cosine_matrix(WEIGHTS)).max() > 0.01


def test_concatenation_lays_the_weighted_layers_side_by_side(vectors) -> None:
    side_by_side = np.concatenate(
        [weight * layer for weight, layer in zip(WEIGHTS, vectors, strict=True)], axis=1
    )
    products = LayerProducts.of(vectors)
    found = products.cosines(np.array([WEIGHTS]), concatenated=True)[0]
    np.testing.assert_allclose(found, cosine_similarity(side_by_side)[products.pairs], atol=1e-6)
    assert np.abs(found - products.cosines(np.array([WEIGHTS]))[0]).max() > 0.01


def test_coordinates_of_a_mix_are_the_weighted_sum_and_do_not_turn(vectors) -> None:
    coordinates = layer_coordinates(vectors)
    centred = (vectors - vectors.mean(axis=1, keepdims=True)).astype(np.float64)
    axes = PCA(2).fit(np.concatenate(centred)).components_
    mixed = mix_layers(centred, WEIGHTS) @ axes.T
    found = np.tensordot(WEIGHTS, coordinates, 1)
    for axis in range(2):
        sign = np.sign(found[:, axis] @ mixed[:, axis])
        np.testing.assert_allclose(found[:, axis], sign * mixed[:, axis], atol=1e-5)
    np.testing.assert_array_equal(coordinates, layer_coordinates(vectors.copy()))


def test_one_use_has_coordinates(vectors) -> None:
    assert layer_coordinates(vectors[:, :1]).shape == (3, 1, 2)


def test_layer_shares_sum_to_one_and_a_longer_layer_has_more(vectors) -> None:
    mixed = mix_layers(vectors.astype(np.float64), WEIGHTS)
    projected = np.einsum("lud,ud->lu", np.array(WEIGHTS)[:, None, None] * vectors, mixed)
    expected = (projected / (mixed**2).sum(axis=1)).mean(axis=1)
    shares = LayerProducts.of(vectors).layer_shares(WEIGHTS)
    np.testing.assert_allclose(shares, expected, atol=1e-5)
    assert shares.sum() == pytest.approx(1)
    equal = LayerProducts.of(vectors).layer_shares(np.full(3, 1 / 3))
    assert equal[2] > equal[1]


def test_grid_covers_the_triangle_once() -> None:
    grid = simplex_grid(3, 20)
    assert grid.shape == (231, 3) and len(np.unique(grid, axis=0)) == 231
    np.testing.assert_allclose(grid.sum(axis=1), 1)
    assert grid.min() == 0
    assert (np.sort(grid @ [400, 20, 0]) == grid @ [400, 20, 0]).all()
    assert grid_steps(3) == 20
    assert len(simplex_grid(5, grid_steps(5))) <= 300 < len(simplex_grid(5, grid_steps(5) + 1))


def test_bad_input_is_named(vectors) -> None:
    products = LayerProducts.of(vectors)
    with pytest.raises(InputError, match="weights has 2 values, expected 3"):
        products.cosines(np.array([[0.5, 0.5]]))
    with pytest.raises(InputError, match="3 layers and 0 uses"):
        LayerProducts.of(vectors[:, :0])
    with pytest.raises(InputError, match="use 2 has a vector of length 0"):
        silent = vectors.copy()
        silent[0, 2] = 0
        LayerProducts.of(silent).cosines(np.array([[1.0, 0, 0]]))
    with pytest.raises(InputError, match="not finite"):
        broken = vectors.copy()
        broken[1, 1, 1] = np.nan
        LayerProducts.of(broken)
