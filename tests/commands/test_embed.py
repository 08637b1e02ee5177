"""`embed` and `info`: what the file holds, going on after an interruption, refusals."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

from elmo import Elmo
from elmo.cli import main
from elmo.errors import InputError
from elmo.vectors.file import embed_file

LINES = [
    "The bank raised its rates .",
    "",
    "We sat on the river bank",
    "  spaces   around\tand between ",
    "The bank raised its rates .",
    "東京 naïve 🙂 don't",
]


@pytest.fixture
def model(small_model_files) -> list[str]:
    """Arguments that name the small model."""
    return ["--options", str(small_model_files[0]), "--weights", str(small_model_files[1])]


@pytest.fixture
def sentences_file(tmp_path) -> Path:
    path = tmp_path / "sentences.txt"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> dict[str, np.ndarray]:
    with h5py.File(path) as file:
        return {name: item[...] for name, item in file.items() if name != "sentence_to_index"}


@pytest.mark.parametrize("layers", ["all", "top", "average"])
def test_each_line_has_its_data_set(tmp_path, sentences_file, model, small_model_files, layers):
    out = tmp_path / "out.hdf5"
    assert main(["embed", str(sentences_file), str(out), "--layers", layers, *model]) == 0
    elmo = Elmo(*small_model_files)
    got = read(out)
    assert sorted(got) == [str(i) for i in range(len(LINES))]
    for i, line in enumerate(LINES):
        (embedded,) = elmo.embed([line.split()])
        want = {"all": embedded.layers, "top": embedded.layers[-1], "average": embedded.mix()}[
            layers
        ]
        assert got[str(i)].dtype == np.float32
        assert got[str(i)].shape == want.shape
        np.testing.assert_allclose(got[str(i)], want, atol=1e-5)
    with h5py.File(out) as file:
        index = json.loads(file["sentence_to_index"][0])
    assert index == {line.strip(): str(i) for i, line in enumerate(LINES)}
    assert index[LINES[0]] == "4", "the last of equal lines"
    assert not list(tmp_path.glob("*.part*"))


def test_reduced_precision_is_near_and_is_not_mixed_with_the_exact_one(
    tmp_path, sentences_file, model, small_model_files, capsys
):
    out, exact = tmp_path / "out.hdf5", tmp_path / "exact.hdf5"
    assert main(["embed", str(sentences_file), str(out), "--reduced-precision", *model]) == 0
    assert main(["embed", str(sentences_file), str(exact), *model]) == 0
    for name, want in read(exact).items():
        got = read(out)[name]
        norms = np.linalg.norm(got, axis=-1) * np.linalg.norm(want, axis=-1)
        assert ((got * want).sum(-1) > 0.999 * norms).all()
    interrupt(Elmo(*small_model_files), sentences_file, tmp_path / "half.hdf5")
    command = ["embed", str(sentences_file), str(tmp_path / "half.hdf5"), *model]
    assert main([*command, "--reduced-precision"]) == 1
    assert "begun with model" in capsys.readouterr().err
    assert main([*command, "--reduced-precision", "--engine", "ray"]) == 1
    assert "--reduced-precision is for --engine one" in capsys.readouterr().err


def test_plain_text_is_split_and_its_words_are_kept(tmp_path, model):
    path, out = tmp_path / "text.txt", tmp_path / "out.hdf5"
    path.write_bytes("\ufeffDon't panic! It's fine.\r\n\r\n".encode())
    assert main(["embed", "--text", str(path), str(out), *model]) == 0
    with h5py.File(out) as file:
        assert json.loads(file["0"].attrs["tokens"]) == [
            "Do",
            "n't",
            "panic",
            "!",
            "It",
            "'s",
            "fine",
            ".",
        ]
        assert file["0"].shape == (3, 8, 12)
        assert file["1"].shape == (3, 0, 12)


def test_an_empty_file_gives_an_empty_index(tmp_path, model):
    (tmp_path / "none.txt").write_text("")
    assert main(["embed", str(tmp_path / "none.txt"), str(tmp_path / "out.hdf5"), *model]) == 0
    with h5py.File(tmp_path / "out.hdf5") as file:
        assert list(file) == ["sentence_to_index"]
        assert json.loads(file["sentence_to_index"][0]) == {}


class Interrupted(Exception):
    pass


def interrupt(elmo: Elmo, path: Path, out: Path, **options) -> None:
    """Begin, and stop after the first sentences are written."""

    def progress(n_words: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        embed_file(elmo, path, out, batch_tokens=4, progress=progress, **options)


def test_an_interrupted_run_goes_on_and_gives_the_same(tmp_path, sentences_file, small_model_files):
    elmo = Elmo(*small_model_files)
    interrupt(elmo, sentences_file, tmp_path / "out.hdf5")
    assert not (tmp_path / "out.hdf5").exists()
    with h5py.File(tmp_path / "out.hdf5.part") as file:
        n_done = len(file)
    assert 0 < n_done < len(LINES)
    calls = []
    embed_file(elmo, sentences_file, tmp_path / "out.hdf5", progress=calls.append)
    embed_file(elmo, sentences_file, tmp_path / "whole.hdf5")
    got, want = read(tmp_path / "out.hdf5"), read(tmp_path / "whole.hdf5")
    assert got.keys() == want.keys()
    for name in want:
        np.testing.assert_allclose(got[name], want[name], atol=1e-5)
    assert sum(calls) == sum(len(line.split()) for line in LINES), "progress counts every word once"


def test_a_part_of_something_else_is_refused_and_kept(tmp_path, sentences_file, small_model_files):
    elmo, out = Elmo(*small_model_files), tmp_path / "out.hdf5"
    interrupt(elmo, sentences_file, out)
    with pytest.raises(InputError, match="begun with layers 'all', now 'top'"):
        embed_file(elmo, sentences_file, out, "top")
    sentences_file.write_text("Other words\n" * 6)
    with pytest.raises(InputError, match="lines of other sentences"):
        embed_file(elmo, sentences_file, out)
    assert (tmp_path / "out.hdf5.part").exists()
    (tmp_path / "out.hdf5.part").write_bytes(b"\x89HDF broken")
    with pytest.raises(InputError, match="Delete it to start again"):
        embed_file(elmo, sentences_file, out)


def test_a_killed_process_loses_nothing_that_it_had_written(tmp_path, model):
    path, out = tmp_path / "many.txt", tmp_path / "out.hdf5"
    lines = [f"Sentence {i} of the river bank ." for i in range(800)]
    path.write_text("\n".join(lines))
    command = [
        sys.executable,
        "-m",
        "elmo",
        "embed",
        str(path),
        str(out),
        "--batch-tokens",
        "64",
        *model,
    ]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    part = tmp_path / "out.hdf5.part"
    until = time.time() + 60
    while time.time() < until and not (part.exists() and part.stat().st_size > 100_000):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with h5py.File(part) as file:
        assert 0 < len(file) < len(lines)
    rest = [argument for argument in command[3:] if argument not in ("--batch-tokens", "64")]
    assert main(rest) == 0
    with h5py.File(out) as file:
        assert len(file) == len(lines) + 1
        assert file["799"].shape == (3, 7, 12)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"good line\nbad \xff line\n", "line 2 is not UTF-8"),
        (b"good line\n" + b"a " * 5001, "line 2 has 5,001 words, at most 5,000"),
    ],
)
def test_a_bad_line_is_named(tmp_path, model, capsys, content, message):
    (tmp_path / "bad.txt").write_bytes(content)
    assert main(["embed", str(tmp_path / "bad.txt"), str(tmp_path / "out.hdf5"), *model]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out.hdf5").exists()


def test_the_lines_before_one_that_is_too_long_are_kept(tmp_path, model, capsys):
    path, out = tmp_path / "long.txt", tmp_path / "out.hdf5"
    path.write_text("one line\nanother line\n" + "a " * 5001 + "\nlast line\n")
    assert main(["embed", str(path), str(out), *model]) == 1
    assert "the lines before it are kept" in capsys.readouterr().err
    with h5py.File(f"{out}.part") as file:
        assert list(file) == ["0", "1"]


def test_wrong_places_are_told(tmp_path, sentences_file, model, capsys):
    out = str(tmp_path / "out.hdf5")
    assert main(["embed", str(tmp_path / "missing.txt"), out, *model]) == 1
    assert "missing.txt cannot be read: No such file" in capsys.readouterr().err
    assert main(["embed", str(sentences_file), str(tmp_path / "no" / "out.hdf5"), *model]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_info_says_what_a_model_is(model, capsys, small_model_files):
    assert main(["info", "--json", *model]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["sizes"]["vectors a word"] == 3
    assert facts["sizes"]["size of a vector"] == 12
    assert facts["model"]["fingerprint"] == Elmo(*small_model_files).fingerprint
    assert main(["info", *model]) == 0
    assert "projection_dim:           6" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--device", "gpu"], "device is 'gpu', expected 'cpu', 'cuda' or 'mps'"),
        (["--device", "cuda", "--engine", "ray"], "--device cuda is for --engine one"),
    ],
)
def test_a_device_that_is_not_here_is_told_in_one_line(
    tmp_path, sentences_file, model, capsys, more, words
):
    assert main(["embed", str(sentences_file), str(tmp_path / "out.hdf5"), *model, *more]) == 1
    assert words in capsys.readouterr().err
