"""Checkpoints: the state from which training is resumed with the results of an uninterrupted run."""

import os
import shutil
from pathlib import Path
from typing import Any

import torch

from elmo.errors import TrainingError
from elmo.whole_files import whole_file

NAME = "checkpoint.pt"


def write_checkpoint(folder: str | os.PathLike, state: dict[str, Any]) -> Path:
    """Writes a checkpoint, whole or not at all, in place of the last one.

    Raises:
        TrainingError: the checkpoint cannot be written; the last one stays.
    """
    path = Path(folder) / NAME
    try:
        save_whole(state, path)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as a RuntimeError
        reason = (isinstance(error, OSError) and error.strerror) or _reason(path)
        raise TrainingError(
            f"{path} cannot be written: {reason}. The checkpoint before it is kept; free space, "
            "and go on from there (--resume)."
        ) from None
    return path


def save_whole(values: Any, path: Path) -> None:
    """Writes tensors and plain values to a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part, part.open("wb") as out:
        torch.save(values, out)


def _reason(path: Path) -> str:
    free = shutil.disk_usage(path.parent).free
    return f"No space left on device ({free / 1e6:,.1f} MB are free)"


def read_checkpoint(folder: str | os.PathLike) -> dict[str, Any]:
    """Reads the checkpoint of a folder; only tensors and plain values are read, never code.

    Raises:
        TrainingError: there is no checkpoint, or the checkpoint cannot be read.
    """
    path = Path(folder) / NAME
    if not path.is_file():
        raise TrainingError(
            f"{path}: there is no checkpoint to resume from; start without --resume."
        )
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch.load fails in many ways on a damaged file
        raise TrainingError(
            f"{path}: this checkpoint cannot be read ({error}); start without --resume."
        ) from error
