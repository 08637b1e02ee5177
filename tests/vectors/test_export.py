"""Files of vectors in every format hold what the model says, for words and for whole sentences."""

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from elmo import Elmo
from elmo.errors import InputError
from elmo.representation import mix
from elmo.tokenizer import tokenize
from elmo.vectors import job as vectors_job
from elmo.vectors.export import FORMATS, ExportSource
from elmo.vectors.file import embed_file

LINES = ["The bank raised its rates .", "=cmd said Ann", "We sat there, on the bank !"]
WORDS = [list(tokenize(line).forms) for line in LINES]


@pytest.fixture(scope="module")
def elmo(small_model_files) -> Elmo:
    return Elmo(*small_model_files)


@pytest.fixture(scope="module", params=["all", "layer 1", ".2,.3,.5"])
def embedded(request, elmo, tmp_path_factory):
    """The file of `embed_file`, that of the sentences, and for each sentence its vectors, words first."""
    folder = tmp_path_factory.mktemp("embedded")
    sentences, out = folder / "sentences.txt", folder / "out.hdf5"
    sentences.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    embed_file(elmo, sentences, out, request.param, text=True)
    weights = {"layer 1": (0, 1, 0), ".2,.3,.5": (0.2, 0.3, 0.5)}.get(request.param)
    expected = []
    for found in elmo.embed(WORDS):
        layers = np.moveaxis(found.layers, 1, 0)
        expected.append(layers if weights is None else np.tensordot(layers, weights, (1, 0)))
    return out, sentences, expected


def written(name: str, embedded, folder: Path, means: bool) -> Path:
    ticks: list[int] = []
    out = folder / f"x{FORMATS[name].ending}"
    FORMATS[name].write(ExportSource(embedded[0], embedded[1], means), out, ticks.append)
    assert ticks == ([] if name == "hdf5" and not means else [1, 2, 3])
    return out


def flat(expected: list[np.ndarray], means: bool) -> np.ndarray:
    """All vectors, those of layers one after the other."""
    rows = np.stack([e.mean(axis=0) for e in expected]) if means else np.concatenate(expected)
    return rows.reshape(-1, rows.shape[-1])


@pytest.mark.parametrize("means", [False, True])
def test_npz_is_read_by_numpy(embedded, tmp_path, means):
    with np.load(written("npz", embedded, tmp_path, means)) as file:
        vectors = file["vectors"]
        text = file["sentences.txt" if means else "words.txt"].decode().split("\n")
        if not means:
            assert file["sentence"].tolist() == [i for i, row in enumerate(WORDS) for _ in row]
    assert text == (LINES if means else [word for row in WORDS for word in row])
    np.testing.assert_allclose(
        vectors.reshape(-1, vectors.shape[-1]), flat(embedded[2], means), atol=1e-6
    )


@pytest.mark.parametrize("means", [False, True])
@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_tables_are_read_by_pandas(embedded, tmp_path, name, means):
    out = written(name, embedded, tmp_path, means)
    table = pd.read_csv(out, keep_default_na=False) if name == "csv" else pd.read_parquet(out)
    numbers = table.filter(regex=r"^v\d+$") if name == "csv" else np.stack(table["vector"])
    np.testing.assert_allclose(np.asarray(numbers), flat(embedded[2], means), atol=1e-6)
    n_layers = 3 if embedded[2][0].ndim == 3 else 1
    if n_layers == 3:
        assert table["layer"].tolist() == [0, 1, 2] * (len(table) // 3)
    texts = LINES if means else [word for row in WORDS for word in row]
    expected = [text for text in texts for _ in range(n_layers)]
    if name == "csv":  # safe for spreadsheets
        expected = [f"'{text}" if text.startswith("=") else text for text in expected]
    assert table["text" if means else "word"].tolist() == expected


@pytest.mark.parametrize("means", [False, True])
def test_hdf5(embedded, tmp_path, means):
    with h5py.File(written("hdf5", embedded, tmp_path, means)) as file:
        if means:
            vectors = np.asarray(file["vectors"]).reshape(-1, file["vectors"].shape[-1])
            assert [text.decode() for text in file["sentences"][()]] == LINES
            np.testing.assert_allclose(vectors, flat(embedded[2], True), atol=1e-6)
        else:
            assert file["1"].shape[-2] == len(WORDS[1])
            assert json.loads(file["1"].attrs["tokens"]) == WORDS[1]


@pytest.mark.parametrize("weights", [".5,.5", "a,b,c", "-1,1,1", "0,0,0", "nan,0,1"])
def test_weights_that_are_no_mix_are_refused(elmo, tmp_path, weights):
    (tmp_path / "s.txt").write_text("One line .\n")
    with pytest.raises(InputError, match="the weights of a mix are 3 numbers"):
        embed_file(elmo, tmp_path / "s.txt", tmp_path / "o.hdf5", weights)
    assert mix((0.2, 0.3, 0.5), "x", "x").weights == (0.2, 0.3, 0.5)


class Report:
    """What a worker reports to; asks for a stop after so many reports."""

    def __init__(self, stop_after: int = 10**6) -> None:
        self.told: list[tuple[float, str]] = []
        self.stop_after = stop_after

    def __call__(self, fraction, message) -> None:
        self.told.append((fraction, message))

    def should_stop(self) -> bool:
        return len(self.told) >= self.stop_after


def test_the_job_tells_how_far_it_is_and_leaves_one_file(small_model_files, tmp_path):
    (tmp_path / "sentences.txt").write_text("\n".join(LINES * 300) + "\n")
    args = {
        "files": list(map(str, small_model_files)),
        "layers": "layer 2",
        "format": "parquet",
        "means": True,
    }
    report = Report()
    assert vectors_job.run_job(args, report, tmp_path) == {
        "file": "vectors.parquet",
        "n_sentences": 900,
        "n_words": 300 * sum(len(line.split()) for line in LINES),
    }
    fractions = [fraction for fraction, _ in report.told]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1)
    assert sum(message.startswith("Read ") for _, message in report.told) >= 4
    assert {p.name for p in tmp_path.iterdir()} == {"sentences.txt", "vectors.parquet"}
    assert len(pd.read_parquet(tmp_path / "vectors.parquet")) == 900


def test_a_stopped_job_leaves_no_file_of_vectors(small_model_files, tmp_path):
    (tmp_path / "sentences.txt").write_text("\n".join(LINES * 300) + "\n")
    args = {"files": list(map(str, small_model_files)), "layers": "all", "format": "csv", "means": False}  # fmt: skip
    assert vectors_job.run_job(args, Report(stop_after=4), tmp_path) == {}
    assert not list(tmp_path.glob("vectors*")) and not (tmp_path / "embedded.hdf5").exists()
