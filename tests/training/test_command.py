"""From a text file to a model by the command line, as the README says."""

import json
import sys
from dataclasses import replace

import pytest

from elmo.cli import main
from elmo.training import presets
from elmo.training.word_vectors import read_static

from .tiny import OPTIONS, RECIPE, write_grammar


@pytest.fixture
def text(tmp_path, monkeypatch):
    recipe = replace(RECIPE, word_vector_epochs=2, token_layer_epochs=100, train_token_layer=False)
    monkeypatch.setitem(presets.PRESETS, "bundled", (OPTIONS, recipe))
    return str(write_grammar(tmp_path / "text.txt"))


def log_of(folder) -> list[dict]:
    lines = (folder / "training" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_one_command_makes_a_model_that_predicts_and_can_be_trained_on(text, tmp_path, capsys):
    model = tmp_path / "model"
    train = ["train", text, "--output", str(model), "--word-vector-epochs", "0"]
    assert main([*train, "--epochs", "3"]) == 0
    names = {"options.json", "weights.hdf5", "softmax.hdf5", "vocab.txt", "training"}
    assert names <= {path.name for path in model.iterdir()}
    assert "words a second" in capsys.readouterr().err
    first = log_of(model)
    assert main([*train, "--epochs", "6", "--resume"]) == 0
    assert log_of(model)[: len(first)] == first
    assert log_of(model)[-1]["step"] > first[-1]["step"]

    capsys.readouterr()
    assert main(["perplexity", str(model), text, "--held-out-every", "4", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 1 < found["both"] < 6
    assert found["n_sentences"] == 100
    assert main(["perplexity", str(model), text]) == 1  # 40 documents have no 500th
    assert "Use --all" in capsys.readouterr().err

    further = tmp_path / "further"
    command = ["train", text, "--output", str(further), "--init-from", str(model), "--epochs", "1"]
    assert main(command) == 0
    assert (
        log_of(further)[0]["forward_perplexity"] < 7
    )  # it begins where the other ended, not at 13
    assert (further / "vocab.txt").read_bytes() == (model / "vocab.txt").read_bytes()


def test_word_vectors_come_first(text, tmp_path):
    pytest.importorskip("gensim", reason="requirements-train.txt is not installed here")
    model = tmp_path / "model"
    assert main(["train", text, "--output", str(model), "--epochs", "2", "--half"]) == 0
    words, vectors = read_static(model / "static.npz")
    assert {"cats", "purr", "The"} <= set(words)
    assert vectors.shape == (len(words), OPTIONS.projection_dim)
    assert (model / "training" / "table.pt").exists()
    written = (model / "training" / "vectors.npz").stat().st_mtime_ns
    assert main(["train", text, "--output", str(model), "--epochs", "1"]) == 0
    assert (model / "training" / "vectors.npz").stat().st_mtime_ns == written  # done once
    assert main(["train", text, "--output", str(model), "--epochs", "1", "--seed", "7"]) == 0
    assert (model / "training" / "vectors.npz").stat().st_mtime_ns != written


def test_what_is_missing_or_wrong_is_said_in_one_line(text, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    assert main(["train", text, "--output", str(tmp_path / "model")]) == 1
    assert "requirements-train.txt" in capsys.readouterr().err
    assert main(["train", "missing.txt", "--output", str(tmp_path / "model")]) == 1
    assert "missing.txt: no such file" in capsys.readouterr().err
    assert main(["train", text, "--output", str(tmp_path / "model"), "--preset", "huge"]) == 1
    assert "choose one of bundled, small, medium, original" in capsys.readouterr().err
    assert main(["train", text, "--output", str(tmp_path / "model"), "--minutes", "-1"]) == 1
    assert "expected a number above 0" in capsys.readouterr().err
