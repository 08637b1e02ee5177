"""Whole numbers as people, files and links write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmo.whole_number import whole_number


@given(st.integers(-5, 50), st.integers(0, 20))
def test_a_number_is_read_if_it_is_under_the_bound(number, below):
    expected = number if 0 <= number < below else None
    assert whole_number(str(number), below) == expected
    assert whole_number(f" {number} ", below) == expected


@pytest.mark.parametrize(
    "text",
    ["", " ", "-1", "+1", "1.0", "1e3", "²", "٣", "１", "1_0", "0x1", "9" * 5000, "\ud800", "1 2"],
)
def test_no_other_text_is_a_number(text):
    assert whole_number(text, 1000) is None
    assert whole_number("0" * 5000 + "7", 1000) == 7
