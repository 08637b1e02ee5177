"""Checkpoints: all that training needs to go on as if it had never stopped."""

import os
from pathlib import Path
from typing import Any

import torch

from elmo.errors import TrainingError

NAME = "checkpoint.pt"


def write_checkpoint(folder: str | os.PathLike, state: dict[str, Any]) -> Path:
    """Writes a checkpoint beside the last one and then puts it in its place, so that one is always whole."""
    path = Path(folder) / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(NAME + ".part")
    with open(part, "wb") as out:
        torch.save(state, out)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    return path


def read_checkpoint(folder: str | os.PathLike) -> dict[str, Any]:
    """Reads the checkpoint of a folder; only tensors and plain values, never code.

    Raises:
        TrainingError: there is none, or it cannot be read.
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
