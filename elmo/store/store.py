"""The store of all models by name: bundled, downloaded, uploaded and trained.

A model is a folder under `home()`/models (see `elmo.store.entry`). Pages and commands pass names of models, not paths.
This module imports torch only when a model is loaded.

>>> from elmo.store.store import Store
>>> Store().get("bundled").options_file.name
'options.json'
"""

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from elmo.errors import InputError, StoreError
from elmo.home import BUNDLED, home
from elmo.paths import no_file
from elmo.store.checksum import sha256_of
from elmo.store.entry import (
    RECORD,
    Kind,
    ModelEntry,
    entry_of_archive,
    entry_of_folder,
    find_files,
    is_archive,
    is_model,
    read_entry,
    read_record,
)

if TYPE_CHECKING:
    from elmo.embedder import Elmo
    from elmo.model.softmax import Softmax

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ABANDONED_SECONDS = 24 * 3600


class Store:
    """All models of this machine, by name."""

    def __init__(self, folder: Path | None = None, session: Path | None = None) -> None:
        """Open the store of a folder.

        Args:
            folder: folder of the models; None is `home()`/models.
            session: folder of one visit. Uploaded models go into this folder, and only a `Store` with the same
                `session` has them.
        """
        self.folder = Path(folder) if folder else home() / "models"
        self.session = Path(session) if session else None

    def names(self) -> list[str]:
        """The names of all models: "bundled" first, then the others in alphabetical order."""
        bundled = ["bundled"] if is_model(BUNDLED) else []
        others = {path.name for place in self._places() for path in _folders(place)}
        return bundled + sorted(others, key=str.casefold)

    def get(self, name: str) -> ModelEntry:
        """The model of a name.

        Raises:
            StoreError: no model has this name; the message lists all names.
        """
        if name == "bundled" and is_model(BUNDLED):
            return read_entry("bundled", "bundled", BUNDLED)
        if isinstance(name, str) and _NAME.fullmatch(name):
            for place in self._places():
                if is_model(place / name):
                    record = read_record(place / name)
                    return read_entry(name, record.get("kind", "folder"), place / name, record)
        raise StoreError(
            f"there is no model {name!r}; there are: {', '.join(self.names()) or 'none'}."
        )

    def load(self, name: str) -> "Elmo":
        """Read the model of a name into memory; see `get` and `ModelEntry.load`."""
        return self.get(name).load()

    def load_softmax(self, name: str) -> "Softmax":
        """Read the softmax of the model of a name; see `ModelEntry.load_softmax`."""
        return self.get(name).load_softmax()

    def add_folder(
        self, name: str, folder: str | Path, kind: Kind, source: str | None = None
    ) -> ModelEntry:
        """Copy a model into the store, whole or not at all.

        Args:
            folder: folder with options.json and weights.hdf5 (or names with these endings, such as the official
                ones, or NLPL's model.hdf5), and perhaps softmax.hdf5, vocab.txt, MODEL_CARD.md.
            source: origin of the model, for people to read.

        Raises:
            StoreError: the name is taken or not allowed, or the store cannot be written.
            ModelFileError: the files are not a model; the message names all wrong keys.
        """
        self.check_new_name(name)
        files = find_files(folder)
        with _writing(self._place_for(kind)) as place:
            staged = Path(tempfile.mkdtemp(prefix=".adding-", dir=place))
            try:
                for standard_name, path in files.items():
                    shutil.copyfile(path, staged / standard_name)
                return self.adopt(name, staged, kind, source)
            finally:
                shutil.rmtree(staged, ignore_errors=True)

    def adopt(self, name: str, folder: Path, kind: Kind, source: str | None = None) -> ModelEntry:
        """Move a finished folder with the standard file names into the store.

        Args:
            folder: folder on the same disk as the store; the call moves it.

        Raises: as `add_folder`.
        """
        self.check_new_name(name)
        entry = read_entry(name, kind, folder)
        next(
            entry.load().embed([["one", "sentence"]])
        )  # raises if the vectors of the model are not finite
        if entry.softmax_file and entry.vocab_file:
            # Raises if the vocabulary has no <UNK>: it is another file.
            entry.load_softmax().ids([""])
        record = {
            "kind": kind,
            "source": source,
            "sha256": sha256_of(entry.weight_file),
            "added": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        with _writing(self._place_for(kind)) as place:
            _remove_abandoned(place)
            (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
            folder.chmod(0o755)
            os.rename(folder, place / name)
        return self.get(name)

    def remove(self, name: str) -> None:
        """Delete a model and its files.

        Raises:
            StoreError: no model has this name, the model is the bundled one, or the store cannot be written.
        """
        entry = self.get(name)
        if entry.kind == "bundled":
            raise StoreError("the bundled model is part of the program and cannot be removed.")
        with _writing(entry.weight_file.parent.parent) as place:
            gone = Path(tempfile.mkdtemp(prefix=".removing-", dir=place))
            os.rename(place / name, gone / name)
            shutil.rmtree(gone)

    def check_new_name(self, name: str) -> None:
        """Refuse a name that is not allowed or is taken.

        Raises:
            StoreError: the name is refused; the message says why.
        """
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise StoreError(
                f"{name!r} cannot be the name of a model: expected 1 to 64 letters of a to z, "
                "digits, '.', '-' and '_', a letter or digit first."
            )
        taken = {"bundled", *self.names()}
        for other in taken:
            if other.casefold() == name.casefold():
                raise StoreError(
                    f"there already is a model {other!r}; choose another name, or remove it first."
                )

    def find(
        self, model: str | None = None, options: str | None = None, weights: str | None = None
    ) -> ModelEntry:
        """The model of the arguments --model, or --options and --weights.

        Args:
            model: a name in the store, else a folder or a ZIP file ("./bank" is always a folder); None is the
                bundled model.
            options, weights: the two files of a model that is not in the store.

        Raises:
            InputError: both ways are used, or one of the two files is missing.
            StoreError: there is no such name or folder.
            ModelFileError: the ZIP file holds no model.
        """
        if options or weights:
            if model:
                raise InputError(
                    f"--model {model} and --options or --weights name a model twice; use one way."
                )
            if not (options and weights):
                raise InputError(
                    f"--options is {options} and --weights is {weights}; a model is both "
                    "files. Give both, or --model."
                )
            return ModelEntry(Path(weights).stem, "folder", Path(options), Path(weights))
        name = model or "bundled"
        if name in self.names():
            return self.get(name)
        if Path(name).is_dir():
            return entry_of_folder(name)
        if is_archive(name):
            return entry_of_archive(name)
        if Path(name).exists():
            what = f"{name} is no ZIP file." if Path(name).is_file() else no_file(name)
            raise StoreError(f"{what} A model is a name, a folder or a ZIP file.")
        return self.get(name)

    def _places(self) -> list[Path]:
        return [self.session, self.folder] if self.session else [self.folder]

    def _place_for(self, kind: Kind) -> Path:
        if kind not in get_args(Kind):
            raise InputError(f"kind is {kind!r}, expected one of {', '.join(get_args(Kind))}.")
        return self.session if self.session and kind == "uploaded" else self.folder


def suggested_name(text: str) -> str:
    """A name for a model made from any text, such as a file's name.

    >>> suggested_name("Mon modèle (2).hdf5")
    'Mon-mod-le-2-.hdf5'
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", text).lstrip("._-")[:64]
    return name or "model"


def _folders(place: Path) -> Iterator[Path]:
    """Yield the folders of models in a place; nothing if the place is missing or cannot be read."""
    try:
        paths = list(place.iterdir())
    except OSError:
        return
    for path in paths:
        if _NAME.fullmatch(path.name) and path.name != "bundled" and is_model(path):
            yield path


def _remove_abandoned(place: Path) -> None:
    """Delete half added and half removed models that killed processes left more than a day ago."""
    for path in [*place.glob(".adding-*"), *place.glob(".removing-*")]:
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _writing(place: Path) -> Iterator[Path]:
    """Make the folder if there is none; OSErrors of the block become a StoreError that says what to do."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        yield place
    except OSError as error:
        raise StoreError(
            f"{error.filename or place}: {error.strerror or error}. Free space, or set ELMO_HOME "
            "to a folder that can be written; the bundled model works without."
        ) from None
