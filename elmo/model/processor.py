"""Which matrix product this processor does fastest, measured once a process.

Three libraries can multiply float32 matrices here: torch's own choice, oneDNN with weights packed
in advance, and NumPy's OpenBLAS. Which is fastest differs by processor by a factor of up to four,
and for one row (a matrix-vector product, bound by memory) from many rows.
"""

import time
from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from torch import Tensor


class TorchProduct:
    """x W + b by torch, in the precision of W."""

    def __init__(self, W: Tensor, b: Tensor | None) -> None:
        self.W, self.b = W, b

    def __call__(self, x: Tensor) -> Tensor:
        x = x.to(self.W.dtype)
        return x @ self.W if self.b is None else torch.addmm(self.b, x, self.W)


class NumpyProduct:
    """x W + b by NumPy, float32; it shares the memory of W."""

    def __init__(self, W: Tensor, b: Tensor | None) -> None:
        self.W = W.numpy()
        self.b = None if b is None else b.numpy()

    def __call__(self, x: Tensor) -> Tensor:
        product = x.numpy() @ self.W
        if self.b is not None:
            product += self.b
        return torch.from_numpy(product)


class PackedProduct:
    """x W + b by oneDNN, with a copy of W packed in the order that the processor reads it in."""

    def __init__(self, W: Tensor, b: Tensor | None) -> None:
        self.b, self.dtype = b, W.dtype
        self.packed = torch.ops.mkldnn._reorder_linear_weight(W.T.contiguous(), None)

    def __call__(self, x: Tensor) -> Tensor:
        x = x.to(self.dtype)
        return torch.ops.mkldnn._linear_pointwise(x, self.packed, self.b, "none", [], "")


Product = TorchProduct | NumpyProduct | PackedProduct


@cache
def can_pack() -> bool:
    """Whether this build of torch has oneDNN's packed products."""
    try:
        x, W = torch.randn(2, 3), torch.randn(3, 4)
        with torch.inference_mode():
            return torch.allclose(PackedProduct(W, None)(x), x @ W, atol=1e-5)
    except (RuntimeError, AttributeError, NotImplementedError):
        return False


@cache
def has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; elsewhere it is slower than float32."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


@cache
def best_product(one_row: bool) -> type[Product]:
    """The class whose product is fastest for one row, or for many."""
    candidates: list[type[Product]] = [TorchProduct, NumpyProduct]
    if can_pack():
        candidates.append(PackedProduct)
    rows = 1 if one_row else 32
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(rows, 256, generator=generator)
    W = torch.randn(256, 4096, generator=generator)
    with torch.inference_mode():
        return min(candidates, key=lambda kind: _seconds(kind(W, None), x))


def _seconds(function: Callable[[Tensor], Tensor], x: Tensor) -> float:
    """The shortest of several runs, after two to warm up."""
    times = []
    for _ in range(12):
        start = time.perf_counter()
        function(x)
        times.append(time.perf_counter() - start)
    return float(np.min(times[2:]))
