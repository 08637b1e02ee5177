"""Load: 18 websocket visitors and 2 browsers on one server; `python -m tests.load.run`.

First each visitor comes alone and what they see is kept; then all come at once to a fresh server,
for some minutes, and must see the same: no error, nothing of anybody else's, equal numbers. All
together they first ask for much at once, so that the queue fills and some read "busy".
"""

import argparse
import asyncio
import contextlib
import json
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from websockets.exceptions import WebSocketException

from benchmarks.processes import descendants, resident_bytes
from tests.browser.conftest import _ARGUMENTS, serve
from tests.conftest import random_model, small_options
from tests.load.browsers import StuckError, click_around
from tests.load.compare import differences
from tests.load.session import Seen, Session, run_visit
from tests.load.visitors import Visitor, look_around, visitors

N_SESSIONS, N_BROWSERS = 18, 2
THINK_SECONDS = (2.0, 8.0)
"""A visitor looks so long at what they see before they do the next thing."""


@dataclass
class Report:
    """What was seen; `problems` must be empty."""

    problems: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    steps: dict[str, int] = field(default_factory=dict)
    n_busy: int = 0
    busy_message: str = ""
    memory: list[tuple[float, int]] = field(default_factory=list)

    def figures(self) -> dict:
        """The figures to publish."""
        megabytes = np.array([n for _, n in self.memory]) / 1e6
        third = max(1, len(megabytes) // 3)
        return {
            "interactions": len(self.seconds),
            "problems": len(self.problems),
            "median_s": round(float(np.median(self.seconds)), 2),
            "p95_s": round(float(np.percentile(self.seconds, 95)), 2),
            "max_s": round(max(self.seconds), 2),
            "turned_away_busy": self.n_busy,
            "busy_message": self.busy_message,
            "memory_mb_first_middle_last_third": [
                round(float(part.max()))
                for part in (megabytes[:third], megabytes[third:-third], megabytes[-third:])
                if len(part)
            ],
        }


class Load:
    """One run: the visitors, what each saw alone, and what is found under load."""

    def __init__(self, n_sessions: int, n_browsers: int, files: tuple[Path, Path]) -> None:
        everybody = visitors(n_sessions + n_browsers)
        self.sessions, self.clickers = everybody[:n_sessions], everybody[n_sessions:]
        self.names = [visitor.name.encode() for visitor in everybody]
        self.files = files
        self.alone: dict[tuple[int, str], Seen] = {}
        self.report = Report()

    async def one_by_one(self, url: str) -> None:
        """What each visitor sees when nobody else is there."""
        for visitor in self.sessions:
            async for what, seen in look_around(url, visitor, _at_once):
                self._keep(visitor, what, seen)
            print(f"{visitor.name} was here alone", file=sys.stderr)
        async with _chromium(self.report) as new_page:
            for visitor in self.clickers:
                page = await new_page()
                try:
                    async for what, seen in click_around(page, url, visitor, self.files, _at_once):
                        self._keep(visitor, what, seen)
                except StuckError as error:
                    self.report.problems.append(f"{visitor.name}, alone: {error}")

    def _keep(self, visitor: Visitor, what: str, seen: Seen) -> None:
        self.alone[visitor.number, what] = seen
        self._judge(visitor, f"alone, {what}", seen)

    async def together(self, url: str, pid: int, minutes: float) -> None:
        """All at once, and what differs from what each saw alone."""
        until = time.monotonic() + 60 * minutes
        sampler = asyncio.create_task(self._sample(pid))
        await asyncio.gather(*(self._rush(url, visitor) for visitor in self.sessions))
        async with _chromium(self.report) as new_page:
            rounds = [self._sessions_rounds(url, v, until) for v in self.sessions]
            pages = [await new_page() for _ in self.clickers]
            rounds += [
                self._browsers_rounds(page, url, v, until)
                for page, v in zip(pages, self.clickers, strict=True)
            ]
            await asyncio.gather(*rounds)
        sampler.cancel()

    async def _rush(self, url: str, visitor: Visitor) -> None:
        """All ask for the vectors of a hundred new sentences at the same moment."""
        lines = [
            f"{visitor.name} wrote {n} lines about the {visitor.word} that day" for n in range(100)
        ]
        link = {"source": "Your own text", "word": visitor.word, "text": json.dumps(lines)}
        async with Session(url) as session:
            for _ in range(40):
                seen = await session.open("word", **link)
                if not seen.is_busy:
                    break
                self._turned_away(seen)
                await asyncio.sleep(2)
            self._judge(visitor, "rush", seen)

    async def _sessions_rounds(self, url: str, visitor: Visitor, until: float) -> None:
        while time.monotonic() < until:
            try:
                async for what, seen in look_around(url, visitor, _think):
                    self._compare(visitor, what, seen)
            except (KeyError, TimeoutError, WebSocketException) as error:
                self.report.problems.append(f"{visitor.name}: {error!r}")

    async def _browsers_rounds(self, page, url: str, visitor: Visitor, until: float) -> None:
        while time.monotonic() < until:
            try:
                async for what, seen in click_around(page, url, visitor, self.files, _think):
                    self._compare(visitor, what, seen)
            except StuckError as error:
                self.report.problems.append(f"{visitor.name}: {error}")

    def _compare(self, visitor: Visitor, what: str, seen: Seen) -> None:
        if seen.is_busy:
            self._turned_away(seen)
            return
        self._judge(visitor, what, seen)
        self.report.seconds.append(seen.seconds)
        kind = what.split()[0]
        self.report.steps[kind] = self.report.steps.get(kind, 0) + 1
        alone = self.alone.get((visitor.number, what), seen)
        for difference in differences(seen, alone):
            self.report.problems.append(f"{visitor.name}, {what}: {difference}")

    def _turned_away(self, seen: Seen) -> None:
        self.report.n_busy += 1
        self.report.busy_message = seen.of("alert ERROR")[0]

    def _judge(self, visitor: Visitor, what: str, seen: Seen) -> None:
        """No error, and nobody else's name in anything that was sent."""
        for box in seen.of("exception") + seen.of("alert ERROR"):
            self.report.problems.append(f"{visitor.name}, {what}: {box[:300]}")
        own = visitor.name.encode()
        if own not in seen.raw and "browser" not in what:
            self.report.problems.append(f"{visitor.name}, {what}: nothing of their own is shown")
        for name in self.names:
            if name != own and name in seen.raw:
                self.report.problems.append(f"{visitor.name}, {what}: sees {name.decode()}")

    async def _sample(self, pid: int) -> None:
        began = time.monotonic()
        while True:
            in_use = sum(map(resident_bytes, [pid, *descendants(pid)]))
            self.report.memory.append((time.monotonic() - began, in_use))
            n, megabytes = len(self.report.seconds), self.report.memory[-1][1] // 10**6
            print(
                f"{n} steps, {len(self.report.problems)} problems, {megabytes} MB", file=sys.stderr
            )
            await asyncio.sleep(10)


async def _think() -> None:
    await asyncio.sleep(random.uniform(*THINK_SECONDS))


async def _at_once() -> None:
    """No pause."""


@contextlib.asynccontextmanager
async def _chromium(report: Report):
    """Gives a function that opens a page of its own visit; its script errors are problems."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_ARGUMENTS
        )

        async def new_page():
            page = await (await browser.new_context()).new_page()
            page.on("pageerror", lambda error: report.problems.append(f"script: {error}"))
            return page

        yield new_page
        await browser.close()


def run(minutes: float, n_sessions: int = N_SESSIONS, n_browsers: int = N_BROWSERS) -> Report:
    """Everybody alone on one server, then all at once on a fresh one."""
    from elmo.model.weights import write_model

    with tempfile.TemporaryDirectory(prefix="elmo-load-") as folder:
        files = Path(folder, "options.json"), Path(folder, "weights.hdf5")
        write_model(random_model(small_options()), *files)
        load = Load(n_sessions, n_browsers, files)
        for turn in ("alone", "together"):
            process, url = serve(ELMO_HOME=str(Path(folder, turn)))
            try:
                if turn == "alone":
                    run_visit(load.one_by_one(url))
                else:
                    run_visit(load.together(url, process.pid, minutes))
                if process.poll() is not None:
                    load.report.problems.append(f"the server ended with {process.returncode}")
            finally:
                process.terminate()
                process.wait(30)
    return load.report


def main() -> None:
    """Print the figures and all problems; 1 is the exit status when there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--sessions", type=int, default=N_SESSIONS)
    parser.add_argument("--browsers", type=int, default=N_BROWSERS)
    asked = parser.parse_args()
    report = run(asked.minutes, asked.sessions, asked.browsers)
    print(json.dumps(report.figures(), indent=2, ensure_ascii=False))
    print(report.steps)
    print("\n".join(sorted(set(report.problems))))
    raise SystemExit(bool(report.problems))


if __name__ == "__main__":
    main()
