"""One visitor of the app without a browser: Streamlit's websocket, spoken by hand.

Says what the page's own script says (a page to run, a widget that changed) and keeps what it is
told: the elements of the last run, with every number in them.
"""

import asyncio
import json
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

T = TypeVar("T")
_TEXTS = {"markdown": "body", "alert": "body", "html": "body", "heading": "body", "text": "body"}


@dataclass
class Seen:
    """What one run of a page showed.

    Attributes:
        elements: (kind, its content as text), in the order of their places on the page.
        raw: every byte of the run, to search for what belongs to others.
        seconds: from asking to the end of the run.
    """

    elements: list[tuple[str, str]] = field(default_factory=list)
    raw: bytes = b""
    seconds: float = 0.0

    def of(self, kind: str) -> list[str]:
        """The contents of all elements of a kind: "alert ERROR", "exception", "markdown"."""
        return [text for found, text in self.elements if found == kind]

    @property
    def is_busy(self) -> bool:
        """Whether the page said that too many wait."""
        return any("before you" in error for error in self.of("alert ERROR"))

    def find(self, name: str) -> Any:
        """The data of the first component of a name."""
        for text in self.of(f"bidi_component {name}"):
            return json.loads(text)
        raise KeyError(f"no component {name!r} among {[kind for kind, _ in self.elements]}")


class Session:
    """A visit: one websocket, the pages it opens and the widgets it changes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.id = ""
        self.pages: dict[str, str] = {}
        self.page = ""
        self.query = ""
        self.widgets: dict[str, WidgetState] = {}
        self._elements: dict[tuple[int, ...], Element] = {}
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> "Session":
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await connect(address, max_size=None, open_timeout=60, ping_timeout=None)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._socket is not None
        await self._socket.close()

    async def open(self, page: str, **params: str) -> Seen:
        """Open a page by its address ("word"), as a link does."""
        self.query, self.page, self.widgets = urlencode(params), self.pages.get(page, ""), {}
        return await self.rerun(page_name="" if self.page else page)

    async def choose(self, key: str, **value: object) -> Seen:
        """Change the widget of a key: `choose("layer", string_array_value=["Layer 1"])`."""
        state = WidgetState(id=self.widget(key))
        for kind, given in value.items():
            target = getattr(state, kind)
            if hasattr(target, "data"):
                target.data.extend(given)
            elif kind == "file_uploader_state_value":
                target.CopyFrom(given)
            else:
                setattr(state, kind, given)
        self.widgets[state.id] = state
        return await self.rerun()

    async def press(self, label: str) -> Seen:
        """Press the button with a label."""
        button = next(e.button for e in self._elements.values() if e.button.label == label)
        state = WidgetState(id=button.id, trigger_value=True)
        self.widgets[state.id] = state
        seen = await self.rerun()
        del self.widgets[state.id]
        return seen

    def widget(self, key: str) -> str:
        """The id of the widget of a key on the page as it stands."""
        for element in self._elements.values():
            content = getattr(element, element.WhichOneof("type") or "empty")
            if getattr(content, "id", "").endswith(f"-{key}"):
                return content.id
        raise KeyError(f"no widget {key!r} on {self.page}")

    def options(self, key: str) -> list[str]:
        """What a select box offers."""
        wanted = self.widget(key)
        return [
            option
            for element in self._elements.values()
            if element.selectbox.id == wanted
            for option in element.selectbox.options
        ]

    async def rerun(self, page_name: str = "") -> Seen:
        """Run the page with the widgets as they are, to its end."""
        assert self._socket is not None
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = self.query
        asked.page_script_hash, asked.page_name = self.page, page_name
        asked.widget_states.widgets.extend(self.widgets.values())
        began = time.monotonic()
        await self._socket.send(message.SerializeToString())
        seen, parts = Seen(), []
        self._elements.clear()
        async with asyncio.timeout(240):
            while True:
                data = await self._socket.recv(decode=False)
                parts.append(data)
                answer = ForwardMsg.FromString(data)
                if self._take(answer):
                    break
        seen.raw = b"".join(parts)
        seen.seconds = time.monotonic() - began
        for place in sorted(self._elements):
            seen.elements.append(_content(self._elements[place]))
        return seen

    async def upload(self, key: str, name: str, data: bytes) -> Seen:
        """Give a file to the uploader of a key, as the page's script does."""
        assert self._socket is not None
        message = BackMsg()
        message.file_urls_request.request_id = "r"
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.id
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(60):
            while True:
                answer = ForwardMsg.FromString(await self._socket.recv(decode=False))
                if answer.HasField("file_urls_response"):
                    break
        (urls,) = answer.file_urls_response.file_urls
        await asyncio.to_thread(put_file, self.url, urls.upload_url, name, data)
        file = UploadedFileInfo(name=name, size=len(data), file_id=urls.file_id, file_urls=urls)
        return await self.choose(
            key, file_uploader_state_value=FileUploaderState(uploaded_file_info=[file])
        )

    def _take(self, answer: ForwardMsg) -> bool:
        """Keep what a message tells; whether it ends the run."""
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            self.id = answer.new_session.initialize.session_id or self.id
            self.page = answer.new_session.page_script_hash
        elif kind == "navigation":
            self.pages |= {
                page.url_pathname: page.page_script_hash for page in answer.navigation.app_pages
            }
            self.page = answer.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = answer.page_info_changed.query_string
        elif kind == "delta" and answer.delta.WhichOneof("type") != "new_transient":
            path = tuple(answer.metadata.delta_path)
            for place in [p for p in self._elements if p[: len(path)] == path]:
                del self._elements[place]
            if answer.delta.HasField("new_element"):
                self._elements[path] = answer.delta.new_element
        elif kind == "script_finished":
            return answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False


def run_visit(visit: Coroutine[Any, Any, T]) -> T:
    """Run a visit to its end, in a thread of its own: Playwright's loop may run in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, visit).result()


def put_file(url: str, place: str, name: str, data: bytes) -> None:
    """Send a file to where the server said, with the token against forged requests."""
    with requests.Session() as http:
        http.get(f"{url}/_stcore/health", timeout=60).raise_for_status()
        token = http.cookies.get("_streamlit_xsrf", "")
        answer = http.put(
            f"{url}{place}", files={name: data}, headers={"X-Xsrftoken": token}, timeout=60
        )
        answer.raise_for_status()


def _content(element: Element) -> tuple[str, str]:
    """An element's kind, and what it shows, as text."""
    kind = element.WhichOneof("type") or "empty"
    content = getattr(element, kind)
    if kind == "alert":
        return f"alert {content.Format.Name(content.format)}", content.body
    if kind in _TEXTS:
        return kind, getattr(content, _TEXTS[kind])
    if kind == "dataframe":
        return kind, _table(content.arrow_data.data)
    if kind == "bidi_component":
        return f"{kind} {content.component_name}", content.json or content.mixed.json
    if kind == "exception":
        return kind, f"{content.type}: {content.message}"
    return kind, getattr(content, "label", "")


def _table(data: bytes) -> str:
    import pyarrow

    with pyarrow.ipc.open_stream(data) as reader:
        return json.dumps(reader.read_all().to_pydict(), default=str, ensure_ascii=False)
