"""Sense separation: compared with scikit-learn's AUC and with explicit resamples."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from elmo.errors import InputError
from elmo.explore.mixing import LayerProducts, simplex_grid
from elmo.explore.pair_auc import ranked_auc
from elmo.explore.separation import (
    best_by_chance,
    best_point,
    bootstrap_separation,
    held_out_separation,
    same_sense,
    select_weights,
    separable,
    separation,
    separation_along,
)

SENSES = ["money"] * 7 + ["river"] * 8
GRID = simplex_grid(3, 10)


def layers_with_senses(rng, strength=(0.0, 0.8, 0.2)) -> np.ndarray:
    """Three layers, each with the senses told apart to its own degree."""
    senses = np.array([1.0] * 7 + [-1.0] * 8)[:, None] * rng.normal(size=(1, 24))
    return np.stack([rng.normal(size=(15, 24)) + s * senses for s in strength]).astype(np.float32)


@pytest.fixture
def products(rng) -> LayerProducts:
    return LayerProducts.of(layers_with_senses(rng))


def test_pair_auc_is_scikit_learns_with_ties(rng) -> None:
    similarities = np.round(rng.normal(size=(4, 60)), 1)
    same = rng.random((3, 60)) < 0.4
    found = ranked_auc(similarities, same)
    for labelling in range(3):
        for point in range(4):
            expected = roc_auc_score(same[labelling], similarities[point])
            assert found[labelling, point] == pytest.approx(expected, abs=1e-12)


def test_float_noise_in_a_context_free_layer_is_no_separation(rng) -> None:
    """A word's layer 0 is one vector; cosines of 1 give or take 1e-8 are ties, so 0.5."""
    vectors = np.repeat(rng.normal(size=(1, 1, 24)), 15, axis=1) * (1 + 1e-8)
    vectors = vectors + rng.normal(size=vectors.shape) * 1e-9
    assert separation(LayerProducts.of(vectors), SENSES, np.array([[1.0]]))[0] == 0.5


def test_separation_finds_the_layer_that_knows(products) -> None:
    none, much, little = separation(products, SENSES, np.eye(3))
    assert 0.35 < none < 0.65 and little < much and much > 0.85


def test_best_point_of_equals_is_nearest_to_the_equal_mix() -> None:
    scores = np.zeros(len(GRID))
    scores[[0, 30, 65]] = 0.9
    distances = ((GRID - 1 / 3) ** 2).sum(axis=1)
    assert best_point(scores, GRID) == min([0, 30, 65], key=lambda i: distances[i])


def test_bootstrap_equals_explicit_resamples(products) -> None:
    """The mean over resamples equals that of resamples drawn use by use."""
    weights = np.array([[0.2, 0.3, 0.5]])
    similarities = products.cosines(weights)
    fast = bootstrap_separation(similarities, SENSES, products.pairs, 600, seed=1)[:, 0]
    matrix, senses = products.cosine_matrix(weights[0]), np.array(SENSES)
    rng, slow = np.random.default_rng(2), []
    for _ in range(600):
        uses = np.concatenate([rng.integers(0, 7, 7), rng.integers(7, 15, 8)])
        first, second = np.triu_indices(15, 1)
        distinct = uses[first] != uses[second]
        first, second = uses[first[distinct]], uses[second[distinct]]
        slow.append(roc_auc_score(senses[first] == senses[second], matrix[first, second]))
    assert fast.mean() == pytest.approx(np.mean(slow), abs=0.01)
    assert fast.std() == pytest.approx(np.std(slow), rel=0.15)


def test_path_runs_from_layer_to_layer_within_its_band(products) -> None:
    path = separation_along(products, SENSES, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], n_steps=11, seed=3)
    ends = separation(products, SENSES, np.eye(3))
    assert path.auc[0] == pytest.approx(ends[0]) and path.auc[-1] == pytest.approx(ends[1])
    assert ((path.low <= path.auc) & (path.auc <= path.high)).mean() > 0.8
    again = separation_along(products, SENSES, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], n_steps=11, seed=3)
    np.testing.assert_array_equal(path.low, again.low)


def test_selection_finds_the_layer_that_knows_and_measures_on_kept_back_uses(products) -> None:
    selection = select_weights(products, SENSES, GRID, n_repeats=5)
    assert selection.weights.argmax() == 1 and selection.weights.sum() == pytest.approx(1)
    assert selection.n_folds == 3 and len(selection.chosen) == 15
    assert selection.held_out.mean() > 0.9 > selection.layers[:, 0].mean()


def test_other_similarities_are_measured_on_the_uses_that_each_split_keeps_back(products) -> None:
    selection = select_weights(products, SENSES, GRID, n_repeats=5, seed=2)
    layers = products.cosines(np.eye(3))
    found = held_out_separation(layers, SENSES, n_repeats=5, seed=2)
    np.testing.assert_array_equal(found, selection.layers)


def test_selection_on_noise_is_no_better_than_chance_though_the_best_looks_so() -> None:
    """What cross-validation is for: without senses the best mix seems good, and is not."""
    best, held_out, chance = [], [], []
    for seed in range(12):
        noise = np.random.default_rng(seed).normal(size=(3, 15, 24))
        products = LayerProducts.of(noise)
        best.append(separation(products, SENSES, GRID).max())
        selection = select_weights(products, SENSES, GRID, n_repeats=3, seed=seed)
        held_out.append(selection.held_out.mean())
        chance.append(best_by_chance(products, SENSES, GRID, n_shuffles=50, seed=seed).mean())
    assert np.mean(best) > 0.53
    assert np.mean(chance) == pytest.approx(np.mean(best), abs=0.04)
    assert np.mean(held_out) == pytest.approx(0.5, abs=0.05)


def test_what_cannot_be_measured_is_refused(products) -> None:
    assert separable(SENSES)
    assert not separable([*SENSES[:-1], None])
    assert not separable(["a"] * 15) and not separable(["a", "b", "c"])
    with pytest.raises(InputError, match="0 with different senses"):
        separation(products, ["a"] * 15, np.eye(3))
    with pytest.raises(InputError, match="sense 'rare' has 2 uses, cross-validation needs 4"):
        select_weights(products, ["money"] * 13 + ["rare"] * 2, GRID)


def test_two_uses_a_fold_are_enough_for_small_senses(products) -> None:
    senses = ["a"] * 4 + ["b"] * 11
    selection = select_weights(products, senses, GRID, n_repeats=2)
    assert selection.n_folds == 2 and np.isfinite(selection.held_out).all()
    assert same_sense(senses, products.pairs).sum() == 6 + 55
