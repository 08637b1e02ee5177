"""The files of a model in a folder: find them, read their record, and load the model.

The standard names are options.json and weights.hdf5; softmax.hdf5 and vocab.txt if the model can predict words;
MODEL_CARD.md; and model.json, the record of the model's origin. This module imports torch only when a model is loaded.
"""

import contextlib
import json
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from elmo.errors import StoreError
from elmo.home import data_folder
from elmo.limits import MAX_CARD_BYTES
from elmo.model.options import Options
from elmo.representation import MODELS_WITH_SOFTMAX
from elmo.store.archive import MANY_LANGS, MANY_LANGS_FILES, unpack_model
from elmo.store.checksum import sha256_of

if TYPE_CHECKING:
    from elmo.embedder import Elmo
    from elmo.model.softmax import Softmax

Kind = Literal["bundled", "downloaded", "uploaded", "trained", "folder"]
"""Origin of a model; a "folder" was named by its path and is not in the store."""

RECORD = "model.json"


@dataclass(frozen=True)
class ModelEntry:
    """The files of a model, and their origin.

    Attributes:
        name: name of the model on all pages and in all commands.
        kind: origin of the model.
        options_file, weight_file: the two files that every model has.
        softmax_file, vocab_file: the files for predicting words; None if the model has no softmax.
        card: text of the model card, or None.
        source: address of the model, or a few words on its origin, or None.
        recorded_sha256: checksum of the weights in model.json, or None.
    """

    name: str
    kind: Kind
    options_file: Path
    weight_file: Path
    softmax_file: Path | None = None
    vocab_file: Path | None = None
    card: str | None = None
    source: str | None = None
    recorded_sha256: str | None = field(default=None, repr=False)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of weights.hdf5: the recorded one, or else computed now."""
        return self.recorded_sha256 or sha256_of(self.weight_file)

    @property
    def options(self) -> Options:
        """The model's options, read without the weights."""
        return Options.read(self.options_file)

    def load(
        self, dtype: Any = None, device: str = "cpu", reduced_precision: bool = False
    ) -> "Elmo":
        """Read the model into memory.

        Args:
            dtype, device, reduced_precision: arguments of `Elmo`; a dtype of None is float32.

        Raises:
            ModelFileError: a file is missing or wrong.
        """
        import torch

        from elmo.embedder import Elmo

        elmo = Elmo(
            self.options_file,
            self.weight_file,
            dtype or torch.float32,
            device,
            reduced_precision=reduced_precision,
        )
        elmo.name = self.name
        return elmo

    def load_softmax(self) -> "Softmax":
        """Read the softmax and the vocabulary.

        Raises:
            StoreError: the model has no softmax. ModelFileError: a file is missing or wrong.
        """
        if self.softmax_file is None or self.vocab_file is None:
            raise StoreError(
                f"the model {self.name!r} has no softmax.hdf5 and vocab.txt, so it gives vectors "
                f"but cannot predict words. {MODELS_WITH_SOFTMAX}"
            )
        from elmo.model.softmax import read_softmax

        return read_softmax(self.softmax_file, self.vocab_file, self.options.projection_dim)

    @property
    def has_softmax(self) -> bool:
        """True if the model has a softmax and a vocabulary, and so can predict words."""
        return self.softmax_file is not None and self.vocab_file is not None


def read_entry(
    name: str, kind: Kind, folder: Path, record: dict[str, Any] | None = None
) -> ModelEntry:
    """The model in a folder that has the standard names."""

    def present(file_name: str) -> Path | None:
        return folder / file_name if (folder / file_name).is_file() else None

    record = record or {}
    return ModelEntry(
        name,
        kind,
        folder / "options.json",
        folder / "weights.hdf5",
        present("softmax.hdf5"),
        present("vocab.txt"),
        _read_card(present("MODEL_CARD.md")),
        record.get("source"),
        record.get("sha256"),
    )


def entry_of_folder(folder: str | Path) -> ModelEntry:
    """A model in a folder outside the store.

    Raises:
        StoreError: the folder has no options or no weights, or several of them.
    """
    files = find_files(folder)
    softmax = files.get("softmax.hdf5") if "vocab.txt" in files else None
    return ModelEntry(
        Path(folder).resolve().name,
        "folder",
        files["options.json"],
        files["weights.hdf5"],
        softmax,
        files.get("vocab.txt"),
        _read_card(files.get("MODEL_CARD.md")),
    )


def find_files(folder: str | Path) -> dict[str, Path]:
    """The files of the model in a folder, by their standard names.

    Raises:
        StoreError: the folder has no options or no weights, or several files that may be one of them.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StoreError(f"{folder} is not a folder; a model is a folder with two files at least.")
    patterns = {
        "options.json": ("options.json", "*options.json"),
        "weights.hdf5": ("weights.hdf5", "*weights*.hdf5", "model.hdf5"),
        "softmax.hdf5": ("softmax.hdf5", "*softmax*.hdf5"),
        "vocab.txt": ("vocab.txt", "vocab*.txt"),
        "MODEL_CARD.md": ("MODEL_CARD.md",),
    }
    files: dict[str, Path] = {}
    for name, names in patterns.items():
        matches = next((hits for p in names if (hits := _matching(folder, p, name))), [])
        if len(matches) > 1:
            raise StoreError(
                f"{folder} has several files that could be {name}: "
                f"{', '.join(path.name for path in matches)}. Leave one, or name it with --options "
                "and --weights."
            )
        if matches:
            files[name] = matches[0]
        elif name in ("options.json", "weights.hdf5"):
            if any((folder / foreign).exists() for foreign in MANY_LANGS_FILES):
                raise StoreError(f"{folder}: {MANY_LANGS}")
            raise StoreError(
                f"{folder} has no {name}; an ELMo model is options.json and weights.hdf5."
            )
    return files


def _matching(folder: Path, pattern: str, name: str) -> list[Path]:
    """The files that match a pattern; for the weights without …softmax_weights.hdf5, the name of published softmaxes."""
    hits = sorted(folder.glob(pattern))
    return hits if name != "weights.hdf5" else [hit for hit in hits if "softmax" not in hit.name]


def entry_of_archive(archive: str | Path) -> ModelEntry:
    """The model in a ZIP file with options.json and one .hdf5, the form of NLPL's models.

    The files are unpacked once into the data folder, in a folder named by the archive's checksum.

    Raises:
        ModelFileError: the archive is damaged, or holds no such model.
        StoreError: the archive cannot be unpacked.
    """
    archive = Path(archive)
    try:
        folder = data_folder("unpacked") / sha256_of(archive)[:32]
        if not is_model(folder):
            staged = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
            try:
                unpack_model(archive, staged)
                with contextlib.suppress(OSError):  # another process has unpacked the same archive
                    staged.rename(folder)
            finally:
                shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"{archive} cannot be unpacked: {error.strerror or error}.") from None
    return replace(read_entry(archive.stem, "folder", folder), source=str(archive))


def is_archive(path: str | Path) -> bool:
    """True if a file is a ZIP archive."""
    return Path(path).is_file() and zipfile.is_zipfile(path)


def is_model(folder: Path) -> bool:
    """True if a folder has options.json and weights.hdf5."""
    return (folder / "options.json").is_file() and (folder / "weights.hdf5").is_file()


def read_record(folder: Path) -> dict[str, Any]:
    """The contents of model.json; {} if the file is missing or not in the form that this program writes."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) and record.get("kind") in get_args(Kind) else {}


def _read_card(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(MAX_CARD_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
