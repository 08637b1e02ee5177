"""The import of the libraries that most pages need, in a thread, while a person reads the first page."""

import os
import threading
from importlib import import_module

_LIBRARIES = (
    "spacy",  # imports torch
    "elmo.embedder",
    "elmo.views.of_model",
)

_begun = threading.Event()


def import_libraries(after: float) -> None:
    """Begin to import them after some seconds, once in a process; not if ELMO_WARM_UP is 0, as in tests."""
    if _begun.is_set() or os.environ.get("ELMO_WARM_UP") == "0":
        return
    _begun.set()
    timer = threading.Timer(after, lambda: list(map(import_module, _LIBRARIES)))
    timer.daemon = True
    timer.start()
