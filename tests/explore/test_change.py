"""Figures of change: by their definitions, against scipy, and against chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist, jensenshannon

from elmo.errors import InputError
from elmo.explore.change import (
    average_precision,
    change,
    false_discovery,
    group_shares,
    jensen_shannon,
    rank_among,
    rank_correlation,
)

RNG = np.random.default_rng(0)


def two_senses(n: int, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of a word of two senses, `share` of them in the second, and the senses."""
    senses = (np.arange(n) < round(share * n)).astype(int)
    return np.eye(8)[senses] + 0.3 * rng.normal(size=(n, 8)), senses


def test_the_figures_follow_their_definitions():
    old, new = RNG.normal(size=(7, 5)) + 1, RNG.normal(size=(9, 5)) + 1.5
    groups = [0, 1, 2, 0, 1, 2, 0, 1, 1, 1, 0, 0, 2, 2, 1, 1]
    found = change(old, new, groups, n_resamples=20, n_permutations=19)
    assert found.apd.value == pytest.approx(cdist(old, new, "cosine").mean(), abs=1e-9)
    a, b = old.mean(axis=0), new.mean(axis=0)
    cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    assert found.prt.value == pytest.approx(1 / cosine, rel=1e-9)
    shares = [np.bincount(part, minlength=3) / len(part) for part in (groups[:7], groups[7:])]
    assert found.jsd.value == pytest.approx(jensenshannon(*shares, base=2) ** 2, abs=1e-9)
    for figure in (found.apd, found.prt, found.jsd):
        assert figure.low <= figure.high
        assert 1 / 20 <= figure.p <= 1


@given(
    st.lists(st.integers(0, 50), min_size=3, max_size=3).filter(any),
    st.lists(st.integers(0, 50), min_size=3, max_size=3).filter(any),
)
def test_the_divergence_is_scipys_and_symmetric(first, second):
    p, q = (np.array([row]) / sum(row) for row in (first, second))
    expected = jensenshannon(p[0], q[0], base=2) ** 2
    assert jensen_shannon(p, q)[0] == pytest.approx(expected, abs=1e-9)
    assert jensen_shannon(q, p)[0] == pytest.approx(expected, abs=1e-9)
    assert jensen_shannon(p, p)[0] == pytest.approx(0, abs=1e-12)


def test_a_planted_change_is_found_and_its_shares_lie_in_their_intervals():
    rng = np.random.default_rng(1)
    old, old_senses = two_senses(60, 0.1, rng)
    new, new_senses = two_senses(60, 0.6, rng)
    groups = np.concatenate([old_senses, new_senses])
    found = change(old, new, groups, n_resamples=200, n_permutations=199)
    assert found.p == found.apd.p == 1 / 200
    assert found.jsd.p < 0.05
    gained, lost = group_shares(groups, 60, n_resamples=200)
    assert (gained.group, gained.n_old, gained.n_new) == (1, 6, 36)
    assert lost.group == 0
    assert gained.new[1] <= 0.6 <= gained.new[2]
    assert gained.old[1] <= 0.1 <= gained.old[2]


def test_sampling_noise_alone_is_called_change_in_five_of_a_hundred_words():
    rng = np.random.default_rng(2)
    below = 0
    for word in range(200):
        x, senses = two_senses(40, 0.4, rng)
        deal = rng.permutation(40)
        found = change(
            x[deal[:20]], x[deal[20:]], senses[deal], seed=word, n_resamples=2, n_permutations=99
        )
        below += found.p < 0.05
    assert 2 <= below <= 18  # 4 of 99 + 1 deals are below: 8 of 200 expected; 99.9 % lie in 2 .. 18


def test_shares_planted_in_twenty_words_are_ranked_by_their_change():
    rng = np.random.default_rng(3)
    planted, scores = [], {"apd": [], "prt": [], "jsd": []}
    for word in range(20):
        before, after = 0.1, 0.1 + 0.04 * word
        (old, a), (new, b) = two_senses(50, before, rng), two_senses(50, after, rng)
        found = change(old, new, np.concatenate([a, b]), n_resamples=2, n_permutations=9)
        planted.append(after - before)
        for name, values in scores.items():
            values.append(getattr(found, name).value)
    assert all(rank_correlation(values, planted) > 0.8 for values in scores.values())


def test_the_same_seed_gives_the_same_figures_and_zeros_are_no_trouble():
    x, groups = np.zeros((12, 4)), [0] * 12
    found = change(x[:6], x[6:], groups, n_resamples=9, n_permutations=9)
    assert np.isfinite([found.apd.value, found.prt.value, found.jsd.value]).all()
    old, new = RNG.normal(size=(6, 4)), RNG.normal(size=(8, 4))
    assert change(old, new, [0, 1] * 7, n_resamples=50) == change(
        old, new, [0, 1] * 7, n_resamples=50
    )


def test_too_few_uses_and_wrong_groups_are_refused():
    x = RNG.normal(size=(10, 3))
    with pytest.raises(InputError, match="the old side has 4 uses; at least 5"):
        change(x[:4], x[4:], [0] * 10)
    with pytest.raises(InputError, match="groups has 9 entries, expected 10"):
        change(x[:5], x[5:], [0] * 9)


def test_lists_of_words_are_measured_as_the_field_does():
    assert rank_among(0.5, [0.1, 0.5, 0.6, 0.2]) == 2
    assert false_discovery([0.01, 0.02, 0.5]).tolist() == pytest.approx([0.03, 0.03, 0.5])
    assert len(false_discovery([])) == 0
    assert average_precision([3.0, 2.0, 1.0], [True, False, True]) == pytest.approx((1 + 2 / 3) / 2)
    assert np.isnan(average_precision([1.0, 2.0], [True, True]))
    assert rank_correlation([1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]) == pytest.approx(1)
    assert np.isnan(rank_correlation([1.0, 2.0], [1.0, 2.0]))
