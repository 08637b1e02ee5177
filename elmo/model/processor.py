"""Which matrix product this processor does fastest, measured once a process.

Many rows by a matrix (`Product`): torch's own choice, or oneDNN with weights packed in advance. One
row by each of several matrices (`Rows`), which is bound by memory: torch with a thread for each, or
NumPy. Which is fastest differs by processor by a factor of up to four. In reduced precision there
are two more: bfloat16, fast where the processor has instructions for it and a hundred times slower
than float32 where not, and FBGEMM with weights in float16.
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

    rows = staticmethod(int)

    def __call__(self, x: Tensor) -> Tensor:
        x = x.to(self.W.dtype)
        return x @ self.W if self.b is None else torch.addmm(self.b, x, self.W)

    def plus(self, x: Tensor, addend: Tensor) -> Tensor:
        """x W + addend."""
        return torch.addmm(addend, x.to(self.W.dtype), self.W)


def rounded_rows(n: int) -> int:
    """A number of rows from n up, by at most a sixteenth, of which there are few."""
    step = 1 << max(0, (n - 1).bit_length() - 4)
    return -(-n // step) * step


class PackedProduct:
    """x W + b by oneDNN, with a copy of W packed in the order that the processor reads it in.

    oneDNN keeps what it prepared for each number of rows that it ever saw, up to 0.5 GB. So rows
    are added until their number is one of few.
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
    """The rows, and rows of zeros until there are n."""
    return x if len(x) == n else torch.nn.functional.pad(x, (0, 0, 0, n - len(x)))


class HalfProduct:
    """x W + b by FBGEMM, with W packed in float16; x and the sums are float32."""

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
    """Whether products with W in this type work in this build of torch, on this processor.

    oneDNN packs bfloat16 only where there is AVX-512; FBGEMM is not in every build.
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
    """One row by its own matrix for each of several: x[k] W[k], by torch."""

    threads = staticmethod(nullcontext)

    def __init__(self, W: Tensor) -> None:
        self.W = W

    def __call__(self, x: np.ndarray, out: np.ndarray) -> np.ndarray:
        torch.bmm(torch.from_numpy(x)[:, None], self.W, out=torch.from_numpy(out)[:, None])
        return out


class NumpyRows:
    """The same by NumPy, with one thread; see `one_blas_thread`."""

    threads = staticmethod(one_blas_thread)

    def __init__(self, W: Tensor) -> None:
        self.W = list(W.numpy())

    def __call__(self, x: np.ndarray, out: np.ndarray) -> np.ndarray:
        for row, W, into in zip(x, self.W, out, strict=True):
            np.dot(row, W, out=into)
        return out


class HalfRows:
    """The same by FBGEMM, with W in float16."""

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
    """The class that multiplies one row by each of these matrices, in turn, fastest here."""
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
    """The class whose products with many rows are fastest here, and the type to give W in.

    Args:
        reduced: allow bfloat16 and float16. They are not chosen where float32 is as fast.
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
"""Of the matrix that stands for all."""


def _seconds(function: Callable[[], object], runs: int = 8) -> float:
    """The shortest of several runs, after two to warm up."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times[2:])
