"""A server of the app and a browser: the memory of the server, and the times of the page's answers.

Times are taken inside the page: from the event of the input (a press, a key) to the last change of the page or the end
of the server's run, whichever is later. Two things do not count: the copy of a table for screen readers, which nobody
sees and which follows 0.2 s later, and the glide of dots, as the browser asks for reduced motion.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.processes import descendants, processor_seconds, resident_bytes

ROOT = Path(__file__).parent.parent
CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
).split()
STILL_MS = 350
"""Milliseconds without a change after which the page counts as complete."""

WATCH = """(() => {
  const w = window.watch = {input: 0, moved: 0, ended: 0, began: 0, heading: 0, answer: 0, picture: 0, running: false};
  const now = () => performance.now();
  const roots = [document];  // components have roots of their own
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) {
    const root = attach.call(this, how);
    roots.push(root);
    return root;
  };
  const isPicture = (e) => e.clientHeight > 100 && !e.closest("[data-testid=stDataFrame]");
  const seek = () => {
    for (const root of roots) {
      if (!w.answer && root.querySelector("[class*=st-key-finding-] p, .answers p, .findings p")) w.answer = now();
      if (!w.picture && [...root.querySelectorAll("canvas, .main-svg")].some(isPicture)) w.picture = now();
    }
    if (!w.answer || !w.picture) requestAnimationFrame(seek);
  };
  requestAnimationFrame(seek);
  for (const kind of ["pointerdown", "click", "keydown", "input", "change"])
    addEventListener(kind, () => { if (!w.input) w.input = now(); }, true);
  const look = (records) => {
    const main = document.querySelector("[data-testid=stMain]");
    const app = document.querySelector("[data-testid=stApp]");
    if (!main || !app) return;
    if (!w.heading && main.querySelector("h1")?.innerText) w.heading = now();
    const running = app.dataset.testScriptState === "running";
    if (running && !w.running) w.began = now();
    if (!running && w.running) w.ended = now();
    w.running = running;
    const unseen = (node) => (node.closest ? node : node.parentElement)?.closest("canvas");
    if (records.some((r) => main.contains(r.target) && !unseen(r.target))) w.moved = now();
  };
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true});
})();"""
STILL = """(still) => {
  const w = window.watch, last = Math.max(w.moved, w.ended, w.began);
  return w.heading && (w.ended || w.moved > w.input) && !w.running && last > w.input && performance.now() - last > still
    && !document.querySelector("[data-testid=stSkeleton]");
}"""


@dataclass(frozen=True)
class Answer:
    """Milliseconds from an input, or from the opening of a page.

    Attributes:
        complete: time until the last change of the page.
        server: time until the end of the server's run.
        heading, answer, picture: time until the heading, the first computed sentence and the first picture are shown; 0
            for an input, and where a page has none.
        megabytes: what the browser received for a page, messages of the server included.
    """

    complete: float
    server: float
    heading: float = 0.0
    answer: float = 0.0
    picture: float = 0.0
    megabytes: float = 0.0


class NoAnswer(Exception):
    """The page does not come to rest, or shows an error."""


class Server:
    """`streamlit run app.py` with an empty data folder of its own.

    Args:
        root: folder of the version of the app.
    """

    def __init__(self, folder: Path, root: Path = ROOT, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("localhost", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=root,
            env=os.environ
            | {"ELMO_HOME": str(folder / "home"), "PYTHONPATH": str(root)}
            | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while self.process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2).close()
                break
            time.sleep(0.05)
        else:
            raise SystemExit("the app did not start")

    def helpers(self) -> dict[int, str]:
        """The command line of each process that the server has started, by process number."""
        commands = {}
        for number in sorted(descendants(self.process.pid)):
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{number}/cmdline").read_text()
                commands[number] = command.replace("\0", " ")
        return commands

    def megabytes(self) -> tuple[float, float]:
        """Resident memory of the server, and of its helpers together."""
        own = resident_bytes(self.process.pid)
        return own / 1024**2, sum(map(resident_bytes, self.helpers())) / 1024**2

    def rest(self) -> None:
        """Wait until neither the server nor a helper (UMAP's process) uses the processor."""
        numbers = [self.process.pid, *self.helpers()]
        before = -1.0
        while (now := sum(map(processor_seconds, numbers))) - before > 0.1:
            before = now
            time.sleep(1)

    def stop(self) -> None:
        """End the server's process."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def server(root: Path = ROOT, **environment: str) -> Iterator[Server]:
    """A new server, of the version of the app in a folder, that is ended at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="elmo-bench-") as folder:
        started = Server(Path(folder), root, **environment)
        try:
            yield started
        finally:
            started.stop()


@contextlib.contextmanager
def chromium() -> Iterator:
    """A headless Chromium that is closed at the end of the block."""
    from playwright.sync_api import sync_playwright

    where = shutil.which("chromium") or shutil.which("google-chrome")
    if where is None:
        raise SystemExit("the app's times need Chromium: `apt install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=CHROMIUM)
        yield browser
        browser.close()


class Visitor:
    """A new browser profile with one tab, whose times are taken."""

    def __init__(self, browser, url: str) -> None:
        self.context = browser.new_context(
            viewport={"width": 1400, "height": 900},
            color_scheme="light",
            reduced_motion="reduce",
            base_url=url,
        )
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.received = 0.0
        network = self.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda e: self._receive(e["encodedDataLength"]))
        network.on("Network.webSocketFrameReceived", lambda e: self._receive(_size(e["response"])))

    def _receive(self, n_bytes: float) -> None:
        self.received += n_bytes

    def open(self, address: str) -> Answer:
        """Open a page; returns its times."""
        self.received = 0.0
        self.page.goto(address)
        return replace(self._answer(), megabytes=self.received / 1e6)

    def time(self, act: Callable[[], object]) -> Answer:
        """Call `act` and wait until the page is complete; returns the times.

        Raises:
            NoAnswer: the page does not answer within a minute, or shows an error.
        """
        self.page.evaluate("() => { window.watch.input = window.watch.ended = 0; }")
        act()
        return self._answer()

    def _answer(self) -> Answer:
        from playwright.sync_api import TimeoutError as TooLong

        try:
            self.page.wait_for_function(STILL, arg=STILL_MS, timeout=60_000)
        except TooLong:
            state = self.page.evaluate("[performance.now(), window.watch]")
            raise NoAnswer(f"{self.page.url} does not come to rest: {state}") from None
        w = self.page.evaluate("window.watch")
        errors = self.page.locator(
            "[data-testid=stException], [data-testid=stAlertContentError]"
        ).all_inner_texts()
        if errors:
            raise NoAnswer(f"{self.page.url} shows an error: {errors}")
        return Answer(
            max(w["moved"], w["ended"]) - w["input"],
            (w["ended"] or w["moved"])
            - w["input"],  # a short run can end before it shows as running
            w["heading"],
            w["answer"],
            w["picture"],
        )

    def close(self) -> None:
        """Close the tab and its profile."""
        self.context.close()


def _size(frame: dict) -> float:
    """The bytes of a message of the server; those that are not text are written in base64."""
    return len(frame["payloadData"]) * (1.0 if frame["opcode"] == 1 else 0.75)
