"""Two processes that write the same thing: one does it, the other says so, and nothing is spoiled."""

import subprocess
import sys

import h5py
import numpy as np

from elmo import Elmo
from elmo.store.store import Store
from tests.conftest import ROOT


def both(*arguments: str, **environment: str) -> list[tuple[int, str]]:
    """Run a command twice at once: exit statuses and what was said."""
    import os

    processes = [
        subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"} | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=200)[1] for process in processes]
    assert not any("Traceback" in text for text in told), told
    return [(p.returncode, text) for p, text in zip(processes, told, strict=True)]


def test_embed_into_one_file(tmp_path, small_model_files):
    text, out = tmp_path / "text.txt", tmp_path / "out.hdf5"
    lines = [f"Line {i} is by the river bank ." for i in range(400)]
    text.write_text("\n".join(lines))
    options, weights = map(str, small_model_files)
    ended = both(
        "-m", "elmo", "embed", str(text), str(out), "--batch-tokens", "64",
        "--options", options, "--weights", weights,
    )  # fmt: skip
    assert 0 in [status for status, _ in ended] or out.with_name("out.hdf5.part").exists()
    for status, told in ended:
        assert status == 0 or "another process" in told or "cannot be" in told, told
    if not out.exists():  # each hindered the other: a third call goes on
        from elmo.cli import main

        command = ["embed", str(text), str(out), "--options", options, "--weights", weights]
        assert main(command) == 0
    elmo = Elmo(*small_model_files)
    with h5py.File(out) as file:
        assert len(file) == 401
        for number, want in enumerate(elmo.embed(line.split() for line in lines)):
            np.testing.assert_allclose(file[str(number)], want.layers, atol=1e-5)


def test_add_a_model_under_one_name(tmp_path, small_model_files):
    code = f"""
import sys
from elmo.errors import StoreError
from elmo.store.store import Store
try:
    Store().add_folder("mine", {str(small_model_files[0].parent)!r}, "trained")
except StoreError as error:
    sys.exit(str(error))
"""
    ended = both("-c", code, ELMO_HOME=str(tmp_path))
    statuses = sorted(status for status, _ in ended)
    assert statuses in ([0, 1], [0, 0])
    store = Store(tmp_path / "models")
    assert store.names() == ["bundled", "mine"]
    assert store.get("mine").load().options.dim == 10
    assert not list((tmp_path / "models").glob(".*ing-*"))
