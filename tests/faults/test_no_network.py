"""With networking cut off (a network namespace with nothing but the loopback device) all pages work."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from ui.shared.screens import SCREENS

_VISIT = """
import asyncio, subprocess, sys
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
from tests.browser.conftest import serve
from tests.load.session import Session
from ui.shared.screens import SCREENS
process, url = serve(ELMO_HOME=sys.argv[1])

async def visit():
    async with Session(url) as session:
        for screen in SCREENS:
            seen = await session.open(screen.address)
            assert not seen.of("exception") and not seen.of("alert ERROR"), (screen.name, seen.elements)
            print(screen.name, seen.of("heading")[0])

try:
    asyncio.run(visit())
finally:
    process.kill()
    process.wait()
"""
_DOWNLOAD = "from elmo.cli import main; import elmo.store.fetch, sys; elmo.store.fetch.ATTEMPTS = 1; sys.exit(main(['download', 'small']))"


def cut_off(*arguments: str) -> subprocess.CompletedProcess:
    """Run Python in a namespace without networks; skipped where none may be made."""
    if subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode:
        pytest.skip("no network namespace may be made here")
    return subprocess.run(
        ["unshare", "-n", sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )


def test_every_page_works(tmp_path):
    done = cut_off("-c", _VISIT, str(tmp_path))
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(done.stdout.splitlines()) == len(SCREENS)


def test_a_download_says_that_there_is_no_network(tmp_path, monkeypatch):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    done = cut_off("-c", _DOWNLOAD)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "the server's name is not known; is this machine online?" in done.stderr


def test_the_command_line_embeds(tmp_path):
    (tmp_path / "text.txt").write_text("The river bank .\n")
    out = tmp_path / "out.hdf5"
    done = cut_off("-m", "elmo", "embed", str(tmp_path / "text.txt"), str(out))
    assert done.returncode == 0 and out.exists(), done.stderr
