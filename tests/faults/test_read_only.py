"""A home that cannot be written to: the bundled model works, the rest says what to do."""

import os
import subprocess
import sys

import pytest

from elmo.cli import main
from elmo.errors import JobError, StoreError
from elmo.jobs.jobs import start
from elmo.store.store import Store
from tests.browser.conftest import serve
from tests.conftest import ROOT
from tests.load.session import Session, run_visit


@pytest.fixture
def read_only(mount, monkeypatch):
    """A home, and our data folder in it, on a disk that cannot be written to."""
    disk = mount("size=1m")
    disk.change("ro")
    monkeypatch.setenv("HOME", str(disk.folder))
    monkeypatch.setenv("ELMO_HOME", str(disk.folder / "elmo"))
    return disk.folder


def test_store_and_jobs_say_what_to_do(read_only, small_model_files):
    with pytest.raises(StoreError, match="Read-only file system.*set ELMO_HOME"):
        Store().add_folder("mine", small_model_files[0].parent, "trained")
    with pytest.raises(JobError, match="Read-only file system.*Set ELMO_HOME"):
        start("train", {})


@pytest.mark.parametrize(
    "command",
    [
        ["embed", "{text}", "{disk}/out.hdf5"],
        ["index", "{text}", "--output", "{disk}/out.index"],
        ["train", "{text}", "--output", "{disk}/model", "--minutes", "0.01"],
        ["download", "small"],
    ],
)
def test_a_command_says_so_in_one_line(read_only, tmp_path, capsys, command, monkeypatch):
    monkeypatch.setenv("ELMO_MIRROR", "http://127.0.0.1:9")
    text = tmp_path / "text.txt"
    text.write_text("The bank .\n" * 2000)
    assert main([part.format(text=text, disk=read_only) for part in command]) == 1
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert told.startswith(f"elmo {command[0]}: ")
    assert "cannot be written" in told or "Read-only" in told or "unable to open" in told, told


def test_the_command_line_reads_with_it(read_only):
    done = subprocess.run(
        [sys.executable, "-m", "elmo", "predict", "The bank raised its rates ."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0 and "rates" in done.stdout, done.stderr


def test_the_app_runs_with_it(read_only):
    process, url = serve(HOME=str(read_only), ELMO_HOME=os.environ["ELMO_HOME"])

    async def visit() -> None:
        async with Session(url) as session:
            for page in ("", "word", "layers"):
                seen = await session.open(page)
                assert seen.of("exception") == [] and seen.of("alert ERROR") == [], page
                assert seen.of("heading")

    try:
        run_visit(visit())
    finally:
        process.kill()
        process.wait()
