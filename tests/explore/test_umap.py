"""Pictures by UMAP: how good they are, in numbers, and how they are the same in every run."""

import os

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from benchmarks.processes import resident_bytes
from elmo.errors import InputError
from elmo.explore import projection, umap
from elmo.representation import unit


@pytest.fixture(scope="module")
def fitted(layers) -> list[projection.Picture]:
    """UMAP of them, fitted once for all tests."""
    return umap.umap_pictures(layers, n_neighbors=8, seed=1)


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
    moved = np.linalg.norm(fitted[1].points - fitted[2].points, axis=1)
    assert moved.mean() < 0.5


def test_umap_is_identical_from_run_to_run(layers, fitted):
    again = umap.umap_pictures(layers, n_neighbors=8, seed=1)
    for a, b in zip(fitted, again, strict=True):
        np.testing.assert_array_equal(a.points, b.points)


def test_umap_invents_nothing_for_a_layer_without_neighbourhoods(fitted):
    assert fitted[0].method == "PCA"
    assert (fitted[0].points == 0).all()
    assert fitted[0].kept is None


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
        umap.umap_pictures(points, n_neighbors=5)
        used.append(resident_bytes(os.getpid()))
    assert used[-1] - used[9] < 50e6, "once compiled, not 5 MB a fit"


def test_umap_in_three_dimensions(layers):
    pictures = umap.umap_pictures(layers[1:2], n_axes=3, n_neighbors=8)
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
        umap.umap_pictures(layers, **change)


def test_umap_refuses_too_few_points(rng):
    with pytest.raises(InputError, match="at least 10 different points, here are 9; look at PCA"):
        umap.umap_pictures(rng.normal(size=(2, 9, 5)))
    with pytest.raises(InputError, match="here are 1"):
        umap.umap_pictures(np.ones((2, 40, 5)))


def test_above_the_limit_each_layer_is_fitted_alone(monkeypatch, layers):
    monkeypatch.setattr(umap, "ALIGNED_BELOW", 20)
    steps = []
    pictures = umap.umap_pictures(
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
    assert np.linalg.norm(pictures[1].points - pictures[2].points, axis=1).mean() < 0.6


def test_another_seed_is_another_picture(layers):
    one, same, other = (
        umap.umap_pictures(layers[2:], n_neighbors=8, seed=seed)[0].points for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)
