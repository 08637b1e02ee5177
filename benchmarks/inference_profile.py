"""The time of each part of the fast path, as a picture, and the share of the processor's peak that is reached.

    python -m benchmarks.inference_profile [docs/inference-profile.svg]

The peak is the rate of the fastest product of two 2048 × 2048 matrices, measured in the same run.
"""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import svg
from benchmarks.inference import one_pass
from benchmarks.random_model import make
from benchmarks.texts import sentences
from elmo import Elmo
from elmo.model import fast
from elmo.model.processor import (
    HalfProduct,
    HalfRows,
    NumpyRows,
    PackedProduct,
    TorchProduct,
    TorchRows,
    best_product,
)

CNN, FROM_INPUT, RECURRENT, GATES, REST = (
    "character CNN",
    "products from the input",
    "products from the hidden state",
    "gates and cells",
    "the rest",
)
N_SENTENCES = {("small", 32): 256, ("small", 1): 128, ("original", 32): 64, ("original", 1): 8}
PEAK_SIZE = 2048


@dataclass
class Spent:
    """Seconds and floating-point operations of one pass, by part."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    operations: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    inside: list[str] = field(default_factory=lambda: [REST])
    multiplies: bool = False

    def timed(self, function: Callable, part: Callable[[], str], product: bool = False) -> Callable:
        """A function that adds its time to a part, and subtracts it from the part that calls the function.

        Args:
            part: returns the name of the part.
            product: True if the function is a matrix product, whose operations are counted.
        """

        def call(*args: Any, **more: Any) -> Any:
            name, caller = part(), self.inside[-1]
            first = product and not self.multiplies  # a product may call another of its methods
            self.inside.append(name)
            self.multiplies = product
            start = time.perf_counter()
            result = function(*args, **more)
            seconds = time.perf_counter() - start
            self.inside.pop()
            self.multiplies = product and not first
            self.seconds[name] += seconds
            self.seconds[caller] -= seconds
            if first:
                self.operations[name] += 2 * float(np.prod(args[1].shape)) * result.shape[-1]
            return result

        return call


def watch(spent: Spent) -> Callable[[], None]:
    """Make every part of the fast path report to `spent`; returns a function that undoes this."""
    undo = []

    def replace(owner: Any, name: str, new: Any) -> None:
        undo.append((owner, name, getattr(owner, name)))
        setattr(owner, name, new)

    def product_part() -> str:
        return {GATES: RECURRENT, RECURRENT: RECURRENT, CNN: CNN}.get(spent.inside[-1], FROM_INPUT)

    replace(fast.FastCharCnn, "__call__", spent.timed(fast.FastCharCnn.__call__, lambda: CNN))
    for name in ("_read_many", "_read_alone"):
        replace(fast.FastLayer, name, spent.timed(getattr(fast.FastLayer, name), lambda: GATES))
    for kind in (TorchProduct, PackedProduct, HalfProduct, TorchRows, NumpyRows, HalfRows):
        for name in {"__call__", "plus"} & vars(kind).keys():
            replace(kind, name, spent.timed(getattr(kind, name), product_part, product=True))

    def restore() -> None:
        for owner, name, old in reversed(undo):
            setattr(owner, name, old)

    return restore


def peak(reduced: bool) -> float:
    """Floating-point operations a second of the fastest large product."""
    W = torch.randn(PEAK_SIZE, PEAK_SIZE)
    kinds = [(TorchProduct, torch.float32), best_product(False), best_product(reduced)]
    best = float("inf")
    with torch.inference_mode():
        for kind, dtype in kinds:
            product = kind(W.to(dtype), None)
            for _ in range(5):
                start = time.perf_counter()
                product(W)
                best = min(best, time.perf_counter() - start)
    return 2 * PEAK_SIZE**3 / best


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/inference-profile.svg")
    torch.set_num_threads(2)
    peaks = {reduced: peak(reduced) for reduced in (False, True)}
    print(
        f"peak: float32 {peaks[False] / 1e9:,.0f}, reduced {peaks[True] / 1e9:,.0f} GFLOP/s\n"
        f"{'':32}{'ms a sentence':>14}{'GFLOP/s':>9}{'of peak':>9}   share of the time",
        flush=True,
    )
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for (size, batch), n in N_SENTENCES.items():
            files = [make(size, Path(folder)) / name for name in ("options.json", "weights.hdf5")]
            texts = sentences()[:n]
            for reduced in (False, True):
                elmo = Elmo(*files, reduced_precision=reduced)
                one_pass(elmo, texts[: 2 * batch], batch)
                spent = Spent()
                restore = watch(spent)
                try:
                    total = one_pass(elmo, texts, batch)
                finally:
                    restore()
                spent.seconds[REST] += total
                rate = sum(spent.operations.values()) / total
                name = f"{size}, {batch} a batch, {'reduced' if reduced else 'float32'}"
                shares = {
                    part: spent.seconds[part] / total
                    for part in (CNN, FROM_INPUT, RECURRENT, GATES, REST)
                }
                of_peak = rate / peaks[reduced]
                print(
                    f"{name:32}{total / n * 1000:14.1f}{rate / 1e9:9,.0f}{of_peak:9.0%}   "
                    + ", ".join(f"{part} {share:.0%}" for part, share in shares.items()),
                    flush=True,
                )
                rows.append(
                    (name, shares, f"{total / n * 1000:.1f} ms a sentence, {of_peak:.0%} of peak")
                )
    target.write_text(svg.bars("Where the time of the fast path goes", rows))
    print(f"wrote {target}")


if __name__ == "__main__":
    main()
