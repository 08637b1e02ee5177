"""Ways to spoil a model's files, each from a seed."""

import json
import shutil
from pathlib import Path

import h5py
import numpy as np


def flip_bits(file: Path, rng: np.random.Generator) -> None:
    data = bytearray(file.read_bytes())
    for place in rng.integers(0, len(data), size=int(rng.integers(1, 60))):
        data[place] ^= 1 << int(rng.integers(8))
    file.write_bytes(data)


def flip_header_bits(file: Path, rng: np.random.Generator) -> None:
    data = bytearray(file.read_bytes())
    for place in rng.integers(0, min(len(data), 4096), size=int(rng.integers(1, 12))):
        data[place] ^= 1 << int(rng.integers(8))
    file.write_bytes(data)


def truncate(file: Path, rng: np.random.Generator) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(rng.integers(0, len(data)))])


def overwrite(file: Path, rng: np.random.Generator) -> None:
    data = bytearray(file.read_bytes())
    start = int(rng.integers(0, len(data)))
    data[start : start + 512] = rng.bytes(min(512, len(data) - start))
    file.write_bytes(data)


def _with_one(file: Path, rng: np.random.Generator, change) -> None:
    """Change one data set of an HDF5 file."""
    with h5py.File(file, "r+") as opened:
        names: list[str] = []
        opened.visititems(lambda n, i: names.append(n) if isinstance(i, h5py.Dataset) else None)
        change(opened, names[int(rng.integers(len(names)))])


def swap(file: Path, rng: np.random.Generator) -> None:
    def change(opened, name):
        opened.move(name, "elsewhere")
        opened.move("char_embed" if name != "char_embed" else "CNN_proj/W_proj", name)

    _with_one(file, rng, change)


def replace_by(make):
    def mutate(file: Path, rng: np.random.Generator) -> None:
        def change(opened, name):
            shape = opened[name].shape
            del opened[name]
            make(opened, name, shape)

        _with_one(file, rng, change)

    return mutate


def _bomb(opened, name, shape):
    import zlib

    item = opened.create_dataset(name, shape, np.float32, chunks=shape, compression="gzip")
    item.id.write_direct_chunk((0,) * len(shape), zlib.compress(bytes(200_000_000)))


def _virtual(opened, name, shape):
    layout = h5py.VirtualLayout(shape, np.float32)
    layout[...] = h5py.VirtualSource("/etc/passwd", "x", shape)
    opened.create_virtual_dataset(name, layout)


HDF5 = {
    "bit flips": flip_bits,
    "bit flips in the header": flip_header_bits,
    "truncation": truncate,
    "random bytes": overwrite,
    "swapped data sets": swap,
    "soft link": replace_by(lambda f, n, s: f.__setitem__(n, h5py.SoftLink("/char_embed"))),
    "link to itself": replace_by(lambda f, n, s: f.__setitem__(n, h5py.SoftLink("/" + n))),
    "external link": replace_by(
        lambda f, n, s: f.__setitem__(n, h5py.ExternalLink("/etc/passwd", "/"))
    ),
    "virtual data set": replace_by(_virtual),
    "external storage": replace_by(
        lambda f, n, s: f.create_dataset(
            n, s, np.float32, external=[("/etc/passwd", 0, int(np.prod(s)) * 4)]
        )
    ),
    "object references": replace_by(lambda f, n, s: f.create_dataset(n, s, h5py.ref_dtype)),
    "huge shape": replace_by(
        lambda f, n, s: f.create_dataset(n, (2**40, 2**20), np.float32, chunks=(64, 64))
    ),
    "compression bomb": replace_by(_bomb),
    "text": replace_by(lambda f, n, s: f.create_dataset(n, data=np.full(s, b"x"))),
    "not numbers": replace_by(lambda f, n, s: f.create_dataset(n, data=np.full(s, np.nan))),
    "variable length": replace_by(lambda f, n, s: f.create_dataset(n, s, h5py.vlen_dtype(float))),
    "group instead": replace_by(lambda f, n, s: f.create_group(n)),
    "empty file": lambda file, rng: file.write_bytes(b""),
}


def deep(file: Path, rng: np.random.Generator) -> None:
    file.write_text("[" * 30_000 + "]" * 30_000)


def odd_value(file: Path, rng: np.random.Generator) -> None:
    data = json.loads(file.read_text())
    section = data["lstm"] if rng.random() < 0.5 else data["char_cnn"]
    keys = sorted(section)
    values = [None, -1, 0, 10**30, 1e400, True, "x" * 1000, [], {}, [[1, 2, 3]], 2.5, "\ud800"]
    section[keys[int(rng.integers(len(keys)))]] = values[int(rng.integers(len(values)))]
    file.write_text(json.dumps(data))


JSON = {
    "bit flips": flip_bits,
    "truncation": truncate,
    "random bytes": overwrite,
    "deep nesting": deep,
    "odd value": odd_value,
    "UTF-16": lambda file, rng: file.write_bytes(file.read_text().encode("utf-16")),
    "too long": lambda file, rng: file.write_bytes(b" " * 10_000_000 + file.read_bytes()),
    "a folder": lambda file, rng: (file.unlink(), file.mkdir()),
}


def spoiled(pair: tuple[Path, Path], folder: Path, number: int) -> tuple[Path, Path, str]:
    """Copy a pair of files and spoil one of them, in the way and at the places of `number`."""
    rng = np.random.default_rng(number)
    folder.mkdir()
    files = tuple(Path(shutil.copy(source, folder)) for source in pair)
    ways = [(1, name, way) for name, way in HDF5.items()]
    ways += [(0, name, way) for name, way in JSON.items()]
    which, name, way = ways[number % len(ways)]
    way(files[which], rng)
    return files[0], files[1], f"{files[which].name}: {name}"
