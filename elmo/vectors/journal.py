"""A file whose changes are written all or not at all, so that a killed process leaves no damaged file.

HDF5 changes its tables in place. `JournaledFile` stands between HDF5 and the disk: appended bytes are written at once,
as no table refers to them yet; changes of older bytes are held in memory. `commit` copies the old bytes of the changed
pages to FILE.journal, then changes the pages, then deletes the journal. If the process ends earlier, there is either no
journal, and the tables are unchanged, or a whole journal, from which the next `JournaledFile` restores the old bytes.

Source: the rollback journal of SQLite, https://www.sqlite.org/atomiccommit.html, section 3.
"""

import hashlib
import io
import os
from pathlib import Path

from elmo.whole_files import whole_file

_PAGE = 4096
_MAGIC = b"elmo journal 1\n"


class JournaledFile(io.RawIOBase):
    """A file opened for reading and changing; without `commit` the file stays unchanged.

    The class has the methods that h5py needs of a file object: `h5py.File(JournaledFile(path), "r+")`.
    """

    def __init__(self, path: Path) -> None:
        """Open a file; the old bytes of an interrupted `commit` are restored first."""
        self._journal = path.with_name(path.name + ".journal")
        self._file = path.open("r+b", buffering=0)
        self._roll_back()
        self._size_before = self._file.seek(0, os.SEEK_END)
        self._pages: dict[int, bytearray] = {}
        self._size = self._size_before
        self._position = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read bytes: those of the changed pages where there are any, else those of the file."""
        view = memoryview(buffer).cast("B")
        start, n = self._position, min(len(view), max(0, self._size - self._position))
        self._file.seek(start)
        n_read = 0
        while n_read < n and (some := self._file.readinto(view[n_read:n])):
            n_read += some
        view[n_read:n] = bytes(n - n_read)  # zeros behind the written bytes, as in every file
        for number in range(start // _PAGE, -(-(start + n) // _PAGE)):
            if page := self._pages.get(number):
                first, last = max(start, number * _PAGE), min(start + n, number * _PAGE + len(page))
                if first < last:
                    view[first - start : last - start] = page[
                        first - number * _PAGE : last - number * _PAGE
                    ]
        self._position += n
        return n

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        """Write bytes: those behind the old end to the file, changes of older bytes to pages in memory."""
        view = memoryview(data).cast("B")
        start, end = self._position, self._position + len(view)
        at = start
        while at < min(end, self._size_before):
            number = at // _PAGE
            page = self._pages.get(number)
            if page is None:
                page = self._pages[number] = bytearray(self._old_page(number))
            until = min(end, number * _PAGE + len(page))
            page[at - number * _PAGE : until - number * _PAGE] = view[at - start : until - start]
            at = until
        if at < end:
            _put(self._file, at, view[at - start :])
        self._size = max(self._size, end)
        self._position = end
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Set the size; the file on disk is never made shorter than before."""
        self._size = self._position if size is None else size
        if self._size > self._size_before:
            self._file.truncate(self._size)
        return self._size

    def commit(self) -> None:
        """Write all changes to the file, or none if the process ends meanwhile."""
        os.fsync(self._file.fileno())
        if self._pages:
            with whole_file(self._journal) as part, part.open("wb") as journal:
                digest = hashlib.sha256()
                numbers = sorted(self._pages)
                records = [self._size_before.to_bytes(8, "little")]
                records += [n.to_bytes(8, "little") + self._old_page(n) for n in numbers]
                for record in records:
                    digest.update(record)
                _put(journal, 0, _MAGIC + digest.digest() + b"".join(records))
            for number in numbers:
                _put(self._file, number * _PAGE, self._pages[number])
            os.fsync(self._file.fileno())
            self._journal.unlink()
        self._size_before, self._pages = self._size, {}

    def close(self) -> None:
        """Close the file; changes without a `commit` are lost."""
        if not self.closed:
            self._file.close()
        super().close()

    def _old_page(self, number: int) -> bytes:
        """The bytes of a page on disk before the changes; the last page may be shorter."""
        n = min(_PAGE, self._size_before - number * _PAGE)
        self._file.seek(number * _PAGE)
        page = bytearray()
        while len(page) < n and (some := self._file.read(n - len(page))):
            page += some
        return bytes(page)

    def _roll_back(self) -> None:
        """Restore the old bytes from a whole journal, and delete the journal."""
        try:
            content = self._journal.read_bytes()
        except FileNotFoundError:
            return
        start = len(_MAGIC) + 32
        digest, records = content[len(_MAGIC) : start], content[start:]
        if content.startswith(_MAGIC) and hashlib.sha256(records).digest() == digest:
            size = int.from_bytes(records[:8], "little")
            at = 8
            while at < len(records):
                number = int.from_bytes(records[at : at + 8], "little")
                n = min(_PAGE, size - number * _PAGE)
                _put(self._file, number * _PAGE, records[at + 8 : at + 8 + n])
                at += 8 + n
            self._file.truncate(size)
            os.fsync(self._file.fileno())
        self._journal.unlink()


def _put(
    file: io.RawIOBase | io.BufferedIOBase, offset: int, data: bytes | bytearray | memoryview
) -> None:
    """Write all bytes at an offset of a file; every write to the disk uses this function."""
    file.seek(offset)
    view = memoryview(data).cast("B")
    while view:
        view = view[file.write(view) or 0 :]
