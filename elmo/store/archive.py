"""Unpack the files of a model from a ZIP file of unknown origin."""

import zlib
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from elmo.errors import ModelFileError
from elmo.limits import MAX_MODEL_DOWNLOAD_BYTES, MAX_OPTIONS_BYTES, MAX_VOCABULARY_BYTES
from elmo.store.sources import MANY_LANGS

_WANTED = {
    "options.json": ("options.json", MAX_OPTIONS_BYTES),
    "model.hdf5": ("weights.hdf5", MAX_MODEL_DOWNLOAD_BYTES),
    "weights.hdf5": ("weights.hdf5", MAX_MODEL_DOWNLOAD_BYTES),
    "vocab.txt": ("vocab.txt", MAX_VOCABULARY_BYTES),
}
_MAX_MEMBERS = 10_000
_MAX_RATIO = 30
"""Largest allowed ratio of unpacked to packed size: weights hardly shrink, vocabularies shrink to a third."""


def unpack_model(archive: Path, folder: Path) -> None:
    """Write the files of a model into a folder, under their standard names; the archive's paths are ignored.

    Raises:
        ModelFileError: the archive cannot be read, has a file twice, holds a model of another format,
            or unpacks to more than `_MAX_RATIO` times its size.
    """
    most_in_all = archive.stat().st_size * _MAX_RATIO + 1_000_000
    try:
        with ZipFile(archive) as zipped:
            members = zipped.infolist()
            if len(members) > _MAX_MEMBERS:
                raise ModelFileError(f"{archive.name} holds more than {_MAX_MEMBERS:,} files.")
            names = [PurePosixPath(member.filename).name for member in members]
            if {"encoder.pkl", "token_embedder.pkl"} & set(names):
                raise ModelFileError(MANY_LANGS)
            for name in ("options.json", "vocab.txt"):
                if names.count(name) > 1:
                    raise ModelFileError(f"{archive.name} holds {name} {names.count(name)} times.")
            if names.count("model.hdf5") + names.count("weights.hdf5") > 1:
                raise ModelFileError(f"{archive.name} holds several files of weights.")
            for member, base in zip(members, names, strict=True):
                if base not in _WANTED or member.is_dir():
                    continue
                name, most = _WANTED[base]
                n_left = min(most, most_in_all)
                with zipped.open(member) as packed, (folder / name).open("wb") as out:
                    while block := packed.read(1024 * 1024):
                        n_left -= len(block)
                        if n_left < 0:
                            raise ModelFileError(
                                f"{base} unpacks to more than {min(most, most_in_all):,} bytes."
                            )
                        out.write(block)
    except (
        BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError, zlib.error,
    ) as error:  # fmt: skip
        raise ModelFileError(
            f"{archive.name} is not a ZIP file that can be read ({error})."
        ) from None
