"""The one seam between the pages and the models: by name, cached, a few computations at once.

Nothing here imports torch before a model is asked for a vector.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
from elmo.views.duration import duration
from ui.shared import keys, visit
from ui.shared.turns import Turns
from ui.shared.vector_memory import VectorMemory

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from elmo.embedder import Elmo
    from elmo.model.softmax import Softmax
    from elmo.representation import Constants

OWN = "session:"
"""Names that begin so are models of this visit, in the session's state: name -> folder."""

UNTRAINED = "untrained:"
"""Before a model's name: a model of its sizes with random weights, see `Elmo.untrained`."""

Sentences = tuple[tuple[str, ...], ...]
SentenceLayers = Float[np.ndarray, "layers tokens dim"]

turn = Turns(MAX_COMPUTATIONS, MAX_WAITING)
"""`with turn():` around any computation with a model. Raises `BusyError` when too many wait."""

_vectors = VectorMemory(VECTOR_CACHE_BYTES)


def store() -> Store:
    """The store as this visitor sees it: everybody's models and the ones they uploaded."""
    place = visit.folder_if_any()
    return Store(session=place and place / "models")


def store_to_add_to() -> Store:
    """The same with a place for models of this visit."""
    place = visit.folder() / "models"
    place.mkdir(exist_ok=True)
    return Store(session=place)


def names() -> list[str]:
    """Models that can be chosen: the bundled one first, this visit's own last."""
    return [*store().names(), *own_models()]


def own_models() -> dict[str, str]:
    """Models made in this visit, such as one being trained: name ("session:…") -> folder."""
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
    """A model's name as people read it."""
    if name.startswith(UNTRAINED):
        return "Untrained model of the same size"
    if name.startswith(OWN):
        return f"{name.removeprefix(OWN)} (yours)"
    return "Bundled model" if name == "bundled" else name


def n_representations(name: str) -> int:
    """Vectors a word has in this model: the token layer and each LSTM layer. Loads no weights."""
    return entry(name).options.n_representations


def elmo(name: str) -> "Elmo":
    """The model itself, shared by everybody, never changed.

    Raises:
        ElmoError: there is no such model, or its files are wrong.
    """
    found = entry(name)
    if name.startswith(UNTRAINED):
        trained = entry(name.removeprefix(UNTRAINED))
        return _load_untrained(str(trained.weight_file), _write_time(trained), trained)
    return _load(str(found.weight_file), _write_time(found), found)


def softmax(name: str) -> "Softmax":
    """What the model predicts words with, shared by everybody.

    Raises:
        StoreError: it came without.
    """
    found = entry(name)
    return _load_softmax(str(found.weight_file), _write_time(found), found)


def constants(name: str) -> "Constants":
    """What the model has for `elmo.representation` beyond a sentence's vectors, its softmax included."""
    if name.startswith(UNTRAINED):
        return elmo(name).constants
    found = entry(name)
    return _load_constants(str(found.weight_file), _write_time(found), found)


def sha256(found: ModelEntry) -> str:
    """The checksum of its weights, taken once for each time that they were written.

    Raises:
        StoreError: they cannot be read.
    """
    return _sha256(str(found.weight_file), _write_time(found), found)


@st.cache_data(max_entries=32, show_spinner=False)
def _sha256(weight_file: str, modified: int, _found: ModelEntry) -> str:
    return _found.sha256


def _write_time(found: ModelEntry) -> int:
    """When its weights were last written, so that others in their place are loaded anew.

    Raises:
        StoreError: they are gone.
    """
    try:
        return found.weight_file.stat().st_mtime_ns
    except OSError as error:
        raise StoreError(
            f"the weights of the model {found.name!r} cannot be read any more: {error.strerror}. "
            "Choose another model, or put its files back."
        ) from None


def fingerprint(name: str) -> str:
    """Exactly these options and weights, for keys of caches."""
    return elmo(name).fingerprint


def vectors(name: str, sentences: Sentences, purpose: str = "") -> list[SentenceLayers]:
    """All layers of each sentence's words, read in normal form; the arrays are shared and read-only.

    What takes longer than a second shows its progress, the time left and Stop; what was computed
    until then is kept.

    Args:
        purpose: what the sentences are read for, where they are not those that a person chose.

    Raises:
        ElmoError: the model cannot be read, a sentence is too long, or too many people wait.
    """
    model = elmo(name)
    sentences = tuple(map(normal_forms, sentences))
    place = st.empty()  # nothing to read too: what follows must keep its place, see `reading`
    kept = {words: _vectors.get((model.fingerprint, words)) for words in sentences}
    missing = [words for words, layers in kept.items() if layers is None]
    if missing:
        kept |= _compute(model, missing, place, purpose)
    return [kept[words] for words in sentences]  # type: ignore[misc]


def _compute(
    model: "Elmo", missing: Sequence[tuple[str, ...]], place: "DeltaGenerator", purpose: str
) -> dict[tuple[str, ...], SentenceLayers]:
    """Embed in parts of a few hundred words, so that progress can be told between them."""
    done: dict[tuple[str, ...], SentenceLayers] = {}
    with turn(), reading(place, purpose) as tell:
        tell(0, len(missing))
        for part in _parts(missing):
            for words, result in zip(part, model.embed(part), strict=True):
                layers = np.ascontiguousarray(result.layers)
                _vectors.put((model.fingerprint, words), layers)
                done[words] = layers
            tell(len(done), len(missing))
    return done


@contextmanager
def reading(place: "DeltaGenerator", purpose: str = "") -> Iterator[Callable[[int, int], None]]:
    """Gives a function (sentences done, of all) that shows a bar, the time left and Stop.

    What takes less than half a second shows nothing.

    Args:
        place: an `st.empty()` that is on the page whether there is something to read or not. A
            widget that moves in the page is made anew by the browser, which can then forget that
            the widget's value belongs into the address.
        purpose: what for, as a sentence; it stands before the numbers.
    """
    bar = None
    started = time.monotonic()
    n_known: int | None = None

    def tell(done: int, total: int) -> None:
        nonlocal bar, n_known
        n_known = done if n_known is None else n_known  # the first call says what was kept
        seconds = time.monotonic() - started
        if done >= total or seconds < 0.3:
            return
        bar = bar or _progress_bar(place, time.monotonic_ns())
        left = seconds * (total - done) / max(done - n_known, 1)
        bar.progress(
            done / total,
            f"{purpose} Reading sentence {done:,} of {total:,} · about {duration(left)} left".lstrip(),
        )

    yield tell
    place.empty()


def _progress_bar(place, what: int):
    """A bar with a Stop beside it; a press ends this run at the bar's next step.

    Args:
        what: a number of this piece of work, as a page may have several in one run.
    """
    row = place.container(horizontal=True, vertical_alignment="center")
    bar = row.progress(0.0)
    row.button("Stop", key=f"stop-reading-{what}", on_click=_stop_reading)
    return bar


def _stop_reading() -> None:
    st.session_state["reading_stopped"] = True


def check_not_stopped() -> None:
    """Stop the page where reading was stopped, with a way to go on; called by the frame."""
    if st.session_state.pop("reading_stopped", False):
        st.info("Stopped. The sentences that were read are kept.")
        st.button("Go on")
        st.stop()


def _parts(sentences: Sequence[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    """Parts of about 600 words, the first of 60, so that the time left is soon known."""
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
