"""Ethayarajh's three figures, by hand, against numpy and scikit-learn, and as properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from elmo.errors import InputError
from elmo.explore import statistics


@pytest.fixture
def uses(rng) -> np.ndarray:
    """Twelve uses around a common direction."""
    return rng.normal(size=(12, 20)) + 1.5 * rng.normal(size=20)


@pytest.fixture
def reference(rng) -> np.ndarray:
    """Random words with no common direction."""
    return rng.normal(size=(300, 20))


def test_self_similarity_by_hand():
    right_angle = np.array([[1.0, 0.0], [0.0, 3.0], [1.0, 1.0]])
    found = statistics.self_similarity(right_angle, 0.1)
    half = np.sqrt(0.5)
    assert found.value == pytest.approx((0 + half + half) / 3)
    assert found.n == 3


def test_self_similarity_equals_scikit_learn(uses):
    found = statistics.self_similarity(uses, 0.25)
    cosines = cosine_similarity(uses)[np.triu_indices(len(uses), 1)]
    assert found.value == pytest.approx(cosines.mean())
    assert found.baseline == 0.25
    assert found.above == pytest.approx(cosines.mean() - 0.25)
    assert found.low < found.value < found.high


def test_a_use_is_not_paired_with_its_own_copy():
    """At right angles every pair has cosine 0, in every resample."""
    found = statistics.self_similarity(np.eye(6), 0.0)
    assert (found.low, found.value, found.high) == (0, 0, 0)


def test_intervals_hold_what_they_promise(rng):
    """About 95 % of intervals hold the true mean cosine of a known distribution."""
    direction = np.full(30, 1.0)
    population = rng.normal(size=(2000, 30)) + direction
    truth = statistics.mean_cosine(population)
    hits = 0
    for trial in range(100):
        found = statistics.self_similarity(
            rng.normal(size=(25, 30)) + direction, 0.0, n_resamples=300, seed=trial
        )
        hits += found.low <= truth <= found.high
    assert 85 <= hits <= 100


def test_intra_sentence_similarity_by_hand():
    half = np.sqrt(0.5)
    sentences = [np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[2.0, 1.0]] * 3), np.ones((1, 2))]
    found = statistics.intra_sentence_similarity(sentences, 0.1)
    assert found.value == pytest.approx((half + 1) / 2)  # the one-word sentence is left out
    assert found.n == 2


def test_maximum_explainable_variance_equals_the_svd(uses, reference):
    found = statistics.maximum_explainable_variance(uses, reference)
    sigma = np.linalg.svd(uses, compute_uv=False)
    assert found.value == pytest.approx(sigma[0] ** 2 / (sigma**2).sum())
    assert 0 < found.low < found.value < found.high <= 1
    assert found.baseline < found.value


def test_maximum_explainable_variance_at_its_ends(reference):
    same = np.outer(np.arange(1.0, 7.0), np.ones(20))
    assert statistics.maximum_explainable_variance(same, reference).value == pytest.approx(1)
    assert statistics.first_share(np.eye(5)) == pytest.approx(1 / 5)


def test_its_baseline_is_of_as_many_words(reference):
    few = statistics.maximum_explainable_variance(reference[:4], reference)
    many = statistics.maximum_explainable_variance(reference[:60], reference)
    assert few.baseline > 2 * many.baseline


def test_words_of_a_text_are_averaged(rng):
    uses = rng.normal(size=(9, 20))
    words = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2])
    found = statistics.mean_self_similarity(uses, words, 0.1)
    assert found is not None
    by_hand = [statistics.mean_cosine(uses[:3]), statistics.mean_cosine(uses[3:7])]
    assert found.value == pytest.approx(np.mean(by_hand))
    assert found.n == 2
    assert statistics.mean_self_similarity(uses[7:], words[7:], 0.1) is None


def test_explainable_variance_of_a_text_is_averaged_over_words(rng, reference):
    uses = rng.normal(size=(9, 20))
    words = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2])
    found = statistics.mean_explainable_variance(uses, words, reference)
    assert found is not None
    sigmas = [np.linalg.svd(part, compute_uv=False) for part in (uses[:3], uses[3:7])]
    assert found.value == pytest.approx(np.mean([s[0] ** 2 / (s**2).sum() for s in sigmas]))
    assert found.n == 2
    assert 1 / 4 < found.baseline < 1
    assert statistics.mean_explainable_variance(uses[7:], words[7:], reference) is None


@given(st.integers(2, 9), st.integers(1, 6), st.floats(0.1, 50), st.integers(0, 99))
@settings(deadline=None, max_examples=25)
def test_length_changes_no_cosine(n, dim, scale, seed):
    """γ and longer vectors leave the cosine figures as they are, and all lie in their range."""
    rng = np.random.default_rng(seed)
    uses = rng.normal(size=(n, dim))
    a = statistics.self_similarity(uses, 0.0, 50)
    b = statistics.self_similarity(uses * scale, 0.0, 50)
    assert a.value == pytest.approx(b.value)
    assert -1 <= a.low <= a.high <= 1 + 1e-9
    assert 1 / n - 1e-9 <= statistics.first_share(uses) <= 1 + 1e-9


def test_too_little_is_refused(reference):
    with pytest.raises(InputError, match="there are 1 uses"):
        statistics.self_similarity(reference[:1], 0.0)
    with pytest.raises(InputError, match="there are 0 reference words"):
        statistics.maximum_explainable_variance(reference[:3], reference[:0])
    with pytest.raises(InputError, match="no sentence has two words"):
        statistics.intra_sentence_similarity([reference[:1]], 0.0)
    with pytest.raises(InputError, match="not numbers"):
        statistics.self_similarity(np.full((3, 20), np.nan), 0.0)
