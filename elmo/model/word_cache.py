"""A cache of token vectors: the rows of one tensor on the model's device."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

import torch
from jaxtyping import Float
from torch import Tensor

_FIRST_ROWS = 1024


class WordCache:
    """The token vectors of the most recently used words; many words are read with one operation of the device."""

    def __init__(self, max_words: int) -> None:
        self.max_words = max_words
        self._rows: OrderedDict[bytes, int] = OrderedDict()
        self._table: Tensor | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._rows)

    def clear(self) -> None:
        """Delete all words."""
        with self._lock:
            self._rows.clear()
            self._table = None

    def find(self, keys: Iterable[bytes]) -> tuple[list[bytes], Float[Tensor, "words dim"] | None]:
        """The keys that the cache has, and a copy of their vectors; None if the cache has none of them."""
        with self._lock:
            known = [key for key in keys if key in self._rows]
            for key in known:
                self._rows.move_to_end(key)
            if self._table is None or not known:
                return [], None
            rows = torch.tensor([self._rows[key] for key in known], device=self._table.device)
            return known, self._table[rows]

    def keep(self, keys: list[bytes], vectors: Float[Tensor, "words dim"]) -> None:
        """Add vectors; a full cache drops the least recently used words."""
        keys, vectors = keys[-self.max_words :], vectors[-self.max_words :]
        if not keys:
            return
        with self._lock:
            rows = [self._row(key) for key in keys]
            self._grow(max(rows) + 1, vectors)
            assert self._table is not None
            self._table[torch.tensor(rows, device=vectors.device)] = vectors

    def _row(self, key: bytes) -> int:
        """The row of a key: its present row, a new row, or in a full cache the row of the least recently used word."""
        if key in self._rows:
            row = self._rows.pop(key)
        elif len(self._rows) < self.max_words:
            row = len(self._rows)
        else:
            _, row = self._rows.popitem(last=False)
        self._rows[key] = row
        return row

    def _grow(self, n_rows: int, like: Tensor) -> None:
        table = self._table
        if table is not None and len(table) >= n_rows:
            return
        size = min(max(n_rows, _FIRST_ROWS, 0 if table is None else 2 * len(table)), self.max_words)
        grown = like.new_empty(size, like.shape[1])
        if table is not None:
            grown[: len(table)] = table
        self._table = grown
