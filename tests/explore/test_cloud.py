"""Axes found on a sample place all points as PCA of all does."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from elmo.errors import InputError
from elmo.explore.cloud import fit_axes
from elmo.representation import unit


@pytest.fixture
def points(rng) -> np.ndarray:
    spread = np.array([5.0, 3.0, *[0.5] * 18])
    return (rng.normal(size=(4000, 20)) * spread + 20 * np.eye(20)[3]).astype(np.float32)


def test_all_points_as_the_sample_equal_pca(points):
    axes = fit_axes(points)
    reference = PCA(2, svd_solver="full").fit(unit(points.astype(np.float64)))
    placed, want = axes.place(points), reference.transform(unit(points))
    signs = np.sign((placed * want).sum(axis=0))
    np.testing.assert_allclose(placed, want * signs, atol=1e-5)
    assert axes.share == pytest.approx(reference.explained_variance_ratio_.sum(), abs=1e-6)


def test_a_sample_gives_nearly_the_same_map(points):
    whole, part = fit_axes(points).place(points), fit_axes(points[:1000]).place(points)
    for axis in range(2):
        assert abs(np.corrcoef(whole[:, axis], part[:, axis])[0, 1]) > 0.99


def test_a_map_is_turned_onto_the_one_before(points, rng):
    first = fit_axes(points).place(points)
    turn, _ = np.linalg.qr(rng.normal(size=(20, 20)))
    turned = points @ turn.astype(np.float32)
    np.testing.assert_allclose(fit_axes(turned, onto=first).place(turned), first, atol=1e-4)


def test_equal_points_lie_on_one_spot_and_too_few_are_refused():
    same = np.ones((50, 8), np.float32)
    assert not fit_axes(same).place(same).any() or np.ptp(fit_axes(same).place(same)) < 1e-6
    with pytest.raises(InputError, match="has 2 points"):
        fit_axes(same[:2])
