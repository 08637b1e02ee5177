"""Choose the fastest matrix product on this processor, by a measurement once a process.

For many rows by a matrix (`Product`) the choices are torch's default and oneDNN with weights packed in
advance. For one row by each of several matrices (`Rows`), which memory limits, the choices are torch
with a thread for each and NumPy. The choices differ by a factor of up to four, depending on the
processor. Reduced precision adds two: bfloat16, which is fast on processors with instructions for
bfloat16 and a hundred times slower than float32 on others, and FBGEMM with weights in float16.
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
    """Limit NumPy's matrix products to one thread within the block.

    After a product NumPy's second thread keeps its core busy for milliseconds, and torch's threads,
    which wait for each other at every step, wait for that core: a sentence took ten times as long.
    """
    with _ALONE, _BLAS.limit(limits=1):
        yield


class TorchProduct:
    """x W + b, computed by torch in the precision of W."""

    def __init__(self, W: Tensor, b: Tensor | None) -> None:
        self.W, self.b, self.dtype = W, b, W.dtype

    rows = staticmethod(int)

    def __call__(self, x: Tensor) -> Tensor:
        x = x.to(self.W.dtype)
        return x @ self.W if self.b is None else torch.addmm(self.b, x, self.W)

    def plus(self, x: Tensor, addend: Tensor) -> Tensor:
        """x W + addend."""
        return torch.addmm(addend, x.to(self.W.dtype), self.W)


def rounded_rows(n: int) -> int:
    """n rounded up by at most a sixteenth, so that only few different numbers occur."""
    step = 1 << max(0, (n - 1).bit_length() - 4)
    return -(-n // step) * step


class PackedProduct:
    """x W + b, computed by oneDNN with a copy of W packed in the order in which the processor reads W.

    oneDNN keeps prepared data for each number of rows, up to 0.5 GB in all. So rows of zeros are
    added until the number of rows is one of few (`rounded_rows`).
    """

    rows = staticmethod(rounded_rows)

    def __init__(self, W: Tensor, b: Tensor | None) -> None:
        self.b, self.dtype = b, W.dtype
        self.packed = torch.ops.mkldnn._reorder_linear_weight(W.T.contiguous(), None)

    def __call__(self, x: Tensor) -> Tensor:
        x, n = x.to(self.dtype), len(x)
        return torch.ops.mkldnn._linear_pointwise(
            _with_rows(x, self.rows(n)), self.packed, self.b, "none", [], ""
        )[:n]

    def plus(self, x: Tensor, addend: Tensor) -> Tensor:
        """x W + addend, in one pass."""
        x, n = x.to(self.dtype), len(x)
        x, addend = (_with_rows(rows, self.rows(n)) for rows in (x, addend))
        return torch.ops.mkldnn._linear_pointwise.binary(x, addend, self.packed, None, "add")[:n]


def _with_rows(x: Tensor, n: int) -> Tensor:
    """x with rows of zeros added, so that there are n rows."""
    return x if len(x) == n else torch.nn.functional.pad(x, (0, 0, 0, n - len(x)))


class HalfProduct:
    """x W + b, computed by FBGEMM with W packed in float16; x and the sums are float32."""

    dtype = torch.float32
    rows = staticmethod(int)

    def __init__(self, W: Tensor, b: Tensor | None) -> None:
        self.packed = torch.ops.quantized.linear_prepack_fp16(W.T.contiguous(), b)

    def __call__(self, x: Tensor) -> Tensor:
        return torch.ops.quantized.linear_dynamic_fp16(x.contiguous(), self.packed)

    def plus(self, x: Tensor, addend: Tensor) -> Tensor:
        """x W + addend."""
        return self(x).add_(addend)


Product = TorchProduct | PackedProduct | HalfProduct


@cache
def works(kind: type[Product], dtype: torch.dtype) -> bool:
    """True if a product with W in this type works in this build of torch, on this processor.

    oneDNN packs bfloat16 only on processors with AVX-512; not every build of torch has FBGEMM.
    """
    x, W, addend = (torch.randn(*size).to(dtype) for size in ((2, 3), (3, 4), (2, 4)))
    exact = kind is not HalfProduct and dtype == torch.float32
    try:
        with torch.inference_mode():
            result = kind(W, None).plus(x, addend)
            return torch.allclose(result, torch.addmm(addend, x, W), atol=1e-5 if exact else 0.1)
    except (
        RuntimeError,
        AttributeError,
        NotImplementedError,
    ):  # raised where the build or the processor lacks it
        return False


class TorchRows:
    """x[k] W[k] for several rows and matrices, computed by torch."""

    threads = staticmethod(nullcontext)

    def __init__(self, W: Tensor) -> None:
        self.W = W

    def __call__(self, x: np.ndarray, out: np.ndarray) -> np.ndarray:
        torch.bmm(torch.from_numpy(x)[:, None], self.W, out=torch.from_numpy(out)[:, None])
        return out


class NumpyRows:
    """x[k] W[k] for several rows and matrices, computed by NumPy with one thread; see `one_blas_thread`."""

    threads = staticmethod(one_blas_thread)

    def __init__(self, W: Tensor) -> None:
        self.W = list(W.numpy())

    def __call__(self, x: np.ndarray, out: np.ndarray) -> np.ndarray:
        for row, W, into in zip(x, self.W, out, strict=True):
            np.dot(row, W, out=into)
        return out


class HalfRows:
    """x[k] W[k] for several rows and matrices, computed by FBGEMM with W in float16."""

    threads = staticmethod(nullcontext)

    def __init__(self, W: Tensor) -> None:
        self.products = [HalfProduct(one, None) for one in W]

    def __call__(self, x: np.ndarray, out: np.ndarray) -> np.ndarray:
        rows, into = torch.from_numpy(x)[:, None], torch.from_numpy(out)[:, None]
        for row, product, place in zip(rows, self.products, into, strict=True):
            place.copy_(product(row))
        return out


Rows = TorchRows | NumpyRows | HalfRows


@cache
def best_rows(reduced: bool, *sizes: tuple[int, int, int]) -> type[Rows]:
    """The fastest class on this processor for one row by each of several matrices of these sizes."""
    kinds: list[type[Rows]] = [TorchRows, NumpyRows] + [HalfRows] * (
        reduced and works(HalfProduct, torch.float32)
    )
    generator = torch.Generator().manual_seed(0)
    matrices = [torch.randn(*size, generator=generator) for size in sizes]
    inputs = [np.ones(size[:2], np.float32) for size in sizes]
    outputs = [np.empty((size[0], size[2]), np.float32) for size in sizes]
    seconds = []
    with torch.inference_mode():
        for kind in kinds:
            products = [kind(W) for W in matrices]

            def step(products: list[Rows] = products) -> None:
                for product, x, out in zip(products, inputs, outputs, strict=True):
                    product(x, out)

            with kind.threads():
                seconds.append(_seconds(step, runs=40))
    return kinds[int(np.argmin(seconds))]


@cache
def best_product(reduced: bool) -> tuple[type[Product], torch.dtype]:
    """The fastest class on this processor for many rows by a matrix, and the type of W for this class.

    Args:
        reduced: allow bfloat16 and float16, which are chosen only if they are faster than float32.
    """
    kinds: list[tuple[type[Product], torch.dtype]] = [
        (TorchProduct, torch.float32),
        (PackedProduct, torch.float32),
    ]
    if reduced:
        kinds += [
            (TorchProduct, torch.bfloat16),
            (PackedProduct, torch.bfloat16),
            (HalfProduct, torch.float32),
        ]
    kinds = [kind for kind in kinds if works(*kind)]
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(32, _SIZE[0], generator=generator)
    W = torch.randn(*_SIZE, generator=generator)
    with torch.inference_mode():
        seconds = []
        for kind, dtype in kinds:
            product = kind(W.to(dtype), None)
            seconds.append(_seconds(lambda product=product: product(x)))
    return kinds[int(np.argmin(seconds))]


_SIZE = (256, 4096)
"""Size of the matrix in the measurement."""


def _seconds(function: Callable[[], object], runs: int = 8) -> float:
    """The seconds of the fastest of several runs; two more runs at the start are not counted."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times[2:])
