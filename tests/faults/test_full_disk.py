"""A disk that fills up: what was done is kept, a message says so, and with more space it goes on."""

import json
import sys

import h5py
import numpy as np
import pytest

from elmo import Elmo
from elmo.cli import main
from elmo.corpus.index import CorpusIndex
from elmo.errors import DownloadError, JobError, StoreError, TrainingError
from elmo.model.weights import write_model
from elmo.store.fetch import fetch
from elmo.store.store import Store
from elmo.training.checkpoint import read_checkpoint, write_checkpoint
from elmo.vectors.cache import VectorCache
from tests import job_runner
from tests.conftest import random_model, small_options
from tests.hostile_server import HostileServer
from tests.training.tiny import grammar_corpus, make_trainer


@pytest.fixture
def wide_model(tmp_path) -> list[str]:
    """Arguments that name a model whose vectors fill a disk soon: 800 numbers each."""
    files = tmp_path / "options.json", tmp_path / "weights.hdf5"
    write_model(
        random_model(
            small_options(projection_dim=400, dim=400, filters=((1, 200), (2, 200), (3, 200)))
        ),
        *files,
    )
    return ["--options", str(files[0]), "--weights", str(files[1])]


def test_embed(mount, tmp_path, wide_model, capsys):
    disk = mount("size=18m")
    text, out = tmp_path / "text.txt", disk.folder / "out.hdf5"
    text.write_text("\n".join(f"Line {i} is by the river bank ." for i in range(300)))
    command = ["embed", str(text), str(out), "--batch-tokens", "256", *wide_model]
    assert main(command) == 1
    told = capsys.readouterr().err
    assert "is full" in told and "sentences done are kept" in told
    with h5py.File(disk.folder / "out.hdf5.part") as file:
        n_kept = len(file)
    assert 0 < n_kept < 300
    disk.change("size=64m")
    assert main(command) == 0
    assert "out.hdf5.part is there from an earlier run: going on" in capsys.readouterr().err
    elmo = Elmo(wide_model[1], wide_model[3])
    with h5py.File(out) as file:
        assert len(file) == 301
        for number in (0, n_kept - 1, n_kept, 299):
            (want,) = elmo.embed([f"Line {number} is by the river bank .".split()])
            # Numbers to 600; another process may take another product library, and other last bits.
            largest = np.abs(want.layers).max()
            np.testing.assert_allclose(file[str(number)], want.layers, atol=1e-5 * largest)


def test_index(mount, tmp_path, capsys, monkeypatch):
    disk = mount("size=1m")
    monkeypatch.setattr("elmo.corpus.build.SEGMENT_TOKENS", 20_000)
    text, out = tmp_path / "text.txt", disk.folder / "corpus.index"
    text.write_text("\n".join(f"Line {i} is by the river bank." for i in range(30_000)))
    assert main(["index", str(text), "--output", str(out)]) == 1
    told = capsys.readouterr().err
    assert "full" in told and "The finished segments are kept; call again to go on" in told
    disk.change("size=64m")
    assert main(["index", str(text), "--output", str(out)]) == 0
    assert "corpus.index.part is there from an earlier run: going on" in capsys.readouterr().err
    with CorpusIndex(out) as index:
        assert index.count("bank") == 30_000


def test_download(mount):
    disk, server = mount("size=1m"), HostileServer()
    content = np.random.default_rng(0).bytes(1_500_000)
    try:
        server.serve("/said", content)
        with pytest.raises(DownloadError, match=r"1 MB free, 2 MB are needed\. Free some space"):
            fetch(f"{server.url}/said", disk.folder / "said", max_bytes=10**7)
        server.serve("/unsaid", content, chunked=True)
        with pytest.raises(DownloadError, match="No space left on device"):
            fetch(f"{server.url}/unsaid", disk.folder / "unsaid", max_bytes=10**7)
        assert not (disk.folder / "said").exists() and not (disk.folder / "unsaid").exists()
        disk.change("size=8m")
        for name in ("said", "unsaid"):
            fetch(f"{server.url}/{name}", disk.folder / name, max_bytes=10**7)
            assert (disk.folder / name).read_bytes() == content
        assert sorted(p.name for p in disk.folder.glob("*.part")) == []
    finally:
        server.close()


def test_training(mount, tmp_path):
    """The disk fills between two checkpoints: the last whole one stays, and training goes on."""
    corpus, disk = grammar_corpus(tmp_path), mount("size=64m")
    folder = disk.folder / "run"
    make_trainer(corpus, 3, folder).run(checkpoint_seconds=0, report_seconds=0)
    assert read_checkpoint(folder)["step"] == 3
    used = sum(path.stat().st_size for path in folder.rglob("*"))
    (disk.folder / "ballast").write_bytes(bytes(64 * 1024**2 - used - 40_000))
    trainer = make_trainer(corpus, 6, folder)
    trainer.resume()
    with pytest.raises(TrainingError, match="No space left.*checkpoint before it is kept"):
        trainer.run(checkpoint_seconds=0, report_seconds=0)
    assert read_checkpoint(folder)["step"] == 3
    (disk.folder / "ballast").unlink()
    trainer = make_trainer(corpus, 6, folder)
    trainer.resume()
    trainer.run()
    assert read_checkpoint(folder)["step"] == 6


def test_a_checkpoint_that_did_not_fit_leaves_no_half_one(mount):
    disk = mount("size=1m")
    with pytest.raises(TrainingError, match="No space left"):
        write_checkpoint(disk.folder, {"text": "x" * 3_000_000})
    assert list(disk.folder.iterdir()) == []


def test_the_command_that_trains(mount, tmp_path, capsys):
    disk = mount("size=64k")
    (tmp_path / "text.txt").write_text("The dog sees the cat .\n" * 5000)
    command = ["train", str(tmp_path / "text.txt"), "--output", str(disk.folder / "model")]
    assert main([*command, "--minutes", "0.05"]) == 1
    assert "No space left on device" in capsys.readouterr().err


def test_the_store_keeps_no_half_model(mount, tmp_path):
    disk = mount("size=64k")
    write_model(
        random_model(small_options(dim=64)), tmp_path / "options.json", tmp_path / "weights.hdf5"
    )
    store = Store(disk.folder / "models")
    with pytest.raises(StoreError, match="No space left on device. Free space, or set ELMO_HOME"):
        store.add_folder("mine", tmp_path, "trained")
    assert "mine" not in store.names() and list((disk.folder / "models").iterdir()) == []
    disk.change("size=8m")
    assert store.add_folder("mine", tmp_path, "trained").load().options.dim == 64


def test_vectors_are_computed_where_they_cannot_be_kept(mount, small_model_files):
    disk = mount("size=256k")
    elmo, cache = Elmo(*small_model_files), VectorCache(disk.folder)
    rows = [[f"word{i}", "bank"] * 20 for i in range(200)]
    got = cache.embed(elmo, rows)
    cache.close()
    for array, want in zip(got, elmo.embed(rows), strict=True):
        np.testing.assert_allclose(array, want.layers, atol=1e-5)


def test_a_job_says_why_it_does_not_begin(mount, monkeypatch):
    disk = mount("size=64k")
    monkeypatch.setenv("ELMO_HOME", str(disk.folder))
    with pytest.raises(JobError, match="No space left on device. Free space, or set ELMO_HOME"):
        job_runner.jobs.start("train", {}, files={"a.txt": "The bank.\n" * 20_000})
    assert list((disk.folder / "jobs").iterdir()) == []


def test_a_job_on_a_disk_that_fills_fails_with_the_reason(mount, monkeypatch):
    disk = mount("size=1m")
    monkeypatch.setenv("ELMO_HOME", str(disk.folder))
    monkeypatch.setattr("elmo.jobs.job.COMMAND", (sys.executable, "-m", "tests.job_runner"))
    job = job_runner.jobs.start("index", {}, files={"a.txt": "By the bank.\n" * 40_000})
    assert job.wait(120) == "failed"
    told = job.error()
    assert "full" in told or "No space left" in told, told
    assert json.loads((job.folder / "job.json").read_text())["kind"] == "index"
    disk.change("size=64m")
    assert job.restart().wait(120) == "finished"
    assert job.result()["n_tokens"] == 160_000
