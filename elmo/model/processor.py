"""Which matrix product this processor does fastest, measured once a process.

Three libraries can multiply float32 matrices here: torch's own choice, oneDNN with weights packed
in advance, and NumPy's OpenBLAS. Which is fastest differs by processor by a factor of up to four,
and for one row (a matrix-vector product, bound by memory) from many rows.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache

import numpy as np
import torch
from threadpoolctl import ThreadpoolController
from torch import Tensor

_BLAS = ThreadpoolController().select(user_api="blas")
_ALONE = threading.Lock()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """NumPy's products by one thread.

    After a product NumPy's second thread stays awake for milliseconds, and torch's threads, which
    wait for each other at every step, then wait for it too: a sentence took ten times as long.
    """
    with _ALONE, _BLAS.limit(limits=1):
        yield


class TorchProduct:
    """x W + b by torch, in the precision of W."""

    def __init__(self, W: Tensor, b: Tensor | None) -> None:
        self.W, self.b, self.dtype = W, b, W.dtype

    def __call__(self, x: Tensor) -> Tensor:
        x = x.to(self.W.dtype)
        return x @ self.W if self.b is None else torch.addmm(self.b, x, self.W)

    def plus(self, x: Tensor, addend: Tensor) -> Tensor:
        """x W + addend."""
        return torch.addmm(addend, x.to(self.W.dtype), self.W)


class NumpyProduct:
    """x W + b by NumPy, float32; it shares the memory of W."""

    dtype = torch.float32

    def __init__(self, W: Tensor, b: Tensor | None) -> None:
        self.W = W.numpy()
        self.b = None if b is None else b.numpy()

    def __call__(self, x: Tensor) -> Tensor:
        product = x.numpy() @ self.W
        if self.b is not None:
            product += self.b
        return torch.from_numpy(product)

    def plus(self, x: Tensor, addend: Tensor) -> Tensor:
        """x W + addend."""
        return self(x).add_(addend)


class PackedProduct:
    """x W + b by oneDNN, with a copy of W packed in the order that the processor reads it in."""

    def __init__(self, W: Tensor, b: Tensor | None) -> None:
        self.b, self.dtype = b, W.dtype
        self.packed = torch.ops.mkldnn._reorder_linear_weight(W.T.contiguous(), None)

    def __call__(self, x: Tensor) -> Tensor:
        x = x.to(self.dtype)
        return torch.ops.mkldnn._linear_pointwise(x, self.packed, self.b, "none", [], "")

    def plus(self, x: Tensor, addend: Tensor) -> Tensor:
        """x W + addend, in one pass."""
        x = x.to(self.dtype)
        return torch.ops.mkldnn._linear_pointwise.binary(x, addend, self.packed, None, "add")


Product = TorchProduct | NumpyProduct | PackedProduct


@cache
def can_pack() -> bool:
    """Whether this build of torch has oneDNN's packed products."""
    try:
        x, W, addend = torch.randn(2, 3), torch.randn(3, 4), torch.randn(2, 4)
        with torch.inference_mode():
            found = PackedProduct(W, None).plus(x, addend)
            return torch.allclose(found, torch.addmm(addend, x, W), atol=1e-5)
    except (RuntimeError, AttributeError, NotImplementedError):
        return False


@cache
def best_product(
    one_row: bool, reduced: bool, size: tuple[int, int]
) -> tuple[type[Product], torch.dtype]:
    """The class whose product with a W of this size is fastest here, and the precision to give W.

    Args:
        one_row: x has one row; else many, and all sizes are measured as one.
        reduced: allow bfloat16. It is not chosen where float32 is as fast.
    """
    if not one_row and size != _LIKE_ALL:
        return best_product(one_row, reduced, _LIKE_ALL)
    of_torch = [TorchProduct, PackedProduct] if can_pack() else [TorchProduct]
    kinds: list[tuple[type[Product], torch.dtype]] = [(kind, torch.float32) for kind in of_torch]
    if one_row:  # by NumPy's one thread; see `one_blas_thread`
        kinds.append((NumpyProduct, torch.float32))
    if reduced:
        kinds += [(kind, torch.bfloat16) for kind in of_torch]
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1 if one_row else 32, size[0], generator=generator)
    W = torch.randn(*size, generator=generator)
    with torch.inference_mode(), one_blas_thread() if one_row else nullcontext():
        return min(kinds, key=lambda kind: _seconds(kind[0](W.to(kind[1]), None), x))


_LIKE_ALL = (256, 4096)


def _seconds(function: Callable[[Tensor], Tensor], x: Tensor) -> float:
    """The shortest of several runs, after two to warm up."""
    times = []
    for _ in range(8):
        start = time.perf_counter()
        function(x)
        times.append(time.perf_counter() - start)
    return float(np.min(times[2:]))
