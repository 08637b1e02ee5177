"""What one visitor uploads, another does not see; it goes when the visit ends."""

import pytest
import requests

from tests.browser.conftest import serve
from tests.load.session import Session, put_file, run_visit

TABLE = "sentence\tsense\n" + "".join(
    f"The bank of Quaxolotl {i} was {sense} .\t{sense}\n"
    for i in range(6)
    for sense in ("muddy", "rich")
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server whose temporary files are in a folder of its own, and that folder."""
    temporary = tmp_path_factory.mktemp("temporary")
    home = tmp_path_factory.mktemp("home")
    log = home / "log.txt"
    process, url = serve(
        log=log, ELMO_HOME=str(home / "data"), TMPDIR=str(temporary), ELMO_WARM_UP="0"
    )
    yield url, temporary
    process.terminate()
    process.wait(30)
    told = log.read_text()
    assert "8501" in told or "localhost" in told, "the server writes a log"
    assert "Quaxo" not in told, f"the log holds what a person gave: {told[-2000:]}"
    left = [path for path in temporary.iterdir() if not path.name.startswith("torchinductor_")]
    assert left == [], "temporary files are left when the server ends"


def test_a_table_and_a_model_stay_with_their_visitor(server, small_model_files):
    url, _ = server

    async def visit() -> None:
        async with Session(url) as one, Session(url) as other:
            await one.open("word", source="A file", word="bank")
            seen = await one.upload("word-upload", "Quaxolotl.tsv", TABLE.encode())
            assert not seen.of("exception") and b"Quaxolotl" in seen.raw
            assert b"ompared by" in seen.raw, seen.elements
            for file in small_model_files:
                seen = await one.upload(f"add_model_{file.name}", file.name, file.read_bytes())
            await one.choose("add_model_name", string_value="Quaxo-model")
            seen = await one.press("Add")
            assert "Quaxo-model" in one.options("model"), seen.of("alert ERROR")
            for page in ("word", "layers", "mixing", "language-model"):
                seen = await other.open(page, source="A file", word="bank", model="Quaxo-model")
                hidden = seen.raw.replace(b"model=Quaxo-model", b"")
                assert other.options("model") == ["Bundled model"]
                assert b"Quaxolotl" not in hidden
                told = seen.of("alert WARNING")
                assert page != "word" or any("does not have" in text for text in told), (
                    seen.elements
                )

    run_visit(visit())


def test_what_was_uploaded_stays_for_its_owner_alone(server, small_model_files):
    """A reload finds it by the token of the address; nobody else sees it. It goes with the server."""
    url, temporary = server

    async def visit() -> None:
        async with Session(url) as one:
            await one.open("word")
            for file in small_model_files:
                await one.upload(f"add_model_{file.name}", file.name, file.read_bytes())
            await one.choose("add_model_name", string_value="passing")
            await one.press("Add")
            assert "passing" in one.options("model")
        (folder,) = temporary.glob("elmo-app-*/visits-*/*/models/passing")
        assert folder.is_dir()
        async with Session(url) as other:
            await other.open("word")
            assert "passing" not in other.options("model")

    run_visit(visit())


def test_no_file_is_taken_without_the_token_or_for_nobody(server):
    url, _ = server
    place = f"{url}/_stcore/upload_file/nobody/1"
    assert requests.put(place, files={"a": b"a"}, timeout=60).status_code == 403
    with pytest.raises(requests.HTTPError, match="400"):
        put_file(url, "/_stcore/upload_file/nobody/1", "a", b"a")


def test_another_origin_is_not_let_in(server):
    url, _ = server
    answer = requests.get(
        f"{url}/_stcore/health", headers={"Origin": "http://evil.invalid"}, timeout=60
    )
    assert answer.headers.get("Access-Control-Allow-Origin") in (None, url)
    upgrade = {
        "Origin": "http://evil.invalid",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    assert requests.get(f"{url}/_stcore/stream", headers=upgrade, timeout=60).status_code == 403


def test_health(server):
    url, _ = server
    answer = requests.get(f"{url}/_stcore/health", timeout=60)
    assert (answer.status_code, answer.text) == (200, "ok")


def test_errors_and_links_leave_nothing_in_the_log(server):
    """Read when the server has ended: see the fixture."""
    url, _ = server

    async def visit() -> None:
        for page in ("word", "layers", "mixing", "language-model", "how"):
            async with Session(url) as session:
                link = {"source": "Your own text", "word": "Quaxo", "text": '["Quaxo and Quaxo"]'}
                await session.open(page, **link, weights="Quaxo", model="Quaxo", example="Quaxo")
                await session.open(page, source="Your own text", word="Quaxo", text="Quaxo {")

    run_visit(visit())
