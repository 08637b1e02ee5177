"""Lines of a concordance and their orders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmo.errors import InputError
from elmo.explore.concordance import ORDERS, concordance_order
from elmo.usages import Usage

USES = [
    Usage("", ("A", "river", "bank", "fell"), 2, "river"),
    Usage("", ("the", "big", "bank", "Closed"), 2, "money"),
    Usage("", ("my", "big", "bank"), 2, None),
    Usage("", ("bank", "closed", "again"), 0, "money"),
]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("text", [0, 1, 2, 3]),
        ("left", [3, 2, 1, 0]),  # nothing; "big my" < "big the"; "river"
        ("right", [2, 1, 3, 0]),  # nothing; "closed" < "closed again"; "fell"
        ("sense", [1, 3, 0, 2]),
    ],
)
def test_orders(by, expected):
    assert concordance_order(USES, by).tolist() == expected


def test_order_by_similarity_begins_with_the_chosen_use():
    similarity = np.array([[1, 0.1, 1, 0.4], [0.1, 1, 0, 0], [1, 0, 1, 0], [0.4, 0, 0, 1]])
    order = concordance_order(USES, "similarity", chosen=2, similarity=similarity)
    assert order.tolist() == [2, 0, 1, 3]


def test_bad_orders_say_what_is_missing():
    with pytest.raises(InputError, match="chosen is None"):
        concordance_order(USES, "similarity")
    with pytest.raises(InputError, match="chosen is 4"):
        concordance_order(USES, "similarity", chosen=4, similarity=np.eye(4))
    with pytest.raises(InputError, match="by is 'length', expected one of text, left"):
        concordance_order(USES, "length")


@given(
    st.lists(st.lists(st.sampled_from(["a", "B", "c"]), min_size=1, max_size=4), max_size=6),
    st.data(),
)
def test_every_order_keeps_every_use(sentences, data):
    uses = [
        Usage("", tuple(words), data.draw(st.integers(0, len(words) - 1))) for words in sentences
    ]
    n = len(uses)
    for by in ORDERS:
        chosen = data.draw(st.integers(0, n - 1)) if n else 0
        if by == "similarity" and not n:
            continue
        order = concordance_order(uses, by, chosen=chosen, similarity=np.eye(n))
        assert sorted(order) == list(range(n))
