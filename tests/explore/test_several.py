"""One sense or several: the two figures against the vectors, the scale against scikit-learn, the answers on made-up words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from elmo.explore.several import (
    MIDDLE,
    SURELY_ONE,
    SURELY_SEVERAL,
    Answer,
    Scale,
    Variety,
    variety,
)
from elmo.explore.similarity import cosine_matrix

ONE = ((0.3, 0.2), (0.35, 0.3), (0.32, 0.1), (0.4, 0.25))
SEVERAL = ((0.6, 0.6), (0.55, 0.7), (0.7, 0.5), (0.62, 0.65))


@given(st.integers(3, 12), st.integers(0, 99))
def test_the_figures_equal_those_of_the_vectors(n, seed):
    rng = np.random.default_rng(seed)
    top, beside, around = rng.normal(size=(3, n, 20)) + 1
    found = variety(*map(cosine_matrix, (top, beside, around)))
    pairs = np.triu_indices(n, 1)
    alike = (2 * cosine_matrix(top) + cosine_matrix(beside))[pairs].mean() / 3
    assert found.spread == pytest.approx(1 - alike)
    centred = []
    for x in (beside, around):
        units = x / np.linalg.norm(x, axis=1, keepdims=True)
        centred.append(cosine_matrix(units - units.mean(axis=0))[pairs])
    assert found.agreement == pytest.approx(np.corrcoef(*centred)[0, 1])


def test_several_senses_are_more_varied_and_agree_with_the_words_around(rng):
    centres = rng.normal(size=(3, 40))
    noise = [rng.normal(size=(18, 40)) for _ in range(3)]
    several = [x + 2 * np.repeat(centres, 6, axis=0) for x in noise]
    one = [x + 2 * centres[0] for x in noise]
    first, second = (variety(*map(cosine_matrix, each)) for each in (one, several))
    assert first.spread < second.spread and abs(first.agreement) < 0.4 < second.agreement


def test_the_scale_is_the_discriminant_of_scikit_learn():
    scale = Scale(ONE, SEVERAL)
    x, y = np.array(ONE + SEVERAL), np.repeat([0, 1], 4)
    other = LinearDiscriminantAnalysis(solver="eigen").fit(x, y)
    expected = other.transform(x)[:, 0]
    expected = (expected - expected[y == 0].mean()) / (
        expected[y == 1] - expected[y == 0].mean()
    ).mean()
    np.testing.assert_allclose([scale.score(word) for word in ONE + SEVERAL], expected, atol=1e-5)
    assert scale.score(np.mean(ONE, axis=0).tolist()) == pytest.approx(0)
    assert scale.score(np.mean(SEVERAL, axis=0).tolist()) == pytest.approx(1)


def test_the_answer_follows_the_score():
    scale = Scale(ONE, SEVERAL)
    start, end = np.mean(ONE, axis=0), np.mean(SEVERAL, axis=0)
    step = end - start
    for score, answer in (
        (1.5, Answer.SEVERAL),
        (SURELY_SEVERAL + 0.01, Answer.SEVERAL),
        (MIDDLE + 0.01, Answer.RATHER_SEVERAL),
        (MIDDLE - 0.01, Answer.RATHER_ONE),
        (SURELY_ONE - 0.01, Answer.ONE),
    ):
        found = scale.several(Variety(20, *(start + score * step)))
        assert found.answer is answer and found.score == pytest.approx(score)
        assert (found.n_several, found.n_one) == (4, 4)
        as_high = sum(scale.score(word) >= found.score for word in SEVERAL)
        assert found.several_as_high == as_high


@pytest.mark.parametrize("noise", [-1e-6, 0, 1e-6])
def test_a_reference_word_is_as_varied_as_itself_whatever_the_order_of_its_sums(noise):
    scale = Scale(ONE, SEVERAL)
    for spread, agreement in SEVERAL:
        told = scale.several(Variety(18, spread + noise, agreement))
        expected = sum(scale.score(word) >= scale.score((spread, agreement)) for word in SEVERAL)
        assert told.several_as_high == expected


def test_few_uses_and_equal_uses_give_no_answer():
    scale = Scale(ONE, SEVERAL)
    assert scale.several(Variety(9, 0.6, 0.6)).answer is Answer.TOO_FEW
    equal = variety(*[np.ones((12, 12))] * 3)
    assert equal.spread == pytest.approx(0) and np.isnan(equal.agreement)
    assert scale.several(equal).answer is Answer.UNKNOWN
    for n in range(3):
        assert np.isnan(variety(*[np.eye(n)] * 3).spread)
    foreign = scale.several(Variety(20, 0.6, 0.6, known=0.1))
    assert foreign.answer is Answer.OTHER_WORDS and foreign.known == 0.1
