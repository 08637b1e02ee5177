"""Temporary folders of the server, which go with it: also of a server that was killed, at the next start."""

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
"""A folder is not locked in the first moment of its life."""


def folder(kind: str) -> tempfile.TemporaryDirectory:
    """A new folder, deleted when it is closed, or with the server.

    Args:
        kind: begins its name.
    """
    return tempfile.TemporaryDirectory(prefix=f"{kind}-", dir=_root(), ignore_cleanup_errors=True)


def delete_abandoned() -> None:
    """Delete the folders of servers that were killed: nobody holds their lock."""
    for root in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            is_new = time.time() - root.stat().st_mtime < _BEGINNING_SECONDS
            if not is_new and not root.is_symlink() and not is_held(root / "lock"):
                shutil.rmtree(root, ignore_errors=True)
        except OSError:  # another user's, or gone in this moment
            continue


@cache
def _root() -> Path:
    """The folder of this process, locked while it lives."""
    root = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = FileLock(root / "lock")
    lock.acquire()
    atexit.register(_end, root, lock)
    return root


def _end(root: Path, lock: FileLock) -> None:
    lock.release()
    shutil.rmtree(root, ignore_errors=True)
