"""Neighbours and what a picture keeps, against scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.manifold import trustworthiness

from elmo.errors import InputError
from elmo.explore import neighbours
from elmo.representation import unit

POINTS = arrays(
    np.float64,
    st.tuples(st.integers(2, 12), st.integers(1, 5)),
    elements=st.integers(-4, 4).map(float),
)


def test_unit_by_hand():
    result = unit(np.array([[3.0, 4.0], [0.0, 0.0], [-2.0, 0.0]]))
    np.testing.assert_allclose(result, [[0.6, 0.8], [0, 0], [-1, 0]])


def test_distinct_counts_equal_directions_once():
    vectors = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 5.0], [1.0, 1e-9], [1.0, 1.0]])
    first, kind = neighbours.distinct(vectors)
    assert first.tolist() == [0, 1, 4]
    assert kind.tolist() == [0, 1, 0, 1, 2]


@given(POINTS)
@settings(deadline=None, max_examples=50)
def test_distinct_stands_for_every_point(vectors):
    first, kind = neighbours.distinct(vectors)
    np.testing.assert_allclose(unit(vectors)[first][kind], unit(vectors), atol=1e-5)
    assert kind[first].tolist() == list(range(len(first)))


def test_neighbour_ids_refuse_more_than_there_are():
    with pytest.raises(InputError, match="k is 3 and there are 3 points"):
        neighbours.neighbour_ids(np.eye(3), 3)


@given(POINTS, st.integers(1, 4))
@settings(deadline=None, max_examples=50)
def test_a_point_is_never_its_own_neighbour(points, k):
    k = min(k, len(points) - 1)
    ids = neighbours.neighbour_ids(points, k)
    assert ids.shape == (len(points), k)
    assert not (ids == np.arange(len(points))[:, None]).any()
    assert all(len(set(row)) == k for row in ids.tolist())


def test_neighbours_by_hand():
    line = np.array([[0.0], [1.0], [3.0], [7.0]])
    assert neighbours.neighbour_ids(line, 1).ravel().tolist() == [1, 0, 1, 2]


def test_kept_equals_scikit_learn(rng):
    vectors = rng.normal(size=(60, 10))
    picture = unit(vectors)[:, :2] + rng.normal(scale=0.05, size=(60, 2))
    found = neighbours.neighbour_preservation(vectors, picture, k=7)
    assert found is not None
    expected = trustworthiness(unit(vectors), picture, n_neighbors=7)
    assert found.trustworthiness == pytest.approx(expected, abs=1e-12)
    true = [set(row) for row in neighbours.neighbour_ids(unit(vectors), 7).tolist()]
    drawn = [set(row) for row in neighbours.neighbour_ids(picture, 7).tolist()]
    by_hand = np.mean([len(a & b) / 7 for a, b in zip(true, drawn, strict=True)])
    assert found.share == pytest.approx(by_hand)
    assert (found.k, found.n, found.chance) == (7, 60, pytest.approx(7 / 59))


def test_everything_is_kept_by_the_points_themselves(rng):
    angles = np.sort(rng.uniform(0, 2 * np.pi, 40))
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = neighbours.neighbour_preservation(circle, circle)
    assert found is not None
    assert (found.share, found.trustworthiness, found.beyond_chance) == (1, 1, 1)


def test_a_shuffled_picture_keeps_about_what_chance_keeps(rng):
    vectors = rng.normal(size=(400, 2))
    found = neighbours.neighbour_preservation(vectors, rng.permutation(unit(vectors)))
    assert found is not None
    assert found.share == pytest.approx(found.chance, abs=0.02)
    assert abs(found.beyond_chance) < 0.02
    assert found.trustworthiness == pytest.approx(0.5, abs=0.05)


def test_fewer_neighbours_are_asked_for_among_few_points(rng):
    vectors = rng.normal(size=(18, 6))
    found = neighbours.neighbour_preservation(vectors, vectors[:, :2])
    assert found is not None
    assert found.k == 5


def test_a_sample_of_queries_is_near_the_whole(rng):
    vectors = rng.normal(size=(600, 5))
    whole = neighbours.neighbour_preservation(vectors, vectors[:, :2])
    part = neighbours.neighbour_preservation(vectors, vectors[:, :2], max_queries=300)
    assert whole is not None and part is not None
    assert part.share == pytest.approx(whole.share, abs=0.03)
    assert part.trustworthiness == pytest.approx(whole.trustworthiness, abs=0.03)
    assert part != whole


def test_nothing_is_kept_where_nothing_differs():
    assert neighbours.neighbour_preservation(np.ones((9, 4)), np.zeros((9, 2))) is None
