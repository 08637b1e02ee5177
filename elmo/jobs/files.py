"""The files of a job and how they are written, for `elmo.jobs.jobs` and its worker."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout


@dataclass(frozen=True)
class Progress:
    """The progress of a job.

    Attributes:
        fraction: finished share of the work, from 0 to 1.
        message: name of the current step.
        seconds_left: estimated seconds to the end; None without an estimate.
        extra: further values of this kind of work.
        updated: time of this report, in seconds since 1970.
    """

    fraction: float = 0.0
    message: str = ""
    seconds_left: float | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    updated: float = 0.0


def is_held(lock_file: Path) -> bool:
    """True if a living process holds a lock."""
    if not lock_file.exists():
        return False
    try:
        with FileLock(lock_file, timeout=0):
            return False
    except Timeout:
        return True


def read_json(path: Path) -> dict[str, Any]:
    """The contents of a JSON file; {} if there is no file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
