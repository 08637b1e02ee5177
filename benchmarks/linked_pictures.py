"""The response times of the linked pictures in Chromium: a saved page with random uses, without a network.

    python -m benchmarks.linked_pictures              20, 200, 500 and 5,000 uses
    python -m benchmarks.linked_pictures --uses 20    some of them
    python -m benchmarks.linked_pictures --app        in the app: Word in context, 20 and 200 uses; Layers; Mixing

The time of a change is that from the call that a press makes to the end of drawing: the browser's next frame and the
task after it. p95: 95 of 100 changes take less time. The page's own time is the mean time that the page's thread
computes for a change; it does not depend on other programs of the machine. Frames are those of a glide from layer to
layer. In the app the benchmark also prints how many messages the changes sent to the server, and how long
the server's answer took.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.app import uses as sentences
from benchmarks.app_session import chromium, server
from elmo.usages import Usage
from elmo.views.build import explore
from elmo.views.exploration import THE_WORD, Exploration
from elmo.views.page import save
from elmo.views.request import Family, Settings

SENSES = ("money", "river", "verb")
ROUNDS = 20

_CHANGE = """async (root, [kind, round]) => {
  const { explorer } = root;
  const { scene } = explorer;
  const of = (values) => values[round % values.length];
  const changes = {
    layer: () => scene.set({ representation: of(scene.family.map(({ name }) => name)) }),
    mix: () => scene.setWeights(of([[0.2, 0.3, 0.5], [0.6, 0.2, 0.2], [0.1, 0.8, 0.1]])),
    order: () => scene.set({ order: of(["text", "left", "right", "sense"]), matrixOrder: of(["like", "sense", "text"]) }),
    colour: () => scene.set({ colour: of(["cluster", "position", "similarity", "sense"]) }),
    comparison: () => explorer.compare(of(scene.families)),
    selection: () => scene.set({ selection: [round % scene.n, (7 * round + 3) % scene.n] }),
  };
  const began = performance.now();
  changes[kind]();
  await new Promise(requestAnimationFrame);
  await new Promise((drawn) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = drawn;
    port2.postMessage(0);
  });
  return performance.now() - began;
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


def measure(browser, file: Path) -> None:
    """Print the times of one page."""
    page = browser.new_context(
        viewport={"width": 1400, "height": 900}, offline=True, reduced_motion="reduce"
    ).new_page()
    page.goto(f"file://{file}")
    page.wait_for_function("document.querySelector('#explorer').explorer")
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    print(f"  first paint {first:.0f} ms")
    measure_changes(page, "#explorer")
    page.emulate_media(reduced_motion="no-preference")
    frames = np.array(page.locator("#explorer").evaluate(_GLIDE))
    print(
        f"  a glide     {1000 / np.median(frames):.0f} frames a second (median), p95 {np.percentile(frames, 95):.0f} ms a frame",
        flush=True,
    )
    page.context.close()


def measure_changes(page, css: str) -> None:
    """Print the times of every kind of change in the explorer of an open page."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    explorer = page.locator(css)
    everything: list[float] = []
    for kind in ("layer", "mix", "order", "colour", "comparison", "selection"):
        before = _thread_ms(devtools)
        times = [explorer.evaluate(_CHANGE, [kind, round]) for round in range(ROUNDS)]
        own = (_thread_ms(devtools) - before) / ROUNDS
        everything += times
        print(
            f"  {kind:12}{np.median(times):8.0f} ({np.percentile(times, 95):.0f}) ms, {own:.0f} of them the page's own",
            flush=True,
        )
    within = np.mean(np.array(everything) <= 100)
    print(f"  all         p95 {np.percentile(everything, 95):.0f} ms, {within:.0%} within 100 ms")


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
            explorer = page.locator(".explorer-place")
            for round in range(ROUNDS):
                explorer.evaluate(_CHANGE, ["layer" if address == "/layers" else "mix", round])
            print(
                f"{address}: {ROUNDS} changes, {messages.messages_since(page, since)}", flush=True
            )
        page.context.close()


def _thread_ms(devtools) -> float:
    """Milliseconds that the page's thread has computed, without waiting."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return 1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--uses", nargs="*", type=int, default=[20, 200, 500, 5000])
    parser.add_argument("--app", action="store_true", help="measure Word in context in the app")
    args = parser.parse_args()
    if args.app:
        with chromium() as browser:
            measure_app(browser, [20, 200])
        return
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        for n in args.uses:
            file = Path(folder) / f"{n}.html"
            save(random_exploration(n), file)
            print(f"{n:,} uses, {file.stat().st_size / 1e6:.2f} MB", flush=True)
            measure(browser, file)


if __name__ == "__main__":
    main()
