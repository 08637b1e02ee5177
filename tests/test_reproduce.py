"""Reproduction packs: the script and the commands in them are run, and must give the same numbers."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from elmo import Elmo
from elmo.errors import InputError
from elmo.reproduce import pack

ROOT = Path(__file__).parent.parent
SENTENCES = (("The", "river", "bank", "."), ("A", "bank", "lends", "money", "."), ("Banks", "fail"))


def mean_vectors(vectors, settings):
    """The scaled mean vector of each sentence, its length, and a number that is not defined."""
    import numpy as np

    means = np.stack([layers[settings["layer"]].mean(axis=0) for layers in vectors])
    norm = np.linalg.norm(means, axis=1)
    return {"means": settings["scale"] * means, "norm": norm, "undefined": np.array([np.nan])}


def make(files, recipe=mean_vectors, model="bundled") -> bytes:
    elmo = Elmo(*files)
    return pack(
        page="Test",
        model=model,
        fingerprint=elmo.fingerprint,
        options=elmo.options.to_dict(),
        sentences=SENTENCES,
        vectors=[sentence.layers for sentence in elmo.embed(SENTENCES)],
        settings={"layer": 1, "scale": 2.5, "seed": 3},
        recipe=recipe,
    )


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=200,
    )


@pytest.fixture(scope="module", autouse=True)
def by_the_definition():
    """Here and in the processes begun: the fast path takes what a process measures to be fastest,
    so that two processes can differ in the last bits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ELMO_FAST", "0")
        yield


@pytest.fixture(scope="module")
def unpacked(small_model_files, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    zipfile.ZipFile(io.BytesIO(make(small_model_files))).extractall(folder)
    return folder


def named(files) -> list[str]:
    return ["--options", str(files[0]), "--weights", str(files[1])]


def test_the_script_finds_the_same_numbers(unpacked, small_model_files) -> None:
    done = run(unpacked, "reproduce.py", *named(small_model_files))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "means: the same" in done.stdout and "6 of 6 arrays are the same" in done.stdout


def test_the_script_notices_another_number(unpacked, small_model_files, tmp_path) -> None:
    for path in unpacked.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with h5py.File(tmp_path / "results.hdf5", "r+") as file:
        file["norm"][1] += 0.01
    done = run(tmp_path, "reproduce.py", *named(small_model_files))
    assert done.returncode == 1
    assert "norm: DIFFERS" in done.stdout and "means: the same" in done.stdout


def test_the_command_in_the_readme_gives_the_vectors(unpacked, small_model_files, tmp_path) -> None:
    line = next(
        line.strip()
        for line in (unpacked / "README.txt").read_text().splitlines()
        if "-m elmo embed" in line
    )
    words = line.replace("again.hdf5", str(tmp_path / "again.hdf5")).split()
    assert words[0] == "python" and words[-2:] == ["--model", "bundled"]
    done = run(unpacked, *words[1:-2], *named(small_model_files))
    assert done.returncode == 0, done.stderr
    with h5py.File(unpacked / "vectors.hdf5") as kept, h5py.File(tmp_path / "again.hdf5") as again:
        for name in kept:
            np.testing.assert_allclose(again[name][()], kept[name][()], atol=1e-6)
        assert len(kept) == 3


def test_a_pack_says_what_it_was_made_from(unpacked) -> None:
    about = json.loads((unpacked / "analysis.json").read_text())
    assert about["settings"] == {"layer": 1, "scale": 2.5, "seed": 3}
    assert [tuple(words) for words in about["sentences"]] == list(SENTENCES)
    assert {"python", "elmo", "torch", "numpy"} <= set(about["versions"])
    means = np.loadtxt(unpacked / "means.csv", delimiter=",")
    with h5py.File(unpacked / "results.hdf5") as file:
        np.testing.assert_allclose(means, file["means"][()], rtol=1e-6)


def test_the_same_analysis_gives_the_same_bytes(small_model_files) -> None:
    assert make(small_model_files) == make(small_model_files)


def test_vectors_are_one_array_a_sentence() -> None:
    with pytest.raises(InputError, match="2 sentences and 1 arrays"):
        pack(
            page="",
            model="",
            fingerprint="",
            options={},
            sentences=[["a"], ["b"]],
            vectors=[np.zeros((1, 1, 1))],
            settings={},
            recipe=mean_vectors,
        )


def test_a_pack_of_a_model_that_is_kept_nowhere_asks_for_its_files(small_model_files, tmp_path):
    pack = make(small_model_files, model="session:mine")
    zipfile.ZipFile(io.BytesIO(pack)).extractall(tmp_path)
    told = (tmp_path / "README.txt").read_text()
    assert "python reproduce.py --options options.json --weights weights.hdf5" in told
    assert "--model" not in told and 'Elmo("options.json", "weights.hdf5")' in told
    done = run(tmp_path, "reproduce.py")
    assert (
        done.returncode == 1 and "Give its files: python reproduce.py --options FILE" in done.stderr
    )
