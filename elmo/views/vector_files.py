"""Vectors of the uses from any model: an array, or a file in the layout of `python -m elmo embed` (HDF5 or npz).

In such a file the data set named i has the vectors of line i: (layers, tokens, dim), or (tokens, dim). So the vectors
of BERT and others can be compared with those of ELMo.
"""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.limits import MAX_SENTENCE_VECTORS_BYTES
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
        if isinstance(value, np.ndarray):
            array = value
        else:
            array = from_file(uses, Path(value))
            array = array if len(array) > 1 else array[0]
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


def from_file(
    uses: Sequence[Usage], path: Path, name: str = "", whole: bool = False
) -> Float[np.ndarray, "layers uses dim"]:
    """The vectors of the uses from a file with those of all words.

    Args:
        name: name of the file in messages; empty is that of the path.
        whole: True for the mean over the words of each sentence.

    Raises:
        InputError: the file cannot be read, or does not have the vectors of the sentences.
    """
    name = name or path.name
    with _opened(path, name) as read:
        wrong: list[str] = []
        vectors = []
        for line, use in enumerate(uses):
            layers, problem = _checked(read(line), use)
            if problem:
                wrong.append(f"data set {line} {problem}")
            elif layers is not None:
                vectors.append(layers.mean(axis=1) if whole else of_use(layers, use))
        if wrong:
            more = f"; {len(wrong) - _LISTED} more" if len(wrong) > _LISTED else ""
            raise InputError(
                f"{name} does not fit the {len(uses)} sentences: {'; '.join(wrong[:_LISTED])}{more}. Expected: "
                "for sentence i, from 0, a data set named i of shape (layers, words, dim) or (words, dim)."
            )
        if read(len(uses)) is not None:
            raise InputError(
                f"{name} has a data set {len(uses)}, but there are {len(uses)} sentences, numbered from 0; give "
                "the vectors of exactly these sentences, in this order."
            )
    shapes = sorted({(len(layers), layers.shape[1]) for layers in vectors})
    if len(shapes) > 1:
        sizes = ", ".join(f"{n} layers of {dim} numbers" for n, dim in shapes)
        raise InputError(f"{name} has data sets with {sizes}; expected the same in all of them.")
    return np.stack(vectors, axis=1)


_LISTED = 3
"""Number of data sets that a message names."""


def _checked(values: np.ndarray | None, use: Usage) -> tuple[np.ndarray | None, str]:
    """The vectors of a sentence as (layers, words, dim), or a clause that says what is wrong with them."""
    n = len(use.tokens)
    if values is None:
        return None, "is missing"
    layers = values[None] if values.ndim == 2 else values
    if layers.ndim != 3 or not layers.size:
        return None, f"has shape {values.shape}, expected (layers, {n}, dim)"
    if layers.shape[1] != n:
        begin = " ".join(use.tokens[:5])
        return None, (
            f"has shape {values.shape}, {layers.shape[1]} words, but its sentence has {n} (“{begin} …”)"
        )
    if values.dtype.kind != "f" or not np.isfinite(values).all():
        return None, f"has values of type {values.dtype} or values that are not finite numbers"
    return layers.astype(np.float32), ""


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Callable[[int], np.ndarray | None]]:
    """A function that reads the data set of a line; None for a line without one."""
    try:
        if path.suffix == ".npz" or zipfile.is_zipfile(path):
            with np.load(path, allow_pickle=False) as sets, zipfile.ZipFile(path) as packed:
                sizes = {part.filename: part.file_size for part in packed.infolist()}

                def member(line: int) -> np.ndarray | None:
                    if str(line) not in sets:
                        return None
                    _check_size(name, line, sizes[f"{line}.npy"])
                    return sets[str(line)]

                yield member
        else:
            import h5py

            with h5py.File(path, "r") as file:

                def data_set(line: int) -> np.ndarray | None:
                    # A link or an external or virtual data set could name another file of this machine.
                    if not isinstance(file.get(str(line), getlink=True), h5py.HardLink):
                        return None
                    item = file[str(line)]
                    if not isinstance(item, h5py.Dataset) or item.external or item.is_virtual:
                        return None
                    _check_size(name, line, item.size * item.dtype.itemsize)
                    return item[()]

                yield data_set
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{name} cannot be read as vectors ({error}); expected HDF5 or npz.") from None  # fmt: skip


def _check_size(name: str, line: int, n_bytes: int) -> None:
    if n_bytes > MAX_SENTENCE_VECTORS_BYTES:
        raise InputError(
            f"{name}: data set {line} has {n_bytes:,} bytes, at most {MAX_SENTENCE_VECTORS_BYTES:,} are read."
        )
