"""A file of `embed_file` in other formats: NPZ, CSV, Parquet; of words, or of whole sentences (means).

Memory holds one sentence, or a thousand rows of a Parquet file, whatever the size of the file.

    format     words                                          sentences
    hdf5       as `embed_file` writes it                      vectors (sentences, dim), sentences
    npz        vectors (words, dim), sentence, words.txt      vectors (sentences, dim), sentences.txt
    csv        sentence, position, word, v0, v1, …            sentence, text, v0, v1, …
    parquet    sentence, position, word, vector               sentence, text, vector

With all layers NPZ and HDF5 have an axis (layers) before the last one; CSV and Parquet have a column
"layer" and a row for each layer. `sentence` counts from 0, in the order of the lines.
"""

import csv
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from jaxtyping import Float

from elmo.corpus.lines import read_lines
from elmo.corpus.spreadsheets import without_formula
from elmo.errors import InputError
from elmo.whole_files import whole_file

Tick = Callable[[int], None]
"""Called with the number of sentences written; it may raise to end the work."""

_ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class ExportSource:
    """The vectors and sentences to write.

    Attributes:
        embedded: file of `embed_file`, made with `text=True`.
        sentences: file of the sentences, UTF-8.
        means: True for one vector of each sentence, the mean over its words; False for one vector of each word.
    """

    embedded: Path
    sentences: Path
    means: bool

    def rows(self, tick: Tick) -> Iterator["Rows"]:
        """Yield each sentence with its vectors."""
        with h5py.File(self.embedded, "r") as file:
            for number, line in enumerate(read_lines(self.sentences, encoding="utf-8")):
                item: Any = file[str(number)]
                words = json.loads(str(item.attrs["tokens"]))
                vectors = np.moveaxis(item[()], -2, 0)  # (words, dim) or (words, layers, dim)
                if self.means:
                    vectors = vectors.mean(axis=0, keepdims=True) if len(words) else vectors[:0]
                    if not len(words):
                        vectors = np.zeros((1, *vectors.shape[1:]), np.float32)
                yield Rows(number, line.text, words, vectors)
                tick(number + 1)

    def shape(self) -> tuple[int, ...]:
        """The shape of all vectors together: words or sentences, perhaps layers, dim."""
        with h5py.File(self.embedded, "r") as file:
            shapes = [file[str(i)].shape for i in range(len(file) - 1)]  # type: ignore[union-attr]
        n = len(shapes) if self.means else sum(shape[-2] for shape in shapes)
        return (n, *shapes[0][:-2], shapes[0][-1])


@dataclass(frozen=True)
class Rows:
    """The vectors of one sentence: one for each word, or one for the sentence.

    Attributes:
        number: number of the sentence, from 0.
        text: text of the sentence.
        words: words of the sentence.
        vectors: (words or 1, dim), or (words or 1, layers, dim).
    """

    number: int
    text: str
    words: list[str]
    vectors: Float[np.ndarray, "rows *layers dim"]


@dataclass(frozen=True)
class Format:
    """A file format of vectors.

    Attributes:
        title: name on screen.
        ending: ending of the file's name.
        mime: MIME type for the browser.
        bytes_a_number: approximate bytes of a number in the file.
        write: function (source, file, tick) that writes the file.
        reading: Python lines that read the file; {file} is its name.
    """

    title: str
    ending: str
    mime: str
    bytes_a_number: float
    write: Callable[[ExportSource, Path, Tick], None]
    reading: str


def _hdf5(source: ExportSource, out: Path, tick: Tick) -> None:
    if not source.means:
        with whole_file(out) as part:
            shutil.copyfile(source.embedded, part)
        return
    with whole_file(out) as part, h5py.File(part, "w") as file:
        vectors = file.create_dataset("vectors", source.shape(), np.float32)
        texts = file.create_dataset("sentences", source.shape()[:1], h5py.string_dtype())
        for rows in source.rows(tick):
            vectors[rows.number] = rows.vectors[0]
            texts[rows.number] = rows.text


def _npz(source: ExportSource, out: Path, tick: Tick) -> None:
    with whole_file(out) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        with archive.open("vectors.npy", "w", force_zip64=True) as member:
            header = {"descr": "<f4", "fortran_order": False, "shape": source.shape()}
            np.lib.format.write_array_header_1_0(member, header)  # type: ignore[arg-type]
            numbers, words = [], []
            for rows in source.rows(tick):
                member.write(np.ascontiguousarray(rows.vectors, "<f4").tobytes())
                numbers += [rows.number] * len(rows.vectors)
                words += [rows.text] if source.means else rows.words
        archive.writestr("sentences.txt" if source.means else "words.txt", "\n".join(words))
        if not source.means:
            with archive.open("sentence.npy", "w") as member:
                np.save(member, np.array(numbers, np.int64))


def _flat(source: ExportSource, tick: Tick) -> Iterator[tuple[list[Any], np.ndarray]]:
    """Yield the rows of a table: the columns before the vector, and the vector; one row for each layer."""
    for rows in source.rows(tick):
        for place, vector in enumerate(rows.vectors):
            head = [rows.number, *([rows.text] if source.means else [place, rows.words[place]])]
            if vector.ndim == 1:
                yield head, vector
            else:
                for layer, one in enumerate(vector):
                    yield [*head, layer], one


def _columns(source: ExportSource) -> list[str]:
    names = ["sentence", "text"] if source.means else ["sentence", "position", "word"]
    return names + (["layer"] if len(source.shape()) == 3 else [])


def _csv(source: ExportSource, out: Path, tick: Tick) -> None:
    with whole_file(out) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(_columns(source) + [f"v{i}" for i in range(source.shape()[-1])])
        for head, vector in _flat(source, tick):
            table.writerow(
                [*map(without_formula, head), *(f"{value:.9g}" for value in vector.tolist())]
            )


def _parquet(source: ExportSource, out: Path, tick: Tick) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputError(
            "Parquet files need the package pyarrow: pip install pyarrow, or choose another format."
        ) from None
    names, dim = _columns(source), source.shape()[-1]
    kinds = {"word": pa.string(), "text": pa.string()}
    fields = [pa.field(name, kinds.get(name, pa.int32())) for name in names]
    schema = pa.schema([*fields, pa.field("vector", pa.list_(pa.float32(), dim))])
    waiting: list[tuple[list[Any], np.ndarray]] = []

    with whole_file(out) as part, pq.ParquetWriter(part, schema) as table:

        def write() -> None:
            heads = [pa.array(column, f.type) for column, f in zip(zip(*(h for h, _ in waiting), strict=True), fields, strict=True)]  # fmt: skip
            numbers = np.stack([vector for _, vector in waiting]).astype(np.float32).ravel()
            vectors = pa.FixedSizeListArray.from_arrays(pa.array(numbers), dim)
            table.write_batch(pa.record_batch([*heads, vectors], schema=schema))
            waiting.clear()

        for row in _flat(source, tick):
            waiting.append(row)
            if len(waiting) == _ROWS_AT_ONCE:
                write()
        if waiting:
            write()


FORMATS = {
    "hdf5": Format(
        "HDF5",
        ".hdf5",
        "application/x-hdf5",
        4,
        _hdf5,
        'import h5py\nfile = h5py.File("{file}")\nfile["0"][()]  # the first sentence: words × numbers',
    ),
    "npz": Format(
        "NPZ (NumPy)",
        ".npz",
        "application/zip",
        4,
        _npz,
        'import numpy as np\nfile = np.load("{file}")\nfile["vectors"], file["words.txt"].decode().split("\\n")',
    ),
    "csv": Format(
        "CSV",
        ".csv",
        "text/csv",
        13,
        _csv,
        'import pandas as pd\ntable = pd.read_csv("{file}")\ntable.filter(regex=r"^v\\d+$").to_numpy()',
    ),
    "parquet": Format(
        "Parquet",
        ".parquet",
        "application/vnd.apache.parquet",
        4,
        _parquet,
        'import pandas as pd\ntable = pd.read_parquet("{file}")\ntable["vector"].to_list()',
    ),
}
"""Every format by its name, in the order of the buttons."""
