"""Uses that fit their label least: the mislabelled one comes first, and the order is that of the margins."""

import numpy as np
import pytest

from elmo.explore.odd_uses import odd_one_out, odd_uses
from elmo.explore.similarity import cosine_matrix
from tests.explore.test_senses import groups


def test_the_mislabelled_use_is_the_oddest(rng):
    matrix = cosine_matrix(groups(rng, (6, 6), 2))
    labels = ["river"] * 5 + ["money"] * 7  # use 5 lies with "river" and is called "money"
    odd = odd_one_out(matrix, labels)
    assert odd is not None and odd.use == 5 and odd.other_label == "river" and odd.nearer_to_other
    assert odd.own == pytest.approx(np.mean([matrix[5, i] for i in range(6, 12)]))
    assert odd.other == pytest.approx(matrix[5, :5].mean())


def test_all_labelled_uses_are_ranked_by_how_far_another_label_is_ahead(rng):
    matrix = cosine_matrix(groups(rng, (5, 4, 3), 1))
    labels = ["a"] * 5 + ["b"] * 4 + ["c"] * 2 + [None]
    found = odd_uses(matrix, labels)
    assert sorted(odd.use for odd in found) == list(range(11))
    ahead = [odd.other - odd.own for odd in found]
    assert ahead == sorted(ahead, reverse=True)
    for odd in found:
        means = {
            label: np.mean(
                [matrix[odd.use, i] for i in range(12) if labels[i] == label and i != odd.use]
            )
            for label in "abc"
        }
        own = means.pop(str(labels[odd.use]))
        assert odd.own == pytest.approx(own)
        assert odd.other_label == max(means, key=lambda label: means[label])
        assert odd.other - odd.own == pytest.approx(max(means.values()) - own)


def test_a_use_alone_with_its_label_is_left_out(rng):
    found = odd_uses(cosine_matrix(rng.normal(size=(5, 8))), ["a", "a", "b", "b", "alone"])
    assert sorted(odd.use for odd in found) == [0, 1, 2, 3]
    assert not odd_uses(np.eye(3), ["a", "b", "c"])


def test_without_labels_the_least_similar_is_the_oddest():
    matrix = np.array([[1, 0.9, 0.1], [0.9, 1, 0.2], [0.1, 0.2, 1]])
    found = odd_uses(matrix, [None] * 3)
    assert [odd.use for odd in found] == [2, 0, 1] and found[0].own == pytest.approx(0.15)
    assert found[0].other_label is None and not found[0].nearer_to_other
    assert found[0].typical == pytest.approx((0.5 + 0.55) / 2)


def test_too_few_have_no_odd_use():
    assert odd_one_out(np.eye(2), ["a", "b"]) is None
