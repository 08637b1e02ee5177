"""Downloads from a server that stalls, breaks off, lies about lengths and sends wrong bytes."""

import hashlib
import io
import json
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from elmo.cli import main
from elmo.errors import DownloadError, StoreError
from elmo.store import fetch as fetching
from elmo.store import http
from elmo.store.download import download
from elmo.store.fetch import fetch
from elmo.store.http import check_address
from elmo.store.official import BASE, OFFICIAL
from elmo.store.store import Store
from tests.hostile_server import HostileServer

CONTENT = bytes(range(256)) * 400
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """A home of this test's own, and no patience."""
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(http, "STALL_SECONDS", 0.3)
    monkeypatch.setattr(fetching.time, "sleep", lambda seconds: None)
    return tmp_path / "home"


@pytest.fixture
def server():
    server = HostileServer()
    yield server
    server.close()


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "file.bin"


def load(server: HostileServer, file: Path, **options) -> str:
    return fetch(f"{server.url}/f", file, **({"max_bytes": 10**6} | options))


def test_a_file_arrives_whole_with_progress(server, file):
    server.serve("/f", CONTENT)
    calls = []
    assert load(server, file, progress=lambda *call: calls.append(call), sha256=SHA.upper()) == SHA
    assert file.read_bytes() == CONTENT
    assert calls[-1] == (len(CONTENT), len(CONTENT))
    assert calls == sorted(calls)
    assert not list(file.parent.glob("*.part")) and not list(file.parent.glob("*.json"))


def test_a_connection_that_breaks_off_is_gone_on_with(server, file):
    behaviour = server.serve("/f", CONTENT, cut_after=30_000)
    assert load(server, file) == SHA
    ranges = [request.get("Range") for request in behaviour.requests]
    assert ranges == [None, "bytes=30000-", "bytes=60000-", "bytes=90000-"]
    assert all(request["If-Range"] == '"one"' for request in behaviour.requests[1:])


def test_a_connection_that_stalls_is_left_for_a_new_one(server, file):
    behaviour = server.serve("/f", CONTENT, stall_after=60_000)
    assert load(server, file) == SHA
    assert [request.get("Range") for request in behaviour.requests] == [None, "bytes=60000-"]


def test_a_later_call_goes_on(server, file):
    server.serve("/f", CONTENT)
    with pytest.raises(DownloadError, match="stopped; the .* bytes that came are kept"):
        load(server, file, should_stop=lambda: True)
    kept = file.with_name("file.bin.part").stat().st_size
    behaviour = server.serve("/f", CONTENT)
    assert kept == len(CONTENT) or load(server, file) == SHA
    behaviour = server.serve("/f", CONTENT, cut_after=0)
    file.with_name("file.bin.part").write_bytes(CONTENT[:5000])
    origin = {
        "url": f"{server.url}/f",
        "etag": '"one"',
        "last_modified": None,
        "total": len(CONTENT),
    }
    file.with_name("file.bin.part.json").write_text(json.dumps(origin))
    with pytest.raises(DownloadError, match="5,000 bytes that came are kept; call again"):
        load(server, file)
    behaviour = server.serve("/f", CONTENT)
    assert load(server, file) == SHA
    assert behaviour.requests[0]["Range"] == "bytes=5000-"


def test_what_a_killed_process_had_is_kept(server, file):
    server.serve("/f", CONTENT, stall_after=40_000)
    code = (
        "import sys; from pathlib import Path; from elmo.store.fetch import fetch;"
        "fetch(sys.argv[1], Path(sys.argv[2]), max_bytes=10**6)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, f"{server.url}/f", str(file)])
    part = file.with_name("file.bin.part")
    until = time.monotonic() + 100
    while time.monotonic() < until and not (part.exists() and part.stat().st_size == 40_000):
        threading.Event().wait(0.02)
    process.kill()
    process.wait()
    behaviour = server.serve("/f", CONTENT)
    assert load(server, file) == SHA
    assert behaviour.requests[0]["Range"] == "bytes=40000-"


def test_a_file_that_changed_on_the_server_begins_anew(server, file):
    server.serve("/f", CONTENT, cut_after=30_000)
    calls = []

    def change(done: int, total: int | None) -> None:
        calls.append(done)
        server.serve("/f", b"new" * 50_000, etag='"two"')

    assert load(server, file, progress=change) == hashlib.sha256(b"new" * 50_000).hexdigest()
    assert calls[0] <= 30_000


def test_without_ranges_or_a_mark_of_the_version_it_begins_anew(server, file):
    for changes in ({"ranges": False}, {"etag": None}):
        file.with_name("file.bin.part").write_bytes(b"other bytes")
        origin = {
            "url": f"{server.url}/f",
            "etag": changes.get("etag", '"one"'),
            "total": len(CONTENT),
        }
        file.with_name("file.bin.part.json").write_text(json.dumps(origin))
        server.serve("/f", CONTENT, **changes)
        assert load(server, file) == SHA


def test_chunks_are_read_and_a_cut_in_them_is_noticed(server, file):
    server.serve("/f", CONTENT, chunked=True)
    assert load(server, file) == SHA
    server.serve("/f", CONTENT, chunked=True, cut_after=5000, etag=None)
    with pytest.raises(DownloadError, match="broke off|ended early"):
        load(server, file)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stall_after": 1000, "etag": None}, "nothing came for"),
        ({"stall_after": 0}, "nothing came for"),
        ({"cut_after": 0}, "could not be loaded"),
        ({"announce": len(CONTENT) + 500, "cut_after": len(CONTENT)}, "could not be loaded"),
        ({"announce": 2 * 10**6}, "has 2,000,000 bytes or more, at most 1,000,000"),
        ({"endless": True}, "or more, at most 1,000,000"),
        ({"status": 404}, "answered 404"),
        ({"status": 503}, "answered 503"),
        ({"packed": True}, "packed the file"),
        ({"cut_after": 30_000, "wrong_range": True}, "asked for the bytes from 30,000 on"),
    ],
)
def test_what_cannot_be_trusted_is_refused(server, file, changes, message):
    server.serve("/f", CONTENT, **changes)
    with pytest.raises(DownloadError, match=message):
        load(server, file)
    assert not file.exists()


def test_wrong_bytes_are_refused_and_deleted(server, file):
    server.serve("/f", b"\0" * len(CONTENT))
    with pytest.raises(DownloadError, match=f"expected {SHA}: these are not the bytes"):
        load(server, file, sha256=SHA)
    assert not file.exists() and not file.with_name("file.bin.part").exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/f",
        "ftp://example.org/f",
        "file:///etc/passwd",
        "https://",
        "example.org",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(DownloadError, match="expected https"):
        check_address(url)


@pytest.mark.parametrize(
    "to",
    ["https://example.org/f", "http://example.org/f", "file:///etc/passwd", "ftp://127.0.0.1/f"],
)
def test_redirects_to_another_kind_of_address_are_refused(server, file, to):
    server.serve("/f", b"", redirect=to)
    with pytest.raises(DownloadError, match="not followed|expected https"):
        load(server, file)


def test_redirects_within_are_followed_a_few_times(server, file):
    server.serve("/f", b"", redirect="/g")
    server.serve("/g", CONTENT)
    assert load(server, file) == SHA
    server.serve("/g", b"", redirect="/f")
    with pytest.raises(DownloadError, match="more than 5 times"):
        load(server, file)


def test_two_at_once_do_not_write_the_same_file(server, file):
    server.serve("/f", CONTENT, stall_after=1000, etag=None)
    errors = []

    def first() -> None:
        try:
            load(server, file)
        except DownloadError as error:
            errors.append(str(error))

    thread = threading.Thread(target=first)
    thread.start()
    while not file.with_name("file.bin.part").exists():
        threading.Event().wait(0.01)
    with pytest.raises(DownloadError, match="another process loads file.bin"):
        load(server, file)
    thread.join()
    assert "nothing came" in errors[0]


# Whole models


@pytest.fixture
def model_server(server, small_model_files, monkeypatch):
    """The small model in the place of the official "small" one, and in a folder of its own."""
    contents = [path.read_bytes() for path in small_model_files]
    official = OFFICIAL["small"]
    for path, content in zip((official.options_path, official.weight_path), contents, strict=True):
        server.serve(f"/{path}", content)
        server.serve(f"/own/{path.rpartition('_')[2]}", content)
    monkeypatch.setenv("ELMO_MIRROR", server.url)
    return server


def test_an_official_model_from_a_mirror(model_server, capsys, home):
    assert main(["download", "small"]) == 0
    assert "Its publisher states none" in capsys.readouterr().out
    entry = Store().get("small")
    assert (entry.kind, entry.source) == ("downloaded", BASE + OFFICIAL["small"].weight_path)
    assert Store().load("small").options.n_layers == 2
    known = json.loads((home / "checksums.json").read_text())
    assert known[entry.source]["sha256"] == entry.sha256
    assert [path.name for path in (home / "models").iterdir()] == ["small"]
    assert main(["download", "small"]) == 1
    assert "already is a model 'small'" in capsys.readouterr().err
    assert main(["download", "small", "--name", "again"]) == 0
    assert "the same as at the first download" in capsys.readouterr().out


def test_other_bytes_than_at_first_use_are_refused(model_server, small_model_files):
    download("small")
    path = f"/{OFFICIAL['small'].weight_path}"
    changed = bytearray(small_model_files[1].read_bytes())
    changed[-1] ^= 1
    model_server.serve(path, bytes(changed))
    with pytest.raises(DownloadError, match="that of the first download.*delete its line"):
        download("small", "again")
    assert "again" not in Store().names()


@pytest.mark.parametrize("path", ["/own", "/own/", "/own/weights.hdf5"])
def test_a_model_from_an_address(model_server, path):
    entry = download(model_server.url + path)
    assert entry.name == "own"
    assert Store().load(entry.name).options.n_layers == 2


def test_a_zip_file_as_nlpl_has_them(server, small_model_files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.write(small_model_files[0], "options.json")
        zipped.write(small_model_files[1], "../../model.hdf5")
        zipped.writestr("../evil.txt", "evil")
    server.serve("/42.zip", data.getvalue())
    entry = download(f"{server.url}/42.zip")
    assert entry.name == "42"
    assert sorted(path.name for path in entry.weight_file.parent.iterdir()) == [
        "model.json",
        "options.json",
        "weights.hdf5",
    ]
    server.serve("/43.zip", b"PK no zip")
    with pytest.raises(DownloadError, match="43.zip is not a model .*not a ZIP file"):
        download(f"{server.url}/43.zip")


@pytest.mark.parametrize("content", [b"<html>Log in first</html>", b""])
def test_what_is_no_model_is_deleted_and_not_recorded(model_server, home, content):
    model_server.serve("/own/weights.hdf5", content)
    with pytest.raises(DownloadError, match="is not a model and was deleted: weights.hdf5"):
        download(f"{model_server.url}/own")
    assert list((home / "models").iterdir()) == []
    assert not (home / "checksums.json").exists()


def test_wrong_requests_are_told(model_server, capsys):
    assert main(["download", "large"]) == 1
    assert "there are small, medium, original, 5.5B, pubmed, pt" in capsys.readouterr().err
    with pytest.raises(StoreError, match="cannot be the name"):
        download(f"{model_server.url}/own", "../x")
    with pytest.raises(DownloadError, match="expected 00: these are not the bytes"):
        download(f"{model_server.url}/own", sha256="00")
    assert main(["download", "http://example.org/elmo"]) == 1
    assert "expected https" in capsys.readouterr().err


def test_the_job(model_server):
    from elmo.store.download import run_job

    class Report:
        said: list = []

        def __call__(self, fraction, message):
            self.said.append((fraction, message))

        def should_stop(self):
            return False

    report = Report()
    result = run_job({"what": f"{model_server.url}/own"}, report, Path())
    assert result["name"] == "own" and result["compared"] is False
    assert report.said[-1][0] == 1.0
