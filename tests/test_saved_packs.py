"""Reproduction packs that people saved with an earlier version still run, and find the same numbers.

`saved_packs` holds packs of commit fbe272d as text: their scripts and settings as they were, and their arrays as JSON, from
which the test writes the binary files. Their model is `small_model_files`.
"""

import json
import runpy
import shutil
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from elmo.cli import main

SAVED = Path(__file__).parent / "saved_packs"


def arrays(file: Path) -> dict[str, np.ndarray]:
    return {
        name: np.array(one["values"], one["dtype"]).reshape(
            one.get("shape", np.shape(one["values"]))
        )
        for name, one in json.loads(file.read_text(encoding="utf-8")).items()
    }


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a script as `python SCRIPT ARGUMENTS` does, by the definition of the model; give what it prints."""
    monkeypatch.setenv("ELMO_FAST", "0")

    def call(script: Path, *arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", [script.name, *arguments])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(script), run_name="__main__")
        printed = capsys.readouterr().out
        assert ended.value.code == 0, printed
        return printed

    return call


@pytest.mark.parametrize("page", ["word", "layers", "mixing"])
def test_the_script_of_a_page_finds_the_numbers_of_then(page, run, tmp_path, small_model_files):
    folder = tmp_path / page
    shutil.copytree(SAVED / page, folder)
    for name, file in (("vectors", SAVED / "vectors.json"), ("results", folder / "results.json")):
        with h5py.File(folder / f"{name}.hdf5", "w") as target:
            for key, values in arrays(file).items():
                target[key] = values
    options, weights = map(str, small_model_files)
    printed = run(folder / "reproduce.py", "--options", options, "--weights", weights)
    assert "another model" not in printed and "DIFFERS" not in printed


def test_the_script_of_a_ladder_finds_the_numbers_of_then(run, tmp_path):
    folder = tmp_path / "downstream"
    shutil.copytree(SAVED / "downstream", folder)
    np.savez(folder / "vectors.npz", **arrays(folder / "vectors.json"))
    assert "All numbers are the same." in run(folder / "rerun.py")


def test_a_pack_of_questions_is_read_and_measured_again(tmp_path, small_model_files, capsys):
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        for file in (SAVED / "questions").iterdir():
            archive.write(file, file.name)
    options, weights = map(str, small_model_files)
    named = ["--options", options, "--weights", weights, "--static", "none"]
    pack = str(tmp_path / "pack.zip")
    assert main(["evaluate", "question-answering", "--pack", pack, *named]) == 0
    assert "same" in capsys.readouterr().out


def test_python_lines_that_an_earlier_page_showed_still_import_their_names():
    from elmo.store import Store, from_arguments
    from elmo.tasks import downstream
    from elmo.tasks.results import Settings

    assert Settings(5, (0,), (0.1,)).n_folds == 5
    assert callable(downstream.read_data) and callable(downstream.read_static)
    assert callable(downstream.run_task) and callable(from_arguments) and callable(Store)
