"""Temporary folders, deleted when the server ends; those of a killed server are deleted at the next start."""

import atexit
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path

from filelock import FileLock

from elmo.jobs.files import is_held

_PREFIX = "elmo-app-"
_BEGINNING_SECONDS = 60.0
"""Younger folders are left alone: a new folder has no lock for a moment."""


def folder(kind: str) -> tempfile.TemporaryDirectory:
    """A new folder, deleted when it is closed or when the server ends.

    Args:
        kind: the first part of the folder's name.
    """
    return tempfile.TemporaryDirectory(
        prefix=f"{kind}-", dir=_root()[0], ignore_cleanup_errors=True
    )


def delete_abandoned() -> None:
    """Delete the folders of killed servers, whose locks nobody holds."""
    for root in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            is_new = time.time() - root.stat().st_mtime < _BEGINNING_SECONDS
            if not is_new and not root.is_symlink() and not is_held(root / "lock"):
                shutil.rmtree(root, ignore_errors=True)
        except OSError:  # another user's folder, or deleted meanwhile
            continue


def end() -> None:
    """Delete this server's folder now, if there is one."""
    if _root.cache_info().currsize:
        root, lock = _root()
        lock.release()
        shutil.rmtree(root, ignore_errors=True)


@cache
def _root() -> tuple[Path, FileLock]:
    """The folder of this process, and its lock, held until the process ends."""
    root = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = FileLock(root / "lock")
    lock.acquire()
    atexit.register(end)
    return root, lock
