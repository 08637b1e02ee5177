"""Files other than weights and options, spoiled from a seed, and what reads them.

Each kind is a way to write a good file, ways to spoil it, and the function of the program that
reads it. Run as a program (by test_other_files) it reads them in a process with limited memory.
"""

import gzip
import io
import json
import lzma
import resource
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from benchmarks.processes import peak_bytes
from elmo.corpus import tables
from elmo.corpus.build import build_index
from elmo.corpus.index import CorpusIndex
from elmo.corpus.lines import read_lines
from elmo.errors import ElmoError
from elmo.model.softmax import read_softmax
from elmo.tasks.datasets import read_labelled_csv, read_passages
from elmo.tasks.pack import read_pack
from elmo.tasks.static_vectors import read_bundled_vectors, read_text_vectors
from elmo.training.data.documents import read_documents
from tests.hostile.mutations import HDF5, flip_bits, flip_header_bits, overwrite, truncate

Way = Callable[[Path, np.random.Generator], object]
WORDS = [f"word{i}" for i in range(50)]
BOMB_BYTES = 3_000_000_000


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: of the file.
        write: a good one.
        read: as the program reads it; the path may be of any of its files.
        ways: to spoil it.
        refuse: the ways after which it must be refused.
    """

    name: str
    write: Callable[[Path], object]
    read: Callable[[Path], object]
    ways: dict[str, Way]
    refuse: tuple[str, ...] = ()


def _endless(lines: bool) -> Way:
    """A gzip file that unpacks to 3 GB of one line, or to 50 MB of lines."""

    def way(file: Path, rng: np.random.Generator) -> None:
        block = gzip.compress(b"a" * 9_999_999 + (b"\n" if lines else b"a"))
        file.write_bytes(block * (5 if lines else BOMB_BYTES // 10_000_000))

    return way


def _insert(data: bytes) -> Way:
    def way(file: Path, rng: np.random.Generator) -> None:
        old = file.read_bytes()
        place = int(rng.integers(len(old)))
        file.write_bytes(old[:place] + data + old[place:])

    return way


BYTES: dict[str, Way] = {
    "bit flips": flip_bits,
    "bit flips in the header": flip_header_bits,
    "truncation": truncate,
    "random bytes": overwrite,
    "empty": lambda file, rng: file.write_bytes(b""),
    "only zeros": lambda file, rng: file.write_bytes(bytes(20_000)),
    "another kind of file": lambda file, rng: file.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100)),
    "a folder": lambda file, rng: (file.unlink(), file.mkdir()),
}
TEXT = BYTES | {
    "UTF-16": lambda file, rng: file.write_bytes(file.read_bytes().decode().encode("utf-16")),
    "Latin-1": _insert("éß".encode("latin-1")),
    "NUL": _insert(b"\x00\x00"),
    "half a character": _insert(b"\xed\xa0\x80"),
    "bidi and zero width": _insert("\u202e\u200b\ufeff".encode()),
    "quotes": _insert(b'"""'),
    "carriage returns": lambda file, rng: file.write_bytes(file.read_bytes().replace(b"\n", b"\r")),
    "one line of 21 MB": _insert(b"a" * 21_000_000),
    "a million separators": _insert(b"," * 500_000 + b" " * 500_000),
}


PACKED = BYTES | {"bomb of one line": _endless(False), "bomb of lines": _endless(True)}


def _write_softmax(file: Path) -> None:
    with h5py.File(file, "w") as out:
        out["W"], out["b"] = np.ones((50, 6), np.float32), np.zeros(50, np.float32)
    file.with_name("vocab.txt").write_text("\n".join(["<S>", "</S>", "<UNK>", *WORDS[:47]]) + "\n")


def _hdf5_ways() -> dict[str, Way]:
    """Those of weights.hdf5, with the names of this file's data sets."""

    def swapped(file: Path, rng: np.random.Generator) -> None:
        with h5py.File(file, "r+") as out:
            out.move("W", "x")
            out.move("b", "W")
            out.move("x", "b")

    def hollow(file: Path, rng: np.random.Generator) -> None:
        """A vocabulary and a shape that match, of 4 GB, without a value behind them."""
        file.with_name("vocab.txt").write_text("a\n" * 2_000_000)
        with h5py.File(file, "w") as out:
            out.create_dataset("W", (2_000_000, 6), np.float64, fillvalue=0.0)
            out.create_dataset("b", (2_000_000,), np.float64)

    own = {name: way for name, way in HDF5.items() if name != "swapped data sets"}
    return own | {"swapped data sets": swapped, "values that are not there": hollow}


def _vocabulary_ways() -> dict[str, Way]:
    def huge(file: Path, rng: np.random.Generator) -> None:
        with file.with_name("vocab.txt").open("wb") as out:
            out.truncate(BOMB_BYTES)  # a file with a hole: takes no disk

    def other(change: Way) -> Way:
        return lambda file, rng: change(file.with_name("vocab.txt"), rng)

    return {name: other(way) for name, way in TEXT.items()} | {"3 GB": huge}


def _write_labelled(file: Path) -> None:
    rows = [f"the text number {i},{'good' if i % 2 else 'bad'}" for i in range(40)]
    file.write_text("text,label\n" + "\n".join(rows) + "\n")


def _read_table(file: Path) -> None:
    table = tables.read_table(file.read_bytes(), file.name)
    tables.guess_labels(table.columns)
    tables.guess_sentences(table)


def _write_vectors(file: Path, opener: Callable = open) -> None:
    rows = [f"{word} {' '.join(['0.5'] * 8)}" for word in WORDS]
    with opener(file, "wb") as out:
        out.write(("\n".join(rows) + "\n").encode())


def _write_static(file: Path) -> None:
    np.savez_compressed(file, words=np.array(WORDS), vectors=np.ones((50, 8), np.float16))


def _npz_ways() -> dict[str, Way]:
    def member(name: str, data: bytes) -> Way:
        def way(file: Path, rng: np.random.Generator) -> None:
            with zipfile.ZipFile(file) as old:
                kept = {n: old.read(n) for n in old.namelist()}
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
                for member_name, content in (kept | {name: data}).items():
                    new.writestr(member_name, content)

        return way

    def header(shape: str, dtype: str = "<f4") -> bytes:
        text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117)
        return b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + text.encode() + b"\n"

    def bomb(file: Path, rng: np.random.Generator) -> None:
        with (
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
            new.open("vectors.npy", "w", force_zip64=True) as out,
        ):
            out.write(header("(50, 3000000)"))
            for _ in range(600):
                out.write(bytes(1_000_000))

    objects = io.BytesIO()
    np.save(objects, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return BYTES | {
        "huge shape": member("vectors.npy", header("(1000000000000, 8)")),
        "huge shape that fits": member("vectors.npy", header("(50, 20000000)")),
        "objects (pickle)": member("words.npy", objects.getvalue()),
        "bomb": bomb,
        "wrong shape": member("vectors.npy", header("(7, 3)") + bytes(84)),
        "text for numbers": member("vectors.npy", header("(50,)", "<U4") + bytes(800)),
        "a path for a name": member("../../words.npy", b"x"),
    }


def _write_corpus(file: Path, opener: Callable = open) -> None:
    with opener(file, "wb") as out:
        out.write(b"The river bank is muddy .\nWe sat there .\n\nAnother document .\n" * 20)


def _read_corpus(file: Path) -> None:
    failures = []
    for reader in (read_lines, read_documents):
        try:
            for _ in reader(file):
                pass
        except ElmoError as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _write_passages(file: Path) -> None:
    source = Path(__file__).parents[2] / "elmo" / "tasks" / "data" / "passages.json"
    file.write_text(json.dumps(json.loads(source.read_text())[:6]))


def _json_ways() -> dict[str, Way]:
    return TEXT | {
        "deep": lambda file, rng: file.write_text("[" * 100_000 + "]" * 100_000),
        "numbers": lambda file, rng: file.write_text("[" + "1e999," * 10 + "NaN]"),
        "a long number": lambda file, rng: file.write_text("[" + "9" * 100_000 + "]"),
        "other types": lambda file, rng: file.write_text('[{"title": [], "sentences": 7}]' * 6),
    }


def _write_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name in ("texts.csv", "settings.json", "vectors.npz", "results.json"):
            out.writestr(name, "{}")


def _zip_ways() -> dict[str, Way]:
    def bomb(file: Path, rng: np.random.Generator) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
            for name in ("texts.csv", "pack.json", "settings.json", "vectors.npz", "ladder.json"):
                with out.open(name, "w", force_zip64=True) as member:
                    for _ in range(110):  # 550 MB in all, a little above the limit
                        member.write(bytes(1_000_000))

    return BYTES | {"bomb": bomb}


def _write_index(file: Path) -> None:
    text = file.with_name("text.txt")
    text.write_text("The river bank is muddy .\n" * 300)
    build_index([text], file).close()


def _read_index(file: Path) -> None:
    with CorpusIndex(file) as index:
        index.count("bank")
        for hit in index.hits("bank", 20, seed=1):
            assert len(hit.tokens) < 1000


_EMPTY = ("empty", "only zeros", "another kind of file", "a folder")
KINDS: tuple[Kind, ...] = (
    Kind(
        "softmax.hdf5",
        _write_softmax,
        lambda file: read_softmax(file, file.with_name("vocab.txt"), 6),
        _hdf5_ways(),
        ("link", "virtual", "external", "references", "huge", "bomb", "text", "not numbers",
         "variable", "group", "empty file", "swapped", "not there"),
    ),
    Kind(
        "softmax.hdf5",
        _write_softmax,
        lambda file: read_softmax(file, file.with_name("vocab.txt"), 6),
        _vocabulary_ways(),
        ("3 GB", "empty", "a folder"),
    ),
    Kind("labelled.csv", _write_labelled, lambda f: read_labelled_csv(f.read_bytes(), f.name), TEXT, _EMPTY),
    Kind("table.csv", _write_labelled, _read_table, TEXT, ("empty",)),
    Kind("vectors.txt", _write_vectors, lambda f: read_text_vectors(f, WORDS), TEXT, _EMPTY),
    Kind(
        "vectors.txt.gz",
        lambda f: _write_vectors(f, gzip.open),
        lambda f: read_text_vectors(f, WORDS),
        PACKED,
        (*_EMPTY, "bomb"),
    ),
    Kind(
        "vectors.txt.xz",
        lambda f: _write_vectors(f, lzma.open),
        lambda f: read_text_vectors(f, WORDS),
        BYTES,
        _EMPTY,
    ),
    Kind("static.npz", _write_static, read_bundled_vectors, _npz_ways(), (*_EMPTY, "huge", "pickle", "bomb", "wrong", "text")),
    Kind("corpus.txt", _write_corpus, _read_corpus, TEXT, ("Latin-1", "half", "folder")),
    Kind("corpus.txt.gz", lambda f: _write_corpus(f, gzip.open), _read_corpus, PACKED, ("zeros", "another", "one line", "folder")),
    Kind("corpus.txt.xz", lambda f: _write_corpus(f, lzma.open), _read_corpus, BYTES, ("zeros", "another", "folder")),
    Kind("passages.json", _write_passages, lambda f: read_passages(f.read_bytes(), f.name), _json_ways(), (*_EMPTY, "deep", "numbers", "long", "other")),
    Kind("pack.zip", _write_zip, read_pack, _zip_ways(), ("empty", "zeros", "another", "folder", "bomb")),
    Kind("corpus.index", _write_index, _read_index, BYTES, ("another", "folder")),
)  # fmt: skip
WAYS = [(kind, way) for kind in KINDS for way in kind.ways]


def spoil_and_read(folder: Path, number: int) -> str:
    """What came of the file of a number: "read", or "refused: …"."""
    kind, way = WAYS[number % len(WAYS)]
    folder.mkdir()
    file = folder / kind.name
    kind.write(file)
    if number >= 0:
        kind.ways[way](file, np.random.default_rng(number))
    try:
        kind.read(file)
    except ElmoError as error:
        return f"refused: {error}"
    except IsADirectoryError:  # the caller opened it, to hand over bytes
        return "refused: a folder"
    return "read"


def main(folder: Path, first: int, last: int, memory: int) -> Iterator[list]:
    """Spoil and read files; the result of each, and the most memory there was."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for number in range(first, last):
        kind, way = WAYS[number % len(WAYS)]
        place = folder / str(number)
        try:
            result = spoil_and_read(place, number)
        except Exception as error:  # noqa: BLE001 - what the test is to show
            result = f"broke: {type(error).__name__}: {error}"
        yield [number, f"{kind.name}: {way}", result[:400]]
        shutil.rmtree(place)
    yield [-1, "peak", peak_bytes()]


if __name__ == "__main__":
    for line in main(Path(sys.argv[1]), *map(int, sys.argv[2:])):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
