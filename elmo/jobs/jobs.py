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
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from elmo.errors import BusyError, JobError
from elmo.home import data_folder
from elmo.jobs.files import read_json
from elmo.jobs.job import Job, begin
from elmo.limits import JOB_KEPT_DAYS, MAX_JOBS_EACH, MAX_JOBS_WAITING
from elmo.whole_files import write_json

KINDS = {
    "train": "elmo.training.own.own_text.run_job",
    "evaluate": "elmo.tasks.downstream.run_job",
    "embed": "elmo.vectors.job.run_job",
    "download": "elmo.store.download.run_job",
}
"""Each kind of work and the function that does it; nothing else is run."""


_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


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
        begin(folder)
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


def position(job: Job) -> int:
    """The number of jobs before this one in the queue."""
    return sum(other.folder != job.folder and other.order < job.order for other in _active())


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
    return sorted((Job(folder.name, folder) for folder in folders), key=lambda job: job.order)


def _active() -> list[Job]:
    return [job for job in _jobs() if not job.is_over()]


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
