"""Agreement with labels against scikit-learn, scipy and sums done by hand."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from elmo.explore import clusters, senses
from elmo.explore.clusters import Verdict
from elmo.explore.similarity import cosine_matrix, pair_auc
from tests.explore.test_clusters import groups


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
    found = senses.agreement(matrix, labels, clusters.cluster(matrix).labels)
    assert found.verdict is Verdict.SEPARATED and found.p == 1 / 1000
    assert found.adjusted_rand == 1 and found.nearest_same == 14 and found.n == 14
    assert found.pairs == pair_auc(matrix, labels)
    assert found.silhouette == pytest.approx(clusters.silhouette(matrix, [0] * 7 + [1] * 7))


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


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=20))
def test_adjusted_rand_index_is_that_of_scikit_learn(rows):
    first, second = zip(*rows, strict=True)
    expected = adjusted_rand_score(first, second)
    assert senses.adjusted_rand(first, second) == pytest.approx(expected, abs=1e-12)
