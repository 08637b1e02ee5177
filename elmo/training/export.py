"""A trained model as a folder in the official format: what the app, AllenNLP and anybody else can read."""

import os
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
from jaxtyping import Float
from torch import Tensor

from elmo.model.bilm import BiLm
from elmo.model.weights import write_model


def write_model_folder(
    folder: str | os.PathLike,
    model: BiLm,
    W: Float[Tensor, "vocab dim"],
    b: Float[Tensor, " vocab"],
    words: Sequence[str],
    dtype: str = "float32",
) -> None:
    """Writes options.json, weights.hdf5, softmax.hdf5 and vocab.txt, each beside its place and then renamed.

    Args:
        dtype: "float16" halves the files.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_model(model, folder / "options.json", folder / "weights.hdf5", dtype)
    part = folder / "softmax.hdf5.part"
    with h5py.File(part, "w") as file:
        for name, values in (("W", W), ("b", b)):
            array = values.detach().cpu().numpy().astype(dtype)
            assert np.isfinite(array).all()
            file.create_dataset(
                name, data=array, compression="gzip", compression_opts=9, shuffle=True
            )
    part.replace(folder / "softmax.hdf5")
    part = folder / "vocab.txt.part"
    part.write_text("".join(f"{word}\n" for word in words), encoding="utf-8", newline="\n")
    part.replace(folder / "vocab.txt")
