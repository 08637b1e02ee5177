"""Models of other makers: read as they are, or refused by their name."""

import json
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmo.cli import main
from elmo.errors import ModelFileError, OptionsError, StoreError
from elmo.model.characters import equal_words_remark, word_bytes, words_made_equal
from elmo.model.options import Options
from elmo.store.entry import entry_of_folder
from elmo.store.store import Store


def test_a_word_level_model_is_named(tmp_path):
    lstm = {"projection_dim": 256, "dim": 512, "n_layers": 2}
    (tmp_path / "options.json").write_text(json.dumps({"lstm": lstm, "n_tokens_vocab": 100}))
    with pytest.raises(
        OptionsError, match="a word-level model .token embedding.*only character models"
    ):
        Options.read(tmp_path / "options.json")


def test_a_folder_of_elmo_for_many_languages_is_named(tmp_path, capsys):
    for name in ("config.json", "encoder.pkl", "token_embedder.pkl", "char.dic", "word.dic"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(StoreError, match="a model of ELMoForManyLangs .*Python pickles"):
        entry_of_folder(tmp_path)
    with zipfile.ZipFile(tmp_path / "144.zip", "w") as packed:
        packed.write(tmp_path / "encoder.pkl", "144/encoder.pkl")
    for place in (tmp_path, tmp_path / "144.zip"):
        assert main(["info", "--model", str(place)]) == 1
        assert "ELMoForManyLangs" in capsys.readouterr().err


@pytest.fixture
def archive(tmp_path, small_model_files, monkeypatch):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    options, weights = small_model_files
    with zipfile.ZipFile(tmp_path / "144.zip", "w") as packed:
        packed.write(options, "144/options.json")
        packed.write(weights, "144/en_weights.hdf5")
        packed.writestr("144/README", "made elsewhere")
        packed.writestr("144/vocab_softmax.hdf5", "no weights")
    return tmp_path / "144.zip"


def test_a_zip_of_options_and_weights_is_read_as_it_is(archive, small_model_files):
    from elmo import Elmo

    for _ in range(2):
        entry = Store().find(str(archive))
        assert entry.name == "144" and entry.source == str(archive)
    words = ["the", "bank"]
    (ours,) = entry.load().embed([words])
    (expected,) = Elmo(*small_model_files).embed([words])
    np.testing.assert_array_equal(ours.layers, expected.layers)


def test_a_zip_that_is_no_model_is_refused(archive, tmp_path):
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("another.hdf5", "x")
    with pytest.raises(ModelFileError, match="has 2 files that could be weights.hdf5"):
        Store().find(str(archive))
    with zipfile.ZipFile(tmp_path / "no.zip", "w") as packed:
        packed.writestr("text.txt", "x")
    with pytest.raises(
        ModelFileError, match="has 0 files that could be options.json, expected one"
    ):
        Store().find(str(tmp_path / "no.zip"))


@given(st.lists(st.text(st.sampled_from("aक"), max_size=30), max_size=8))
def test_words_that_the_limit_makes_equal_are_those_with_the_same_bytes(words):
    groups = words_made_equal(words)
    for group in groups:
        assert len({word_bytes(word) for word in group}) == 1 < len(set(group)) == len(group)
    grouped = {word for group in groups for word in group}
    alone = [word for word in set(words) if word not in grouped]
    assert len({word_bytes(word) for word in alone}) == len(alone)


def test_equal_words_are_told(tmp_path, small_model_files, capsys):
    url = "https://example.org/a/rather/long/address/of/a/page/"
    (tmp_path / "in.txt").write_text(f"see {url}one and {url}two\n")
    options, weights = map(str, small_model_files)
    command = ["embed", str(tmp_path / "in.txt"), str(tmp_path / "out"), "--layers", "top"]
    assert main([*command, "--options", options, "--weights", weights]) == 0
    assert "2 different words are read as 1, such as https://" in capsys.readouterr().err
    assert equal_words_remark([]) is None
