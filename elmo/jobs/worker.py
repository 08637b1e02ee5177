"""The process of one job: the worker waits for its turn, does the work and reports its progress.

`python -m elmo.jobs.worker FOLDER`, begun by `elmo.jobs.jobs.start`.
"""

import contextlib
import logging
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from elmo import logs
from elmo.errors import ElmoError
from elmo.jobs.files import Progress
from elmo.jobs.job import POLL_SECONDS, Job
from elmo.jobs.jobs import KINDS, position
from elmo.platform_calls import lower_priority
from elmo.whole_files import write_json

WRITE_SECONDS = 0.2
_log = logging.getLogger(__name__)


class Report:
    """Reports the progress of a worker, and tells the worker when to stop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._began = self._written = time.monotonic()
        self._now = Progress()

    def __call__(
        self,
        fraction: float,
        message: str = "",
        extra: Mapping[str, Any] | None = None,
        *,
        seconds_left: float | None = None,
    ) -> None:
        """Report the progress.

        Args:
            fraction: finished share of the work, from 0 to 1.
            message: name of the current step, in plain words; "" keeps the last message.
            extra: values for JSON, added to those of earlier reports.
            seconds_left: the worker's own estimate; None estimates from the elapsed time and `fraction`.
        """
        fraction = min(max(float(fraction), 0.0), 1.0)
        gone = time.monotonic() - self._began
        if seconds_left is None and fraction > 0.01:
            seconds_left = gone * (1 - fraction) / fraction
        is_first = not self._now.updated
        self._now = Progress(
            fraction,
            message or self._now.message,
            seconds_left,
            self._now.extra | dict(extra or {}),
            time.time(),
        )
        if is_first or time.monotonic() - self._written > WRITE_SECONDS:
            self.flush()

    def should_stop(self) -> bool:
        """True if the worker was asked to stop; a worker then writes its result so far and returns."""
        return (self._folder / "stop.json").exists()

    def flush(self) -> None:
        """Write the last report now."""
        self._written = time.monotonic()
        write_json(self._folder / "progress.json", asdict(self._now))


def work(folder: Path) -> None:
    """Wait for this job's turn and do its work, in the process of its own."""
    lower_priority()  # the app's pages get the processor first
    job = Job(folder.name, folder)
    with FileLock(folder / "alive.lock"):
        write_json(folder / "state.json", {"status": "waiting"})
        turn = FileLock(folder.parent / "turn.lock")  # only the running job holds it
        if _wait_for(turn, job):
            write_json(folder / "state.json", {"status": "running"})
            write_json(folder / "state.json", _run(job))
            turn.release()
        else:
            write_json(folder / "state.json", {"status": "stopped"})


def _wait_for(turn: FileLock, job: Job) -> bool:
    """Wait until it is this job's turn and take it; False when the job is stopped before."""
    while not Report(job.folder).should_stop():
        if position(job) == 0:
            with contextlib.suppress(Timeout):
                turn.acquire(timeout=0)
                return True
        time.sleep(POLL_SECONDS)
    return False


def _run(job: Job) -> dict[str, str]:
    """Do the work and return the job's final state."""
    report = Report(job.folder)
    module, function = KINDS[job.kind].rsplit(".", 1)
    try:
        result = getattr(import_module(module), function)(job.args, report, job.folder)
        write_json(job.folder / "result.json", result or {})
    except ElmoError as error:
        return {"status": "failed", "error": str(error)}
    except Exception as error:  # noqa: BLE001 - every error becomes the status of the job
        _log.error(logs.mistake(error))
        cause = (
            "memory ran out"
            if isinstance(error, MemoryError)
            else f"{type(error).__name__} in {module}"
        )
        return {"status": "failed", "error": f"{cause}; the log of the job says where."}
    finally:
        report.flush()
    return {"status": "stopped" if report.should_stop() else "finished"}


def main(arguments: list[str]) -> None:
    """Run the job of a folder: `python -m elmo.jobs.worker FOLDER`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    work(Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
