"""`embed` killed at each of its writes: the next call goes on, and gives the same file."""

import os
import subprocess
import sys

import h5py
import numpy as np
import pytest

from tests.conftest import ROOT

_WORKER = """
import os, sys
from pathlib import Path
import h5py
import numpy as np
from elmo.embedded import Embedded
from elmo.vectors import file as embedding, journal

lines = [f"line {i} " * (1 + i % 5) for i in range(40)]
folder = Path(sys.argv[1])
text = folder / "text.txt"
text.write_text("\\n".join(lines))

class Model:
    fingerprint = "fixed"
    def embed(self, sentences, batch_tokens, boundaries=False):
        for number, words in enumerate(sentences):
            values = np.arange(2 * len(words) * 300, dtype=np.float32).reshape(2, len(words), 300)
            yield Embedded(tuple(words), values)

def run(out):
    return embedding.embed_file(Model(), text, out, batch_tokens=30, text=True)

def dying(n_writes, share):
    real, n = journal._put, 0
    def put(file, offset, data):
        nonlocal n
        n += 1
        if n == n_writes:
            real(file, offset, memoryview(data).cast("B")[: int(share * len(data))])
            os._exit(9)
        real(file, offset, data)
    return put

def killed_at(out, n_writes, share):
    child = os.fork()
    if not child:
        journal._put = dying(n_writes, share)
        try:
            run(out)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9

run(folder / "whole.hdf5")
with h5py.File(folder / "whole.hdf5") as file:
    whole = {name: item[...] for name, item in file.items()}
step, n_writes, n_kills = int(sys.argv[2]), 1, 0
while killed_at(out := folder / f"{n_writes}.hdf5", n_writes, (n_writes % 3) / 2):
    n_kills += 1
    killed_at(out, 1 + n_writes % 7, 0.5)  # and once more, soon after it went on
    assert run(out) == len(lines), n_writes
    with h5py.File(out) as file:
        assert set(file) == set(whole), n_writes
        for name, item in whole.items():
            assert np.array_equal(file[name][...], item), (n_writes, name)
    left = {path.name for path in folder.iterdir()} - {"text.txt", "whole.hdf5", out.name}
    assert not left, left
    out.unlink()
    n_writes += step
print(n_kills)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that is killed is forked here")
@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.soak)])
def test_killed_at_each_write_it_goes_on_to_the_same_file(tmp_path, step):
    done = subprocess.run(
        [sys.executable, "-c", _WORKER, str(tmp_path), str(step)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 100 / step


def test_changes_that_are_not_committed_are_none(tmp_path):
    from elmo.vectors.journal import JournaledFile

    path = tmp_path / "file.hdf5"
    with h5py.File(path, "w") as file:
        file["first"] = np.arange(1000)
    with JournaledFile(path) as journaled, h5py.File(journaled, "r+") as file:
        file["second"] = np.arange(5000)
        file["first"][...] = 7
        assert file["first"][3] == 7, "the process itself reads what it wrote"
    with h5py.File(path) as file:
        assert list(file) == ["first"] and file["first"][3] == 3
    with JournaledFile(path) as journaled:
        with h5py.File(journaled, "r+") as file:
            file["second"] = np.arange(5000)
        journaled.commit()
    with h5py.File(path) as file:
        assert list(file) == ["first", "second"] and file["second"][4999] == 4999


def test_a_journal_that_is_not_whole_changes_nothing(tmp_path):
    from elmo.vectors.journal import JournaledFile

    path = tmp_path / "file"
    path.write_bytes(bytes(10_000))
    (tmp_path / "file.journal").write_bytes(b"elmo journal 1\n" + b"\xff" * 5000)
    JournaledFile(path).close()
    assert path.read_bytes() == bytes(10_000)
    assert not (tmp_path / "file.journal").exists()
