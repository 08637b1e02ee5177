"""Load the first rows of a published softmax without the rest: 100 MB instead of 1.6 GB.

The rows are in the order of the vocabulary, most frequent words first. If the data set is contiguous, its place in the
file is read from the HDF5 header, and one range request loads the rows; otherwise the whole file is loaded and cut.
"""

import io
import math
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

from elmo.errors import DownloadError, ModelFileError
from elmo.limits import MAX_MODEL_DOWNLOAD_BYTES, MAX_VOCABULARY_BYTES
from elmo.model.hdf5 import data_sets
from elmo.model.softmax import read_rows, read_vocabulary
from elmo.store.fetch import BytesLoaded, fetch, fetch_any, read_span
from elmo.store.http import RangeIgnored
from elmo.store.sources import ModelSource
from elmo.whole_files import whole_file, write_text

_BLOCK = 64 * 1024
_MAX_HEADER_BLOCKS = 256


def load_softmax(
    source: ModelSource,
    folder: Path,
    n_words: int,
    dim: int,
    *,
    progress: BytesLoaded,
    should_stop: Callable[[], bool],
    warn: Callable[[str], None],
) -> None:
    """Write softmax.hdf5 and vocab.txt with the most frequent words into a folder.

    Args:
        n_words: number of rows to load; fewer if the vocabulary or the softmax has fewer.
        dim: numbers in a row, the projection_dim of the model.
        warn: called with a sentence if the vocabulary and the softmax differ in length.

    Raises:
        DownloadError: no softmax was published, or the softmax cannot be loaded.
        ModelFileError: the loaded file is no softmax of this model.
    """
    every_word = folder / "vocab.txt.whole"
    fetch_any(
        source.vocabularies, every_word, max_bytes=MAX_VOCABULARY_BYTES, should_stop=should_stop
    )
    words = read_vocabulary(every_word)
    n_words = min(n_words, len(words))
    W, b, n_rows = _first_rows(source.softmaxes, folder, n_words, dim, progress, should_stop)
    if n_rows != len(words):
        warn(
            f"The vocabulary has {len(words):,} lines and the softmax {n_rows:,} rows; the first "
            f"{len(W):,} of both are used."
        )
    with whole_file(folder / "softmax.hdf5") as part, h5py.File(part, "w") as file:
        file["W"], file["b"] = W.astype(np.float32), b.astype(np.float32)
    write_text(folder / "vocab.txt", "".join(f"{word}\n" for word in words[: len(W)]))
    for left in folder.glob("*.whole"):
        left.unlink()


def _first_rows(
    urls: tuple[str, ...],
    folder: Path,
    n: int,
    dim: int,
    progress: BytesLoaded,
    should_stop: Callable[[], bool],
) -> tuple[np.ndarray, np.ndarray, int]:
    """The first n rows of W and b, and the number of rows in the file."""
    failures = []
    for url in urls:
        try:
            return _by_ranges(url, folder, n, dim, progress, should_stop)
        except RangeIgnored:
            break
        except DownloadError as error:
            if should_stop():
                raise
            failures.append(str(error))
    else:
        raise DownloadError(" ".join(failures))
    whole = folder / "softmax.hdf5.whole"
    fetch_any(
        urls, whole, max_bytes=MAX_MODEL_DOWNLOAD_BYTES, progress=progress, should_stop=should_stop
    )
    return read_rows(whole, n, dim)


def _by_ranges(
    url: str,
    folder: Path,
    n: int,
    dim: int,
    progress: BytesLoaded,
    should_stop: Callable[[], bool],
) -> tuple[np.ndarray, np.ndarray, int]:
    """The result of `_first_rows`, loaded by range requests from one address.

    Raises:
        RangeIgnored: the server does not answer range requests, or the data set is not contiguous.
    """
    remote = RemoteFile(url)
    try:
        with h5py.File(remote, "r") as file:
            items = data_sets(file)
            prefix = "softmax/" if "softmax/W" in items else ""
            W, b = items[f"{prefix}W"], items[f"{prefix}b"]
            n_rows = W.shape[0]
            if W.shape[1:] != (dim,) or b.shape != (n_rows,):
                raise ModelFileError(
                    f"the softmax has the shapes {W.shape} and {b.shape}, expected ({n_rows}, {dim}) and ({n_rows},)."
                )
            places = [_place(item, min(n, n_rows), remote.total) for item in (W, b)]
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        if remote.failure:
            raise remote.failure from None
        raise ModelFileError(f"the softmax cannot be read as HDF5 ({error}).") from None
    arrays = []
    for name, (start, stop, dtype) in zip("Wb", places, strict=True):
        file_name = folder / f"softmax.{name}.whole"
        fetch(
            url,
            file_name,
            span=(start, stop),
            max_bytes=stop - start,
            progress=progress,
            should_stop=should_stop,
        )
        arrays.append(np.fromfile(file_name, dtype))
    W, b = arrays[0].reshape(-1, dim), arrays[1]
    if not (np.isfinite(W).all() and np.isfinite(b).all()):
        raise ModelFileError("the softmax holds values that are not finite (NaN or infinite).")
    return W, b, n_rows


def _place(item: h5py.Dataset, n: int, total: int) -> tuple[int, int, np.dtype]:
    """First byte, end and type of the first n rows of a contiguous data set in the file."""
    start = item.id.get_offset()
    if item.dtype.kind != "f" or item.dtype.itemsize not in (2, 4, 8):
        raise ModelFileError(f"the softmax holds {item.dtype}, expected floating-point numbers.")
    if item.chunks or item.is_virtual or item.external or start is None:
        raise RangeIgnored("the rows are not in one piece.")
    stop = start + n * math.prod(item.shape[1:]) * item.dtype.itemsize
    if stop > total:
        raise ModelFileError("the softmax is shorter than its header says.")
    return start, stop, item.dtype


class RemoteFile(io.RawIOBase):
    """A file on a server as a file object for h5py; range requests load the blocks that are read."""

    def __init__(self, url: str) -> None:
        """Load the first block.

        Raises:
            RangeIgnored: the server does not answer range requests.
            DownloadError: the server cannot be reached.
        """
        self.url = url
        self.failure: DownloadError | None = None
        first, self.total, self._etag = read_span(url, 0, _BLOCK)
        self._blocks: OrderedDict[int, bytes] = OrderedDict({0: first})
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._position = offset + (0, self._position, self.total)[whence]
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer).cast("B")
        n = 0
        while n < len(view) and self._position < self.total:
            number, within = divmod(self._position, _BLOCK)
            piece = self._block(number)[within : within + len(view) - n]
            view[n : n + len(piece)] = piece
            n += len(piece)
            self._position += len(piece)
        return n

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            try:
                self._blocks[number] = self._load(number)
            except DownloadError as error:
                self.failure = error
                raise OSError(str(error)) from None
        return self._blocks[number]

    def _load(self, number: int) -> bytes:
        if len(self._blocks) >= _MAX_HEADER_BLOCKS:
            raise DownloadError(
                "the header of the softmax is larger than any known one; reading was stopped."
            )
        start = number * _BLOCK
        data, total, etag = read_span(self.url, start, min(start + _BLOCK, self.total))
        if (total, etag) != (self.total, self._etag):
            raise DownloadError("the softmax was changed on the server while its header was read.")
        return data
