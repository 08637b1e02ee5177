"""The response times of the linked pictures in Chromium.

    python -m benchmarks.linked_pictures              20, 200, 500 and 5,000 uses, in saved pages without a network
    python -m benchmarks.linked_pictures --uses 20    some of them
    python -m benchmarks.linked_pictures PAGE.html    a saved page
    python -m benchmarks.linked_pictures --table 200  the uses that are read, as a table for `python -m elmo report`
    python -m benchmarks.linked_pictures --app        in the app: Word in context, 20 and 200 uses; Layers; Mixing

Up to 200 uses are sentences that the bundled model reads, in every representation; more are random vectors.

The time of a change is that of Chromium's Event Timing, as for its figure Interaction to Next Paint: from a real press
of the mouse to the frame on the screen that has the change in all that is in view, in steps of 8 ms, at least 16. p95:
95 of 100 changes take less time. "all" is the time until what is off the screen is drawn, too. The page's own time is
the mean time that the page's thread computes for a change; it does not depend on other programs of the machine. Frames
are those of a glide from layer to layer. In the app the benchmark also prints how many messages the changes sent to the
server, and how long the server's answer took.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.app import uses as sentences
from benchmarks.app_session import chromium, server
from elmo.embedder import Elmo
from elmo.tasks.senses.reference import stored_reference
from elmo.usages import Usage
from elmo.views import explore_model
from elmo.views.build import explore
from elmo.views.exploration import THE_WORD, Exploration
from elmo.views.page import save
from elmo.views.request import Family, Settings

SENSES = ("money", "river", "verb")
ROUNDS = 20
READ = 200  # of more uses the vectors are random

KINDS = ("layer", "mix", "order", "colour", "comparison", "selection")

_BUTTON = """(root) => {
  const { explorer } = root;
  const { scene } = explorer;
  const of = (values, round) => values[round % values.length];
  const changes = {
    layer: (round) => scene.set({ representation: of(scene.family.map(({ name }) => name), round) }),
    mix: (round) => scene.setWeights(of([[0.2, 0.3, 0.5], [0.6, 0.2, 0.2], [0.1, 0.8, 0.1]], round)),
    order: (round) => scene.set({ order: of(["text", "left", "right", "sense"], round), matrixOrder: of(["like", "sense", "text"], round) }),
    colour: (round) => scene.set({ colour: of(["cluster", "position", "similarity", "sense"], round) }),
    comparison: (round) => explorer.compare(of(scene.families, round)),
    selection: (round) => scene.set({ selection: [round % scene.n, (7 * round + 3) % scene.n] }),
  };
  const button = document.createElement("button");
  button.textContent = "change";
  button.style.cssText = "position: fixed; left: 0; bottom: 0; z-index: 9999999; width: 60px; height: 30px";
  document.body.append(button);
  window.change = null; // { kind, round } before a press, then also all and painted
  const frame = () => new Promise((drawn) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = drawn;
    port2.postMessage(0);
  }));
  button.onclick = async (event) => {
    const { change } = window;
    changes[change.kind](change.round);
    do await frame(); while (explorer.isComplete === false);
    change.all = performance.now() - event.timeStamp;
  };
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === "click") window.change.painted = duration;
  }).observe({ type: "event", durationThreshold: 16 });
}"""
_IS_MADE = """() => {
  const { change } = window;
  change.since ??= change.all && performance.now();
  // The browser tells of no press that takes less than 16 ms.
  return change.all && (change.painted || performance.now() - change.since > 150);
}"""
_IS_DONE = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
_GLIDE = """async (root) => {
  const { explorer } = root;
  const { scene } = explorer;
  const times = [];
  for (const name of ["layer 0", "layer 2", "layer 1", "layer 2"]) {
    scene.set({ representation: name });
    let last = await new Promise(requestAnimationFrame);
    for (let k = 0; k < 22; k++) {
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
  }
  return times;
}"""


def random_exploration(n: int, dim: int = 64) -> Exploration:
    """An exploration of n random uses in three layers and their equal mix, with and without their mean."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(len(SENSES), dim))
    uses = []
    for i in range(n):
        tokens = (
            "In",
            "the",
            "year",
            str(1000 + i),
            "we",
            "saw",
            "the",
            "bank",
            "once",
            "more",
            ".",
        )
        uses.append(Usage(" ".join(tokens), tokens, 7, SENSES[i % 3]))
    own = centres[np.arange(n) % 3]
    layers = np.stack([a * own + 2 * rng.normal(size=(n, dim)) for a in (0.0, 0.5, 1.0)])
    layers = layers.astype(np.float32)
    vectors = {f"layer {i}": layer for i, layer in enumerate(layers)} | {
        "equal mix": layers.mean(0)
    }
    weights = {f"layer {i}": tuple(np.eye(3)[i].tolist()) for i in range(3)}
    family = Family(THE_WORD, vectors)
    names = tuple(weights)
    return explore(
        uses,
        [family, family.less_mean()],
        layers=layers,
        layer_names=names,
        settings=Settings(names, weights),
    )


def read_uses(n: int) -> list[Usage]:
    """Uses of "bank" in n sentences, in two senses."""
    uses = []
    for i, text in enumerate(sentences(n).splitlines()):
        tokens = tuple(text.split())
        uses.append(Usage(text, tokens, tokens.index("bank"), SENSES[i % 2]))
    return uses


def read_exploration(n: int) -> Exploration:
    """An exploration of n uses that the bundled model reads, in every representation."""
    elmo = Elmo()
    return explore_model(read_uses(n), elmo, reference=stored_reference(elmo))


def measure(browser, file: Path) -> None:
    """Print the times of one page."""
    page = browser.new_context(
        viewport={"width": 1400, "height": 900}, offline=True, reduced_motion="reduce"
    ).new_page()
    page.goto(file.resolve().as_uri())
    page.wait_for_function("document.querySelector('#explorer').explorer")
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    print(f"  first paint {first:.0f} ms")
    measure_changes(page, "#explorer")
    page.emulate_media(reduced_motion="no-preference")
    page.locator("#explorer figure[data-picture=map]").scroll_into_view_if_needed()
    frames = np.array(page.locator("#explorer").evaluate(_GLIDE))
    print(
        f"  a glide     {1000 / frames.mean():.0f} frames a second (mean), {1000 / np.median(frames):.0f} (median), "
        f"p95 {np.percentile(frames, 95):.0f} ms a frame",
        flush=True,
    )
    page.context.close()


def measure_changes(page, css: str) -> None:
    """Print the times of every kind of change in the explorer of an open page."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.locator(css).evaluate(
        "root => root.scrollIntoView()"
    )  # off the screen there is no frame to wait for
    page.locator(css).evaluate(_BUTTON)
    page.wait_for_timeout(500)
    everything: list[float] = []
    for kind in KINDS:
        before = _thread_ms(devtools)
        changes = [press(page, kind, round) for round in range(ROUNDS)]
        own = (_thread_ms(devtools) - before) / ROUNDS
        painted, drawn = np.array(changes).T
        everything += list(painted)
        print(
            f"  {kind:12}{np.median(painted):6.0f} ({np.percentile(painted, 95):.0f}) ms, all {np.median(drawn):.0f} "
            f"({np.percentile(drawn, 95):.0f}), the page's own {own:.0f}",
            flush=True,
        )
    within = np.sum(np.array(everything) <= 100)
    print(
        f"  all         p95 {np.percentile(everything, 95):.0f} ms, {within} of {len(everything)} within 100 ms; "
        f"load {os.getloadavg()[0]:.1f}"
    )


def press(page, kind: str, round: int) -> tuple[float, float]:
    """Make a change; returns the milliseconds until it is seen, and until all is drawn."""
    page.evaluate("change => (window.change = change)", {"kind": kind, "round": round})
    height = page.viewport_size["height"]
    page.mouse.click(20, height - 15)
    page.wait_for_function(_IS_MADE)
    change = page.evaluate("window.change")
    return change.get("painted", 16.0), change["all"]


class Messages:
    """What a page sends to its server from now on, and how long the answers take."""

    def __init__(self, page) -> None:
        self.sent: list[float] = []
        self.heard: list[float] = []
        page.on("websocket", self._follow)

    def _follow(self, socket) -> None:
        socket.on("framesent", lambda frame: self.sent.append(time.perf_counter()))
        socket.on("framereceived", lambda frame: self.heard.append(time.perf_counter()))

    def messages_since(self, page, since: int) -> str:
        """The messages after the first `since`, once the page has been quiet for a second."""
        page.wait_for_timeout(1000)
        sent = self.sent[since:]
        if not sent:
            return "no message to the server"
        return f"{len(sent)} messages to the server, answered {1000 * (self.heard[-1] - sent[-1]):.0f} ms after the last"


def measure_app(browser, counts: list[int]) -> None:
    """Print the times on Word in context, with pasted sentences, and on Layers, and what Mixing asks of the server."""
    with server() as app:
        page = browser.new_context(
            viewport={"width": 1400, "height": 900}, reduced_motion="reduce"
        ).new_page()
        page.set_default_timeout(300_000)
        messages = Messages(page)
        for n in counts:
            page.goto(f"{app.url}/word?source=Your+own+text&word=bank")
            field = page.get_by_role("textbox", name="Sentences", exact=True)
            lines = sentences(n).splitlines()
            labelled = (f"{line} | {SENSES[i % 2]}" for i, line in enumerate(lines))
            field.fill("\n".join(labelled))
            began = time.perf_counter()
            field.press("Control+Enter")
            page.locator(".explorer-place canvas").first.wait_for()
            print(f"{n} uses in the app: pictures after {time.perf_counter() - began:.1f} s")
            page.wait_for_function(_IS_DONE)  # the second step, with all tests, is there
            print(f"  complete after {time.perf_counter() - began:.1f} s", flush=True)
            since = len(messages.sent)
            measure_changes(page, ".explorer-place")
            print(f"  {messages.messages_since(page, since)}", flush=True)
        for address in ("/layers", "/mixing"):
            page.goto(f"{app.url}{address}")
            page.locator(".explorer-place canvas").first.wait_for()
            page.wait_for_function(_IS_DONE)
            page.wait_for_timeout(1000)
            since = len(messages.sent)
            page.locator(".explorer-place").evaluate("root => root.scrollIntoView()")
            page.locator(".explorer-place").evaluate(_BUTTON)
            kind = "layer" if address == "/layers" else "mix"
            painted = [press(page, kind, round)[0] for round in range(ROUNDS)]
            print(
                f"{address}: {kind} {np.median(painted):.0f} ({np.percentile(painted, 95):.0f}) ms; {ROUNDS} changes, "
                f"{messages.messages_since(page, since)}",
                flush=True,
            )
        page.context.close()


def _thread_ms(devtools) -> float:
    """Milliseconds that the page's thread has computed, without waiting."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return 1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "pages", nargs="*", type=Path, metavar="PAGE.html", help="saved pages to measure"
    )
    parser.add_argument("--uses", nargs="*", type=int, default=[20, 200, 500, 5000])
    parser.add_argument("--table", type=int, metavar="N", help="write the table of N uses")
    parser.add_argument("--app", action="store_true", help="measure Word in context in the app")
    args = parser.parse_args()
    if args.table:
        rows = [f"{use.text}\tbank\t0\t{use.sense}" for use in read_uses(args.table)]
        print("\n".join(["sentence\tform\toccurrence\tsense", *rows]))
        return
    if args.app:
        with chromium() as browser:
            measure_app(browser, [20, 200])
        return
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        for file in args.pages:
            print(file, flush=True)
            measure(browser, file)
        for n in [] if args.pages else args.uses:
            file = Path(folder) / f"{n}.html"
            save(read_exploration(n) if n <= READ else random_exploration(n), file)
            print(f"{n:,} uses, {file.stat().st_size / 1e6:.2f} MB", flush=True)
            measure(browser, file)


if __name__ == "__main__":
    main()
