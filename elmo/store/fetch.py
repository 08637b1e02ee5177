"""Load one file over HTTP: bounded in time and size, checked, and continued after an interruption.

The loaded bytes are in FILE.part; FILE.part.json names the remote file that the bytes belong to. The server is not
trusted: the server may stall, end the connection early, send another length than announced, or redirect elsewhere.
"""

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import requests
import urllib3
from filelock import FileLock, Timeout

from elmo.errors import DownloadError
from elmo.store.checksum import sha256_of
from elmo.store.http import (
    HEADERS,
    RangeIgnored,
    check_address,
    get,
    public_address,
    reason_of,
    refusal,
)
from elmo.store.part_file import forget, n_bytes, origin_of, read_origin, write_origin
from elmo.whole_files import put_in_place

SLOW_SECONDS = 60.0
SLOW_BYTES = 20_000
"""Fewer than `SLOW_BYTES` in `SLOW_SECONDS` count as a stall, too."""

ATTEMPTS = 4
"""Successive connections without a new byte after which the download fails."""

MAX_CONNECTIONS = 200
"""Connections for one file at most, also with new bytes in each of them."""

_BLOCK = 1024 * 1024

BytesLoaded = Callable[[int, int | None], None]
"""Called with the number of loaded bytes, and the size of the file (None if unknown)."""


class ChecksumError(DownloadError):
    """The loaded bytes do not have the expected checksum."""


def fetch(
    url: str,
    file: Path,
    *,
    progress: BytesLoaded = lambda done, total: None,
    max_bytes: int,
    sha256: str | None = None,
    span: tuple[int, int] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> str:
    """Load a file; an existing FILE.part is continued.

    Args:
        max_bytes: a larger file is refused.
        sha256: expected checksum, or None if unknown.
        span: load only the bytes from the first number up to, and without, the second.
        should_stop: called after each block; True ends the download, and FILE.part stays.

    Returns:
        The SHA-256 of the file.

    Raises:
        DownloadError: the download failed; the message says why, and whether FILE.part stays.
        ChecksumError: the loaded bytes do not have the checksum `sha256`.
        StoreError: the loaded file cannot be read.
    """
    check_address(url)
    part = file.with_name(file.name + ".part")
    try:
        with FileLock(part.with_name(part.name + ".lock"), timeout=0):
            _load(url, part, progress, max_bytes, should_stop, span)
            loaded_sha256 = sha256_of(part)
            if sha256 and loaded_sha256 != sha256.lower():
                forget(part)
                raise ChecksumError(
                    f"{public_address(url)} has the SHA-256 {loaded_sha256}, expected {sha256}: these are not the bytes of the "
                    "expected file. They were deleted."
                )
            put_in_place(part, file)
            forget(part)
            return loaded_sha256
    except Timeout:
        raise DownloadError(f"another process loads {file.name} already.") from None
    except OSError as error:
        raise DownloadError(f"{file} cannot be written: {error.strerror or error}.") from None


def fetch_any(urls: Sequence[str], file: Path, **how: Any) -> str:
    """Load a file from the first of several addresses that works; see `fetch`.

    Raises:
        DownloadError: no address works. ChecksumError: an address gave bytes of another checksum, and no other
            address works.
    """
    failures: list[DownloadError] = []
    for url in urls:
        try:
            return fetch(url, file, **how)
        except DownloadError as error:
            if len(urls) == 1 or how.get("should_stop", lambda: False)():
                raise
            failures.append(error)
    kind = ChecksumError if any(isinstance(e, ChecksumError) for e in failures) else DownloadError
    raise kind(f"none of {len(urls)} addresses gave the file. " + " ".join(map(str, failures)))


def read_span(url: str, start: int, stop: int) -> tuple[bytes, int, str | None]:
    """Some bytes of a file on a server, the size of the whole file, and its ETag.

    Raises:
        RangeIgnored: the server does not answer range requests.
        DownloadError: the server cannot be reached, or answers with an error.
    """
    check_address(url)
    headers = HEADERS | {"Range": f"bytes={start}-{stop - 1}"}
    reason = ""
    for attempt in range(ATTEMPTS):
        try:
            with requests.Session() as session, get(session, url, headers) as response:
                if response.status_code == 200:
                    raise RangeIgnored(f"{public_address(url)}: the server gives whole files only.")
                if response.status_code != 206:
                    raise refusal(url, response)
                now = origin_of(url, response, start)
                if now.total is None:
                    raise RangeIgnored(
                        f"{public_address(url)}: the server does not say the file's size."
                    )
                n = min(stop, now.total) - start
                data = response.raw.read(n)
                if len(data) == n:
                    return data, now.total, now.etag
                reason = "the connection ended early"
        except (requests.RequestException, urllib3.exceptions.HTTPError, TimeoutError) as error:
            reason = reason_of(error)
        time.sleep(0.2 * 2**attempt)
    raise DownloadError(f"{public_address(url)} could not be loaded: {reason}.")


def _load(
    url: str,
    part: Path,
    progress: BytesLoaded,
    max_bytes: int,
    should_stop: Callable[[], bool],
    span: tuple[int, int] | None,
) -> None:
    """Load FILE.part whole, with as many connections as needed; DownloadError after `ATTEMPTS` without new bytes."""
    failures = 0
    for _ in range(MAX_CONNECTIONS):
        before = n_bytes(part)
        try:
            if _connect_once(url, part, progress, max_bytes, should_stop, span):
                return
            reason = "the connection ended early"
        except (requests.RequestException, urllib3.exceptions.HTTPError, TimeoutError) as error:
            reason = reason_of(error)
        now = n_bytes(part)
        failures = 0 if now > before else failures + 1
        if failures >= ATTEMPTS:
            note = f" The {now:,} bytes that came are kept; call again to go on." if now else ""
            raise DownloadError(f"{public_address(url)} could not be loaded: {reason}.{note}")
        time.sleep(min(0.2 * 2**failures, 5.0))
    raise DownloadError(
        f"{public_address(url)} could not be loaded in {MAX_CONNECTIONS} connections."
    )


def _connect_once(
    url: str,
    part: Path,
    progress: BytesLoaded,
    max_bytes: int,
    should_stop: Callable[[], bool],
    span: tuple[int, int] | None,
) -> bool:
    """Load bytes over one connection into FILE.part; returns True if FILE.part is whole now."""
    origin = read_origin(part)
    n_have = n_bytes(part)
    known = origin is not None and (origin.url, origin.span) == (url, span)
    if origin is None or not known or not (origin.etag or origin.last_modified):
        n_have = 0  # no ETag and no date tell whether the remote file is still the same
    elif origin.total is not None and n_have == origin.total:
        return True
    headers = dict(HEADERS)
    first, last = (0, "") if span is None else (span[0], span[1] - 1)
    if n_have or span is not None:
        headers["Range"] = f"bytes={first + n_have}-{last}"
    if n_have and origin is not None:
        headers["If-Range"] = origin.etag or origin.last_modified or ""
    with requests.Session() as session, get(session, url, headers) as response:
        now = origin_of(url, response, first + n_have)
        if span is not None:
            now.span, now.total = span, span[1] - span[0]
        if response.status_code == 416 or (origin and n_have and now.total != origin.total):
            forget(part)
            return False
        if response.status_code not in (200, 206):
            raise refusal(url, response)
        if response.status_code == 200 and span is not None:
            raise RangeIgnored(f"{public_address(url)}: the server gives whole files only.")
        if response.status_code == 200:
            n_have = 0
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise DownloadError(
                f"{public_address(url)}: the server packed the file, which was not asked for."
            )
        _check_size(url, now.total, n_have, max_bytes, part)
        write_origin(part, now)
        with part.open("ab" if n_have else "wb") as out:
            began, n_slow = time.monotonic(), n_have
            while block := response.raw.read1(_BLOCK):
                n_have += out.write(block)
                out.flush()
                if n_have > max_bytes:
                    break
                progress(n_have, now.total)
                if should_stop():
                    raise DownloadError(f"stopped; the {n_have:,} bytes that came are kept.")
                if time.monotonic() - began > SLOW_SECONDS:
                    if n_have - n_slow < SLOW_BYTES:
                        raise TimeoutError(
                            f"fewer than {SLOW_BYTES:,} bytes in {SLOW_SECONDS:.0f} seconds"
                        )
                    began, n_slow = time.monotonic(), n_have
        if n_have > max_bytes:
            _check_size(url, n_have, n_have, max_bytes, part)
        if now.total is None:
            return True  # the size is unknown, so the end of the stream is taken for the end of the file
        if n_have > now.total:
            forget(part)
            raise DownloadError(
                f"{public_address(url)}: more came than the {now.total:,} bytes announced."
            )
        return n_have == now.total


def _check_size(url: str, total: int | None, n_have: int, max_bytes: int, part: Path) -> None:
    """Refuse a file that is larger than `max_bytes` or than the free space of the disk."""
    if total is None:
        return
    if total > max_bytes:
        forget(part)
        raise DownloadError(
            f"{public_address(url)} has {total:,} bytes or more, at most {max_bytes:,} are loaded; is it "
            "the right file?"
        )
    free = shutil.disk_usage(part.parent).free
    if total - n_have > free:
        raise DownloadError(
            f"the disk of {part.parent} has {free / 1e6:,.0f} MB free, {(total - n_have) / 1e6:,.0f} "
            "MB are needed. Free some space, or set ELMO_HOME to another disk."
        )
