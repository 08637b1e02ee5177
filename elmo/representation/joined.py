"""`SmoothedRows`: joined vectors, each moved towards the vectors similar to it, known by their cosines.

    k(a, b)  = Σ_p s_p cos(a_p, b_p)         several representations p as one; the shares s_p sum to 1
    a'       = Σ_b k(a, b) b                 one step of smoothing over the uses of one word

For the vectors: each part is scaled to the length √s_p, the parts are joined to X, and X' = (X Xᵀ) X. The step increases
the components that many uses share, and decreases those of single uses. It uses no labels.

Source: Wu et al. 2019, arXiv:1902.07153 (smoothing over the neighbours in a graph). Differs: the graph is
complete, its weights are the cosines, and the rows of the graph are not normalized.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from elmo.representation.sparse import SparseRows, divide
from elmo.representation.vectors import unit

Part = Float[np.ndarray, "rows dim"] | SparseRows


def join(
    parts: Sequence[Float[np.ndarray, "uses _"]], shares: Sequence[float]
) -> Float[np.ndarray, "uses dim"]:
    """The parts joined, each at length √share, so that the product of two rows is Σ_p s_p cos_p."""
    lengths = np.sqrt(np.asarray(shares))
    rows = [unit(part) * length for part, length in zip(parts, lengths, strict=True)]
    return np.concatenate(rows, axis=1).astype(parts[0].dtype)


def smooth(x: Float[np.ndarray, "uses dim"]) -> Float[np.ndarray, "uses dim"]:
    """(X Xᵀ) X: each row is the sum of all rows, weighted by their product with the row."""
    return ((x @ x.T) @ x).astype(x.dtype)


@dataclass(frozen=True)
class SmoothedRows:
    """The rows of `smooth(join(parts, shares))`, without their thousands of zeros.

    Attributes:
        parts: the rows in several representations, the same uses in each.
        shares: share of each part; the shares sum to 1.
    """

    parts: tuple[Part, ...]
    shares: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.parts[0])

    @property
    def dense(self) -> Float[np.ndarray, "rows some"]:
        """The rows as an array, without the dimensions in which all are 0; no cosine changes."""
        parts = [part.dense if isinstance(part, SparseRows) else part for part in self.parts]
        return smooth(join(parts, self.shares))

    def cosines(self, others: "SmoothedRows | None" = None) -> Float[np.ndarray, "rows others"]:
        """Cosine of every row with every one of `others`, or of these rows; 0 for a row of zeros."""
        others = others or self
        between = self._own if others is self else self._products(others)
        return divide(
            self._own @ between @ others._own, np.multiply.outer(self._lengths, others._lengths)
        )

    @cached_property
    def _own(self) -> Float[np.ndarray, "rows rows"]:
        return self._products(self)

    @cached_property
    def _lengths(self) -> Float[np.ndarray, " rows"]:
        """The lengths of the smoothed rows: the roots of the diagonal of K³."""
        squares = (self._own @ self._own * self._own).sum(axis=1)
        return np.sqrt(np.maximum(squares, 0))

    def _products(self, others: "SmoothedRows") -> Float[np.ndarray, "rows others"]:
        """The products of the joined rows before the smoothing."""
        total = np.zeros((len(self), len(others)))
        for mine, theirs, share in zip(self.parts, others.parts, self.shares, strict=True):
            if isinstance(mine, SparseRows):
                assert isinstance(theirs, SparseRows)
                total += share * mine.cosines(theirs)
            else:
                a, b = (unit(np.asarray(rows, np.float64)) for rows in (mine, theirs))
                total += share * (a @ b.T)
        return total


CompactRows = SparseRows | SmoothedRows
"""Rows that are known by their cosines, without the zeros of their vectors."""
