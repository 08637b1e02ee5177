"""A server on the loopback address that misbehaves on request, for the tests of downloads."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Behaviour:
    """What the server does; each field is one way to be good or bad."""

    content: bytes = b""
    etag: str | None = '"one"'
    ranges: bool = True
    cut_after: int | None = None  # bytes of an answer, then the connection is closed
    stall_after: int | None = None  # bytes of an answer, then nothing
    announce: int | None = None  # Content-Length, whatever is sent
    chunked: bool = False
    endless: bool = False  # never stops sending
    status: int = 200
    redirect: str | None = None
    wrong_range: bool = False
    packed: bool = False
    requests: list[dict] = field(default_factory=list)


class HostileServer:
    """Serves each path with its behaviour."""

    def __init__(self) -> None:
        self.paths: dict[str, Behaviour] = {}
        self.stopping = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                behaviour = server.paths.get(self.path)
                if behaviour is None:
                    self.send_error(404)
                    return
                behaviour.requests.append(dict(self.headers))
                with contextlib.suppress(OSError):
                    _answer(self, behaviour, server.stopping.wait)
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def serve(self, path: str, content: bytes, **changes: object) -> Behaviour:
        """Serve a path from now on."""
        self.paths[path] = Behaviour(content, **changes)  # type: ignore[arg-type]
        return self.paths[path]

    def close(self) -> None:
        """End all answers and the server."""
        self.stopping.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def _answer(handler: BaseHTTPRequestHandler, b: Behaviour, wait: Callable[[float], bool]) -> None:
    if b.redirect:
        handler.send_response(302)
        handler.send_header("Location", b.redirect)
        handler.send_header("Connection", "close")  # else the next request may meet the closing one
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    asked, fits = handler.headers.get("Range"), handler.headers.get("If-Range") in (None, b.etag)
    start, stop = 0, len(b.content)
    is_part = bool(asked and b.ranges and fits)
    if asked and is_part:
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, stop = int(first), min(stop, int(last) + 1) if last else stop
    body = b.content[start:stop]
    if b.status != 200:
        handler.send_response(b.status)
    elif is_part:
        handler.send_response(206)
        first = start + 7 if b.wrong_range else start
        handler.send_header("Content-Range", f"bytes {first}-{stop - 1}/{len(b.content)}")
    else:
        handler.send_response(200)
    if b.etag:
        handler.send_header("ETag", b.etag)
    if b.packed:
        handler.send_header("Content-Encoding", "gzip")
    if b.chunked:
        handler.send_header("Transfer-Encoding", "chunked")
    elif not b.endless:
        handler.send_header("Content-Length", str(len(body) if b.announce is None else b.announce))
    handler.end_headers()
    out = handler.wfile
    while b.endless and not wait(0):
        out.write(b"\0" * 65536)
    if b.chunked:
        for at in range(0, len(body), 1000):
            piece = body[at : at + 1000]
            out.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            if b.cut_after is not None and at >= b.cut_after:
                break
        else:
            out.write(b"0\r\n\r\n")
        return
    if b.stall_after is not None:
        out.write(body[: b.stall_after])
        out.flush()
        wait(30)
        return
    out.write(body if b.cut_after is None else body[: b.cut_after])
    out.flush()
    if b.cut_after is not None:
        time.sleep(0.01)
        handler.connection.shutdown(socket.SHUT_RDWR)
