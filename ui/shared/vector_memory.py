"""Vectors of sentences kept in memory for all users, bounded by bytes.

A key is a model's fingerprint and a sentence's words, so a hit can only be had by who already has
the words: nothing passes from one visitor to another.
"""

import threading
from collections import OrderedDict

import numpy as np

Key = tuple[str, tuple[str, ...]]


class VectorMemory:
    """The least recently used sentences are forgotten first. Safe to use from many threads."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.n_bytes = 0
        self._kept: OrderedDict[Key, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> np.ndarray | None:
        """The layers of a sentence, not to be written to; None when they are not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Key, layers: np.ndarray) -> None:
        """Keep a sentence's layers; from now on they are read-only."""
        layers.flags.writeable = False
        with self._lock:
            if key in self._kept or layers.nbytes > self.max_bytes:
                return
            self._kept[key] = layers
            self.n_bytes += layers.nbytes
            while self.n_bytes > self.max_bytes:
                _, oldest = self._kept.popitem(last=False)
                self.n_bytes -= oldest.nbytes
