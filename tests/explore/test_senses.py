"""Clusters and label agreement against scikit-learn, scipy and sums done by hand."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from elmo.errors import InputError
from elmo.explore import senses
from elmo.explore.senses import Verdict
from elmo.explore.similarity import cosine_matrix, pair_auc


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
    np.testing.assert_allclose(senses.silhouette_values(matrix, labels), expected, atol=1e-12)
    assert senses.silhouette(matrix, labels) == pytest.approx(expected.mean())


def test_silhouette_of_one_group_or_all_single_is_unknown():
    assert np.isnan(senses.silhouette(np.eye(3), [0, 0, 0]))
    assert np.isnan(senses.silhouette(np.eye(3), [0, 1, 2]))


def test_clusters_by_hand_equal_scikit_learn(rng):
    x = rng.normal(size=(14, 5))
    matrix = cosine_matrix(x)
    for k in (2, 3, 5):
        other = AgglomerativeClustering(k, metric="precomputed", linkage="average").fit_predict(
            np.maximum(1 - matrix, 0)
        )
        found = senses.cluster(x, matrix, k, n_simulations=9)
        assert adjusted_rand_score(found.labels, other) == 1 and found.n_clusters == k


@pytest.mark.parametrize("sizes", [(8, 7), (6, 6, 6)])
def test_groups_are_found(rng, sizes):
    x = groups(rng, sizes, 3)
    found = senses.cluster(x, cosine_matrix(x))
    truth = np.repeat(range(len(sizes)), sizes)
    assert found.verdict is Verdict.SEPARATED and found.p <= 0.05
    assert found.n_clusters == len(sizes) and adjusted_rand_score(found.labels, truth) == 1
    assert found.silhouette == max(found.silhouettes.values())


def test_within_share_is_that_of_squared_distances(rng):
    x = rng.normal(size=(9, 4))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    labels = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2])
    within = sum(((x[labels == k] - x[labels == k].mean(0)) ** 2).sum() for k in range(3))
    expected = within / ((x - x.mean(0)) ** 2).sum()
    assert senses._within_share(cosine_matrix(x), labels) == pytest.approx(expected)


def test_one_cloud_is_seldom_called_separated():
    """The test keeps its level: at most 5 in 100 clouds without groups (it is cautious: fewer)."""
    called = 0
    for seed in range(40):
        x = np.random.default_rng(seed).normal(size=(16, 10)) + 1
        found = senses.cluster(x, cosine_matrix(x), seed=seed, n_simulations=39)
        called += found.verdict is Verdict.SEPARATED
        assert found.n_clusters == 1 or found.verdict is Verdict.SEPARATED
    assert called <= 4


def test_equal_vectors_are_not_separated():
    x = np.ones((6, 4))
    found = senses.cluster(x, cosine_matrix(x))
    assert found.verdict is Verdict.NOT_SEPARATED and found.labels.tolist() == [0] * 6


@pytest.mark.parametrize("n", range(5))
def test_too_few_to_cluster(n, rng):
    x = rng.normal(size=(n, 3))
    found = senses.cluster(x, cosine_matrix(x))
    assert found.verdict is Verdict.TOO_FEW and len(found.labels) == n
    assert found.tree.shape == (max(n - 1, 0), 4)


def test_number_of_clusters_is_checked(rng):
    x = rng.normal(size=(6, 3))
    with pytest.raises(InputError, match="n_clusters is 7, expected 1 to 6"):
        senses.cluster(x, cosine_matrix(x), 7)


def test_number_by_hand_keeps_the_verdict_of_the_test(rng):
    x = groups(rng, (8, 8), 3)
    found = senses.cluster(x, cosine_matrix(x), 4)
    assert found.n_clusters == 4 and found.verdict is Verdict.SEPARATED
    assert found.silhouette < found.silhouettes[2]


def test_smallest_p_counts_the_ways_to_share_out():
    for labels in ("aabb", "aaabbb", "aabbcc", "aaab", "aabbbb"):
        ways = {
            frozenset(frozenset(i for i in range(len(labels)) if p[i] == s) for s in set(labels))
            for p in set(permutations(labels))
        }
        assert senses.smallest_p(list(labels)) == pytest.approx(1 / len(ways))


def test_permutation_p_approaches_the_exact_one(rng):
    x = groups(rng, (4, 4), 0.25)
    matrix, labels = cosine_matrix(x), list("aaaabbbb")
    exact = np.mean(
        [
            pair_auc(matrix, list(p)).auc >= pair_auc(matrix, labels).auc - 1e-12
            for p in set(permutations(labels))
        ]
    )
    found = senses.agreement(matrix, labels, n_permutations=4000)
    assert found.p == pytest.approx(exact, abs=0.03)


def test_agreement_of_clear_senses(rng):
    x = groups(rng, (7, 7), 3)
    matrix, labels = cosine_matrix(x), ["river"] * 7 + ["money"] * 7
    found = senses.agreement(matrix, labels, senses.cluster(x, matrix).labels)
    assert found.verdict is Verdict.SEPARATED and found.p == 1 / 1000
    assert found.adjusted_rand == 1 and found.nearest_same == 14 and found.n == 14
    assert found.pairs == pair_auc(matrix, labels)
    assert found.silhouette == pytest.approx(senses.silhouette(matrix, [0] * 7 + [1] * 7))


def test_shuffled_labels_are_seldom_called_separated():
    called = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        x, labels = groups(rng, (6, 6), 1), list(rng.permutation(["a"] * 6 + ["b"] * 6))
        found = senses.agreement(cosine_matrix(x), labels, n_permutations=99, seed=seed)
        called += found.verdict is Verdict.SEPARATED
    assert called <= 11


def test_too_few_labels_is_an_answer():
    matrix = cosine_matrix(np.array([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]]))
    found = senses.agreement(matrix, ["a", "a", "b", "b"], [0, 0, 1, 1])
    assert found.verdict is Verdict.TOO_FEW and found.smallest_p == pytest.approx(1 / 3)
    assert found.pairs.auc == 1 and found.adjusted_rand == 1
    none = senses.agreement(matrix, [None] * 4)
    assert none.verdict is Verdict.TOO_FEW and none.n == 0 and np.isnan(none.p)
    one = senses.agreement(matrix, ["a"] * 4)
    assert one.verdict is Verdict.TOO_FEW and np.isnan(one.p)


def test_unlabelled_uses_are_left_out(rng):
    x = groups(rng, (6, 6), 1)
    matrix, labels = cosine_matrix(x), ["a"] * 5 + [None] + ["b"] * 6
    kept = [i for i in range(12) if i != 5]
    part = senses.agreement(
        matrix[np.ix_(kept, kept)], [labels[i] for i in kept], [0] * 5 + [1] * 6
    )
    assert senses.agreement(matrix, labels, [0] * 6 + [1] * 6) == part


def test_the_best_of_many_layers_is_held_to_the_best_of_shuffled_ones():
    """Ten layers of noise: the best one's own p is small often, the test over all layers is not."""
    own, best = 0, 0
    labels = ["a"] * 6 + ["b"] * 6
    for seed in range(40):
        rng = np.random.default_rng(seed)
        layers = [cosine_matrix(rng.normal(size=(12, 5))) for _ in range(10)]
        top = max(layers, key=lambda matrix: pair_auc(matrix, labels).auc)
        own += senses.agreement(top, labels, n_permutations=99, seed=seed).p <= 0.05
        best += senses.best_layer_test(layers, labels, n_permutations=99, seed=seed)[0] <= 0.05
    assert best <= 5 < own


def test_one_layer_alone_has_the_p_of_agreement(rng):
    matrix, labels = cosine_matrix(groups(rng, (6, 6), 0.2)), ["a"] * 6 + ["b"] * 6
    found = senses.agreement(matrix, labels, seed=4)
    assert senses.best_layer_test([matrix], labels, seed=4) == (found.p, found.verdict)
    assert senses.best_layer_test([matrix], ["a"] * 12)[1] is Verdict.TOO_FEW


def test_in_pieces_it_is_the_same(rng, monkeypatch):
    x = groups(rng, (6, 6), 0.2)
    matrix, labels = cosine_matrix(x), ["a"] * 6 + ["b"] * 6
    once = senses.agreement(matrix, labels).p
    monkeypatch.setattr(senses, "_CHUNK_VALUES", 1000)
    assert senses.agreement(matrix, labels).p == pytest.approx(once, abs=0.03)
