"""Reasons to doubt labels: two that are one sense, spelling that decides; silence where there is none."""

import numpy as np
import pytest

from elmo.explore import doubts
from elmo.explore.similarity import cosine_matrix
from tests.explore.test_senses import groups


@pytest.fixture
def apart(rng) -> np.ndarray:
    """The similarity of 8 and 8 uses of two senses that lie far apart."""
    return cosine_matrix(groups(rng, (8, 8), 2))


def test_a_label_cut_in_two_is_found_and_true_senses_are_not(apart):
    labels = ["money", "finance"] * 4 + ["river"] * 8
    found = doubts.labels_not_told_apart(apart, labels)
    assert [(pair.first, pair.second, pair.n) for pair in found] == [("money", "finance", 8)] or [
        (pair.first, pair.second) for pair in found
    ] == []
    labels = ["money", "finance"] * 8
    (pair,) = doubts.labels_not_told_apart(apart, labels)
    assert pair.p > 0.05 and pair.n == 16
    assert not doubts.labels_not_told_apart(apart, ["money"] * 8 + ["river"] * 8)
    assert not doubts.labels_not_told_apart(apart, [None] * 16)


def test_labels_that_differ_in_case_or_spaces_alone():
    labels = ["Money", "river", None, "money ", "sand  bank", "Sand bank"]
    assert doubts.labels_written_alike(labels) == [
        ("Money", "money "),
        ("sand  bank", "Sand bank"),
    ]


def test_spelling_that_decides_is_told_and_spelling_that_does_not_is_not(apart):
    capitals = ["Bank"] * 8 + ["bank"] * 8
    (found,) = doubts.spellings(apart, capitals, ["a", "b"] * 8)
    assert found.kind == "capital letters" and set(found.forms) == {"Bank", "bank"}
    assert found.decides and not found.goes_with_labels and found.auc > found.labels_auc
    (mixed,) = doubts.spellings(apart, ["Bank", "bank"] * 8, ["a"] * 8 + ["b"] * 8)
    assert not mixed.decides and not mixed.goes_with_labels
    assert not doubts.spellings(apart, ["bank"] * 16, ["a", "b"] * 8)


def test_labels_and_groups_that_go_with_the_forms(apart):
    forms = ["charge"] * 8 + ["charges"] * 8
    labels, groups = ["a"] * 8 + ["b"] * 8, [0] * 8 + [1] * 8
    (found,) = doubts.spellings(apart, forms, labels, groups)
    assert found.kind == "word forms" and found.goes_with_labels and found.goes_with_groups
    assert found.with_labels == pytest.approx(1) and not found.decides
    (one_group,) = doubts.spellings(apart, forms, labels, [0] * 16)
    assert np.isnan(one_group.with_groups) and not one_group.goes_with_groups
