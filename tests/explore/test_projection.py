"""Pictures against scikit-learn and scipy, and how good they are, in numbers."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import procrustes as scipy_procrustes
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from benchmarks.processes import resident_bytes
from elmo.errors import InputError
from elmo.explore import projection
from elmo.representation import unit


def groups(rng, n: int = 60, dim: int = 24, spread: float = 0.25) -> tuple[np.ndarray, np.ndarray]:
    """Three groups of points around three directions, and which group each is of."""
    labels = np.arange(n) % 3
    return rng.normal(size=(3, dim))[labels] + spread * rng.normal(size=(n, dim)), labels


@pytest.fixture(scope="module")
def layers() -> np.ndarray:
    """One vector for all in layer 0; three groups in two layers, in layer 1 three points doubled."""
    rng = np.random.default_rng(3)
    points, _ = groups(rng, 30)
    points[27:] = points[:3]
    return np.stack([np.ones_like(points), points, points + 0.2 * rng.normal(size=points.shape)])


@pytest.fixture(scope="module")
def fitted(layers) -> list[projection.Picture]:
    """UMAP of them, fitted once for all tests."""
    return projection.umap_pictures(layers, n_neighbors=8, seed=1)


def test_pca_equals_scikit_learn(rng):
    points, _ = groups(rng)
    found, variance = projection.pca(points)
    model = PCA(2).fit(unit(points))
    np.testing.assert_allclose(np.abs(found), np.abs(model.transform(unit(points))), atol=1e-8)
    assert variance == pytest.approx(model.explained_variance_ratio_.sum())


def test_pca_of_more_points_than_dimensions_is_the_same(rng):
    points = rng.normal(size=(90, 7))
    found, _ = projection.pca(points, 3)
    expected = PCA(3, svd_solver="full").fit_transform(unit(points))
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-8)


def test_pca_signs_do_not_depend_on_the_order(rng):
    points, _ = groups(rng)
    order = rng.permutation(len(points))
    np.testing.assert_allclose(
        projection.pca(points)[0][order], projection.pca(points[order])[0], atol=1e-8
    )


def test_one_vector_is_one_dot():
    points, variance = projection.pca(np.tile([0.1, 0.7, 0.3], (12, 1)))
    assert (points == 0).all()
    assert variance == 1


def test_two_vectors_are_two_dots_on_a_line():
    points, variance = projection.pca(np.array([[1.0, 0, 0], [0, 1.0, 0], [1.0, 0, 0]]))
    assert (points[:, 1] == 0).all()
    assert (points[0] == points[2]).all()
    assert abs(points[0, 0] - points[1, 0]) == pytest.approx(np.sqrt(2))
    assert variance == pytest.approx(1)


@given(st.integers(0, 1000), st.integers(2, 3))
@settings(deadline=None, max_examples=30)
def test_a_turned_mirrored_and_resized_picture_comes_back(seed, n_axes):
    rng = np.random.default_rng(seed)
    base = rng.normal(size=(10, n_axes))
    turn = np.linalg.qr(rng.normal(size=(n_axes, n_axes)))[0]
    one, other = projection.one_frame([base, 7 * base @ turn + 3])
    np.testing.assert_allclose(one, other, atol=1e-8)
    assert (one**2).sum(axis=1).mean() == pytest.approx(1)


def test_two_pictures_lie_as_near_as_scipy_brings_them(rng):
    a = rng.normal(size=(15, 2))
    b = a @ np.linalg.qr(rng.normal(size=(2, 2)))[0] + 0.3 * rng.normal(size=(15, 2))
    one, other = projection.one_frame([a, b], n_reference=1)
    # scipy also fits the size: with M = 1 - d the best scale of unit-norm pictures is sqrt(M).
    disparity = scipy_procrustes(a, b)[2]
    ours = ((one - other) ** 2).sum() / (one**2).sum()
    assert ours == pytest.approx(2 - 2 * np.sqrt(1 - disparity), abs=1e-8)


def test_the_mix_does_not_move_the_layers(layers):
    mixed = layers.mean(axis=0)
    alone = projection.pca_pictures(layers)
    with_mix = projection.pca_pictures(np.stack([*layers, mixed]), n_reference=3)
    for a, b in zip(alone, with_mix, strict=False):
        np.testing.assert_allclose(a.points, b.points, atol=1e-8)


def test_pictures_say_what_they_are(layers):
    pictures = projection.pca_pictures(layers)
    assert [p.n_distinct for p in pictures] == [1, 27, 30]
    assert pictures[0].kept is None
    assert (pictures[0].points == 0).all()
    for picture in pictures[1:]:
        assert picture.method == "PCA"
        assert picture.kept is not None
        assert picture.kept.trustworthiness > 0.85
        assert picture.kept.beyond_chance > 0.35
        assert (picture.points**2).sum(axis=1).mean() == pytest.approx(1)


def test_movement_on_one_frame_is_small_when_little_changes(rng):
    points, _ = groups(rng)
    _, still, moved = projection.one_frame(
        [projection.pca(points)[0], projection.pca(points)[0], rng.normal(size=(60, 2))]
    )
    first = projection.pca_pictures(np.stack([points, points]))
    assert projection.movement(first[0].points, first[1].points).max() < 1e-8
    assert projection.movement(still, moved).mean() > 0.5
    assert projection.movement(np.zeros((1, 2)), np.array([[3.0, 4.0]])).tolist() == [5]


def test_umap_draws_the_groups_apart(layers, fitted):
    labels = np.arange(30) % 3
    for vectors, picture in zip(layers[1:], fitted[1:], strict=True):
        assert picture.method == "UMAP"
        assert picture.variance is None
        assert trustworthiness(unit(vectors), picture.points, n_neighbors=8) > 0.85
        assert picture.kept is not None and picture.kept.trustworthiness > 0.85
        centres = np.stack([picture.points[labels == i].mean(axis=0) for i in range(3)])
        nearest = np.linalg.norm(picture.points[:, None] - centres, axis=2).argmin(axis=1)
        assert (nearest == labels).mean() == 1


def test_umap_layers_share_one_frame(fitted):
    """A group stays where it is; layers fitted apart would be turned at random."""
    moved = projection.movement(fitted[1].points, fitted[2].points)
    assert moved.mean() < 0.5


def test_umap_is_identical_from_run_to_run(layers, fitted):
    again = projection.umap_pictures(layers, n_neighbors=8, seed=1)
    for a, b in zip(fitted, again, strict=True):
        np.testing.assert_array_equal(a.points, b.points)


def test_another_seed_is_another_picture(layers):
    one, same, other = (
        projection.umap_pictures(layers[2:], n_neighbors=8, seed=seed)[0].points
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)


def test_umap_invents_nothing_for_a_layer_without_neighbourhoods(fitted):
    assert fitted[0].method == "PCA"
    assert (fitted[0].points == 0).all()
    assert fitted[0].kept is None


def test_above_the_limit_each_layer_is_fitted_alone(monkeypatch, layers):
    monkeypatch.setattr(projection, "ALIGNED_BELOW", 20)
    steps = []
    pictures = projection.umap_pictures(
        layers,
        n_neighbors=8,
        progress=lambda step, steps_, text: steps.append((step, steps_, text)),
    )
    assert [text for _, _, text in steps] == [
        "loading UMAP",
        "fitting picture 1 of 2",
        "fitting picture 2 of 2",
        "comparing neighbours",
    ]
    assert [step for step, _, _ in steps] == [0, 1, 2, 3]
    assert projection.movement(pictures[1].points, pictures[2].points).mean() < 0.6


def test_equal_vectors_lie_on_one_spot_in_umap(fitted):
    assert [picture.n_distinct for picture in fitted] == [1, 27, 30]
    np.testing.assert_array_equal(fitted[1].points[27:], fitted[1].points[:3])
    assert not np.allclose(fitted[2].points[27:], fitted[2].points[:3])


def test_umap_compiles_its_optimiser_once(fitted):
    from umap import layouts

    epoch = layouts._optimize_layout_aligned_euclidean_single_epoch
    compiled = layouts.numba.njit(epoch, fastmath=True, parallel=True)
    assert compiled.signatures, "the function that the fit before compiled"
    assert compiled is layouts.numba.njit(epoch, fastmath=True, parallel=True)


def test_what_umap_compiled_is_kept_for_the_next_process(fitted):
    from umap import layouts, umap_

    epoch = layouts.numba.njit(
        layouts._optimize_layout_aligned_euclidean_single_epoch, fastmath=True, parallel=True
    )
    for function in (epoch, umap_.smooth_knn_dist):
        stats = function.stats
        assert sum(stats.cache_hits.values()) + sum(stats.cache_misses.values()) > 0


@pytest.mark.soak
def test_the_memory_of_umap_is_level_over_200_fits(rng):
    points, used = rng.normal(size=(3, 24, 8)).astype(np.float32), []
    for _ in range(200):
        projection.umap_pictures(points, n_neighbors=5)
        used.append(resident_bytes(os.getpid()))
    assert used[-1] - used[9] < 50e6, "once compiled, not 5 MB a fit"


def test_umap_in_three_dimensions(layers):
    pictures = projection.umap_pictures(layers[1:2], n_axes=3, n_neighbors=8)
    assert pictures[0].points.shape == (30, 3)
    assert pictures[0].kept is not None and pictures[0].kept.trustworthiness > 0.85


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(n_neighbors=1), "n_neighbors is 1"),
        (dict(min_dist=2.0), "min_dist is 2.0"),
        (dict(n_axes=4), "n_axes is 4"),
    ],
)
def test_umap_refuses_wrong_settings(layers, change, words):
    with pytest.raises(InputError, match=words):
        projection.umap_pictures(layers, **change)


def test_umap_refuses_too_few_points(rng):
    with pytest.raises(InputError, match="at least 10 different points, here are 9; look at PCA"):
        projection.umap_pictures(rng.normal(size=(2, 9, 5)))
    with pytest.raises(InputError, match="here are 1"):
        projection.umap_pictures(np.ones((2, 40, 5)))


def test_nothing_is_drawn_of_nothing():
    with pytest.raises(InputError, match="no points"):
        projection.pca(np.zeros((0, 5)))
    with pytest.raises(InputError, match="not numbers"):
        projection.pca_pictures(np.full((1, 3, 2), np.nan))
