"""Alignment of edited sentences, and movement by layer and direction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.errors import InputError
from elmo.explore.minimal_pair import Slot, align, movement

WORDS = st.lists(st.sampled_from("the cat sat on a mat now".split()), min_size=1, max_size=7)


def test_a_replaced_word_is_paired_with_its_replacement():
    slots = align("I saw the bank today".split(), "I saw the river today".split())
    assert [(s.before, s.after) for s in slots] == [(i, i) for i in range(5)]
    assert [s.changed for s in slots] == [False, False, False, True, False]


def test_words_put_in_and_taken_out_have_no_partner():
    assert align(["a", "c"], ["a", "b", "c"])[1] == Slot(None, 1, True)
    assert align(["a", "b", "c"], ["a", "c"])[1] == Slot(1, None, True)
    longer = align(["a", "b", "d"], ["a", "x", "y", "d"])
    assert longer[1:3] == [Slot(1, 1, True), Slot(None, 2, True)]


@given(WORDS, WORDS)
def test_alignment_holds_every_word_once_and_in_order(before, after):
    slots = align(before, after)
    assert [s.before for s in slots if s.before is not None] == list(range(len(before)))
    assert [s.after for s in slots if s.after is not None] == list(range(len(after)))
    for s in slots:
        paired = s.before is not None and s.after is not None
        assert s.changed == (not paired or before[s.before] != after[s.after])


def test_movement_by_hand():
    before = np.array([[[1.0, 0, 1, 0], [1, 0, 0, 1]]])
    after = np.array([[[0.0, 1, 1, 0], [2, 0, 0, -3]]])
    found = movement(before, after, [Slot(0, 0, False), Slot(1, 1, True), Slot(None, None, True)])
    np.testing.assert_allclose(found.forward, [[1, 0, np.nan]], atol=1e-9)
    np.testing.assert_allclose(found.backward, [[0, 2, np.nan]], atol=1e-9)
    whole = [1 - 0.5, 1 - (2 - 3) / np.sqrt(2 * 13)]
    np.testing.assert_allclose(found.whole, [[*whole, np.nan]], atol=1e-9)
    assert (found.first_change, found.last_change) == (1, 2)


@settings(deadline=None, max_examples=40)
@given(before=WORDS, after=WORDS)
def test_each_direction_is_unmoved_until_it_has_read_the_edit(elmo, before, after):
    one, two = (result.layers for result in elmo.embed([before, after]))
    found = movement(one, two, align(before, after))
    for direction in ("forward", "backward"):
        still = found.unmoved_slots(direction)
        assert (getattr(found, direction)[:, still] <= 1e-5).all()
    assert (found.whole[~np.isnan(found.whole)] >= 0).all()


def test_an_edit_moves_what_each_direction_has_read(elmo):
    before, after = "the cat sat on a mat".split(), "the cat lay on a mat".split()
    one, two = (result.layers for result in elmo.embed([before, after]))
    found = movement(one, two, align(before, after))
    assert found.unmoved_slots("forward") == [0, 1] and found.unmoved_slots("backward") == [3, 4, 5]
    assert (found.forward[1:, 3:] > 1e-5).all() and (found.backward[1:, :2] > 1e-5).all()
    assert (np.delete(found.whole[0], 2) == 0).all()  # layer 0 knows no context
    assert found.whole[0, 2] > 1e-4


def test_equal_sentences_do_not_move(elmo):
    words = "the cat sat".split()
    (one,) = elmo.embed([words])
    found = movement(one.layers, one.layers, align(words, words))
    assert (found.whole == 0).all() and found.first_change is None
    assert found.unmoved_slots("forward") == found.unmoved_slots("backward") == [0, 1, 2]


def test_wrong_arguments_are_named():
    with pytest.raises(InputError, match="2 and 3 layers of 4 and 4 numbers"):
        movement(np.ones((2, 1, 4)), np.ones((3, 1, 4)), [])
    with pytest.raises(InputError, match="slot 0 pairs words 0 and 5"):
        movement(np.ones((2, 1, 4)), np.ones((2, 1, 4)), [Slot(0, 5, False)])
    found = movement(np.ones((2, 1, 4)), np.ones((2, 1, 4)), [Slot(0, 0, True)])
    with pytest.raises(InputError, match="direction is 'up'"):
        found.unmoved_slots("up")
