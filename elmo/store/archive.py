"""Unpack the files of a model from a ZIP file of unknown origin, such as NLPL's."""

import zlib
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from elmo.errors import ModelFileError
from elmo.limits import (
    MAX_ARCHIVE_FILES,
    MAX_ARCHIVE_RATIO,
    MAX_MODEL_DOWNLOAD_BYTES,
    MAX_OPTIONS_BYTES,
    MAX_VOCABULARY_BYTES,
)

MANY_LANGS_FILES = ("encoder.pkl", "token_embedder.pkl", "char.dic")
MANY_LANGS = (
    f"this is a model of ELMoForManyLangs ({', '.join(MANY_LANGS_FILES)}): another format, with other networks, in "
    "Python pickles, which can run any program when they are opened. It cannot be read here; only options.json with "
    "weights.hdf5 can. NLPL has models of many languages in this format (python -m elmo download --help lists them)."
)
"""Why a model of ELMoForManyLangs is refused."""

_WANTED = {
    "options.json": ("*options.json", MAX_OPTIONS_BYTES),
    "weights.hdf5": ("*.hdf5", MAX_MODEL_DOWNLOAD_BYTES),
    "vocab.txt": ("vocab.txt", MAX_VOCABULARY_BYTES),
}
"""Standard name -> pattern of the name in an archive (its folders are ignored), and largest size in bytes."""


def unpack_model(archive: Path, folder: Path) -> None:
    """Write the files of a model into a folder, under their standard names; the archive's paths are ignored.

    Raises:
        ModelFileError: the archive cannot be read, has no options or no weights or several of them, holds a
            model of another format, or unpacks to more than `MAX_ARCHIVE_RATIO` times its size.
    """
    most_in_all = archive.stat().st_size * MAX_ARCHIVE_RATIO + 1_000_000
    try:
        with ZipFile(archive) as zipped:
            for name, member in _members(zipped, archive.name).items():
                most = min(_WANTED[name][1], most_in_all)
                n_left = most
                with zipped.open(member) as packed, (folder / name).open("wb") as out:
                    while block := packed.read(1024 * 1024):
                        n_left -= len(block)
                        if n_left < 0:
                            raise ModelFileError(
                                f"{archive.name}: {member.filename} unpacks to more than {most:,} bytes."
                            )
                        out.write(block)
    except (
        BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError, zlib.error,
    ) as error:  # fmt: skip
        raise ModelFileError(
            f"{archive.name} is not a ZIP file that can be read ({error}); is it complete?"
        ) from None


def _members(zipped: ZipFile, archive: str) -> dict[str, ZipInfo]:
    """The archive's members that are a model's files, by their standard names."""
    members = [member for member in zipped.infolist() if not member.is_dir()]
    if len(members) > MAX_ARCHIVE_FILES:
        raise ModelFileError(f"{archive} holds more than {MAX_ARCHIVE_FILES:,} files.")
    names = [PurePosixPath(member.filename).name for member in members]
    if set(MANY_LANGS_FILES[:2]) & set(names):
        raise ModelFileError(f"{archive}: {MANY_LANGS}")
    chosen: dict[str, ZipInfo] = {}
    for standard, (pattern, _) in _WANTED.items():
        hits = [
            member
            for member, name in zip(members, names, strict=True)
            if fnmatch(name, pattern)
            and "softmax" not in name
            and not name.startswith("._")  # made by macOS beside each file
        ]
        if len(hits) > 1 or (not hits and standard != "vocab.txt"):
            raise ModelFileError(
                f"{archive} has {len(hits)} files that could be {standard}, expected one (it holds "
                f"{', '.join(names[:8]) or 'nothing'}). Give options.json and weights.hdf5 themselves."
            )
        if hits:
            chosen[standard] = hits[0]
    return chosen
