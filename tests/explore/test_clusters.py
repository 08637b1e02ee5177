"""Groups of uses against scikit-learn and sums done by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from elmo.errors import InputError
from elmo.explore import clusters
from elmo.explore.similarity import cosine_matrix


def groups(rng, sizes, distance, dim=40):
    """Points around one centre a group, on top of a mean that they share."""
    centres = rng.normal(size=(len(sizes), dim)) * distance + 1
    return np.concatenate(
        [c + rng.normal(size=(s, dim)) for c, s in zip(centres, sizes, strict=True)]
    )


@given(st.integers(3, 10), st.integers(2, 4), st.integers(0, 99))
def test_silhouettes_equal_scikit_learn(n, k, seed):
    rng = np.random.default_rng(seed)
    matrix = cosine_matrix(rng.normal(size=(n, 3)))
    labels = np.r_[0, 1, rng.integers(0, k, n - 2)]
    if len(set(labels)) == n:
        return
    distance = np.maximum(1 - matrix, 0)
    expected = silhouette_samples(distance, labels, metric="precomputed")
    np.testing.assert_allclose(clusters.silhouette_values(matrix, labels), expected, atol=1e-12)
    assert clusters.silhouette(matrix, labels) == pytest.approx(expected.mean())


def test_silhouette_of_one_group_or_all_single_is_unknown():
    assert np.isnan(clusters.silhouette(np.eye(3), [0, 0, 0]))
    assert np.isnan(clusters.silhouette(np.eye(3), [0, 1, 2]))


def test_clusters_by_hand_equal_scikit_learn(rng):
    x = rng.normal(size=(14, 5))
    matrix = cosine_matrix(x)
    for k in (2, 3, 5):
        other = AgglomerativeClustering(k, metric="precomputed", linkage="average").fit_predict(
            np.maximum(1 - matrix, 0)
        )
        found = clusters.cluster(matrix, k)
        assert adjusted_rand_score(found.labels, other) == 1 and found.n_clusters == k


@pytest.mark.parametrize("sizes", [(8, 7), (6, 6, 6)])
def test_groups_are_found(rng, sizes):
    x = groups(rng, sizes, 3)
    found = clusters.cluster(cosine_matrix(x))
    truth = np.repeat(range(len(sizes)), sizes)
    assert found.n_clusters == len(sizes) and adjusted_rand_score(found.labels, truth) == 1
    assert found.silhouette == max(found.silhouettes.values())


def test_a_group_has_three_uses_or_more_where_a_number_allows_that(rng):
    x = np.concatenate([groups(rng, (8, 7), 3), 40 * rng.normal(size=(2, 40))])
    best = clusters.best_cut(cosine_matrix(x))
    assert np.bincount(best).min() >= 3 or len(set(best.tolist())) == 2
    pairs = groups(rng, (2, 2), 3)
    assert np.bincount(clusters.best_cut(cosine_matrix(pairs))).tolist() == [2, 2]


def test_equal_vectors_are_one_group():
    for matrix in (np.ones((6, 6)), np.zeros((6, 6)), np.eye(6)):
        assert clusters.cluster(matrix).labels.tolist() == [0] * 6


@pytest.mark.parametrize("n", range(3))
def test_too_few_to_cluster(n, rng):
    x = rng.normal(size=(n, 3))
    found = clusters.cluster(cosine_matrix(x))
    assert found.labels.tolist() == [0] * n and found.tree.shape == (max(n - 1, 0), 4)


def test_number_of_clusters_is_checked(rng):
    x = rng.normal(size=(6, 3))
    with pytest.raises(InputError, match="n_clusters is 7, expected 1 to 6"):
        clusters.cluster(cosine_matrix(x), 7)


def test_a_number_by_hand_is_kept(rng):
    found = clusters.cluster(cosine_matrix(groups(rng, (8, 8), 3)), 4)
    assert found.n_clusters == 4
    assert found.silhouette < found.silhouettes[2]
