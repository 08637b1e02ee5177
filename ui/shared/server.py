"""The additions to Streamlit's server: a content security policy, and a script in the page.

With the policy a browser loads nothing from another machine, whatever a page contains. The script
(components/address.js) gives Streamlit's script the server's address, and keeps the browser's history.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.shared import memory, scripts, temporary

temporary.delete_abandoned()

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        # Streamlit's components (version 2) and Plotly create functions and scripts at run time.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
_SCRIPT = Path(__file__).parent / "components" / "address.js"
_TAG = b'<script src="./address.js"></script>'


@asynccontextmanager
async def while_it_runs(app: object) -> AsyncIterator[None]:
    """Give memory back while the server runs; delete this server's folders when the server ends.

    After a signal `atexit` does not run.
    """
    giving_back = asyncio.create_task(memory.give_back())
    yield
    giving_back.cancel()
    temporary.end()


class OwnPage:
    """ASGI middleware: Streamlit's page gets the policy as a header and our script as its first script."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change responses that are HTML; pass all others on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # To be changed, the page must arrive uncompressed and whole.
        unwanted = (b"accept-encoding", b"range", b"if-none-match", b"if-modified-since")
        headers = [pair for pair in scope["headers"] if pair[0] not in unwanted]
        last = scope["path"].rsplit("/", 1)[-1]
        if "." in last and not last.endswith(".html") or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def send_changed(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                names = dict(message["headers"])
                if names.get(b"content-type", b"").startswith(b"text/html"):
                    start = message
                    return
            elif start is not None:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                await _send_page(start, body, send)
                return
            await send(message)

        await self.app({**scope, "headers": headers}, receive, send_changed)


async def _send_page(start: Message, body: bytes, send: Send) -> None:
    body = body.replace(b"<head>", b"<head>" + _TAG, 1)
    changed = (b"content-length", b"etag", b"last-modified")
    headers = [pair for pair in start["headers"] if pair[0] not in changed]
    headers += [
        (b"content-length", str(len(body)).encode()),
        (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _address_script(request: Request) -> Response:
    return FileResponse(
        _SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


MIDDLEWARE = (Middleware(OwnPage),)
ROUTES = (Route("/address.js", _address_script), scripts.ROUTE)
