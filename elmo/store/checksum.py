"""The checksum by which files of models are recognized."""

import hashlib
from pathlib import Path

from elmo.errors import StoreError


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, 64 hexadecimal digits.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read: {error.strerror}.") from None
