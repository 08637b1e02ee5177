"""Nearness of a word's forms, on vectors whose angles are known."""

import numpy as np
import pytest

from elmo.errors import InputError
from elmo.explore.similarity import nearest_rows
from elmo.explore.word_forms import nearness


def at(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def test_the_yardstick_is_0_for_a_random_word_and_1_for_the_word_itself():
    word = np.stack([at(0)[0], at(0)[0] * 3])
    forms = np.stack([at(60, 0), at(0, 60)])
    random = np.stack([at(60, -60), at(90, -90)])
    found = nearness(word, forms, random)
    assert found.cosine == pytest.approx(np.array([[0.5, 1], [1, 0.5]]))
    assert found.random == pytest.approx([0.5, 0], abs=1e-12)
    assert found.closed == pytest.approx(np.array([[0, 1], [1, 0.5]]), abs=1e-9)


def test_ninety_of_a_hundred_random_words_lie_in_the_band(rng):
    word = rng.normal(size=(1, 8))
    random = rng.normal(size=(1, 1000, 8))
    found = nearness(word, random[:, :3], random)
    cosines = (random[0] @ word[0]) / np.linalg.norm(random[0], axis=1) / np.linalg.norm(word[0])
    inside = (cosines >= found.random_low[0]) & (cosines <= found.random_high[0])
    assert inside.mean() == pytest.approx(0.9, abs=0.005)
    assert found.random[0] == pytest.approx(cosines.mean())


def test_one_random_word_is_no_yardstick(rng):
    with pytest.raises(InputError, match="1 random words, expected at least 2"):
        nearness(np.ones((1, 2)), np.ones((1, 1, 2)), np.ones((1, 1, 2)))


def test_nearest_rows_come_in_order_and_length_does_not_matter():
    rows, cosines = nearest_rows(at(90, 10, 45, 10) * np.array([[1], [5], [1], [1]]), at(0)[0], 3)
    assert rows.tolist() == [1, 3, 2]
    assert cosines == pytest.approx(np.cos(np.radians([10, 10, 45])))
