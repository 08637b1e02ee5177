"""Pages in a real browser: one server a test session, a fresh page a test.

A test fails, whatever it asserts, when the page logs an error to the console or asks anything of
another machine.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parent.parent.parent
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
_TIMEOUT_MS = int(os.environ.get("BROWSER_TIMEOUT_MS", 120_000))


def serve(
    folder: Path = ROOT, script: str = "app.py", log: Path | None = None, **environment: str
) -> tuple[subprocess.Popen, str]:
    """Start the app on a free port and wait until it answers.

    Args:
        log: takes all that the server writes.

    Returns:
        The process, which the caller ends, and the address.
    """
    with socket.socket() as found:
        found.bind(("localhost", 0))
        port = found.getsockname()[1]
    with open(log or os.devnull, "ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)],
            cwd=folder,
            env=os.environ | {"OMP_NUM_THREADS": "1"} | environment,
            stdout=out,
            stderr=out,
        )
    url = f"http://localhost:{port}"
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
            return process, url
        except OSError:
            time.sleep(0.25)
    process.kill()
    raise RuntimeError(f"the app did not start on port {port}")


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """The address of the running app: ELMO_APP_URL where that is set, else of one that is started here."""
    running = os.environ.get("ELMO_APP_URL")
    yield from [running] if running else served()


@pytest.fixture(scope="module")
def empty_app_url(tmp_path_factory) -> Iterator[str]:
    """The address of an app whose data folder is empty: nothing has been measured or kept."""
    yield from served(ELMO_HOME=str(tmp_path_factory.mktemp("home")))


def served(**settings: str) -> Iterator[str]:
    """The address of an app of its own, ended afterwards; see `serve` for the settings."""
    process, url = serve(**settings)
    yield url
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def browser():
    """Chromium; the tests are skipped without it, unless ELMO_REQUIRE_CHROMIUM=1."""
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if chromium is None:
        if os.environ.get("ELMO_REQUIRE_CHROMIUM") == "1":
            pytest.fail("ELMO_REQUIRE_CHROMIUM is 1 and there is no Chromium")
        pytest.skip("there is no Chromium here")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser, app_url):
    """A function that opens a page of a size and colour scheme: new_page(width=400, dark=True)."""
    contexts, problems = [], []
    host = urlsplit(app_url).hostname

    def on_console(message) -> None:
        if message.type == "error":
            problems.append(f"console: {message.text}")

    def on_request(request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.hostname != host:
            problems.append(f"asked of another machine: {request.url[:200]}")

    def open_page(width: int = 1400, height: int = 900, dark: bool = False, **more):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            base_url=app_url,
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_TIMEOUT_MS)
        page.on("console", on_console)
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on("request", on_request)
        page.on("websocket", on_request)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page):
    """A page of 1400 × 900 pixels in light colours."""
    return new_page()


def settled(page) -> None:
    """Wait until the app has run to its end, and every chart is drawn."""
    page.wait_for_selector("[data-testid=stApp]")
    page.wait_for_selector("h1")
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('.chart-place[aria-busy]')"
    )


def state(page) -> dict:
    """What is set in the linked pictures of the page."""
    return page.locator(".explorer-place").evaluate("root => root.explorer.state")


def no_exception_box(page) -> None:
    """Assert that the page has run to its end and shows neither an exception nor an error."""
    settled(page)
    for kind in ("stException", "stAlertContentError"):
        boxes = page.locator(f"[data-testid={kind}]").all_inner_texts()
        assert not boxes, f"{page.url}: {boxes}"


def no_sideways_scroll(page) -> None:
    """Assert that the page is not wider than the window."""
    surplus = page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]');"
        " return m.scrollWidth - m.clientWidth; }"
    )
    assert surplus <= 1, f"{page.url}: {surplus} pixels wider than the window"


def address_has(page, name: str, value: str) -> None:
    """Wait until the server has written this into the address."""
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value",
        arg=[name, value],
    )
