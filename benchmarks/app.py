"""Measure the app's response times and its server's memory, in Chromium.

    python -m benchmarks.app                       all parts, in about four minutes
    python -m benchmarks.app --parts cold changes  some parts: cold, changes, umap
    python -m benchmarks.app --parts cold --beside ../old     beside another version of the app, a checkout
    python -m benchmarks.app --minutes 60          then an hour of use by a script, for the memory

Cold: a server that has just started, and a new browser. Warm: both have shown the page before. The time of a change is
the time from the press to the last movement; `first` is a value that the server has not shown yet, `again` a value that
it has shown. p95: 95 of 100 changes take less time.
"""

import argparse
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.app_session import ROOT, Answer, NoAnswer, Server, Visitor, chromium, server

PAGES = {
    "Start": "/",
    "Word in context": "/word",
    "Layers": "/layers",
    "Mixing": "/mixing",
    "Change": "/change",
    "Language model": "/language-model",
    "Get vectors": "/vectors",
    "Downstream": "/downstream",
    "How it works": "/how",
}
WORDS = ("spring", "bat", "light", "match")
ROUNDS = 3
GOAL_MS, PAINT_GOAL_MS = 300, 2000


@dataclass(frozen=True)
class Change:
    """A change that a person makes on a page.

    Attributes:
        page, name, address: name of the page, name of the change, and address of the page.
        press: function that makes the press for value number i.
        ready: function that prepares the page, so that the change to value number i is one press.
        values: number of values before they repeat; 0 if each value is new.
    """

    page: str
    name: str
    address: str
    press: Callable[[Visitor, int], object]
    ready: Callable[[Visitor, int], object] = lambda visitor, i: None
    values: int = 4


@dataclass
class Times:
    """The times of one change.

    Attributes:
        first, again: times of values that the server shows for the first time, and again.
        memory: megabytes of the server and of its helpers afterwards.
    """

    change: Change
    first: list[Answer] = field(default_factory=list)
    again: list[Answer] = field(default_factory=list)
    memory: tuple[float, float] = (0.0, 0.0)


def _button(key: str, *names: str) -> Callable[[Visitor, int], None]:
    def press(v: Visitor, i: int) -> None:
        v.page.locator(f".st-key-{key}").get_by_text(names[i % len(names)], exact=True).click()

    return press


def _pick(key: str, *names: str) -> Callable[[Visitor, int], None]:
    def ready(v: Visitor, i: int) -> None:
        box = v.page.locator(f".st-key-{key} input").first
        box.click()
        box.fill(names[i % len(names)])
        v.page.get_by_role("option").first.wait_for()

    return ready


def _type(label: str, text: Callable[[int], str]) -> Callable[[Visitor, int], None]:
    def ready(v: Visitor, i: int) -> None:
        v.page.get_by_role("textbox", name=label, exact=True).fill(text(i))

    return ready


def _enter(v: Visitor, i: int) -> None:
    v.page.keyboard.press("Enter")


def _control_enter(v: Visitor, i: int) -> None:
    v.page.keyboard.press("Control+Enter")


def _nth(selector: str) -> Callable[[Visitor, int], None]:
    """Press the first four elements of this selector, one after the other."""
    return lambda v, i: v.page.locator(selector).nth(i % 4).click()


def _preset(v: Visitor, i: int) -> None:
    name = ("Layer 0 alone", "Layer 1 alone", "Layer 2 alone", "Equal mix")[i % 4]
    v.page.get_by_role("button", name=name, exact=True).click()


def _new_sentence(i: int) -> str:
    number = ("three", "nine", "twenty", "forty", "sixty")[i % 5] + " hundred" * (i // 5 % 9)
    return f"We watched {number} small boats from the bank of the river ."


def uses(n: int) -> str:
    """n different sentences with "bank", one on each line."""
    who = ("old man", "teacher", "two girls", "farmer", "crew", "woman next door", "boys")
    what = ("sat on the bank of the", "walked along the bank of a", "rowed to the far bank of the")
    where = ("river", "wide stream", "canal", "brown river", "lake")
    money = ("asked the bank for a", "paid the bank back the", "got from the bank a")
    lines = []
    for i in range(n):
        verb = what[i % 3] if i % 2 else money[i % 3]
        end = where[i % 5] if i % 2 else ("loan", "small loan", "new card", "large sum")[i % 4]
        lines.append(f"In the year {1700 + i} the {who[i % 7]} {verb} {end} .")
    return "\n".join(lines)


CHANGES = (
    Change("Word in context", "word", "/word", _enter, _pick("example", *WORDS)),
    Change(
        "Word in context",
        "new sentence",
        "/word?source=Your+own+text&word=bank",
        _control_enter,
        _type("Sentences", lambda i: uses(12) + "\n" + _new_sentence(i)),
        values=0,
    ),
    Change("Layers", "word", "/layers", _enter, _pick("example", *WORDS)),
    Change("Mixing", "mix", "/mixing", _preset),
    Change("Mixing", "word", "/mixing", _enter, _pick("example", *WORDS)),
    Change("Language model", "word", "/language-model", _nth(".st-key-lm_place button")),
    Change(
        "Language model",
        "new sentence",
        "/language-model",
        _enter,
        _type("A sentence", _new_sentence),
        values=0,
    ),
    Change("How it works", "word", "/how", _nth("[class*=st-key-how_word_] button")),
    Change(
        "How it works",
        "new sentence",
        "/how",
        _enter,
        _type("Your sentence", _new_sentence),
        values=0,
    ),
)


def cold(browser, versions: Sequence[Path], wanted: Sequence[str] | None) -> None:
    """Print when parts of each page are seen, from a fresh server and from a warm one, for each version of the app."""
    parts = ("heading", "answer", "picture", "complete")
    print(
        f"\nOpening a page, in ms: {', '.join(parts)}; and the megabytes that the browser received"
    )
    print(f"{'page':18}{'cold':>36}{'warm':>36}   server, helpers (MB)", flush=True)
    warm_headings = []
    for name, address in PAGES.items():
        for root in versions if not wanted or name in wanted else ():
            with server(root) as app:
                visitor = Visitor(browser, app.url)
                first = visitor.open(address)
                again = [visitor.open(address) for _ in range(3)]
                memory = _megabytes(app)
                visitor.close()
            warm = Answer(*np.median([astuple(answer) for answer in again], axis=0))
            warm_headings.append(warm.heading)
            both = (
                "  ".join(f"{getattr(answer, part):6,.0f}" for part in parts)
                + f"  {answer.megabytes:5.2f}"
                for answer in (first, warm)
            )
            where = "" if root == ROOT else f"  ({root.name})"
            print(
                f"{name:18}{''.join(f'{times:>36}' for times in both)}   {memory}{where}",
                flush=True,
            )
    print(f"slowest warm heading {max(warm_headings):,.0f} ms (goal {PAINT_GOAL_MS:,})")


def change_times(
    visitor: Visitor, app: Server, change: Change, rounds: int, start: int = 0
) -> Times:
    """The times of a change that is made several times.

    Args:
        rounds: number of rounds through the values of the change.
        start: number of the first value.
    """
    times = Times(change)
    visitor.open(change.address)
    for i in range(start, start + rounds * (change.values or 4)):
        change.ready(visitor, i)
        answer = visitor.time(lambda i=i: change.press(visitor, i))
        is_new = not change.values or i < change.values
        (times.first if is_new else times.again).append(answer)
    times.memory = app.megabytes()
    return times


def changes(browser, wanted: list[str] | None) -> bool:
    """Print the times of every change, on a server that has shown each page; False if a change got no answer."""
    from playwright.sync_api import Error as BrowserError

    print("\nChanges, in ms: median (95 of 100 take less); `server` until its run is over")
    print(
        f"{'page':18}{'change':14}{'first':>16}{'again':>16}{'server':>10}   server, helpers (MB)"
    )
    chosen = [c for c in CHANGES if not wanted or c.page in wanted]
    everything: list[Answer] = []
    failed: list[Change] = []
    with server() as app:
        visitor = Visitor(browser, app.url)
        for address in dict.fromkeys(change.address for change in chosen):
            visitor.open(address)
        app.rest()
        for change in chosen:
            try:
                taken = change_times(visitor, app, change, ROUNDS)
            except (NoAnswer, BrowserError) as error:
                failed.append(change)
                print(f"{change.page:18}{change.name:14} no answer: {error}", flush=True)
                continue
            everything += taken.first + taken.again
            last = taken.again or taken.first
            print(
                f"{change.page:18}{change.name:14}{_spread(taken.first):>16}{_spread(taken.again):>16}"
                f"{np.median([a.server for a in last]):10,.0f}   "
                f"{taken.memory[0]:,.0f}, {taken.memory[1]:,.0f}",
                flush=True,
            )
        visitor.close()
    times = [answer.complete for answer in everything]
    within = np.mean(np.array(times) <= GOAL_MS)
    print(
        f"all {len(times)} changes: median {np.median(times):,.0f}, p95 {np.percentile(times, 95):,.0f} ms; "
        f"{within:.0%} within {GOAL_MS} ms (goal 95 %)"
    )
    return not failed


def umap(browser) -> None:
    """When UMAP's process starts, and a first and a second fit of 300 uses."""
    print("\nUMAP of 300 uses", flush=True)
    with server() as app:
        visitor = Visitor(browser, app.url)
        began = time.time()
        visitor.page.goto("/layers", wait_until="commit")
        while not any("umap_worker" in line for line in app.helpers().values()):
            if time.time() > began + 60:
                raise SystemExit("UMAP's process did not begin with the page")
            time.sleep(0.01)
        process = time.time()
        visitor.page.wait_for_function("window.watch.heading > 0")
        painted = visitor.page.evaluate("performance.timeOrigin + window.watch.heading") / 1000
        print(
            f"  a cold server's Layers page: heading after {painted - began:.1f} s, UMAP's process "
            f"starts after {process - began:.1f} s",
            flush=True,
        )
        visitor.open("/layers?source=Your+own+text&word=bank")
        visitor.page.get_by_role("textbox", name="Sentences", exact=True).fill(uses(300))
        drawn = visitor.time(lambda: _control_enter(visitor, 0))
        print(
            f"  300 uses drawn by PCA: {drawn.complete / 1000:.1f} s ({_megabytes(app)} MB)",
            flush=True,
        )
        for name, press in (
            ("first", lambda: _button("layers_method", "UMAP")(visitor, 0)),
            ("second, another seed", lambda: visitor.page.keyboard.press("Enter")),
        ):
            if name != "first":
                visitor.page.get_by_label("Seed", exact=True).fill("14")
            start = time.perf_counter()
            press()
            visitor.page.locator(".st-key-layers-stop-umap").wait_for()
            visitor.page.locator(".st-key-layers-stop-umap").wait_for(
                state="detached", timeout=180_000
            )
            seconds = time.perf_counter() - start
            print(f"  {name} fit: {seconds:.1f} s ({_megabytes(app)} MB)", flush=True)
        visitor.close()


def long_use(browser, minutes: float) -> None:
    """Repeat every change with new words and sentences, and print the memory."""
    print(f"\nMemory in {minutes:g} minutes of use by a script")
    print(f"{'minute':>8}{'changes':>9}{'p95, ms':>9}   server, helpers (MB)", flush=True)
    with server() as app:
        visitor = Visitor(browser, app.url)
        began, next_line, recent, n = time.monotonic(), 0.0, [], 0
        for number in itertools.count():
            change = CHANGES[number % len(CHANGES)]
            times = change_times(visitor, app, change, 1, start=4 * (number // len(CHANGES)))
            recent += [answer.complete for answer in times.first + times.again]
            minute = (time.monotonic() - began) / 60
            if minute >= next_line:
                n += len(recent)
                print(
                    f"{minute:8.1f}{n:9,}{np.percentile(recent, 95):9,.0f}   {_megabytes(app)}",
                    flush=True,
                )
                next_line, recent = minute + minutes / 15, []
            if minute >= minutes:
                break
        visitor.close()


def _spread(answers: list[Answer]) -> str:
    if not answers:
        return "–"
    times = [answer.complete for answer in answers]
    return f"{np.median(times):,.0f} ({np.percentile(times, 95):,.0f})"


def _megabytes(app: Server) -> str:
    return "{:,.0f}, {:,.0f}".format(*app.megabytes())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parts", nargs="*", default=["cold", "changes", "umap"])
    parser.add_argument("--pages", nargs="*", help="these pages only")
    parser.add_argument(
        "--beside",
        nargs="*",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="other versions of the app (a checkout each), whose pages are opened in turn with those of this one",
    )
    parser.add_argument("--minutes", type=float, default=0.0, help="of use by a script")
    args = parser.parse_args()
    with chromium() as browser:
        if "cold" in args.parts:
            cold(browser, [ROOT, *args.beside], args.pages)
        is_complete = "changes" not in args.parts or changes(browser, args.pages)
        if "umap" in args.parts:
            umap(browser)
        if args.minutes:
            long_use(browser, args.minutes)
    return 0 if is_complete else 1


if __name__ == "__main__":
    raise SystemExit(main())
