"""The training loop: steps up to the limit, with a log and checkpoints.

A stopped and resumed run gives the numbers of an uninterrupted run. A crash loses the steps since the last checkpoint.
A loss that is not a number ends the training with a TrainingError, and the last checkpoint stays.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from elmo.errors import TrainingError
from elmo.training.checkpoint import NAME, read_checkpoint, write_checkpoint
from elmo.training.learner import Learner

LOG = "log.jsonl"


@dataclass(frozen=True)
class Limit:
    """The end of training, after minutes, steps or epochs of the text; the learning rate falls up to this end."""

    minutes: float | None = None
    steps: int | None = None
    epochs: float | None = None

    def progress(self, step: int, seconds: float, epochs: float) -> float:
        """The finished share of the training."""
        if self.minutes is not None:
            return seconds / (60 * self.minutes)
        return epochs / self.epochs if self.epochs is not None else step / (self.steps or 1)


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The entries of the log in a trainer's folder; an unfinished last line is left out."""
    path = folder / LOG
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


class Trainer(Learner):
    """A learner with a limit, a log and checkpoints.

    Args:
        limit: end of training.
        folder: folder of the checkpoints and the log; None writes neither.
        settings: arguments of `Learner`.
    """

    def __init__(self, *, limit: Limit, folder: str | Path | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.limit = limit
        self.folder = Path(folder) if folder is not None else None
        self.seconds = 0.0
        self._began = time.monotonic()
        self._recent: dict[str, list[float]] = {}

    def _progress_now(self) -> float:
        return self.limit.progress(self.step, self.elapsed(), self.batches.epochs_at(*self.place))

    def elapsed(self) -> float:
        """Seconds of training, including those before a resumption."""
        return self.seconds + time.monotonic() - self._began

    def run(
        self,
        checkpoint_seconds: float = 180.0,
        report_seconds: float = 10.0,
        report: Callable[[dict[str, Any]], None] = lambda entry: None,
        at_checkpoint: Callable[["Trainer"], dict[str, Any]] = lambda trainer: {},
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Trains up to the limit, or until `should_stop` returns True, and writes a checkpoint at the end.

        Args:
            checkpoint_seconds: seconds between checkpoints.
            report_seconds: seconds between the entries of the log.
            report: called with each entry of the log.
            at_checkpoint: called at each checkpoint; the returned values, such as measures, go into the log.
            should_stop: called after each step, if a single process trains.
        """
        self._began = last_checkpoint = last_report = time.monotonic()
        tokens_reported = self.n_tokens
        done = self._progress_now() >= 1
        while not done:
            for name, value in self._next_step().items():
                self._recent.setdefault(name, []).append(value)
            now = time.monotonic()
            # all processes must end at the same step, so they use the averaged progress
            done = (
                self.progress >= 1 if self.limit.minutes is not None else self._progress_now() >= 1
            )
            done = done or (self.processes.world == 1 and should_stop())
            if self.processes.rank == 0 and (now - last_report >= report_seconds or done):
                self._write(
                    self._entry((self.n_tokens - tokens_reported) / max(now - last_report, 1e-9)),
                    report,
                )
                last_report, tokens_reported = now, self.n_tokens
            if self.processes.rank == 0 and (now - last_checkpoint >= checkpoint_seconds or done):
                self._keep(report, at_checkpoint)
                last_checkpoint = time.monotonic()
        self.processes.wait()

    def _next_step(self) -> dict[str, float]:
        try:
            return self.take_step(self._progress_now())
        except TrainingError as error:
            checkpoint = (
                f"the last good checkpoint is {self.folder / NAME}"
                if self.folder
                else "no checkpoint was written"
            )
            rate = self.recipe.learning_rate
            raise TrainingError(
                f"{error}; {checkpoint}. Try a lower learning rate (now {rate})."
            ) from None

    def _keep(
        self,
        report: Callable[[dict[str, Any]], None],
        at_checkpoint: Callable[["Trainer"], dict[str, Any]],
    ) -> None:
        """Write a checkpoint and, with the measures of `at_checkpoint`, an entry of the log."""
        if self.folder is not None:
            write_checkpoint(self.folder, self.state())
        measured = at_checkpoint(self)
        if measured:
            self._write(
                {"step": self.step, "tokens": self.n_tokens, "seconds": round(self.elapsed(), 1)}
                | measured,
                report,
            )

    def _entry(self, tokens_per_second: float) -> dict[str, Any]:
        mean = {name: float(np.mean(values)) for name, values in self._recent.items()}
        self._recent = {}
        elapsed = self.elapsed()
        left = elapsed * (1 - self.progress) / self.progress if self.progress > 0 else None
        return {
            "step": self.step,
            "tokens": self.n_tokens,
            "seconds": round(elapsed, 1),
            "seconds_left": None if left is None else round(left, 1),
            "tokens_per_second": round(tokens_per_second),
            "learning_rate": round(self.learning_rate(), 7),
            "forward_perplexity": round(math.exp(min(mean["forward"], 50)), 2),
            "backward_perplexity": round(math.exp(min(mean["backward"], 50)), 2),
            "epoch": self.place[0],
        } | {name: round(value, 5) for name, value in mean.items()}

    def _write(self, entry: dict[str, Any], report: Callable[[dict[str, Any]], None]) -> None:
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            with open(self.folder / LOG, "a", encoding="utf-8") as out:
                out.write(json.dumps(entry) + "\n")
        report(entry)

    def state(self) -> dict[str, Any]:
        """The state for a checkpoint; `load_state` restores it."""
        return super().state() | {"seconds": self.elapsed()}

    def load_state(self, state: dict[str, Any]) -> None:
        """Restores the state of a checkpoint; see `Learner.load_state`."""
        super().load_state(state)
        self.seconds = state["seconds"]

    def resume(self) -> None:
        """Restores the state of the folder's checkpoint."""
        assert self.folder is not None
        self.load_state(read_checkpoint(self.folder))
