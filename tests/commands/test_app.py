"""`elmo app`: which script, which port, what is said, and what is refused."""

import runpy
import socket
import sys
import webbrowser

import pytest

from elmo.cli import main
from elmo.commands import app
from elmo.errors import InputError
from tests.conftest import ROOT


@pytest.fixture
def started(monkeypatch):
    """The arguments of each start of Streamlit, which is not started."""
    starts = []
    monkeypatch.setattr(sys, "argv", ["elmo"])
    monkeypatch.setattr(runpy, "run_module", lambda name, **_: starts.append((name, *sys.argv[1:])))
    monkeypatch.setattr(app, "can_open_windows", lambda: False)
    return starts


@pytest.fixture
def taken():
    """A port on which somebody listens."""
    with socket.create_server(("localhost", 0)) as server:
        yield server.getsockname()[1]


def test_the_address_is_printed_and_streamlit_begins_there(started, capsys):
    assert main(["app", "--port", "8629", "--no-browser"]) == 0
    assert capsys.readouterr().out == "ELMo Explorer: http://localhost:8629  (Ctrl-C stops it)\n"
    ((name, command, script, *options),) = started
    assert (name, command, script) == ("streamlit", "run", str(ROOT / "app.py"))
    assert {"--server.port=8629", "--server.address=localhost", "--server.headless=true"} <= set(
        options
    )


def test_a_port_in_use_is_told_and_the_next_free_one_taken(started, taken, capsys):
    assert main(["app", "--port", str(taken)]) == 0
    said = capsys.readouterr().out
    port = app.free_port("localhost", taken + 1)
    assert f"Port {taken} is in use; the app takes {port}." in said
    assert f"--server.port={port}" in started[0]


def test_a_host_for_everybody_is_warned_of(started, capsys):
    main(["app", "--port", "8629", "--host", "0.0.0.0"])
    said = capsys.readouterr().out
    assert "WARNING: everybody who can reach 0.0.0.0:8629" in said
    assert "http://localhost:8629" in said


def test_the_browser_opens_when_the_app_answers(monkeypatch, taken):
    opened, answers = [], iter([OSError, None])

    class Answer:
        def close(self):
            pass

    def urlopen(address, timeout):
        assert address == "http://localhost:1/_stcore/health"
        if problem := next(answers):
            raise problem
        return Answer()

    monkeypatch.setattr(app.urllib.request, "urlopen", urlopen)
    monkeypatch.setattr(app.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(webbrowser, "open", opened.append)
    app._open_browser("http://localhost:1")
    assert opened == ["http://localhost:1"]


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("localhost", 0, "--port is 0, expected 1 to 65535"),
        ("localhost", 65536, "--port is 65536"),
        ("no.such.host.invalid", 8629, "--host is 'no.such.host.invalid', which is not an address"),
        ("203.0.113.7", 8629, "--host is '203.0.113.7', where this machine cannot listen"),
    ],
)
def test_what_is_refused(host, port, words):
    with pytest.raises(InputError, match=words):
        app.free_port(host, port)


def test_all_ports_in_use(monkeypatch, taken):
    monkeypatch.setattr(app, "PORTS_TRIED", 1)
    with pytest.raises(InputError, match=f"the ports {taken} to {taken} are all in use"):
        app.free_port("localhost", taken)


def test_without_the_apps_packages(started, monkeypatch, capsys):
    monkeypatch.setattr(app, "find_spec", lambda name: None if name == "streamlit" else name)
    assert main(["app"]) == 1
    said = capsys.readouterr().err
    assert "the app needs streamlit" in said and 'pip install "elmo-explorer[app]"' in said
    assert started == []


def test_the_script_of_an_installed_copy_comes_first(tmp_path, monkeypatch):
    (tmp_path / "elmo_explorer" / "ui" / "shared").mkdir(parents=True)
    script = tmp_path / "elmo_explorer" / "app.py"
    script.touch()
    (tmp_path / "app.py").touch()  # somebody else's
    monkeypatch.setattr(app, "__file__", str(tmp_path / "elmo" / "commands" / "app.py"))
    assert app.app_script() == script
    script.unlink()
    with pytest.raises(InputError, match="the app's files are neither in"):
        app.app_script()
