"""Scripts have an address for each content, are kept by the browser, and are not sent twice."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette

from ui.shared import charts, scripts

APP = Starlette(routes=[scripts.ROUTE])


def get(path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    sent: list = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/{path}",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    with ThreadPoolExecutor(1) as thread:  # Chromium's tests leave a running loop in this one
        thread.submit(lambda: asyncio.run(APP(scope, receive, send))).result()
    start, *bodies = sent
    told = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], told, b"".join(body["body"] for body in bodies)


def test_a_script_is_given_out_once_and_then_only_confirmed():
    place = scripts.address("greeting", "1", b"export const hello = 1;".strip)
    status, headers, body = get(place)
    assert (status, body) == (200, b"export const hello = 1;")
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]
    status, _, body = get(place, **{"if-none-match": headers["etag"]})
    assert (status, body) == (304, b"")
    assert get("scripts/greeting-2.js")[0] == get("scripts/none.js")[0] == 404


def test_another_content_has_another_address():
    first, again, other = (scripts.loader("it", text) for text in ("a", "a", "b"))
    assert first == again != other and "scripts/it-" in first


def test_plotly_comes_from_this_server():
    status, _, body = get(charts._PLOTLY)
    assert status == 200 and b"plotly.js v" in body[:500]
