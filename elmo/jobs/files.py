"""The files of a job and how they are written, for `elmo.jobs.jobs` and its worker."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        fraction: done, from 0 to 1.
        message: the present step of the work.
        seconds_left: an estimate; None when there is nothing to estimate from.
        extra: further values of this kind of work.
        updated: the time of this report, in seconds since 1970.
    """

    fraction: float = 0.0
    message: str = ""
    seconds_left: float | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    updated: float = 0.0


def is_held(lock_file: Path) -> bool:
    """Whether a living process holds a lock."""
    if not lock_file.exists():
        return False
    try:
        with FileLock(lock_file, timeout=0):
            return False
    except Timeout:
        return True


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file; {} when there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
