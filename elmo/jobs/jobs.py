"""The one runner of long work: a process of its own, with progress, time left, stop and result.

    job = start("train", {"preset": "small"}, files={"corpus.txt": text})
    job.progress().fraction, job.progress().seconds_left
    job.stop()                       # asks the worker; after some seconds its process is ended
    job.result()                     # the value that the worker returned

All state is files in a folder of the data directory, so a job outlives the tab and the program
that began the job, and `get(job.token)` finds the job again; the token cannot be guessed. One job runs at a
time, the others wait in the order of their start. A worker is a function

    run_job(args: dict, report: Report, folder: Path) -> dict | None

that calls `report(fraction, message, extra)` and returns early when `report.should_stop()`. Which
functions may run is the fixed list `KINDS`. A worker holds a lock as long as its process lives, so that a
killed worker is noticed.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from elmo.errors import BusyError, JobError
from elmo.home import data_folder
from elmo.jobs.files import Progress, is_held, read_json
from elmo.limits import JOB_KEPT_DAYS, MAX_JOBS_EACH, MAX_JOBS_WAITING
from elmo.platform_calls import end_process, own_session, process_exists
from elmo.whole_files import write_json

KINDS = {
    "train": "elmo.training.own.own_text.run_job",
    "evaluate": "elmo.tasks.downstream.run_job",
    "embed": "elmo.vectors.job.run_job",
    "download": "elmo.store.download.run_job",
}
"""Each kind of work and the function that does it; nothing else is run."""

COMMAND = (sys.executable, "-m", "elmo.jobs.worker")
"""The command that starts a worker; the job's folder is added as its last argument."""

STOP_SECONDS = 30.0
"""Seconds from the request to stop until the worker's process is ended."""

START_SECONDS = 60.0
"""Seconds that a new process may take to begin, on a slow disk, before it counts as dead."""

POLL_SECONDS = 0.3
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

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

    def position(self) -> int:
        """The number of jobs before this one in the queue."""
        return sum(1 for other in _active() if other.folder != self.folder and _before(other, self))

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
        _begin(self.folder)
        return self

    def delete(self) -> None:
        """Delete the job's folder with all files in it.

        Raises:
            JobError: the job is not over yet.
        """
        if not self.is_over():
            raise JobError(f"This job is {self.status()}; stop it first.")
        shutil.rmtree(self.folder, ignore_errors=True)

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


def start(
    kind: str,
    args: Mapping[str, Any],
    owner: str | None = None,
    files: Mapping[str, str | bytes] | None = None,
) -> Job:
    """Put a job in the queue; the job runs in a process of its own when the jobs before are over.

    Args:
        kind: a key of `KINDS`.
        args: values for JSON; long or private text belongs in `files`.
        owner: a visit, for `owned_by` and for the limit of jobs for each owner.
        files: names and contents of files to write into the job's folder before the start.

    Raises:
        JobError: there is no such kind, or `args` cannot be written as JSON.
        BusyError: too many jobs are waiting.
    """
    if kind not in KINDS:
        raise JobError(f"there is no job of kind {kind!r}; there are {', '.join(KINDS)}.")
    try:
        about = {"kind": kind, "args": dict(args), "owner": owner, "created": time.time_ns()}
        json.dumps(about)
    except (TypeError, ValueError) as error:
        raise JobError(f"args of a {kind} job must be values for JSON: {error}.") from None
    _prune()
    active = _active()
    mine = [job for job in active if owner is not None and job.owner == owner]
    if len(active) > MAX_JOBS_WAITING or len(mine) >= MAX_JOBS_EACH:
        raise BusyError(
            f"{len(active)} long-running jobs are waiting, {len(mine)} of them yours (at most "
            f"{MAX_JOBS_WAITING} and {MAX_JOBS_EACH}); wait for one to end, or stop one."
        )
    for name in files or {}:
        if Path(name).name != name:
            raise JobError(f"{name!r} is not a plain file name.")
    token = secrets.token_urlsafe(16)
    folder = _place() / token
    try:
        folder.mkdir(mode=0o700)
        for name, content in (files or {}).items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            (folder / name).write_bytes(data)
        write_json(folder / "job.json", about)
        _begin(folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise JobError(
            f"the job could not begin: {error.strerror or error}. Free space, or set ELMO_HOME to "
            "a folder that can be written."
        ) from None
    return Job(token, folder)


def get(token: str) -> Job:
    """The job of a token.

    Raises:
        JobError: no job has this token.
    """
    folder = _place() / token if _TOKEN.fullmatch(token or "") else None
    if folder is None or not (folder / "job.json").is_file():
        raise JobError(
            f"There is no job under this token. It may be on another machine, deleted, or older "
            f"than {JOB_KEPT_DAYS} days."
        )
    return Job(token, folder)


def owned_by(owner: str) -> list[Job]:
    """The jobs of one owner, oldest first."""
    return [job for job in _jobs() if job.owner == owner]


def n_unfinished() -> int:
    """The number of jobs that wait or run; a new job comes behind all of them."""
    return len(_active())


def _begin(folder: Path) -> None:
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


def _place() -> Path:
    try:
        return data_folder("jobs")
    except OSError as error:
        raise JobError(
            f"long-running jobs need a folder to write to, and {error.filename} cannot be written "
            f"({error.strerror}). Set ELMO_HOME to another folder."
        ) from None


def _jobs() -> list[Job]:
    """All jobs, oldest first."""
    folders = [path.parent for path in _place().glob("*/job.json")]
    return sorted((Job(folder.name, folder) for folder in folders), key=_order)


def _active() -> list[Job]:
    return [job for job in _jobs() if not job.is_over()]


def _order(job: Job) -> tuple[int, str]:
    return job._about().get("created", 0), job.token


def _before(one: Job, other: Job) -> bool:
    return _order(one) < _order(other)


def _prune() -> None:
    """Delete jobs that ended more than `JOB_KEPT_DAYS` ago; their age is checked on two days, as a clock may jump."""
    now, day = time.time(), 24 * 3600
    for job in _jobs():
        with contextlib.suppress(OSError):  # another process deletes the job at this moment
            mark = job.folder / "old.json"
            files = [path for path in job.folder.iterdir() if path != mark]
            if max(path.stat().st_mtime for path in files) > now - JOB_KEPT_DAYS * day:
                mark.unlink(missing_ok=True)
            elif not mark.exists():
                write_json(mark, {"seen": now})
            elif now - read_json(mark).get("seen", now) > day and job.is_over():
                job.delete()
