"""Read arrays from an HDF5 file of unknown origin.

Only plain data sets of floating-point numbers are read, and only after their shapes were compared
with the expected shapes: a file cannot make the program use more memory than the declared model,
nor read another file. Links, references, virtual and external data sets, and every compression
except gzip are refused; the output of gzip is bounded here.
"""

import itertools
import math
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import h5py
import numpy as np

from elmo.errors import WeightsError
from elmo.paths import no_file

_GZIP, _SHUFFLE, _CHECKSUM = (
    h5py.h5z.FILTER_DEFLATE,
    h5py.h5z.FILTER_SHUFFLE,
    h5py.h5z.FILTER_FLETCHER32,
)
_MAX_GZIP_RATIO = 1032
"""Largest number of bytes that deflate unpacks from one byte."""

_MAX_CHUNKS = 100_000
"""Largest number of chunks of a data set; the largest data set of the original model has a few hundred."""

_MAX_OBJECTS = 10_000
_MAX_DEPTH = 16


def open_hdf5(path: str | Path) -> h5py.File:
    """Open a file for reading.

    Raises:
        WeightsError: the file is missing, empty, truncated or not HDF5.
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"{no_file(path)} Check the name of the file.")
    try:
        return h5py.File(path, "r")
    except OSError as error:
        reason = str(error)
        if "truncated" in reason:
            cause = "is truncated: its end is missing. Copy or download it again"
        elif "signature not found" in reason:
            cause = "is not an HDF5 file. Give a model's weights.hdf5"
        else:
            cause = f"cannot be opened as HDF5 ({reason})"
        raise WeightsError(f"{path.name} {cause}.") from None


def data_sets(file: h5py.File) -> dict[str, h5py.Dataset]:
    """Every data set of a file by its full name; links are not followed.

    Raises:
        WeightsError: the file holds links, or more objects than any model.
    """
    name = Path(file.filename).name
    items: dict[str, h5py.Dataset] = {}
    refused: list[str] = []

    def walk(group: h5py.Group, prefix: str, depth: int) -> Iterator[None]:
        if depth > _MAX_DEPTH:
            raise WeightsError(f"{name}: groups are nested deeper than {_MAX_DEPTH}.")
        for key in group:
            yield
            full = f"{prefix}{key}"
            if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                refused.append(full)
                continue
            item = group[key]
            if isinstance(item, h5py.Group):
                yield from walk(item, full + "/", depth + 1)
            elif isinstance(item, h5py.Dataset):
                items[full] = item
            else:
                refused.append(full)

    for number, _ in enumerate(walk(file, "", 0)):
        if number > _MAX_OBJECTS:
            raise WeightsError(
                f"{name} holds more than {_MAX_OBJECTS:,} objects; a model has fewer."
            )
    if refused:
        raise WeightsError(
            f"{name}: {_listed(refused)} is a link or a named type, not a data set; only data sets "
            "are read, so that a file cannot point outside itself."
        )
    return items


def read_arrays(
    path: str | Path,
    shapes: Mapping[str, tuple[int, ...]],
    dtype: type = np.float32,
    first_rows: int | None = None,
) -> dict[str, np.ndarray]:
    """Read the data sets that `shapes` names; surplus data sets are an error.

    Args:
        shapes: name and shape of each expected data set; -1 in a shape is any size.
        dtype: type of the returned arrays.
        first_rows: number of rows to read of each; None is all.

    Raises:
        WeightsError: the message names every missing, surplus, misshapen and unreadable data set.
    """
    path = Path(path)
    with open_hdf5(path) as file:
        try:
            items = data_sets(file)
            problems = _differences(items, shapes)
            if problems:
                raise WeightsError(f"{path.name}: " + "; ".join(problems))
            return {name: _read(path.name, name, items[name], dtype, first_rows) for name in shapes}
        except (OSError, RuntimeError, KeyError, ValueError, OverflowError) as error:
            raise WeightsError(
                f"{path.name} is damaged: {error}. Copy or download it again."
            ) from None


def _differences(
    items: Mapping[str, h5py.Dataset], shapes: Mapping[str, tuple[int, ...]]
) -> list[str]:
    problems = []
    missing = [name for name in shapes if name not in items]
    surplus = [name for name in items if name not in shapes]
    if missing:
        problems.append(f"{_listed(missing)} missing")
    if surplus:
        problems.append(f"{_listed(surplus)} not expected")
    wrong = [
        f"{name} has shape {items[name].shape}, options.json asks for {shape}"
        for name, shape in shapes.items()
        if name in items and not _fits(items[name].shape, shape)
    ]
    problems += wrong
    if missing or surplus or wrong:
        problems.append("is it another model's file?")
    for name in shapes:
        if name in items and (reason := _unreadable(items[name])):
            problems.append(f"{name} {reason}")
    return problems


def _fits(shape: tuple[int, ...] | None, wanted: tuple[int, ...]) -> bool:
    if shape is None or len(shape) != len(wanted):
        return False
    return all(want in (-1, size) for size, want in zip(shape, wanted, strict=True))


def _unreadable(item: h5py.Dataset) -> str | None:
    """The reason why a data set is refused, or None."""
    if item.dtype.kind != "f" or item.dtype.itemsize not in (2, 4, 8):
        return f"holds {item.dtype}, expected float16, float32 or float64"
    if item.is_virtual or item.external:
        return "takes its values from another file, which is never opened"
    properties = item.id.get_create_plist()
    filters = {properties.get_filter(i)[0] for i in range(properties.get_nfilters())}
    if filters - {_GZIP, _SHUFFLE, _CHECKSUM}:
        return "is compressed by something other than gzip"
    if filters and item.chunks and any(c > s for c, s in zip(item.chunks, item.shape, strict=True)):
        return f"is compressed in chunks {item.chunks} larger than itself"
    # A file of a few bytes can declare any shape; HDF5 would return zeros for the missing values.
    if item.chunks:
        n_chunks = _n_chunks(item)
        if n_chunks > _MAX_CHUNKS:
            return f"is cut into {n_chunks:,} chunks, at most {_MAX_CHUNKS:,} are read"
        if item.id.get_num_chunks() != n_chunks:
            return f"holds {item.id.get_num_chunks():,} of its {n_chunks:,} chunks; is it damaged?"
    stored = item.id.get_storage_size() * (_MAX_GZIP_RATIO if filters else 1)
    n_values = item.size or 0  # None where the data set has no shape
    if stored < n_values * item.dtype.itemsize:
        return f"declares {n_values:,} values and holds fewer"
    return None


def _n_chunks(item: h5py.Dataset) -> int:
    assert item.chunks is not None
    return math.prod(-(-size // chunk) for size, chunk in zip(item.shape, item.chunks, strict=True))


def _read(
    file_name: str, name: str, item: h5py.Dataset, dtype: type, first_rows: int | None
) -> np.ndarray:
    """The values of a data set, or of its first rows; WeightsError if a value is not finite."""
    shape = item.shape if first_rows is None else (min(first_rows, item.shape[0]), *item.shape[1:])
    read = (
        _read_chunks(f"{file_name}: {name}", item, shape)
        if item.chunks
        else item[tuple(slice(0, size) for size in shape)]
    )
    values = read.astype(dtype, copy=False)
    if not np.isfinite(values).all():
        n_wrong = int((~np.isfinite(values)).sum())
        raise WeightsError(
            f"{file_name}: {name} holds {n_wrong:,} values that are not finite (NaN or infinite), "
            "so that no vector could be computed. Is the file damaged?"
        )
    return values


def _read_chunks(name: str, item: h5py.Dataset, shape: tuple[int, ...]) -> np.ndarray:
    """Read a data set chunk by chunk; a chunk that unpacks to more than its declared size is an error.

    HDF5 itself would return zeros, or the file's fill value, for a missing chunk.
    """
    values = np.empty(shape, item.dtype)
    chunk_shape = item.chunks
    assert chunk_shape is not None
    n_bytes = math.prod(chunk_shape) * item.dtype.itemsize
    properties = item.id.get_create_plist()
    filters = [properties.get_filter(i)[0] for i in range(properties.get_nfilters())]
    starts = (range(0, size, chunk) for size, chunk in zip(shape, chunk_shape, strict=True))
    for offset in itertools.product(*starts):
        mask, packed = item.id.read_direct_chunk(offset)
        active = [f for position, f in enumerate(filters) if not mask >> position & 1]
        chunk = np.frombuffer(_unpacked(name, packed, active, n_bytes, item.dtype), item.dtype)
        where = tuple(
            slice(start, min(start + chunk_size, size))
            for start, chunk_size, size in zip(offset, chunk_shape, shape, strict=True)
        )
        within = tuple(slice(0, part.stop - part.start) for part in where)
        values[where] = chunk.reshape(chunk_shape)[within]
    return values


def _unpacked(name: str, packed: bytes, filters: list[int], n_bytes: int, dtype: np.dtype) -> bytes:
    """The bytes of a chunk after undoing its filters, the last filter first."""
    for kind in reversed(filters):
        if kind == _CHECKSUM:
            packed = packed[:-4]
        elif kind == _GZIP:
            try:
                packed = zlib.decompressobj().decompress(packed, n_bytes + 1)
            except zlib.error as error:
                raise WeightsError(f"{name} cannot be unpacked: {error}. Is it damaged?") from None
        elif len(packed) == n_bytes:
            columns = np.frombuffer(packed, np.uint8).reshape(dtype.itemsize, -1)
            packed = columns.T.tobytes()
    if len(packed) != n_bytes:
        amount = "more" if len(packed) > n_bytes else "fewer"
        raise WeightsError(f"{name} unpacks to {amount} than its {n_bytes:,} bytes. Is it damaged?")
    return packed


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} and {len(names) - 12} more"
