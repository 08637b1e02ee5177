"""From a text file to a model by the command line, as the README says."""

import json
import signal
import sys
from dataclasses import replace

import h5py
import numpy as np
import pytest

from elmo.cli import main
from elmo.commands import train as training_command
from elmo.commands.train import _TrainingLines
from elmo.training import presets
from elmo.training.data.prepare import prepare
from elmo.training.learner import Learner
from elmo.training.start.word_vectors import read_static_file
from tests.training.tiny import OPTIONS, RECIPE, write_grammar


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
    names = {"options.json", "weights.hdf5", "softmax.hdf5", "vocab.txt", "MODEL_CARD.md"}
    assert names <= {path.name for path in model.iterdir()}
    assert "words a second" in capsys.readouterr().err
    first = log_of(model)
    assert main([*train, "--epochs", "6", "--resume"]) == 0
    assert log_of(model)[: len(first)] == first
    assert log_of(model)[-1]["step"] > first[-1]["step"]

    card = (model / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "2 LSTM layers a direction, 16 cells, 12 numbers a direction" in card
    assert f"{log_of(model)[-1]['tokens']:,} words read" in card
    assert "text.txt; " in card and "single precision" in card and "another model" not in card

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
    assert "It began from another model, model;" in (further / "MODEL_CARD.md").read_text()
    assert (further / "vocab.txt").read_bytes() == (model / "vocab.txt").read_bytes()


def test_ctrl_c_stops_with_a_checkpoint_that_resume_goes_on_from(text, tmp_path, capsys):
    train = ["train", text, "--word-vector-epochs", "0", "--epochs", "3", "--output"]
    assert main([*train, str(tmp_path / "whole")]) == 0
    real, steps = Learner.take_step, 0

    def press_after_five_steps(self, progress):
        nonlocal steps
        steps += 1
        parts = real(self, progress)
        if steps == 5:
            signal.raise_signal(signal.SIGINT)
        return parts

    before = signal.getsignal(signal.SIGINT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Learner, "take_step", press_after_five_steps)
        assert main([*train, str(tmp_path / "model")]) == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert "--resume continues" in capsys.readouterr().err
    assert log_of(tmp_path / "model")[-1]["step"] == steps == 5
    assert main([*train, str(tmp_path / "model"), "--resume"]) == 0
    with (
        h5py.File(tmp_path / "whole" / "softmax.hdf5") as whole,
        h5py.File(tmp_path / "model" / "softmax.hdf5") as resumed,
    ):
        assert np.array_equal(whole["W"], resumed["W"])


def test_word_vectors_come_first(text, tmp_path):
    pytest.importorskip("gensim", reason="requirements/train.txt is not installed here")
    model = tmp_path / "model"
    assert main(["train", text, "--output", str(model), "--epochs", "2", "--half"]) == 0
    words, vectors = read_static_file(model / "static.npz")
    assert {"cats", "purr", "The"} <= set(words)
    assert vectors.shape == (len(words), OPTIONS.projection_dim)
    assert (model / "training" / "table.pt").exists()
    written = (model / "training" / "vectors.npz").stat().st_mtime_ns
    assert main(["train", text, "--output", str(model), "--epochs", "1"]) == 0
    assert (model / "training" / "vectors.npz").stat().st_mtime_ns == written  # done once
    assert main(["train", text, "--output", str(model), "--epochs", "1", "--seed", "7"]) == 0
    assert (model / "training" / "vectors.npz").stat().st_mtime_ns != written


def test_each_step_before_training_tells_its_time_left(text, tmp_path, capsys):
    progress = _TrainingLines()
    moments = iter([100.0, 100.5, 130.0, 131.0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_command.time, "monotonic", lambda: next(moments))
        for done in (0.0, 0.01, 0.2):
            progress({"stage": "token layer", "done": done})
        progress({"stage": "token vectors of all words"})
    assert capsys.readouterr().err.splitlines() == [
        "before training: token layer 0%",
        "before training: token layer 20%, 2 minutes left",
        "before training: token vectors of all words",
    ]
    told: list[float] = []
    prepare([text, text], tmp_path / "corpus", processes=1, report=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_what_is_missing_or_wrong_is_said_in_one_line(text, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    assert main(["train", text, "--output", str(tmp_path / "model")]) == 1
    assert "requirements/train.txt" in capsys.readouterr().err
    assert main(["train", "missing.txt", "--output", str(tmp_path / "model")]) == 1
    assert "missing.txt: no such file" in capsys.readouterr().err
    assert main(["train", text, "--output", str(tmp_path / "model"), "--preset", "huge"]) == 1
    assert "choose one of bundled, small, medium, original" in capsys.readouterr().err
    for option in ("--teacher-tokens", "--sentences-weight"):
        assert main(["train", text, "--output", str(tmp_path / "model"), option, "1"]) == 1
        told = capsys.readouterr().err
        assert f"{option} is given" in told and "add --teacher mpnet" in told
