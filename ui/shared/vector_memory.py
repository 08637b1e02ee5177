"""Vectors of sentences kept in memory for all users, bounded by bytes.

A key is a model's fingerprint and a sentence's words. Only a visitor who has the words can find the vectors, so
nothing passes from one visitor to another.
"""

import threading
from collections import OrderedDict

import numpy as np

Key = tuple[str, tuple[str, ...]]


class VectorMemory:
    """A cache that drops the least recently used sentences first; many threads may use it."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.n_bytes = 0
        self._layers: OrderedDict[Key, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> np.ndarray | None:
        """The layers of a sentence, read-only; None if they are not in the cache."""
        with self._lock:
            if key in self._layers:
                self._layers.move_to_end(key)
            return self._layers.get(key)

    def put(self, key: Key, layers: np.ndarray) -> None:
        """Add a sentence's layers, which become read-only."""
        layers.flags.writeable = False
        with self._lock:
            if key in self._layers or layers.nbytes > self.max_bytes:
                return
            self._layers[key] = layers
            self.n_bytes += layers.nbytes
            while self.n_bytes > self.max_bytes:
                _, oldest = self._layers.popitem(last=False)
                self.n_bytes -= oldest.nbytes
