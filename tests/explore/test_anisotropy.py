"""Self-similarity and the baseline of random words, by hand and by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmo.errors import InputError
from elmo.explore.anisotropy import baseline, self_similarity
from elmo.explore.bootstrap import draw_counts, interval
from elmo.explore.similarity import cosine_matrix


def test_self_similarity_by_hand():
    matrix = np.array([[1, 0.2, 0.4], [0.2, 1, 0.9], [0.4, 0.9, 1]])
    result = self_similarity(matrix, 0.1)
    assert result.value == pytest.approx(0.5) and result.n == 3
    assert result.adjusted == pytest.approx(0.4)
    assert result.adjusted_interval == pytest.approx((result.low - 0.1, result.high - 0.1))
    assert result.low == 0.2 and result.high == 0.9  # only two different sentences drawn


def test_self_similarity_of_one_use_is_unknown():
    result = self_similarity(np.ones((1, 1)))
    assert np.isnan(result.value) and np.isnan(result.low) and result.n == 1


@given(st.integers(2, 9), st.integers(0, 5))
def test_interval_is_ordered_and_of_equal_uses_is_a_point(n, seed):
    x = np.random.default_rng(seed).normal(size=(n, 3))
    result = self_similarity(cosine_matrix(x), n_resamples=100, seed=seed)
    assert -1 <= result.low <= result.high <= 1
    same = self_similarity(np.ones((n, n)), n_resamples=50)
    assert same.value == same.low == same.high == 1


def test_interval_is_narrower_with_more_sentences(rng):
    x = rng.normal(size=(80, 20)) + 1
    few = self_similarity(cosine_matrix(x[:10]))
    many = self_similarity(cosine_matrix(x))
    assert many.high - many.low < 0.6 * (few.high - few.low)


def test_95_percent_intervals_hold_the_true_value_in_about_that_share():
    """The mean cosine of N(1, I) in 50 dimensions is 1/2 up to terms of 1/dim."""
    rng = np.random.default_rng(7)
    truth = self_similarity(cosine_matrix(rng.normal(size=(1500, 50)) + 1), n_resamples=2).value
    held = 0
    for trial in range(200):
        matrix = cosine_matrix(rng.normal(size=(20, 50)) + 1)
        result = self_similarity(matrix, n_resamples=200, seed=trial)
        held += result.low <= truth <= result.high
    assert 170 <= held <= 198


def test_resamples_are_those_of_the_repeated_uses(rng):
    matrix = cosine_matrix(rng.normal(size=(9, 4)))
    first, second = np.triu_indices(9, k=1)
    counts = draw_counts(9, 50, seed=2)
    times = counts[:, first] * counts[:, second]
    means = [np.repeat(matrix[first, second], row).mean() for row in times]
    found = self_similarity(matrix, n_resamples=50, seed=2)
    assert (found.low, found.high) == pytest.approx(interval(np.array(means)))


def test_baseline_draws_no_pair_of_one_word_or_one_sentence():
    """Words point along their sentence's axis; equal words are equal: any such pair would give 1."""
    words = ["The", "cat", "the", "dog", "THE", "bird"]
    sentences = [0, 0, 1, 1, 2, 2]
    vectors = np.eye(6)
    vectors[[2, 4]] = vectors[0]  # "the" three times
    result = baseline(vectors, words, sentences, n_pairs=500)
    assert (result.cosines == 0).all() and result.n_pairs == 500


def test_baseline_leaves_punctuation_out():
    vectors = np.array([[1.0, 0], [0, 1], [1, 0], [0, 1]])
    result = baseline(vectors, ["a", ",", "b", "!"], [0, 0, 1, 1], n_pairs=50)
    assert (result.cosines == 1).all()


def test_baseline_finds_the_mean_cosine_of_independent_words(rng):
    vectors = rng.normal(size=(400, 40)) + 1
    result = baseline(vectors, [f"w{i}" for i in range(400)], list(range(400)), seed=1)
    everything = cosine_matrix(vectors)[np.triu_indices(400, k=1)].mean()
    assert result.mean == pytest.approx(everything, abs=0.01)
    assert (np.diff(result.cosines) >= 0).all()


def test_baseline_with_the_same_seed_is_the_same(rng):
    vectors, words = rng.normal(size=(30, 4)), [f"w{i}" for i in range(30)]
    one, two, other = (
        baseline(vectors, words, list(range(30)), n_pairs=40, seed=seed).cosines
        for seed in (1, 1, 2)
    )
    assert (one == two).all() and (one != other).any()


def test_too_little_text_is_named():
    with pytest.raises(InputError, match="2 words in 1 sentences give no 5000 random pairs"):
        baseline(np.eye(2), ["a", "b"], [0, 0])
    with pytest.raises(InputError, match="0 words in 2 sentences"):
        baseline(np.eye(2), [".", "!"], [0, 1])
    with pytest.raises(InputError, match="2 vectors, 1 words and 2 sentence"):
        baseline(np.eye(2), ["a"], [0, 1])
