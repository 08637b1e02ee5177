"""`JoinedRows`: several representations joined end to end, known by their cosines; perhaps smoothed.

    k(a, b)  = Σ_p s_p cos(a_p, b_p)         several representations p as one; the shares s_p sum to 1
    a'       = Σ_b k(a, b) b                 one step of smoothing over the uses of one word

For the vectors: each part is scaled to the length √s_p, the parts are joined to X, and X' = (X Xᵀ) X. The step increases
the components that many uses share, and decreases those of single uses. It uses no labels.

Source: Wu et al. 2019, arXiv:1902.07153 (smoothing over the neighbours in a graph). Differs: the graph is
complete, its weights are the cosines, and the rows of the graph are not normalized.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
class JoinedRows:
    """The rows of `join(parts, shares)`, without their thousands of zeros; `smooth` of them if `smoothed`.

    Attributes:
        parts: the rows in several representations, the same uses in each.
        shares: share of each part; the shares sum to 1.
        smoothed: True if each row is moved towards the rows like it. All rows must be of one word.
    """

    parts: tuple[Part, ...]
    shares: tuple[float, ...]
    smoothed: bool = False

    def __len__(self) -> int:
        return len(self.parts[0])

    def __getitem__(self, rows: slice) -> "JoinedRows":
        assert not self.smoothed, "a smoothed row depends on all rows"
        return replace(self, parts=tuple(part[rows] for part in self.parts))

    @property
    def dense(self) -> Float[np.ndarray, "rows some"]:
        """The rows as an array, without the dimensions in which all are 0; no cosine changes."""
        parts = [part.dense if isinstance(part, SparseRows) else part for part in self.parts]
        joined = join(parts, self.shares)
        return smooth(joined) if self.smoothed else joined

    def cosines(self, others: "JoinedRows | None" = None) -> Float[np.ndarray, "rows others"]:
        """Cosine of every row with every one of `others`, or of these rows; 0 for a row of zeros."""
        others = others or self
        if not self.smoothed:
            products = self._products(others)
        else:
            between = self._own if others is self else self._products(others)
            products = self._own @ between @ others._own
        return divide(products, np.multiply.outer(self._lengths, others._lengths))

    def paired_cosines(self, others: "JoinedRows") -> Float[np.ndarray, " rows"]:
        """Cosine of each row with the same row of `others`; 0 for a row of zeros. The rows are not smoothed."""
        assert not self.smoothed and not others.smoothed, (
            "smoothed rows are of the uses of one word"
        )
        return divide(self._paired(others), self._lengths * others._lengths)

    @cached_property
    def _units(self) -> tuple[Part, ...]:
        """The parts; dense rows at length 1, in float64."""
        return tuple(
            part if isinstance(part, SparseRows) else unit(np.asarray(part, np.float64))
            for part in self.parts
        )

    @cached_property
    def _own(self) -> Float[np.ndarray, "rows rows"]:
        return self._products(self)

    @cached_property
    def _lengths(self) -> Float[np.ndarray, " rows"]:
        """The lengths of the joined rows, or of the smoothed rows: the roots of the diagonal of K³."""
        if self.smoothed:
            squares = (self._own @ self._own * self._own).sum(axis=1)
        else:  # of its length 1 a row lacks the shares of the parts in which the row is 0
            squares = self._paired(self)
        return np.sqrt(np.maximum(squares, 0))

    def _products(self, others: "JoinedRows") -> Float[np.ndarray, "rows others"]:
        """The products of the joined rows before the smoothing."""
        return self._sum(others, SparseRows.cosines, lambda a, b: a @ b.T)

    def _paired(self, others: "JoinedRows") -> Float[np.ndarray, " rows"]:
        """The product of each joined row with the same row of `others`, before the smoothing."""
        return self._sum(
            others, SparseRows.paired_cosines, lambda a, b: np.einsum("ij,ij->i", a, b)
        )

    def _sum(
        self,
        others: "JoinedRows",
        of_sparse: Callable[[SparseRows, SparseRows], np.ndarray],
        of_units: Callable[[np.ndarray, np.ndarray], np.ndarray],
    ) -> np.ndarray:
        """Σ_p s_p k_p: the products of every part, weighted by its share."""
        total = 0.0
        for mine, theirs, share in zip(self._units, others._units, self.shares, strict=True):
            if isinstance(mine, SparseRows):
                assert isinstance(theirs, SparseRows)
                total = total + share * of_sparse(mine, theirs)
            else:
                assert not isinstance(theirs, SparseRows)
                total = total + share * of_units(mine, theirs)
        return np.asarray(total)


CompactRows = SparseRows | JoinedRows
"""Rows that are known by their cosines, without the zeros of their vectors."""
