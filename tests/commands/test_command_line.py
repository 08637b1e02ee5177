"""What every command shares: where its output goes."""

import io
import os
import subprocess
import sys

import h5py
import pytest

from elmo.cli import main
from elmo.commands import info
from elmo.commands.terminal import PlainOutput
from tests.conftest import ROOT


def test_a_reader_that_leaves_early_is_no_fault():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "elmo", "info"], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_output_that_is_closed_is_no_fault():
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{sys.executable} -m elmo info >&-; echo $?; {sys.executable} -m elmo info <&- 2>&- | wc -l",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    code, n_lines = done.stdout.split()
    assert (code, done.stderr) == ("0", "") and int(n_lines) > 10


def test_control_characters_of_a_file_do_not_reach_the_terminal(
    tmp_path, small_model_files, capsys
):
    weights = tmp_path / "weights.hdf5"
    weights.write_bytes(small_model_files[1].read_bytes())
    with h5py.File(weights, "r+") as file:
        file["\x1b[2J\x1b]0;owned\x07\u202e"] = [1.0]
    assert main(["info", "--options", str(small_model_files[0]), "--weights", str(weights)]) == 1
    told = capsys.readouterr().err
    assert "\\x1b[2J" in told and "\\u202e not expected" in told
    assert not set(told) & set("\x1b\x07\u202e")


def test_a_terminal_is_given_text_and_no_commands():
    screen = io.StringIO()
    print("naïve 👩‍💻\ta\x1b[31mb\x9b2J\udcff", file=PlainOutput(screen))
    assert screen.getvalue() == "naïve 👩‍💻\ta\\x1b[31mb\\x9b2J\\udcff\n"


def test_another_broken_pipe_is_told(monkeypatch, capsys):
    def broken(args):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(
        info, "add_parser", lambda sub: sub.add_parser("info").set_defaults(run=broken)
    )
    assert main(["info"]) == 1
    assert "elmo info: Broken pipe" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (FileNotFoundError(2, "No such file", "kernels.c"), "install the program again"),
        (OSError(28, "No space left on device", "out.hdf5"), "free space or name another place"),
    ],
)
def test_a_failing_disk_is_told_with_what_to_do(monkeypatch, capsys, error, advice):
    def fails(args):
        raise error

    monkeypatch.setattr(
        info, "add_parser", lambda sub: sub.add_parser("info").set_defaults(run=fails)
    )
    assert main(["info"]) == 1
    told = capsys.readouterr().err
    assert f"elmo info: {error.filename}: {error.strerror}." in told and advice in told
