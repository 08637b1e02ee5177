"""Models by name for all pages: loaded once, with a limit on computations at the same time.

This module imports torch only when a model is loaded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from jaxtyping import Float

from elmo.errors import StoreError
from elmo.limits import MAX_COMPUTATIONS, MAX_WAITING, VECTOR_CACHE_BYTES
from elmo.normal_form import normal_forms
from elmo.store.entry import ModelEntry, entry_of_folder
from elmo.store.store import Store
from ui.shared import keys, progress, visit
from ui.shared.turns import Turns
from ui.shared.vector_memory import VectorMemory

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from elmo.embedder import Elmo
    from elmo.model.softmax import Softmax
    from elmo.representation import Constants

OWN = "session:"
"""Names with this prefix are models of this visit; `own_models` has their folders."""

UNTRAINED = "untrained:"
"""Prefix of a model's name: the model of the same sizes with random weights (`Elmo.untrained`)."""

Sentences = tuple[tuple[str, ...], ...]
SentenceLayers = Float[np.ndarray, "layers tokens dim"]

turn = Turns(MAX_COMPUTATIONS, MAX_WAITING)
"""`with turn():` around any computation with a model. Raises `BusyError` when too many wait."""

_vectors = VectorMemory(VECTOR_CACHE_BYTES)


def store() -> Store:
    """The store of this visit: everybody's models, and those that the person uploaded."""
    place = visit.folder_if_any()
    return Store(session=place and place / "models")


def store_to_add_to() -> Store:
    """The store of this visit, with a folder in which a model can be saved."""
    place = visit.folder() / "models"
    place.mkdir(exist_ok=True)
    return Store(session=place)


def names() -> list[str]:
    """The names of the models to choose from: the bundled model first, this visit's own last."""
    return [*store().names(), *own_models()]


def own_models() -> dict[str, str]:
    """Models trained in this visit: name ("session:…") -> folder."""
    return st.session_state.setdefault(keys.OWN_MODELS, {})


def entry(name: str) -> ModelEntry:
    """A model's files and card.

    Raises:
        StoreError: there is no such model.
    """
    if name.startswith(UNTRAINED):
        trained = entry(name.removeprefix(UNTRAINED))
        return replace(trained, name=name, softmax_file=None, vocab_file=None)
    if name.startswith(OWN) and name in own_models():
        return entry_of_folder(own_models()[name])
    return store().get(name)


def title(name: str) -> str:
    """A model's name on screen."""
    if name.startswith(UNTRAINED):
        return "Untrained model of the same size"
    if name.startswith(OWN):
        return f"{name.removeprefix(OWN)} (yours)"
    return "Bundled model" if name == "bundled" else name


def n_representations(name: str) -> int:
    """The number of a model's layers, layer 0 included, from its options; no weights are loaded."""
    return entry(name).options.n_representations


def elmo(name: str) -> "Elmo":
    """The loaded model. All visitors share it, and nobody changes it.

    Raises:
        ElmoError: there is no such model, or its files are wrong.
    """
    files = entry(name)
    if name.startswith(UNTRAINED):
        trained = entry(name.removeprefix(UNTRAINED))
        return _load_untrained(str(trained.weight_file), _write_time(trained), trained)
    return _load(str(files.weight_file), _write_time(files), files)


def softmax(name: str) -> "Softmax":
    """The model's softmax, which predicts words. All visitors share it.

    Raises:
        StoreError: the model has no softmax.
    """
    files = entry(name)
    return _load_softmax(str(files.weight_file), _write_time(files), files)


def constants(name: str) -> "Constants":
    """The values of a model that some representations need beside vectors, such as its softmax."""
    if name.startswith(UNTRAINED):
        return elmo(name).constants
    files = entry(name)
    return _load_constants(str(files.weight_file), _write_time(files), files)


def sha256(files: ModelEntry) -> str:
    """The checksum of a model's weights; computed again when the file has changed.

    Raises:
        StoreError: the file cannot be read.
    """
    return _sha256(str(files.weight_file), _write_time(files), files)


@st.cache_data(max_entries=32, show_spinner=False)
def _sha256(weight_file: str, modified: int, _files: ModelEntry) -> str:
    return _files.sha256


def _write_time(files: ModelEntry) -> int:
    """When the weights were last written, as part of the caches' keys: new weights are loaded again.

    Raises:
        StoreError: the file is gone.
    """
    try:
        return files.weight_file.stat().st_mtime_ns
    except OSError as error:
        raise StoreError(
            f"the weights of the model {files.name!r} cannot be read any more: {error.strerror}. "
            "Choose another model, or put its files back."
        ) from None


def fingerprint(name: str) -> str:
    """The checksum of a model's options and weights, for keys of caches."""
    return elmo(name).fingerprint


def vectors(name: str, sentences: Sentences, purpose: str = "") -> list[SentenceLayers]:
    """All layers of each sentence's words, read in normal form; the arrays are shared and read-only.

    A longer computation shows its progress, the time left and Stop; after Stop the vectors computed so far
    stay in memory.

    Args:
        purpose: a sentence for the screen: why sentences are read that the person did not choose.

    Raises:
        ElmoError: the model cannot be read, a sentence is too long, or too many people wait.
    """
    model = elmo(name)
    sentences = tuple(map(normal_forms, sentences))
    place = st.empty()  # also where nothing is read: see `progress.reading`
    known = {words: _vectors.get((model.fingerprint, words)) for words in sentences}
    missing = [words for words, layers in known.items() if layers is None]
    if missing:
        known |= _compute(model, missing, place, purpose)
    return [known[words] for words in sentences]  # type: ignore[misc]


def _compute(
    model: "Elmo", missing: Sequence[tuple[str, ...]], place: "DeltaGenerator", purpose: str
) -> dict[tuple[str, ...], SentenceLayers]:
    """Embed the sentences in parts of a few hundred words, with progress between the parts."""
    done: dict[tuple[str, ...], SentenceLayers] = {}
    with turn(), progress.reading(place, purpose) as tell:
        tell(0, len(missing))
        for part in _parts(missing):
            for words, result in zip(part, model.embed(part), strict=True):
                layers = np.ascontiguousarray(result.layers)
                _vectors.put((model.fingerprint, words), layers)
                done[words] = layers
            tell(len(done), len(missing))
    return done


def _parts(sentences: Sequence[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    """Parts of about 600 words; the first has 60, so that the time left is known early."""
    n_words = 60
    part: list[tuple[str, ...]] = []
    size = 0
    for words in sentences:
        part.append(words)
        size += len(words) + 2
        if size >= n_words:
            yield part
            part, size, n_words = [], 0, 600
    if part:
        yield part


@st.cache_resource(
    max_entries=4, show_spinner="Loading the model, once for all pages…", show_time=True
)
def _load(path: str, modified: int, _entry: ModelEntry) -> "Elmo":
    with turn():
        return _entry.load()


@st.cache_resource(max_entries=2, show_spinner="Making an untrained model…")
def _load_untrained(path: str, modified: int, _entry: ModelEntry) -> "Elmo":
    return _load(path, modified, _entry).untrained()


@st.cache_resource(max_entries=2, show_spinner="Loading the vocabulary…")
def _load_softmax(path: str, modified: int, _entry: ModelEntry) -> "Softmax":
    with turn():
        return _entry.load_softmax()


@st.cache_resource(max_entries=2, show_spinner=False)
def _load_constants(path: str, modified: int, _entry: ModelEntry) -> "Constants":
    softmax = _load_softmax(path, modified, _entry) if _entry.has_softmax else None
    return _load(path, modified, _entry).constants_with(softmax)
