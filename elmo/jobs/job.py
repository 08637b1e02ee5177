"""One job: its folder of files, its status, and the process of its worker."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from elmo.errors import JobError
from elmo.jobs.files import Progress, is_held, read_json
from elmo.platform_calls import end_process, own_session, process_exists
from elmo.whole_files import write_json

COMMAND = (sys.executable, "-m", "elmo.jobs.worker")
"""The command that starts a worker; the job's folder is added as its last argument."""

STOP_SECONDS = 30.0
"""Seconds from the request to stop until the worker's process is ended."""

START_SECONDS = 60.0
"""Seconds that a new process may take to begin, on a slow disk, before it counts as dead."""

POLL_SECONDS = 0.3

Status = Literal["waiting", "running", "finished", "stopped", "failed"]


@dataclass(frozen=True)
class Job:
    """A piece of long work, known by its token.

    Attributes:
        token: 22 characters that cannot be guessed; whoever has the token may see and stop the job.
        folder: folder of the job's files.
    """

    token: str
    folder: Path

    @property
    def kind(self) -> str:
        """The kind of work, a key of `KINDS`."""
        return self._about().get("kind", "")

    @property
    def args(self) -> dict[str, Any]:
        """The arguments that the job was started with."""
        return self._about().get("args", {})

    @property
    def owner(self) -> str | None:
        """The argument `owner` of `start`."""
        return self._about().get("owner")

    def status(self) -> Status:
        """The status: waiting, running, finished, stopped or failed. A job whose process died is "failed"."""
        state = read_json(self.folder / "state.json").get("status", "waiting")
        if state not in ("waiting", "running"):
            return state
        stopping = self._stop_asked()
        if stopping is not None and time.time() > stopping + STOP_SECONDS:
            self._kill()
        if self._is_alive():
            return state
        self._kill()  # ends processes that the worker has started
        # The worker may have ended between the two reads; its last state counts.
        last = read_json(self.folder / "state.json").get("status", "waiting")
        if last not in ("waiting", "running"):
            return last
        return "failed" if stopping is None else "stopped"

    def is_over(self) -> bool:
        """True if the job has finished, was stopped or has failed."""
        return self.status() not in ("waiting", "running")

    def is_stopping(self) -> bool:
        """True if the job was asked to stop and is not over yet."""
        return self._stop_asked() is not None and not self.is_over()

    def progress(self) -> Progress:
        """The last report of the worker."""
        return Progress(**read_json(self.folder / "progress.json"))

    def stop(self) -> None:
        """Ask the worker to stop; after `STOP_SECONDS` its process is ended.

        The files that the worker has written stay. Stopping a job that is over changes nothing.
        """
        if not self.is_over() and self._stop_asked() is None:
            write_json(self.folder / "stop.json", {"asked": time.time()})

    def wait(
        self, timeout: float | None = None, on_progress: Callable[[Progress], None] | None = None
    ) -> Status:
        """Wait until the job is over, or for `timeout` seconds; call `on_progress` meanwhile."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self.is_over() and (end is None or time.monotonic() < end):
            if on_progress:
                on_progress(self.progress())
            time.sleep(POLL_SECONDS)
        return self.status()

    def result(self) -> dict[str, Any]:
        """The value that the work returned.

        Raises:
            JobError: the job is not over, was stopped before there was a result, or failed; the
                message says why.
        """
        status = self.status()
        result = self.folder / "result.json"
        if status in ("finished", "stopped") and result.exists():
            return read_json(result)
        raise JobError(
            {"failed": f"It failed: {self.error()}"}.get(
                status, f"It is {status}; it has no result."
            )
        )

    def error(self) -> str | None:
        """A sentence that says why the job failed; None if the job did not fail."""
        if self.status() != "failed":
            return None
        return read_json(self.folder / "state.json").get("error") or (
            "its process ended without a message: something else ended the process, or memory ran out. "
            "The saved files are still there."
        )

    def log(self) -> list[str]:
        """The lines that the process wrote; they contain no text of the job's owner."""
        with contextlib.suppress(FileNotFoundError):
            return (
                (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace").splitlines()
            )
        return []

    def restart(self, changes: Mapping[str, Any] | None = None) -> "Job":
        """Begin again at the end of the queue, in the same folder, under the same token.

        Args:
            changes: arguments to change; the others stay.

        Raises:
            JobError: the job is not over yet.
        """
        if not self.is_over():
            raise JobError(f"This job is {self.status()}; it can begin again when it is over.")
        about = self._about()
        about |= {"args": about["args"] | dict(changes or {}), "created": time.time_ns()}
        for name in ("stop.json", "result.json", "state.json", "progress.json", "pid.json"):
            (self.folder / name).unlink(missing_ok=True)
        write_json(self.folder / "job.json", about)
        begin(self.folder)
        return self

    def delete(self) -> None:
        """Delete the job's folder with all files in it.

        Raises:
            JobError: the job is not over yet.
        """
        if not self.is_over():
            raise JobError(f"This job is {self.status()}; stop it first.")
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def order(self) -> tuple[int, str]:
        """The job's place in the queue, as a key for sorting: the time of its start, then its token."""
        return self._about().get("created", 0), self.token

    def _about(self) -> dict[str, Any]:
        return read_json(self.folder / "job.json")

    def _stop_asked(self) -> float | None:
        return read_json(self.folder / "stop.json").get("asked")

    def _pid(self) -> int | None:
        return read_json(self.folder / "pid.json").get("pid")

    def _is_alive(self) -> bool:
        """True if the worker's process lives: its number exists and its lock is held, or the process is just starting."""
        pid = self._pid()
        if pid is not None and not process_exists(pid):
            return False
        if is_held(self.folder / "alive.lock"):
            return True
        began = self._about().get("created", 0) / 1e9
        return not (self.folder / "state.json").exists() and time.time() < began + START_SECONDS

    def _kill(self) -> None:
        pid = self._pid()
        if pid is not None and is_held(self.folder / "alive.lock"):
            with contextlib.suppress(OSError):
                end_process(pid)
            end = time.monotonic() + 2
            while is_held(self.folder / "alive.lock") and time.monotonic() < end:
                time.sleep(0.02)


def begin(folder: Path) -> None:
    """Start the worker in a session of its own, without standard input, so that it survives this process."""
    root = str(Path(__file__).parent.parent.parent)
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [*COMMAND, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | {"PYTHONPATH": path},
            **own_session(),
        )
    write_json(folder / "pid.json", {"pid": process.pid})
    # Without a wait() the ended process would stay in the process table.
    threading.Thread(target=process.wait, daemon=True, name=f"job {process.pid}").start()
