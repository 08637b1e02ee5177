"""Cosines, ranked pairs and pair AUC against scikit-learn, scipy and sums done by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity

from elmo.errors import InputError
from elmo.explore import pair_auc, similarity

VECTORS = arrays(
    np.float32,
    st.tuples(st.integers(1, 8), st.integers(1, 6)),
    elements=st.floats(-100, 100, width=32),
)


def test_cosines_by_hand():
    x = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [-2.0, 0.0]])
    half = np.sqrt(0.5)
    expected = [[1, half, 0, -1], [half, 1, 0, -half], [0, 0, 0, 0], [-1, -half, 0, 1]]
    np.testing.assert_allclose(similarity.cosine_matrix(x), expected, atol=1e-10)


def test_cosines_equal_scikit_learn(rng):
    x, y = rng.normal(size=(7, 20)), rng.normal(size=(4, 20))
    np.testing.assert_allclose(similarity.cosine_matrix(x), cosine_similarity(x), atol=1e-10)
    np.testing.assert_allclose(similarity.cosine_matrix(x, y), cosine_similarity(x, y), atol=1e-10)
    np.testing.assert_allclose(
        similarity.paired_cosine(x[:4], y), np.diag(cosine_similarity(x[:4], y)), atol=1e-12
    )


@given(VECTORS, st.floats(1e-20, 1e20))
def test_cosine_matrix_properties(x, scale):
    matrix = similarity.cosine_matrix(x)
    assert (matrix == matrix.T).all()
    assert (np.abs(matrix) <= 1).all()
    np.testing.assert_allclose(similarity.cosine_matrix(x.astype(float) * scale), matrix, atol=1e-9)


def test_equal_vectors_tie_exactly(rng):
    x = np.tile(rng.normal(size=(1, 513)), (9, 1)).astype(np.float32)
    assert (similarity.cosine_matrix(x) == 1).all()


def test_pairs_are_ranked_and_complete():
    matrix = np.array([[1, 0.2, 0.9], [0.2, 1, 0.2], [0.9, 0.2, 1]])
    ranked = similarity.pairs(matrix)
    assert list(zip(ranked.first, ranked.second, strict=True)) == [(0, 2), (0, 1), (1, 2)]
    assert ranked.similarity.tolist() == [0.9, 0.2, 0.2]
    assert len(similarity.pairs(np.ones((1, 1)))) == 0


def test_nearest_leaves_the_use_itself_out():
    matrix = np.array([[1, 0.2, 0.9], [0.2, 1, 0.5], [0.9, 0.5, 1]])
    assert similarity.nearest(matrix, 1).tolist() == [2, 0]


def test_cluster_order_puts_groups_together(rng):
    centres = rng.normal(size=(3, 30)) * 5
    groups = rng.permutation(np.repeat(np.arange(3), 6))
    matrix = similarity.cosine_matrix(centres[groups] + rng.normal(size=(18, 30)))
    ordered = groups[similarity.cluster_order(matrix)]
    assert (np.diff(ordered) != 0).sum() == 2
    assert sorted(similarity.cluster_order(matrix)) == list(range(18))


def test_cluster_order_of_few_and_of_many(rng):
    assert similarity.cluster_order(np.ones((2, 2))).tolist() == [0, 1]
    matrix = similarity.cosine_matrix(rng.normal(size=(230, 4)))
    assert sorted(similarity.cluster_order(matrix)) == list(range(230))


def test_sentence_vectors_are_means_of_words():
    one = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    other = np.array([[[5.0, 5.0]]])
    assert similarity.sentence_vectors([one, other]).tolist() == [[[2.0, 3.0], [5.0, 5.0]]]
    with pytest.raises(InputError, match="sentence 1 has no words"):
        similarity.sentence_vectors([one, np.zeros((1, 0, 2))])
    with pytest.raises(InputError, match="no sentences"):
        similarity.sentence_vectors([])


def test_less_the_mean_by_hand():
    layers = np.array([[[1.0, 0], [3, 0], [2, 6]], [[5, 5], [5, 5], [5, 5]]])
    left = similarity.less_the_mean(layers)
    assert left.tolist() == [[[-1, -2], [1, -2], [0, 4]], [[0, 0], [0, 0], [0, 0]]]


@given(arrays(np.float32, (3, 5, 4), elements=st.floats(-1, 1, width=32)), st.integers(-3, 3))
def test_what_all_uses_share_is_off(x, shared):
    left = similarity.less_the_mean(x)
    assert left.dtype == x.dtype
    assert np.allclose(left.mean(axis=1), 0, atol=1e-5)
    assert np.allclose(left, similarity.less_the_mean(x + np.float32(shared)), atol=1e-4)


def test_of_equal_vectors_nothing_is_left(rng):
    same = np.repeat(rng.normal(size=(1, 1, 300)).astype(np.float32), 7, axis=1)
    assert not similarity.less_the_mean(same).any()
    other = same.copy()
    other[0, 2] += 0.01
    assert similarity.less_the_mean(other).any(axis=-1).all()


def test_pair_auc_by_hand():
    # Same-label pairs .9 and .4; different .5 .5 .3 .1: .9 beats 4, .4 beats 2 -> 6 of 8.
    matrix = np.array(
        [[1, 0.9, 0.5, 0.5], [0.9, 1, 0.3, 0.1], [0.5, 0.3, 1, 0.4], [0.5, 0.1, 0.4, 1]]
    )
    result = similarity.pair_auc(matrix, ["a", "a", "b", "b"])
    assert result.auc == 6 / 8
    assert (result.same, result.different) == (pytest.approx(0.65), pytest.approx(0.35))
    assert (result.n_same, result.n_different, result.n_pairs) == (2, 4, 6)


def test_pair_auc_leaves_unlabelled_uses_out():
    matrix = similarity.cosine_matrix(np.random.default_rng(1).normal(size=(5, 3)))
    kept = [0, 1, 3, 4]
    whole = similarity.pair_auc(matrix, ["a", "a", None, "b", "b"])
    assert whole == similarity.pair_auc(matrix[np.ix_(kept, kept)], ["a", "a", "b", "b"])


def test_pair_auc_without_both_kinds_is_nan():
    result = similarity.pair_auc(np.eye(3), ["a", "b", "c"])
    assert np.isnan(result.auc) and np.isnan(result.same) and result.different == 0
    assert np.isnan(similarity.pair_auc(np.eye(2), [None, None]).auc)
    with pytest.raises(InputError, match="labels has 2 entries, expected 3"):
        similarity.pair_auc(np.eye(3), ["a", "b"])


@given(
    arrays(np.int64, st.tuples(st.integers(4, 9), st.just(3)), elements=st.integers(-2, 2)),
    st.randoms(use_true_random=False),
)
def test_pair_auc_equals_scikit_learn(x, random):
    labels = ["a", "a", "b"] + [random.choice("ab") for _ in x[3:]]
    matrix = similarity.cosine_matrix(x.astype(float))
    first, second = np.triu_indices(len(x), k=1)
    same = [labels[i] == labels[j] for i, j in zip(first, second, strict=True)]
    expected = roc_auc_score(same, matrix[first, second])
    assert similarity.pair_auc(matrix, labels).auc == pytest.approx(expected, abs=1e-12)


def test_resampled_auc_equals_that_of_the_repeated_pairs(rng):
    first, second = np.triu_indices(9, k=1)
    values, same = rng.normal(size=36).round(1), rng.random(36) < 0.5
    counts = rng.multinomial(9, np.full(9, 1 / 9), size=300)
    times = counts[:, first] * counts[:, second]
    expected = [roc_auc_score(np.repeat(same, row), np.repeat(values, row)) for row in times[:20]]
    found = pair_auc.SortedPairs.of(values, same, first, second).auc(counts)
    np.testing.assert_allclose(found[:20], expected)


def _layers(rng, spreads):
    """Twelve uses of two senses, more and less far apart."""
    labels = ["a"] * 6 + ["b"] * 6
    side = np.repeat([1.0, -1.0], 6)[:, None]
    noise = rng.normal(size=(12, 8))
    return [similarity.cosine_matrix(noise + spread * side) for spread in spreads], labels


def test_separation_names_the_best_layer_and_how_sure(rng):
    matrices, labels = _layers(rng, [0.0, 0.3, 3.0])
    result = similarity.separation_by_layer(matrices, labels, n_resamples=200)
    assert result.best == 2 and result.best_share > 0.95 and result.n == 12
    assert result.layers[2].auc == similarity.pair_auc(matrices[2], labels).auc
    assert (result.low <= result.high).all() and result.low[2] > result.high[0]


def test_equal_layers_share_the_first_place(rng):
    (matrix,), labels = _layers(rng, [0.5])
    result = similarity.separation_by_layer([matrix, matrix], labels, n_resamples=50)
    assert result.best_share == pytest.approx(0.5)


def test_separation_is_the_same_twice_and_in_pieces(rng, monkeypatch):
    matrices, labels = _layers(rng, [0.1, 0.4])
    once = similarity.separation_by_layer(matrices, labels, n_resamples=60, seed=3)
    monkeypatch.setattr(pair_auc, "_CHUNK_VALUES", 100)
    again = similarity.separation_by_layer(matrices, labels, n_resamples=60, seed=3)
    np.testing.assert_allclose(once.low, again.low)
    assert once.best_share == again.best_share


def test_separation_without_labels_has_no_best():
    result = similarity.separation_by_layer([np.eye(4)] * 3, [None] * 4, n_resamples=10)
    assert result.best is None and np.isnan(result.low).all() and result.n == 0


def test_nearest_rows_equal_scikit_learn(rng):
    vectors = rng.normal(size=(30, 8))
    ids, cosines = similarity.nearest_rows(vectors, vectors[4], 6)
    expected = cosine_similarity(vectors)[4]
    assert ids.tolist() == np.argsort(-expected)[:6].tolist()
    np.testing.assert_allclose(cosines, np.sort(expected)[::-1][:6], atol=1e-9)


def test_nearest_rows_keep_equal_points_in_order():
    points = np.array([[1.0, 0], [0, 1.0], [2.0, 0]])
    ids, cosines = similarity.nearest_rows(points, points[0], 9)
    assert ids.tolist() == [0, 2, 1]
    np.testing.assert_allclose(cosines, [1, 1, 0])
    noisy = points + np.array([[0, 0], [0, 0], [0, 1e-8]])
    assert similarity.nearest_rows(noisy, points[0], 3)[0].tolist() == [0, 2, 1]
    assert similarity.nearest(similarity.cosine_matrix(points), 0).tolist() == [2, 1]


def test_the_paired_difference_is_that_of_the_same_draws(rng):
    labels = ["a"] * 8 + ["b"] * 8
    good = np.r_[rng.normal(size=(8, 20)) + 2, rng.normal(size=(8, 20)) - 2]
    noise = similarity.cosine_matrix(rng.normal(size=(16, 20)))
    far = similarity.cosine_matrix(good)
    found = similarity.paired_difference(far, noise, labels, n_resamples=200)
    draws = similarity.resampled_aucs([far, noise], labels, n_resamples=200)
    aucs = [similarity.pair_auc(matrix, labels).auc for matrix in (far, noise)]
    assert found.value == pytest.approx(aucs[0] - aucs[1])
    low, high = np.quantile(draws[0] - draws[1], [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.p <= 0.05 and found.low > 0
    turned = similarity.paired_difference(noise, far, labels, n_resamples=200)
    assert (turned.value, turned.low) == pytest.approx((-found.value, -found.high))
    same = similarity.paired_difference(noise, noise, labels, n_resamples=50)
    assert same.value == 0 and same.p == 1
    assert np.isnan(similarity.paired_difference(noise, noise, [None] * 16, n_resamples=5).p)
