"""Representations: the list of a model, by hand, and one more that every place finds."""

import json

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from elmo import Elmo, ElmoVectorizer
from elmo.cli import main
from elmo.errors import InputError
from elmo.explore.similarity import cosine_matrix, paired_cosine
from elmo.representation import (
    JoinedRows,
    Place,
    Reading,
    SparseRows,
    by_name,
    less_the_mean,
    read_uses,
    representations,
)
from elmo.tasks.change.vectors import comparable
from elmo.tasks.ladder.rungs import all_rungs
from elmo.tasks.senses.word_senses import use_vectors
from elmo.usages import read_examples
from elmo.vectors.selection import representation_named

LAYERS = arrays(np.float32, (3, 5, 4), elements=st.floats(-9, 9, width=16))


def test_the_list_of_a_model_and_its_names():
    names = [found.name for found in representations(3)]
    assert names[:5] == ["layer 0", "layer 1", "layer 2", "layers 1+2", "equal mix"]
    assert [found.name for found in representations(2)][:3] == ["layer 0", "layer 1", "equal mix"]
    for found in representations(3):
        assert by_name(found.name, 3).name == by_name(found.key, 3).name == found.name
    assert by_name("layer 2, less the mean", 3).centred
    with pytest.raises(InputError, match="no representation 'layer 7'.*layer 2"):
        by_name("layer 7", 3)


def test_keys_and_words_of_old_links():
    assert [found.key for found in representations(3)][:3] == ["0", "1", "2"]
    assert by_name("mean", 3).in_words == "the equal mix"
    assert by_name("2", 3).label == "Layer 2"
    assert [by_name(str(i), 3).layer for i in range(3)] == [0, 1, 2]
    assert by_name("mean", 3).layer is None


@given(LAYERS)
@settings(deadline=None, max_examples=25)
def test_vectors_by_hand(layers):
    reading = read_uses([layers, layers], [Place(1), Place(2, 2)])
    run = layers[:, 2:4].mean(axis=1)
    np.testing.assert_array_equal(by_name("layer 1", 3).vectors(reading)[0], layers[1, 1])
    np.testing.assert_allclose(by_name("layer 1", 3).vectors(reading)[1], run[1], atol=1e-5)
    np.testing.assert_allclose(
        by_name("equal mix", 3).vectors(reading),
        [layers[:, 1].mean(axis=0), run.mean(axis=0)],
        atol=1e-5,
    )
    np.testing.assert_array_equal(
        by_name("layers 1+2", 3).vectors(reading)[0], np.concatenate([layers[1, 1], layers[2, 1]])
    )


@given(LAYERS)
@settings(deadline=None, max_examples=25)
def test_less_the_mean_has_mean_zero(layers):
    left = by_name("layer 2", 3).less_the_mean.vectors(Reading(layers))
    np.testing.assert_allclose(left.mean(axis=0), 0, atol=1e-4)


def test_a_use_outside_its_sentence_is_refused():
    with pytest.raises(InputError, match="word 4 of length 2 does not lie in a sentence of 5"):
        read_uses([np.zeros((3, 5, 2), np.float32)], [Place(4, 2)])


def test_one_more_is_found_by_every_command(top_two, tmp_path, small_model_files, capsys):
    model = ["--options", str(small_model_files[0]), "--weights", str(small_model_files[1])]
    table = tmp_path / "bank.tsv"
    table.write_text(
        "sentence\tform\toccurrence\tsense\n"
        + "".join(f"the {w} bank {i}\tbank\t0\t{w}\n" for w in ("river", "rich") for i in range(3))
    )
    assert main(["evaluate", "everyday", str(tmp_path), "--json", *model]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert {"top two", "top two, less the mean"} <= set(figures)

    lines, out = tmp_path / "lines.txt", tmp_path / "out.hdf5"
    lines.write_text("the river bank\n")
    assert main(["embed", str(lines), str(out), "--layers", "top two", *model]) == 0
    (embedded,) = Elmo(*small_model_files).embed([["the", "river", "bank"]])
    with h5py.File(out) as file:
        np.testing.assert_allclose(file["0"][...], embedded.layers[1:].mean(axis=0), atol=1e-6)

    rows = ElmoVectorizer(tuple(map(str, small_model_files)), layers="top two").fit_transform(
        ["a b"]
    )
    assert rows.shape == (1, 12)
    assert "Top two" in [rung.label for rung in all_rungs(3, has_static=False)]


@given(st.integers(0, 50), st.booleans())
@settings(max_examples=25, deadline=None)
def test_sparse_rows_have_the_cosines_of_the_dense_ones(seed, centred):
    rng = np.random.default_rng(seed)
    places = np.stack([rng.choice(40, 5, replace=False) for _ in range(12)])
    places[1], places[2] = places[0], places[0]
    values = rng.random(places.shape)
    values[1] = values[0]
    dense = np.zeros((12, 40))
    np.put_along_axis(dense, places, values, axis=1)
    one, other = (
        SparseRows.of(places[:7], values[:7], 40),
        SparseRows.of(places[7:], values[7:], 40),
    )
    a, b = dense[:7], dense[7:]
    if centred:
        one, other, a, b = (
            one.less_the_mean,
            other.less_the_mean,
            less_the_mean(a),
            less_the_mean(b),
        )
    np.testing.assert_allclose(cosine_matrix(one), cosine_matrix(a), atol=1e-9)
    np.testing.assert_allclose(cosine_matrix(one, other), cosine_matrix(a, b), atol=1e-9)
    np.testing.assert_allclose(paired_cosine(one[:5], other), paired_cosine(a[:5], b), atol=1e-9)


def test_equal_sparse_rows_less_their_mean_have_no_direction():
    rows = SparseRows.of(np.tile([[3, 5]], (4, 1)), np.full((4, 2), 0.6), 9).less_the_mean
    assert (cosine_matrix(rows) == 0).all()


@pytest.mark.parametrize("smoothed", [False, True])
@given(st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_joined_rows_by_hand(smoothed, seed):
    rng = np.random.default_rng(seed)
    places = np.stack([rng.choice(40, 5, replace=False) for _ in range(9)])
    sparse = SparseRows.of(places, rng.random(places.shape), 40)
    dense = rng.normal(size=(9, 6))
    dense[3] = 0  # as in a sentence without other words
    shares = (0.3, 0.7)

    def rows(part):
        return JoinedRows((dense[part], sparse[part]), shares, smoothed)

    def by_hand(part):
        units = [
            x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-300)
            for x in (dense[part], sparse.values.toarray()[part])
        ]
        joined = [
            np.concatenate([np.sqrt(share) * u[i] for share, u in zip(shares, units, strict=True)])
            for i in range(len(units[0]))
        ]
        return np.array([sum((a @ b) * b for b in joined) if smoothed else a for a in joined])

    one, other = slice(0, 5), slice(5, 9)
    np.testing.assert_allclose(cosine_matrix(rows(one)), cosine_matrix(by_hand(one)), atol=1e-9)
    np.testing.assert_allclose(
        cosine_matrix(rows(one), rows(other)),
        cosine_matrix(by_hand(one), by_hand(other)),
        atol=1e-9,
    )
    np.testing.assert_allclose(
        cosine_matrix(rows(one).dense), cosine_matrix(by_hand(one)), atol=1e-9
    )


def test_pairs_of_joined_rows_have_the_cosines_of_the_matrix():
    rng = np.random.default_rng(0)
    places = np.stack([rng.choice(40, 5, replace=False) for _ in range(10)])
    dense = rng.normal(size=(10, 6))
    dense[2] = 0
    rows = JoinedRows((dense, SparseRows.of(places, rng.random(places.shape), 40)), (0.3, 0.7))
    np.testing.assert_allclose(
        paired_cosine(rows[:5], rows[5:]), np.diagonal(cosine_matrix(rows[:5], rows[5:])), atol=1e-9
    )


def test_everything_joined_has_the_same_cosines_compact_and_dense():
    bundled = Elmo()
    reading = bundled.read_uses(read_examples("cell"))
    by = by_name("everything joined", 3)
    for each in (by, by.less_the_mean):
        rows = each.compact(reading)
        assert isinstance(rows, JoinedRows)
        np.testing.assert_allclose(
            cosine_matrix(each.vectors(reading)), cosine_matrix(rows), atol=1e-5
        )
    fixed = by.vectors(reading, fixed=True)
    np.testing.assert_allclose(cosine_matrix(fixed), cosine_matrix(by.compact(reading)), atol=1e-5)


def test_everything_together_is_for_the_uses_of_one_word():
    bundled = Elmo()
    uses = read_examples("cell")
    by = by_name("everything together", 3)
    reading = bundled.read_uses(uses)
    for each in (by, by.less_the_mean):
        rows = each.compact(reading)
        assert isinstance(rows, JoinedRows)
        np.testing.assert_allclose(
            cosine_matrix(each.vectors(reading)), cosine_matrix(rows), atol=1e-5
        )
        assert each.name in use_vectors(bundled, uses)
        assert each.name not in use_vectors(bundled, uses, several_words=True)
        with pytest.raises(InputError, match="one word, and here are words of all kinds"):
            representation_named(bundled, each.name)
        with pytest.raises(InputError, match="sides"):
            comparable(each.name, 3)
