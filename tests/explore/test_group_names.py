"""Names of groups: words planted in a group are found, against the formula written out."""

import numpy as np
import pytest

from elmo.errors import InputError
from elmo.explore.group_names import (
    Likely,
    group_of_own_words,
    log_odds,
    name_groups,
    typical_uses,
)

WORDS = ("summer", "winter", "coil", "wheel", "thing", "place")
P = np.array(
    [
        [0.5, 0.3, 0, 0, 0.1, 0.1],
        [0.4, 0.4, 0, 0, 0.2, 0],
        [0.3, 0.5, 0, 0, 0, 0.2],
        [0, 0, 0.5, 0.4, 0.1, 0],
        [0, 0, 0.4, 0.4, 0.1, 0.1],
    ]
)
LIKELY = Likely(WORDS, P)
GROUPS = np.array([0, 0, 0, 1, 1])


def test_groups_are_named_by_what_is_likely_there_and_not_elsewhere():
    first, second = name_groups(LIKELY, GROUPS)
    assert set(first.names[:2]) == {"summer", "winter"}
    assert set(second.names[:2]) == {"coil", "wheel"}
    assert str(first).startswith("A · ") and str(first).endswith("(3)")
    assert {word for word, _ in first.words_against[:2]} == {"coil", "wheel"}
    assert second.letter == "B"


def test_log_odds_by_the_formula():
    counted = np.sqrt(P / P.max(axis=1, keepdims=True))
    inside = GROUPS == 0
    prior = 20 * counted.sum(axis=0) / counted.sum()
    y, o = counted[inside].sum(axis=0) + prior, counted[~inside].sum(axis=0) + prior
    expected = np.log(y / (y.sum() - y)) - np.log(o / (o.sum() - o))
    np.testing.assert_allclose(
        log_odds(LIKELY, inside), expected / np.sqrt(1 / y + 1 / o), rtol=1e-9
    )
    np.testing.assert_allclose(log_odds(LIKELY, inside), -log_odds(LIKELY, ~inside), rtol=1e-9)
    assert not log_odds(LIKELY, np.ones(5, bool)).any()
    with pytest.raises(InputError, match="one a use"):
        log_odds(LIKELY, inside[:2])


def test_a_use_whose_own_words_speak_for_another_group_is_found():
    assert group_of_own_words(LIKELY, GROUPS).tolist() == GROUPS.tolist()
    wrong = np.array([0, 0, 1, 1, 1])
    assert group_of_own_words(LIKELY, wrong).tolist() == GROUPS.tolist()
    without = Likely(WORDS, np.vstack([P, np.zeros(6)]))
    assert group_of_own_words(without, np.append(GROUPS, 0))[-1] == 0


def test_own_words_are_weighed_without_the_use_itself():
    use, groups = 2, np.array([0, 0, 1, 1, 1])
    votes, sums = LIKELY.votes[use], []
    for group in (0, 1):
        others = np.arange(5) != use
        kept = Likely(WORDS, P[others])
        counted, total = kept.votes, LIKELY.votes.sum(axis=0)
        prior = 20 * total / total.sum()
        inside = groups[others] == group
        y, o = counted[inside].sum(axis=0) + prior, counted[~inside].sum(axis=0) + prior
        odds = np.log(y / (y.sum() - y)) - np.log(o / (o.sum() - o))
        sums.append(odds @ votes)
    assert group_of_own_words(LIKELY, groups)[use] == int(np.argmax(sums))


def test_one_group_is_named_by_its_likeliest_words():
    (only,) = name_groups(LIKELY, [0] * 5)
    assert only.names and only.words_against == ()


def test_a_table_leaves_out_the_word_frequent_words_and_what_is_no_word():
    words = (
        *(f"the{'x' * i}" for i in range(3)),
        "banks",
        "Bank",
        "42",
        "firm",
        *("w" * i for i in range(5, 30)),
    )
    ids = np.array([[0, 3, 4, 5, 6]])
    likely = Likely.of(words, (ids, np.log(np.full((1, 5), 0.2))), "bank")
    assert likely.words == ("firm",) and likely.beside is None
    assert likely.best(0) == ["firm"]


def test_forms_of_a_word_are_one_word_under_the_most_probable_form():
    words = (*("the" for _ in range(4)), "coils", "season", "men", "coil", "man", "seasons")
    place = np.array([[4, 7, 5], [6, 8, 9]]), np.log(np.array([[0.3, 0.2, 0.5], [0.1, 0.5, 0.4]]))
    beside = np.array([[9, 5, 8], [6, 7, 4]]), np.log(np.array([[0.6, 0.3, 0.1], [0.8, 0.1, 0.1]]))
    likely = Likely.of(words, place, beside=beside)
    column = {word: likely.words.index(word) for word in ("coils", "season", "man")}
    assert set(likely.words) == set(column)
    np.testing.assert_allclose(likely.p[0, column["coils"]], 0.5, rtol=1e-6)
    np.testing.assert_allclose(likely.p[1, column["man"]], 0.6, rtol=1e-6)
    assert likely.beside is not None
    np.testing.assert_allclose(likely.beside.sum(axis=1), 1, rtol=1e-6)
    some = likely.of_uses(np.array([1]))
    assert some.words == likely.words and some.p.shape == (1, 3)


def test_words_in_the_place_and_words_beside_are_added_as_z_scores():
    beside = P[:, ::-1]
    both = Likely(WORDS, P, beside)
    inside = GROUPS == 0
    expected = log_odds(LIKELY, inside) + log_odds(Likely(WORDS, beside), inside)
    np.testing.assert_allclose(log_odds(both, inside), expected / np.sqrt(2))


def test_inflections_of_a_name_are_not_named_twice():
    words = ("season", "seasons", "autumn", "coil")
    likely = Likely(words, np.array([[0.4, 0.3, 0.2, 0.0], [0, 0, 0, 1.0]]))
    assert name_groups(likely, [0, 1])[0].names == ("season", "autumn")


def test_typical_uses_are_those_most_like_their_group():
    similarity = np.array([[1, 0.9, 0.2, 0], [0.9, 1, 0.8, 0], [0.2, 0.8, 1, 0], [0, 0, 0, 1.0]])
    assert typical_uses(similarity, [0, 0, 0, 1], 1) == {0: [1], 1: [3]}
