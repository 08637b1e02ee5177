"""Write a trained model as a folder in the official format, which the app and AllenNLP read."""

import os
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
from jaxtyping import Float
from torch import Tensor

from elmo.model.bilm import BiLm
from elmo.model.weights import write_model
from elmo.whole_files import whole_file, write_text


def write_model_folder(
    folder: str | os.PathLike,
    model: BiLm,
    W: Float[Tensor, "vocab dim"],
    b: Float[Tensor, " vocab"],
    words: Sequence[str],
    dtype: str = "float32",
) -> None:
    """Writes options.json, weights.hdf5, softmax.hdf5 and vocab.txt, each whole or not at all.

    Args:
        dtype: type of the weights; "float16" halves the files.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_model(model, folder / "options.json", folder / "weights.hdf5", dtype)
    with whole_file(folder / "softmax.hdf5") as part, h5py.File(part, "w") as file:
        for name, values in (("W", W), ("b", b)):
            array = values.detach().cpu().numpy().astype(dtype)
            assert np.isfinite(array).all()
            file.create_dataset(
                name, data=array, compression="gzip", compression_opts=9, shuffle=True
            )
    write_text(folder / "vocab.txt", "".join(f"{word}\n" for word in words))
