"""The fused element-by-element parts of training: compiled C on processors, plain PyTorch elsewhere.

`kernels.c` is compiled once a machine, in about a second, into the user's cache folder. Where there is no C compiler,
on another device or in another precision, `TorchKernels` does the same more slowly; the tests hold one against the other.
"""

import ctypes
import hashlib
import logging
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

log = logging.getLogger(__name__)
NO_CLIP = 3.0e38


class TorchKernels:
    """The reference: any device, any precision."""

    def lstm_forward(
        self, from_input, from_state, bias, cell_before, limit, gates, cell, output
    ) -> None:
        i, j, f, o = (from_input.float() + from_state.float() + bias).chunk(4, dim=1)
        i, j, f, o = torch.sigmoid(i), torch.tanh(j), torch.sigmoid(f), torch.sigmoid(o)
        cell.copy_((i * j + f * cell_before).clamp(-limit, limit))
        gates.copy_(torch.cat([i, j, f, o], dim=1))
        output.copy_(o * torch.tanh(cell))

    def lstm_backward(self, d_output, gates, cell, cell_before, limit, d_cell, d_gates) -> None:
        i, j, f, o = gates.float().chunk(4, dim=1)
        t, g = torch.tanh(cell), d_output.float()
        dc = (d_cell + g * o * (1 - t * t)) * (cell.abs() < limit)
        d_i, d_j, d_f, d_o = (
            dc * j * i * (1 - i),
            dc * i * (1 - j * j),
            dc * cell_before * f * (1 - f),
            g * t * o * (1 - o),
        )
        d_gates.copy_(torch.cat([d_i, d_j, d_f, d_o], dim=1))
        d_cell.copy_(dc * f)

    def clip_forward(self, limit, h) -> None:
        h.clamp_(-limit, limit)

    def clip_backward(self, limit, h, from_above, from_after, d_h) -> None:
        d_h.copy_((from_above + from_after) * (h.abs() < limit))

    def sampled_softmax(self, scores, shift, own, hit, scale, loss) -> None:
        shifted = scores.float() + shift
        rows = torch.nonzero(hit >= 0).squeeze(1)
        shifted[rows, hit[rows]] = -torch.inf
        log_total = torch.logsumexp(torch.cat([shifted, own[:, None]], dim=1), dim=1)
        loss.copy_(log_total - own)
        scores.copy_(torch.exp(shifted - log_total[:, None]) * scale)
        own.copy_(torch.exp(own - log_total) * scale - scale)


class CompiledKernels:
    """The same by `kernels.c`, for contiguous bfloat16 tensors in memory."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    def lstm_forward(
        self, from_input, from_state, bias, cell_before, limit, gates, cell, output
    ) -> None:
        rows, d = cell.shape
        self._library.lstm_forward(
            _l(rows),
            _l(d),
            _p(from_input),
            _p(from_state),
            _p(bias),
            _p(cell_before),
            _f(limit),
            _p(gates),
            _p(cell),
            _p(output),
        )

    def lstm_backward(self, d_output, gates, cell, cell_before, limit, d_cell, d_gates) -> None:
        rows, d = cell.shape
        self._library.lstm_backward(
            _l(rows),
            _l(d),
            _p(d_output),
            _p(gates),
            _p(cell),
            _p(cell_before),
            _f(limit),
            _p(d_cell),
            _p(d_gates),
        )

    def clip_forward(self, limit, h) -> None:
        self._library.clip_forward(_l(h.numel()), _f(limit), _p(h))

    def clip_backward(self, limit, h, from_above, from_after, d_h) -> None:
        self._library.clip_backward(
            _l(h.numel()), _f(limit), _p(h), _p(from_above), _p(from_after), _p(d_h)
        )

    def sampled_softmax(self, scores, shift, own, hit, scale, loss) -> None:
        rows, sampled = scores.shape
        self._library.sampled_softmax(
            _l(rows), _l(sampled), _p(scores), _p(shift), _p(own), _p(hit), _f(scale), _p(loss)
        )


_l, _f = ctypes.c_long, ctypes.c_float


def _p(tensor: Tensor) -> ctypes.c_void_p:
    assert tensor.is_contiguous()
    return ctypes.c_void_p(tensor.data_ptr())


def kernels(dtype: torch.dtype, device: torch.device) -> TorchKernels | CompiledKernels:
    """The fastest kernels for a precision and a device."""
    if dtype == torch.bfloat16 and device.type == "cpu" and (library := _compiled()) is not None:
        return CompiledKernels(library)
    return TorchKernels()


@cache
def _compiled() -> ctypes.CDLL | None:
    """Compiles `kernels.c` for this machine, or finds it compiled; None where that does not work."""
    source = Path(__file__).with_name("kernels.c")
    compiler = [
        os.environ.get("CC", "cc"),
        "-O3",
        "-march=native",
        # What -ffast-math brings, but for its start-up code, which would make the whole process
        # take subnormal numbers for zero.
        "-fno-math-errno",
        "-fno-trapping-math",
        "-fno-signed-zeros",
        "-fassociative-math",
        "-freciprocal-math",
        "-ffinite-math-only",
        "-mprefer-vector-width=512",
        "-shared",
        "-fPIC",
    ]
    name = hashlib.sha256(source.read_bytes() + " ".join(compiler).encode()).hexdigest()[:16]
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "elmo"
    target = folder / f"kernels-{name}.so"
    try:
        if not target.exists():
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder) as part:
                subprocess.run(
                    [*compiler, str(source), "-o", f"{part}/kernels.so", "-lm"],
                    check=True,
                    capture_output=True,
                )
                os.replace(f"{part}/kernels.so", target)
        return ctypes.CDLL(str(target))
    except (OSError, subprocess.CalledProcessError) as error:
        log.warning(
            "kernels.c could not be compiled (%s); training uses PyTorch's own operations, more slowly.",
            error,
        )
        return None
