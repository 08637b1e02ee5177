"""A pipe, as process substitution makes one, is named by each command that cannot read it, and never waited for."""

import os

import pytest

from elmo.cli import main
from elmo.home import BUNDLED

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "command",
    [
        "concordance PIPE bank", "senses PIPE bank", "change PIPE TEXT bank", "change TEXT PIPE bank",
        "change PIPE PIPE bank --split year --new-from 1900", "info --model PIPE", "info --options PIPE --weights OUT",
        f"info --options {BUNDLED / 'options.json'} --weights PIPE", "perplexity PIPE TEXT", "report PIPE OUT",
        "evaluate classification PIPE", "evaluate senses PIPE", "evaluate question-answering PIPE",
        "change TEXT TEXT bank --gold PIPE",
    ],
)  # fmt: skip
def test_a_pipe_is_named(command, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    os.mkfifo(tmp_path / "x.txt")
    (tmp_path / "text.txt").write_text("The bank .\n" * 6)
    names = {"PIPE": tmp_path / "x.txt", "TEXT": tmp_path / "text.txt", "OUT": tmp_path / "out"}
    assert main([str(names.get(part, part)) for part in command.split()]) == 1
    message = capsys.readouterr().err.splitlines()[-1]
    assert "x.txt is a pipe, as <(COMMAND) makes one" in message and "name the file" in message
