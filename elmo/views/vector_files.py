"""Vectors of the uses from any model: an array, or a file in the layout of `python -m elmo embed` (HDF5 or npz).

In such a file the data set named i has the vectors of line i: (layers, tokens, dim), or (tokens, dim). So the vectors
of BERT and others can be compared with those of ELMo.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.representation import of_use
from elmo.usages import Usage

Vectors = np.ndarray | str | Path


def vectors_of(
    uses: Sequence[Usage], sources: Mapping[str, Vectors]
) -> dict[str, Float[np.ndarray, "uses dim"]]:
    """The vectors of the uses by name; a source with several layers has an entry for each layer.

    Args:
        sources: for each name an array (uses, dim) or (layers, uses, dim), or a file with the vectors of every word
            of each use's sentence, in the order of the uses.

    Raises:
        InputError: a file cannot be read, or the vectors do not fit the uses.
    """
    vectors: dict[str, np.ndarray] = {}
    for name, value in sources.items():
        array = value if isinstance(value, np.ndarray) else _from_file(uses, Path(value))
        if array.ndim not in (2, 3):
            raise InputError(
                f"the vectors of {name!r} have shape {array.shape}, expected (uses, dim) or "
                "(layers, uses, dim)."
            )
        if array.ndim == 2:
            vectors[name] = array
        else:
            vectors |= {f"{name}, layer {i}": layer for i, layer in enumerate(array)}
    return vectors


def _from_file(uses: Sequence[Usage], path: Path) -> Float[np.ndarray, "layers uses dim"]:
    """The vectors of the uses from a file with those of all words; without a layer axis if the file has one layer."""
    vectors = []
    with _opened(path) as sets:
        for line, use in enumerate(uses):
            if str(line) not in sets:
                raise InputError(f"{path.name} has no data set {line}; expected one for each use.")
            values = np.asarray(sets[str(line)])
            layers = values[None] if values.ndim == 2 else values
            if layers.ndim != 3 or layers.shape[1] != len(use.tokens):
                raise InputError(
                    f"{path.name}: data set {line} has shape {values.shape}, expected (layers, "
                    f"{len(use.tokens)}, dim): its sentence has {len(use.tokens)} words."
                )
            vectors.append(of_use(layers, use))
    if len({layers.shape for layers in vectors}) > 1:
        raise InputError(f"{path.name} has data sets with different numbers of layers or sizes.")
    stacked = np.stack(vectors, axis=1)
    return stacked if len(stacked) > 1 else stacked[0]


@contextmanager
def _opened(path: Path) -> Iterator[Mapping[str, np.ndarray]]:
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as sets:
                yield sets
        else:
            import h5py

            with h5py.File(path, "r") as sets:
                yield sets
    except (OSError, ValueError, EOFError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} cannot be read as vectors ({error}); expected HDF5 or npz.") from None  # fmt: skip
