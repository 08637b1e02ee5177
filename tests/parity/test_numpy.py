"""In float64, every option of the format gives the independent NumPy model's numbers."""

import numpy as np
import pytest
import torch

from elmo import Elmo
from elmo.model.weights import write_model
from tests.conftest import random_model, small_options
from tests.parity.numpy_elmo import NumpyElmo

VARIANTS = {
    "plain": {},
    "tanh": {"activation": "tanh"},
    "no highway": {"n_highway": 0},
    "three highways": {"n_highway": 3},
    "no skip": {"use_skip_connections": False},
    "clips null": {"cell_clip": None, "proj_clip": None},
    "clips that bite": {"cell_clip": 0.3, "proj_clip": 0.2},
    "one layer": {"n_layers": 1},
    "four layers": {"n_layers": 4},
    "projection equals dim": {"dim": 6},
    "filters equal projection": {"projection_dim": 12, "dim": 14},
    "short words": {"max_characters_per_token": 8},
    "long words": {"max_characters_per_token": 90},
    "one wide filter": {"filters": ((7, 5),)},
    "261 characters": {"n_characters": 261},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_equals_numpy_in_float64(name, tmp_path, sentences):
    options = small_options(**VARIANTS[name])
    files = tmp_path / "options.json", tmp_path / "weights.hdf5"
    write_model(random_model(options, seed=3, dtype=torch.float64), *files)
    reference = NumpyElmo(*files)
    for words, result in zip(
        sentences, Elmo(*files, dtype=torch.float64).embed(sentences), strict=True
    ):
        if not words:
            assert result.layers.shape == (options.n_layers + 1, 0, 2 * options.projection_dim)
            continue
        np.testing.assert_allclose(result.layers, reference.layers(words), rtol=0, atol=1e-10)


def test_clips_of_zero_are_none(tmp_path, small_model_files):
    options_file, weight_file = small_model_files
    text = options_file.read_text()
    assert '"cell_clip": 3.0' in text
    (tmp_path / "zero.json").write_text(text.replace(": 3.0", ": 0"))
    (tmp_path / "null.json").write_text(text.replace(": 3.0", ": null"))
    words = [["clip", "me", "if", "you", "can"] * 8]
    zero, null = (
        next(Elmo(tmp_path / name, weight_file).embed(words)).layers
        for name in ("zero.json", "null.json")
    )
    clipped = next(Elmo(*small_model_files).embed(words)).layers
    np.testing.assert_array_equal(zero, null)
    assert not np.allclose(zero, clipped)


def test_carried_state_equals_numpy(tmp_path, sentences):
    files = tmp_path / "options.json", tmp_path / "weights.hdf5"
    write_model(random_model(small_options(), dtype=torch.float64), *files)
    elmo = Elmo(*files, dtype=torch.float64)
    streams = [sentences[0:2], sentences[3:5]]
    references = [NumpyElmo(*files), NumpyElmo(*files)]
    state = None
    for step in range(2):
        embedded, state = elmo.embed_batch([stream[step] for stream in streams], state)
        for reference, stream, result in zip(references, streams, embedded, strict=True):
            expected = reference.layers(stream[step], carry=True)
            np.testing.assert_allclose(result.layers, expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_data_sets_of_every_precision(dtype, tmp_path):
    files = tmp_path / "options.json", tmp_path / "weights.hdf5"
    write_model(random_model(small_options(), dtype=torch.float64), *files, dtype=dtype)
    words = ["half", "precision", "reads", "too"]
    result = next(Elmo(*files, dtype=torch.float64).embed([words])).layers
    np.testing.assert_allclose(result, NumpyElmo(*files).layers(words), rtol=0, atol=1e-10)
