"""What every command shares: where its output goes."""

import os
import subprocess
import sys

from elmo.cli import main
from elmo.commands import info
from tests.conftest import ROOT


def test_a_reader_that_leaves_early_is_no_fault():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "elmo", "info"], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_another_broken_pipe_is_told(monkeypatch, capsys):
    def broken(args):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(
        info, "add_parser", lambda sub: sub.add_parser("info").set_defaults(run=broken)
    )
    assert main(["info"]) == 1
    assert "elmo info: Broken pipe" in capsys.readouterr().err
