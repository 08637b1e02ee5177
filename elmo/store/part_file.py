"""FILE.part, the bytes of a download so far, and FILE.part.json, which names the remote file that they belong to."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import requests

from elmo.errors import DownloadError
from elmo.store.http import public_address


@dataclass
class Origin:
    """The remote file, or the span of the remote file, that FILE.part belongs to; a resume with other values starts again."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    total: int | None = None
    span: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        self.span = self.span and (self.span[0], self.span[1])  # JSON has lists


def origin_of(url: str, response: requests.Response, first: int) -> Origin:
    """Address, version and size of the remote file, from the headers of an answer.

    Args:
        first: place of the first requested byte.
    """
    total: int | None = None
    if response.status_code == 206:
        unit, _, rest = response.headers.get("Content-Range", "").partition(" ")
        span, _, whole = rest.partition("/")
        if unit != "bytes" or not span.startswith(f"{first}-"):
            raise DownloadError(
                f"{public_address(url)}: asked for the bytes from {first:,} on, the server answered "
                f"{response.headers.get('Content-Range')!r}."
            )
        total = int(whole) if whole.isdecimal() else None
    elif (length := response.headers.get("Content-Length", "")).isdecimal():
        total = int(length)
    etag = response.headers.get("ETag")
    strong = etag if etag and not etag.startswith("W/") else None
    return Origin(url, strong, response.headers.get("Last-Modified"), total)


def read_origin(part: Path) -> Origin | None:
    """The origin in FILE.part.json; None if there is no such file, or another content."""
    try:
        return Origin(**json.loads(part.with_name(part.name + ".json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write_origin(part: Path, origin: Origin) -> None:
    """Write FILE.part.json."""
    part.with_name(part.name + ".json").write_text(json.dumps(asdict(origin)))


def n_bytes(part: Path) -> int:
    """The size of FILE.part; 0 if there is none."""
    return part.stat().st_size if part.exists() else 0


def forget(part: Path) -> None:
    """Delete FILE.part and FILE.part.json."""
    part.unlink(missing_ok=True)
    part.with_name(part.name + ".json").unlink(missing_ok=True)
