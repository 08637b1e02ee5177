"""Read and write a model's pair of files; the table from data sets of weights.hdf5 to parameters.

The parameters of the modules have the file's names, shapes and orientation. So nothing is
transposed, and a written and read pair is the same bit for bit.
"""

import hashlib
import json
import re
from pathlib import Path

import h5py
import numpy as np
import torch

from elmo.errors import WeightsError
from elmo.model.bilm import BiLm
from elmo.model.hdf5 import data_sets, open_hdf5, read_arrays
from elmo.model.options import Options, data_set_shapes
from elmo.whole_files import whole_file, write_json

_RULES = (
    (r"char_embed", "token_encoder.char_embed"),
    (r"CNN/([Wb])_cnn_(\d+)", r"token_encoder.\1_cnn.\2"),
    (r"CNN_high_(\d+)/(\w+)", r"token_encoder.highways.\1.\2"),
    (r"CNN_proj/(\w+)", r"token_encoder.\1"),
    (r"RNN_0/RNN/MultiRNNCell/Cell(\d+)/LSTMCell/(\w+)", r"forward_lstms.\1.\2"),
    (r"RNN_1/RNN/MultiRNNCell/Cell(\d+)/LSTMCell/(\w+)", r"backward_lstms.\1.\2"),
)


def parameter_name(data_set: str) -> str:
    """The name of the model's parameter for a data set: "token_encoder.W_proj" for "CNN_proj/W_proj"."""
    for pattern, replacement in _RULES:
        if match := re.fullmatch(pattern, data_set):
            return match.expand(replacement)
    raise AssertionError(f"no parameter is called {data_set}")


def read_model(
    options_file: str | Path, weight_file: str | Path, dtype: torch.dtype = torch.float32
) -> BiLm:
    """Read the pair of files into a model in evaluation mode.

    Raises:
        OptionsError, WeightsError: see `Options.read` and `hdf5.read_arrays`.
    """
    options = Options.read(options_file)
    shapes = data_set_shapes(options)
    adds_projection = "CNN_proj/W_proj" not in shapes and _has_projection(weight_file)
    if adds_projection:
        n_filters, p = options.n_filters, options.projection_dim
        shapes |= {"CNN_proj/W_proj": (n_filters, p), "CNN_proj/b_proj": (p,)}
    arrays = read_arrays(weight_file, shapes, np.float64 if dtype == torch.float64 else np.float32)
    with torch.device("meta"):  # no memory for values that are replaced in the next lines
        model = BiLm(options)
        if adds_projection:
            model.token_encoder.add_projection()
    state = {parameter_name(name): torch.from_numpy(array) for name, array in arrays.items()}
    model.load_state_dict(state, strict=True, assign=True)
    return model.to(dtype).requires_grad_(False).eval()


def _has_projection(weight_file: str | Path) -> bool:
    with open_hdf5(weight_file) as file:
        return "CNN_proj/W_proj" in data_sets(file)


def write_model(
    model: BiLm, options_file: str | Path, weight_file: str | Path, dtype: str | None = None
) -> None:
    """Write the pair of files, each whole or not at all.

    Args:
        dtype: type of the data sets ("float16" halves the file); None is the model's type.
    """
    parameters = dict(model.named_parameters())
    names = list(data_set_shapes(model.options))
    if model.token_encoder.W_proj is not None and "CNN_proj/W_proj" not in names:
        names += ["CNN_proj/W_proj", "CNN_proj/b_proj"]
    with whole_file(weight_file) as part, h5py.File(part, "w") as file:
        for name in names:
            values = parameters[parameter_name(name)].detach().cpu().numpy()
            stored = values if dtype is None else values.astype(dtype)
            if not np.isfinite(stored).all():
                raise WeightsError(f"{name} holds values that {stored.dtype} cannot; not written.")
            file.create_dataset(name, data=stored)
    write_options(model.options, options_file)


def write_options(options: Options, options_file: str | Path) -> None:
    """Write options.json, whole or not at all."""
    write_json(options_file, options.to_dict())


def fingerprint(model: BiLm) -> str:
    """16 hexadecimal digits of the SHA-256 of options and weights."""
    digest = hashlib.sha256(json.dumps(model.options.to_dict(), sort_keys=True).encode())
    for name, parameter in sorted(model.named_parameters()):
        digest.update(name.encode())
        digest.update(parameter.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
