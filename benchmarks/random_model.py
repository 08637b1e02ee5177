"""Models of the official sizes with random weights, for measuring speed."""

from pathlib import Path

import torch

from elmo.model.bilm import BiLm
from elmo.model.options import Options
from elmo.model.weights import write_model

_FILTERS = ((1, 32), (2, 32), (3, 64), (4, 128), (5, 256), (6, 512), (7, 1024))
SIZES = {
    "small": Options(projection_dim=128, dim=1024, n_layers=2, filters=_FILTERS, n_highway=1),
    "medium": Options(projection_dim=256, dim=2048, n_layers=2, filters=_FILTERS, n_highway=1),
    "original": Options(projection_dim=512, dim=4096, n_layers=2, filters=_FILTERS, n_highway=2),
}


def make(size: str, folder: Path) -> Path:
    """Write options.json and weights.hdf5 of a size; returns their folder."""
    folder = folder / size
    if not (folder / "weights.hdf5").exists():
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(0)
        write_model(BiLm(SIZES[size]), folder / "options.json", folder / "weights.hdf5")
    return folder
