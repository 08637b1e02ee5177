"""Pictures against scikit-learn and scipy, and how good they are, in numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import procrustes as scipy_procrustes
from sklearn.decomposition import PCA

from elmo.errors import InputError
from elmo.explore import projection
from elmo.representation import unit
from tests.explore.conftest import groups


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
    np.testing.assert_allclose(first[0].points, first[1].points, atol=1e-8)
    assert np.linalg.norm(still - moved, axis=1).mean() > 0.5


def test_nothing_is_drawn_of_nothing():
    with pytest.raises(InputError, match="no points"):
        projection.pca(np.zeros((0, 5)))
    with pytest.raises(InputError, match="not numbers"):
        projection.pca_pictures(np.full((1, 3, 2), np.nan))
