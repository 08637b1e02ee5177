"""UMAP fits for the Layers page: one at a time for all visitors, each in a process of its own, with progress and Stop.

UMAP's compiled code is on disk (`elmo.explore.umap`), so a process is ready for a fit after some seconds. One process
is started ahead and waits. A job of `elmo.jobs` would wait behind a training. The process pools of the standard library
and of pebble run the main module in each process, which in Streamlit is a page.
"""

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from elmo.errors import BusyError
from elmo.explore.umap import ALIGNED_BELOW
from ui.layers.umap_worker import npy
from ui.shared.turns import Turns

COMMAND = (sys.executable, "-m", "ui.layers.umap_worker")
MAX_WAITING = 8
MAX_FITS = 64
"""Fits whose points stay in memory."""


@dataclass
class Fit:
    """One fit.

    Attributes:
        key: different for different vectors or settings.
        layers: the vectors; emptied when the fit is over.
        settings: arguments of `umap_pictures`.
        status: "waiting", "running", "done", "failed" or "stopped".
        text: the present step, for the screen.
        error: the reason of a failure.
        points: the pictures of a fit that is done.
        asked: when the fit was asked for, by time.monotonic().
    """

    key: str
    layers: Float[np.ndarray, "layers points dim"]
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
        """True if the status will not change any more."""
        return self.status in ("done", "failed", "stopped")


def key_of(layers_key: str, settings: dict) -> str:
    """The key of a fit: equal for equal vectors and settings."""
    return hashlib.sha256(f"{layers_key} {sorted(settings.items())}".encode()).hexdigest()[:32]


class Fitter:
    """Runs fits one after the other.

    Args:
        command: starts a process that makes one fit, as `ui.layers.umap_worker` does.
    """

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self.command = command
        self._lock = threading.Lock()
        self._turn = Turns(1, MAX_WAITING + 1)
        self._fits: OrderedDict[str, Fit] = OrderedDict()
        self._ready: subprocess.Popen | None = None
        self._fitting: subprocess.Popen | None = None
        self._seconds: dict[bool, float] = {}

    def prepare(self) -> None:
        """Start the process of the next fit, unless there is one; not if ELMO_WARM_UP is 0, as in tests."""
        with self._lock:
            if self._ready is None and os.environ.get("ELMO_WARM_UP") != "0":
                self._ready = self._process()

    def start(self, key: str, layers: np.ndarray, settings: dict) -> Fit:
        """Start a fit; gives the fit of the same key if there is one that was not stopped and did not fail.

        Raises:
            BusyError: `MAX_WAITING` fits wait.
        """
        with self._lock:
            known = self._fits.get(key)
            if known is not None and known.status not in ("stopped", "failed"):
                self._fits.move_to_end(key)
                return known
            n_waiting = sum(fit.status == "waiting" for fit in self._fits.values())
            if n_waiting >= MAX_WAITING:
                raise BusyError(
                    f"Busy: {n_waiting} UMAP fits are waiting before yours. PCA takes no time; try UMAP "
                    "again in a moment."
                )
            fit = self._fits[key] = Fit(key, layers, settings)
            self._fits.move_to_end(key)
            while len(self._fits) > MAX_FITS:
                self._fits.popitem(last=False)
        threading.Thread(target=self._run, args=(fit,), daemon=True, name="umap").start()
        return fit

    def find(self, key: str) -> Fit | None:
        """The fit of a key, whatever its status; None if there is none."""
        with self._lock:
            return self._fits.get(key)

    def stop(self, fit: Fit) -> None:
        """Stop a fit that waits or runs, at once."""
        with self._lock:
            if not fit.is_over:
                if fit.status == "running" and self._fitting is not None:
                    self._fitting.kill()
                fit.status = "stopped"

    def position(self, fit: Fit) -> int:
        """The number of fits before a waiting fit; 0 for all others."""
        with self._lock:
            if fit.status != "waiting":
                return 0
            return sum(
                not other.is_over and other.asked < fit.asked for other in self._fits.values()
            )

    def seconds_left(self, fit: Fit) -> float:
        """An estimate of the time that a fit still takes, from the last fit of its kind."""
        n = fit.layers.shape[1]
        together = n < ALIGNED_BELOW
        guess: float = 8 + 0.02 * n if together else len(fit.layers) * (2 + 0.004 * n)
        expected = self._seconds.get(together, guess)
        return max(1.0, expected - (time.monotonic() - fit.asked))

    def close(self) -> None:
        """Stop all fits, and end the processes."""
        with self._lock:
            for fit in self._fits.values():
                if not fit.is_over:
                    fit.status = "stopped"
            for process in (self._ready, self._fitting):
                if process is not None:
                    process.kill()
                    process.wait()
            self._ready = None

    def _run(self, fit: Fit) -> None:
        """Wait for the fit's turn, and fit; runs in a thread of its own."""
        with self._turn():
            with self._lock:
                if fit.is_over:
                    return
                fit.status, fit.text = "running", "loading UMAP"
                process, self._ready = self._ready, None
                if process is None or process.poll() is not None:
                    process = self._process()
                self._fitting = process
            began = time.monotonic()
            result = _fit_in(process, fit)
            with self._lock:
                self._fitting = None
                if fit.status != "running":
                    pass
                elif isinstance(result, str):
                    fit.status, fit.error = "failed", result
                else:
                    fit.points, fit.status = result, "done"
                    together = fit.layers.shape[1] < ALIGNED_BELOW
                    self._seconds[together] = time.monotonic() - began
                fit.layers = fit.layers[:, :0]
        self.prepare()

    def _process(self) -> subprocess.Popen:
        root = str(Path(__file__).parent.parent.parent)
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        return subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        )


def _fit_in(process: subprocess.Popen, fit: Fit) -> np.ndarray | str:
    """Send the fit to its process and follow the progress; gives the points, or the error message."""
    assert process.stdin is not None and process.stdout is not None
    try:
        with process:
            process.stdin.write(json.dumps(fit.settings).encode() + b"\n")
            process.stdin.write(npy(fit.layers))
            process.stdin.close()
            for line in process.stdout:
                answer = json.loads(line)
                if "error" in answer:
                    return answer["error"]
                if "done" in answer:
                    return np.load(io.BytesIO(process.stdout.read()), allow_pickle=False)
                fit.step, fit.steps, fit.text = answer["step"], answer["steps"], answer["text"]
    except (OSError, ValueError):
        pass
    return "The process of UMAP ended without a message; perhaps the memory was full. Try fewer points."
