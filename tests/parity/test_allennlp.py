"""Equal to the vectors that AllenNLP computed, read from ../shared."""

import json

import h5py
import numpy as np
import pytest

from elmo import Elmo
from tests.parity.numpy_elmo import NumpyElmo


@pytest.fixture(scope="module")
def fixture(shared):
    return shared / "reference" / "allennlp-fixture"


@pytest.fixture(scope="module")
def elmo(fixture):
    return Elmo(fixture / "options.json", fixture / "lm_weights.hdf5")


@pytest.fixture(scope="module")
def streams(fixture):
    return [
        [sentence.split() for sentence in stream]
        for stream in json.loads((fixture / "sentences.json").read_text())
    ]


def test_ten_batches_with_carried_state(fixture, elmo, streams):
    state = None
    for batch in range(10):
        embedded, state = elmo.embed_batch([stream[batch] for stream in streams], state)
        for number, result in enumerate(embedded):
            with h5py.File(fixture / f"lm_embeddings_{number}.hdf5") as file:
                expected = np.concatenate(file[str(batch)][...], axis=1)
            np.testing.assert_allclose(result.layers[-1], expected, rtol=0, atol=1e-5)


def test_first_batch_from_zero_state(fixture, elmo, streams):
    for number, stream in enumerate(streams):
        with h5py.File(fixture / f"lm_embeddings_{number}.hdf5") as file:
            expected = np.concatenate(file["0"][...], axis=1)
        result = next(elmo.embed([stream[0]]))
        np.testing.assert_allclose(result.layers[-1], expected, rtol=0, atol=1e-5)


def test_token_layer(fixture, elmo):
    words = (fixture / "vocab_test.txt").read_text(encoding="utf-8").split()
    with h5py.File(fixture / "elmo_token_embeddings.hdf5") as file:
        expected = file["embedding"][...]
    vectors = elmo.token_vectors(words)
    np.testing.assert_allclose(vectors, expected, rtol=0, atol=1e-5)
    result = next(elmo.embed([words]))
    np.testing.assert_allclose(result.layers[0], np.hstack([expected] * 2), rtol=0, atol=1e-5)


def test_middle_layer_equals_numpy(fixture, elmo, streams):
    """The fixture has no vectors of layer 1; the NumPy model that equals its layer 2 has."""
    reference = NumpyElmo(fixture / "options.json", fixture / "lm_weights.hdf5")
    for stream in streams:
        expected = reference.layers(stream[3])
        result = next(elmo.embed([stream[3]]))
        np.testing.assert_allclose(result.layers, expected, rtol=0, atol=1e-5)


def test_the_articles_example(fixture):
    elmo = Elmo(fixture / "options.json", fixture / "lm_weights.hdf5")
    result = elmo.process("The quick brown fox jumps over the lazy dog.")
    assert result.tokens == (*"The quick brown fox jumps over the lazy dog".split(), ".")
    mixed = result.mix([0.2, 0.3, 0.5])
    assert mixed.shape == (10, 32)
    by_hand = 0.2 * result.layers[0] + 0.3 * result.layers[1] + 0.5 * result.layers[2]
    np.testing.assert_allclose(mixed, by_hand, atol=1e-6)
