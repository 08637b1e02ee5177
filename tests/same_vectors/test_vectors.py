"""Stored vectors of the bundled model, compared over threads, batches, orders, restarts, processes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo import Elmo
from tests.same_vectors.vectors import OTHERS, SENTENCES, differences, stored, ways


@pytest.fixture(scope="module")
def elmo() -> Elmo:
    return Elmo()


@pytest.fixture(scope="module")
def want(elmo) -> list[np.ndarray]:
    fingerprint, vectors = stored()
    assert fingerprint == elmo.fingerprint, (
        "the bundled model is another one now: `make start-data`"
    )
    return vectors


def test_every_way_gives_the_stored_vectors(want):
    shares = differences(ways(), want)
    assert len(shares) == 7
    assert {name: share for name, share in shares.items() if share > 1} == {}


@settings(max_examples=20, deadline=None)
@given(
    order=st.permutations(range(len(SENTENCES))),
    mates=st.lists(
        st.sampled_from(OTHERS) | st.lists(st.text(max_size=12), max_size=9), max_size=5
    ),
    batch_tokens=st.integers(1, 300),
)
def test_any_order_and_neighbours(elmo, want, order, mates, batch_tokens):
    rows = [SENTENCES[i] for i in order]
    rows[1:1] = mates
    found = [embedded.layers for embedded in elmo.embed(rows, batch_tokens)]
    del found[1 : 1 + len(mates)]
    for place, number in enumerate(order):
        np.testing.assert_allclose(found[place], want[number], rtol=1e-5, atol=1e-5)
