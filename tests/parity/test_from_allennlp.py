"""Each block of docs/from_allennlp.md runs on AllenNLP's test model and gives AllenNLP's numbers."""

import json
import shutil

import h5py
import numpy as np
import pytest
import torch
from mktestdocs import grab_code_blocks

from elmo import Elmo, mix_layers
from tests.conftest import ROOT
from tests.parity.numpy_elmo import NumpyElmo


@pytest.fixture(scope="module")
def page(shared, tmp_path_factory):
    """The names that the page's code defines, and AllenNLP's vectors of the same sentences."""
    fixture = shared / "reference" / "allennlp-fixture"
    folder = tmp_path_factory.mktemp("from-allennlp")
    shutil.copyfile(fixture / "options.json", folder / "options.json")
    shutil.copyfile(fixture / "lm_weights.hdf5", folder / "weights.hdf5")
    streams = json.loads((fixture / "sentences.json").read_text(encoding="utf-8"))
    names = {"sentences": [stream[0].split() for stream in streams]}
    text = (ROOT / "docs" / "from_allennlp.md").read_text(encoding="utf-8")
    blocks = grab_code_blocks(text, lang="python")
    assert len(blocks) == 6
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in blocks:
            exec(compile(block, "docs/from_allennlp.md", "exec"), names)  # noqa: S102
    names["reference"] = NumpyElmo(fixture / "options.json", fixture / "lm_weights.hdf5")
    names["top layers"] = []
    for number in range(len(streams)):
        with h5py.File(fixture / f"lm_embeddings_{number}.hdf5") as file:
            names["top layers"].append(np.concatenate(file["0"][...], axis=1))
    return names


def close(one, other):
    np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=0, atol=1e-5)


def test_embed_sentence_and_embed_sentences_give_allennlps_vectors(page):
    for vectors, expected in zip(page["all_vectors"], page["top layers"], strict=True):
        close(vectors[-1], expected)
    close(page["vectors"], page["reference"].layers(page["sentences"][0]))
    close(page["top"], page["vectors"][2])


def test_the_first_call_begins_from_zeros_and_the_second_does_not(page):
    for result, again, expected in zip(
        page["first"], page["second"], page["top layers"], strict=True
    ):
        close(result.layers[-1], expected)
        assert np.abs(again.layers[-1] - expected).max() > 1e-3


def test_batch_to_ids(page):
    for row, word in zip(page["ids"], page["sentences"][0], strict=True):
        marked = [259, *(byte + 1 for byte in word.encode()), 260]
        assert row.tolist() == marked + [261] * (50 - len(marked))


def test_representations_are_masked_mixes(page):
    mask, layers = page["mask"], page["layers"]
    assert mask.sum(dim=1).tolist() == [len(sentence) for sentence in page["sentences"]]
    assert (layers[:, ~mask] == 0).all()
    for mix in page["mixes"]:
        for row, sentence in enumerate(page["sentences"]):
            expected = page["reference"].layers(sentence).mean(axis=0)
            close(mix(layers)[row, : len(sentence)].detach(), expected)
    assert page["elmo_representations"][0].shape == layers.shape[1:]


def test_fixed_parameters_are_those_before_the_softmax(page):
    weights = torch.softmax(torch.tensor([0.3, -1.0, 2.0]), 0).numpy()
    close(page["fixed"], np.tensordot(weights, page["reference"].layers(page["sentences"][0]), 1))
    close(page["fixed"], mix_layers(page["vectors"], [0.3, -1.0, 2.0], raw=True))


def test_token_vectors_are_layer_0(page):
    result = next(page["elmo"].embed([["the", "bank"]]))
    close(page["known"], result.layers[0][:, : page["elmo"].options.projection_dim])


def test_the_embedder_learns_its_mix_and_projection_alone(page):
    module = page["Embedder"](page["elmo"])
    assert {name.split(".")[0] for name, _ in module.named_parameters()} == {"mix", "projection"}
    assert page["embedded"].shape[-1] == 16
    assert isinstance(module.elmo[0], Elmo)
