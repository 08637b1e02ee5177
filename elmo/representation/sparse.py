"""`SparseRows`: vectors of tens of thousands of numbers, of which nearly all are 0."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from elmo.representation.vectors import ROUNDING

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True)
class SparseRows:
    """Rows with few values that are not 0, minus one dense vector.

    The products are those of the dense rows: (a - m)·(b - n) = a·b - m·b - a·n + m·n.

    Attributes:
        values: the rows, float64.
        mean: vector that is subtracted from each row; None subtracts nothing.
    """

    values: "csr_array"
    mean: Float[np.ndarray, " dim"] | None = None

    @staticmethod
    def of(
        places: Int[np.ndarray, "rows n"], values: Float[np.ndarray, "rows n"], dim: int
    ) -> "SparseRows":
        """Rows of `dim` numbers with these values in these places."""
        from scipy.sparse import csr_array

        n_rows, n = places.shape
        starts = np.arange(n_rows + 1) * n
        rows = (values.astype(np.float64).ravel(), places.ravel(), starts)
        return SparseRows(csr_array(rows, shape=(n_rows, dim)))

    @property
    def less_the_mean(self) -> "SparseRows":
        """The rows less their mean."""
        return replace(self, mean=np.asarray(self.values.mean(axis=0)).ravel())

    @property
    def dense(self) -> Float[np.ndarray, "rows some"]:
        """The rows as an array, without the dimensions in which all are 0; no cosine changes."""
        some = np.unique(self.values.indices)
        return self.values[:, some].toarray() - self._mean[some]

    def __len__(self) -> int:
        return self._shape[0]

    def __getitem__(self, rows: slice) -> "SparseRows":
        return replace(self, values=self.values[rows, :])

    def cosines(self, others: "SparseRows | None" = None) -> Float[np.ndarray, "rows others"]:
        """Cosine of every row with every one of `others`, or of these rows; 0 for a row of zeros."""
        others = others or self
        products = (self.values @ others.values.T).toarray()
        products -= self._of_mean(others)[:, None]
        products -= others._of_mean(self)[None]
        products += self._mean @ others._mean
        return divide(products, np.multiply.outer(self._lengths, others._lengths))

    def paired_cosines(self, others: "SparseRows") -> Float[np.ndarray, " rows"]:
        """Cosine of each row with the same row of `others`; 0 for a row of zeros."""
        products = self.values.multiply(others.values).sum(axis=1)
        products = products - self._of_mean(others) - others._of_mean(self)
        return divide(products + self._mean @ others._mean, self._lengths * others._lengths)

    @property
    def _shape(self) -> tuple[int, int]:
        shape = self.values.shape
        assert shape is not None
        return shape[0], shape[1]

    @property
    def _mean(self) -> Float[np.ndarray, " dim"]:
        return np.zeros(self._shape[1]) if self.mean is None else self.mean

    def _of_mean(self, others: "SparseRows") -> Float[np.ndarray, " rows"]:
        """The product of each row, before the subtraction of the mean, with the mean of `others`."""
        return self.values @ others._mean

    @property
    def _lengths(self) -> Float[np.ndarray, " rows"]:
        """The lengths of the rows minus the mean; 0 for rounding errors of equal rows."""
        squares = np.asarray(self.values.multiply(self.values).sum(axis=1)).ravel()
        left = squares - 2 * self._of_mean(self) + self._mean @ self._mean
        left = np.sqrt(np.maximum(left, 0))
        return np.where(left <= ROUNDING * np.sqrt(squares), 0, left)


def divide(products: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Products divided by lengths; 0 for a length of 0."""
    return np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
