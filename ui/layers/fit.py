"""UMAP fits for the Layers page: one warm process for all visitors, with progress and Stop.

Not `elmo.jobs.jobs`: a job is a new process, which would compile UMAP again for every fit (many seconds
against one), and wait behind a training.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from elmo.errors import BusyError
from elmo.explore.projection import ALIGNED_BELOW
from ui.shared import temporary

COMMAND = (sys.executable, "-m", "ui.layers.umap_worker")
MAX_WAITING = 8
MAX_KEPT = 64
COMPILE_SECONDS = 30.0
"""First guesses of how long things take, until they have been seen here."""


@dataclass
class Fit:
    """One fit: waiting, running, done, failed or stopped.

    Attributes:
        key: its name, from all that it depends on.
        points: the pictures, when done; layers first.
        text: what happens now.
        error: why it failed.
    """

    key: str
    layers: np.ndarray
    settings: dict
    status: str = "waiting"
    text: str = "waiting for its turn"
    step: int = 0
    steps: int = 0
    error: str | None = None
    points: Float[np.ndarray, "layers points axes"] | None = None
    asked: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in ("done", "failed", "stopped")


def key_of(layers_key: str, settings: dict) -> str:
    """The name of a fit: equal for equal vectors and settings."""
    return hashlib.sha256(f"{layers_key} {sorted(settings.items())}".encode()).hexdigest()[:32]


class Fitter:
    """Fits, one after the other, in a process that is begun when first needed."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self.command = command
        self._lock = threading.Condition()
        self._queue: deque[Fit] = deque()
        self._running: Fit | None = None
        self._kept: OrderedDict[str, Fit] = OrderedDict()
        self._process: subprocess.Popen | None = None
        self._thread: threading.Thread | None = None
        self._warm = False
        self._warm_next = self._warmed_once = False
        self._seconds: dict[bool, float] = {}

    def warm_up(self) -> None:
        """Compile UMAP in the background, once; not where ELMO_WARM_UP is 0, as in tests."""
        with self._lock:
            if self._warmed_once or os.environ.get("ELMO_WARM_UP") == "0":
                return
            self._warmed_once = self._warm_next = True
            self._begin()
            self._lock.notify_all()

    def start(self, key: str, layers: np.ndarray, settings: dict) -> Fit:
        """Ask for a fit; the same one again is the one there is, unless it was stopped or failed.

        Raises:
            BusyError: too many wait.
        """
        with self._lock:
            known = self._kept.get(key)
            if known is not None and known.status not in ("stopped", "failed"):
                self._kept.move_to_end(key)
                return known
            if len(self._queue) >= MAX_WAITING:
                raise BusyError(
                    f"Busy: {len(self._queue)} UMAP fits are waiting before yours. PCA is at once; "
                    "try UMAP again in a moment."
                )
            fit = Fit(key, layers, settings)
            self._kept[key] = fit
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
            self._queue.append(fit)
            self._begin()
            self._lock.notify_all()
            return fit

    def find(self, key: str) -> Fit | None:
        """A fit that was asked for, in whatever state."""
        with self._lock:
            return self._kept.get(key)

    def stop(self, fit: Fit) -> None:
        """End a fit now: with its process when it runs, else it leaves the queue."""
        with self._lock:
            if fit.is_over:
                return
            fit.status = "stopped"
            if fit in self._queue:
                self._queue.remove(fit)
            elif fit is self._running:
                self._end_process()
                self._warm_next = os.environ.get("ELMO_WARM_UP") != "0"
            self._lock.notify_all()

    def position(self, fit: Fit) -> int:
        """Fits before this one; 0 when it runs."""
        with self._lock:
            if fit not in self._queue:
                return 0
            return self._queue.index(fit) + (self._running is not None)

    def seconds_left(self, fit: Fit) -> float:
        """About how long a fit will still take, from former ones."""
        n = fit.layers.shape[1]
        together = n < ALIGNED_BELOW
        guess: float = 8 + 0.02 * n if together else len(fit.layers) * (2 + 0.004 * n)
        expected = self._seconds.get(together, guess) + (0 if self._warm else COMPILE_SECONDS)
        return max(1.0, expected - (time.monotonic() - fit.asked))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._queue.clear()
            self._end_process()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, daemon=True, name="umap")
            self._thread.start()

    def _serve(self) -> None:
        """Give the process one request after the other; runs in a thread of its own."""
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._queue or self._warm_next)
                fit = self._queue.popleft() if self._queue else None
                self._running, self._warm_next = fit, False
                if fit is not None:
                    fit.status, fit.text = "running", "starting UMAP"
                process = self._alive_process()
            if fit is None:
                answer = self._ask(process, {"warm": True}, None)
                with self._lock:
                    self._warm = "done" in answer
                continue
            began = time.monotonic()
            was_warm = self._warm
            self._run(process, fit)
            with self._lock:
                self._running = None
                if fit.status == "done":
                    self._warm = True
                    if was_warm:
                        self._seconds[fit.layers.shape[1] < ALIGNED_BELOW] = (
                            time.monotonic() - began
                        )
                    fit.layers = fit.layers[:, :0]  # the vectors are not needed any more

    def _run(self, process: subprocess.Popen, fit: Fit) -> None:
        with temporary.folder("umap") as folder:
            source, target = Path(folder) / "layers.npy", Path(folder) / "points.npy"
            np.save(source, fit.layers)
            request = {"input": str(source), "output": str(target), "settings": fit.settings}
            answer = self._ask(process, request, fit)
            with self._lock:
                if fit.status == "stopped":
                    return
                if "done" in answer and target.exists():
                    fit.points = np.load(target, allow_pickle=False)
                    fit.status = "done"
                else:
                    fit.status, fit.error = (
                        "failed",
                        answer.get("error")
                        or (
                            "The process of UMAP ended without a word; perhaps memory ran out. Try "
                            "fewer points."
                        ),
                    )

    def _ask(self, process: subprocess.Popen, request: dict, fit: Fit | None) -> dict:
        """Send a request and follow its answers to the last; {} when the process ends before."""
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                answer = json.loads(line)
                if "step" not in answer:
                    return answer
                if fit is not None:
                    fit.step, fit.steps, fit.text = answer["step"], answer["steps"], answer["text"]
        except (OSError, ValueError):
            pass
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        process.wait()
        return {}

    def _alive_process(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            self._warm = False
            root = str(Path(__file__).parent.parent.parent)
            path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
            )
        return self._process

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process, self._warm = None, False
