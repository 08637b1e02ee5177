"""The values shown on How it works are those of the model."""

import numpy as np
import pytest
import torch

from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.model.trace import MISTAKES, character_label, inspect_sentence
from elmo.model.weights import write_model
from tests.conftest import random_model, small_options

WORDS = ["Überfahrt", "on", "the", "bank", "supercalifragilistic", "."]


@pytest.fixture(
    params=[
        {},
        {"n_highway": 2, "activation": "tanh"},
        {"n_layers": 3, "cell_clip": None, "proj_clip": None},
        {"dim": 6, "projection_dim": 6, "use_skip_connections": False},
    ],
    ids=["plain", "tanh", "no clips", "no projection"],
)
def elmo(request, tmp_path) -> Elmo:
    files = tmp_path / "options.json", tmp_path / "weights.hdf5"
    write_model(random_model(small_options(**request.param)), *files)
    return Elmo(*files, dtype=torch.float64)


def test_layers_equal_the_models(elmo):
    found = inspect_sentence(elmo.model, WORDS)
    (expected,) = elmo.embed([WORDS])
    np.testing.assert_allclose(found.layers, expected.layers, rtol=0, atol=1e-10)
    assert found.tokens == ("<S>", *WORDS, "</S>")


def test_traces_obey_the_equations(elmo):
    found = inspect_sentence(elmo.model, WORDS)
    clip = elmo.options.cell_clip or np.inf
    for trace in (*found.forward, *found.backward):
        cell = np.clip(trace.i * trace.candidate + trace.f * trace.cell_before, -clip, clip)
        np.testing.assert_allclose(trace.cell, cell, atol=1e-12)
    np.testing.assert_array_equal(found.forward[0].cell_before[1:], found.forward[0].cell[:-1])
    np.testing.assert_array_equal(found.backward[0].cell_before[:-1], found.backward[0].cell[1:])
    for word in found.words:
        for highway in word.highways:
            expected = highway.gate * highway.transformed + (1 - highway.gate) * highway.input
            np.testing.assert_allclose(highway.output, expected, atol=1e-12)


def test_clips_are_counted(tmp_path):
    files = tmp_path / "options.json", tmp_path / "weights.hdf5"
    write_model(random_model(small_options(cell_clip=0.5, proj_clip=0.25)), *files)
    for trace in inspect_sentence(Elmo(*files).model, WORDS).forward:
        assert trace.n_proj_clipped.sum() == (np.abs(trace.hidden) == 0.25).sum() > 0
        assert trace.n_cell_clipped.sum() == (np.abs(trace.cell) == 0.5).sum() > 0


def test_a_filter_fires_where_its_letters_are(small_model_files):
    elmo = Elmo(*small_model_files)
    word = inspect_sentence(elmo.model, ["bank"]).words[1]
    assert word.characters[:7] == ("⟨w⟩", "b", "a", "n", "k", "⟨/w⟩", "·")
    assert word.n_characters == 6
    embedded = elmo.model.token_encoder.char_embed.numpy()[word.char_ids - 1]
    for bank, filters in enumerate(word.filters):
        weight = elmo.model.token_encoder.W_cnn[bank].numpy()[0]
        bias = elmo.model.token_encoder.b_cnn[bank].numpy()
        for k, (value, place) in enumerate(zip(filters.values, filters.places, strict=True)):
            seen = (embedded[place : place + filters.width] * weight[:, :, k]).sum() + bias[k]
            assert value == pytest.approx(max(seen, 0), abs=1e-5)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_makes_a_difference(tmp_path, mistake):
    files = tmp_path / "options.json", tmp_path / "weights.hdf5"
    write_model(random_model(small_options(cell_clip=0.5, proj_clip=0.25)), *files)
    elmo = Elmo(*files)
    right = inspect_sentence(elmo.model, WORDS).layers
    wrong = inspect_sentence(elmo.model, WORDS, MISTAKES[mistake]).layers
    np.testing.assert_array_equal(wrong[0], right[0])
    assert np.abs(wrong[1:] - right[1:]).max() > 0.01


def test_no_words_is_refused(small_model_files):
    with pytest.raises(InputError, match="no words"):
        inspect_sentence(Elmo(*small_model_files).model, [])


def test_every_character_has_a_label():
    labels = [character_label(i) for i in range(1, 262)]
    assert labels[ord("a") + 0] == "a" and labels[32] == "␣" and labels[0xC3] == "0xC3"
    assert all(labels) and len(set(labels)) == len(labels)
