"""The tasks by name: from files to ladder, as a job, and on the command line."""

import argparse
import json

import numpy as np
import pytest

from elmo import Elmo
from elmo.commands import ladder as classification_command
from elmo.errors import InputError
from elmo.tasks import downstream, sense_tagging
from elmo.tasks.ladder.results import Ladder, Settings
from elmo.tasks.pack import read_pack
from elmo.usages import Usage

CSV = "text,label\n" + "".join(f"{w} number {i},{w}\n" for i in range(8) for w in ("yes", "no"))


class Report:
    """Stands in for a job's report."""

    def __init__(self, stop_after: int = 10**6) -> None:
        self.calls: list[tuple] = []
        self.stop_after = stop_after

    def __call__(self, fraction, message="", extra=None):
        self.calls.append((fraction, message, extra))

    def should_stop(self) -> bool:
        return len(self.calls) > self.stop_after


@pytest.fixture
def job_args(small_model_files, tmp_path) -> dict:
    (tmp_path / "data.csv").write_text(CSV)
    words = {"yes": "1 0", "no": "0 1", "number": "1 1"}
    (tmp_path / "vectors.txt").write_text("".join(f"{w} {v}\n" for w, v in words.items()))
    return {
        "task": "classification",
        "data": "data.csv",
        "files": [str(path) for path in small_model_files],
        "static": "vectors.txt",
        "private": True,
        "settings": {"n_folds": 2, "seeds": [0], "curve": []},
    }


def test_a_job_from_upload_to_pack(job_args, tmp_path):
    report = Report()
    ladder = Ladder.from_dict(downstream.run_job(job_args, report, tmp_path)["ladder"])
    assert ladder.row("static").measures["accuracy"].value == 1.0
    assert ladder.row("majority").measures["accuracy"].value == 0.5
    assert len(ladder.rows) == 15
    assert ladder.notices[0].startswith("66.7 % of the words have a static vector (vectors.txt)")
    assert read_pack(tmp_path / "pack.zip")[1] == ladder
    fractions = [call[0] for call in report.calls]
    assert fractions == sorted(fractions), "progress never goes back"
    assert [row["label"] for row in report.calls[-1][2]["rows"]][-1] == "TF-IDF + equal mix"


def test_a_stopped_job_keeps_its_rows(job_args, tmp_path):
    found = downstream.run_job(job_args, Report(stop_after=8), tmp_path)
    ladder = Ladder.from_dict(found["ladder"])
    assert 0 < len(ladder.rows) < 15
    assert ladder.notices[-1].startswith("Stopped after")


@pytest.fixture(scope="module")
def uses() -> list[Usage]:
    money = [
        Usage(f"money {i}", ("the", "bank", "lends", "money", str(i)), 1, "money") for i in range(8)
    ]
    river = [
        Usage(f"river {i}", ("a", "river", "bank", "is", "wet", str(i)), 2, "river")
        for i in range(8)
    ]
    return money + river


def test_sense_vectors_are_the_words_own(small_model_files, uses):
    elmo = Elmo(*small_model_files)
    items = sense_tagging.samples(uses, elmo)
    expected = next(elmo.embed([uses[9].tokens])).layers[:, 2]
    np.testing.assert_allclose(items.layers[9], expected, atol=1e-6)
    assert items.bags[0] == "the lends money 0", "TF-IDF does not read the word itself"
    np.testing.assert_allclose(items.layers[0, 0], items.layers[9, 0], atol=1e-6)


def test_senses_by_ladder_and_by_split(small_model_files, uses):
    items = sense_tagging.samples(uses, Elmo(*small_model_files), name="bank")
    ladder = sense_tagging.run(items, Settings(n_folds=2, seeds=(0,), curve=()))
    assert ladder.measure == "macro recall"
    assert ladder.row("layer0").measures["macro recall"].value == 0.5, "layer 0 knows no context"
    assert ladder.row("layer1").measures["macro recall"].value > 0.9
    train, test = np.arange(0, 16, 2), np.arange(1, 16, 2)
    for method in ("nearest", "classifier"):
        found = sense_tagging.run_split([(items, train, test)], method, n_resamples=50)
        assert found["Layer 1"].value > 0.9
        assert found["Layer 0"].value == 0.5
    with pytest.raises(InputError, match="use 1 .* has no sense"):
        sense_tagging.samples([Usage("x y", ("x", "y"), 0)], Elmo(*small_model_files))


@pytest.mark.parametrize(
    ("task", "source", "words"),
    [
        ("sense tagging", "zzz", "neither an example word"),
        ("question answering", "zzz", "zzz was not found. Give a JSON file, or passages"),
        ("translation", "x", "there is no task 'translation'"),
    ],
)
def test_unknown_names(task, source, words):
    with pytest.raises(InputError, match=words):
        downstream.read_data(task, source)


def run_command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    classification_command.add_parser(parser.add_subparsers())
    args = parser.parse_args(list(arguments))
    return args.run(args)


@pytest.fixture
def model_arguments(small_model_files) -> list[str]:
    options, weights = map(str, small_model_files)
    return ["--options", options, "--weights", weights, "--no-cache"]


def test_command_prints_saves_and_reruns(model_arguments, job_args, tmp_path, capsys):
    pack = str(tmp_path / "p.zip")
    quick = ["--folds", "2", "--seeds", "0", "--rows", "majority", "tfidf", "layer1"]
    data = [str(tmp_path / "data.csv"), "--static", str(tmp_path / "vectors.txt")]
    assert run_command("classification", *data, *quick, "--save-pack", pack, *model_arguments) == 0
    printed = capsys.readouterr().out
    assert "TF-IDF" in printed
    assert "Layer 1" in printed
    assert run_command("classification", "--pack", pack) == 0
    assert "All numbers are the same" in capsys.readouterr().out
    assert run_command("classification", *data, *quick, "--json", *model_arguments) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)["rows"]] == [
        "majority",
        "tfidf",
        "layer1",
    ]


def test_command_for_questions_reruns_from_the_model(model_arguments, tmp_path, capsys):
    pack = str(tmp_path / "q.zip")
    quick = ["--static", "none", "--seeds", "0", "--rows", "tfidf", "layer0"]
    assert run_command("question-answering", *quick, "--save-pack", pack, *model_arguments) == 0
    assert (
        run_command("question-answering", "--pack", pack, "--static", "none", *model_arguments) == 0
    )
    assert "All numbers are the same" in capsys.readouterr().out


def test_command_on_a_given_split(model_arguments, tmp_path, capsys):
    for part in ("train", "test"):
        folder = tmp_path / "wsd" / "bank"
        folder.mkdir(parents=True, exist_ok=True)
        rows = [f"1\ta bank lends {i}\n2\tthe river bank {i}\n" for i in range(4)]
        (folder / f"{part}.data.txt").write_text("".join(rows))
        (folder / f"{part}.gold.txt").write_text("0\n1\n" * 4)
    for method in ("nearest", "classifier"):
        arguments = [
            str(tmp_path / "wsd"),
            "--static",
            "none",
            "--method",
            method,
            "--json",
            *model_arguments,
        ]
        assert run_command("senses", *arguments) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["Layer 1"]["value"] == 1.0
        assert found["Layer 0"]["value"] == 0.5
