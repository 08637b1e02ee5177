"""The precision to train in, by what the machine does well."""

from contextlib import AbstractContextManager
from pathlib import Path

import torch


def training_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the machine is fast at it, else float32.

    A processor without instructions for bfloat16 takes a hundred times as long as in float32.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    fast = "avx512_bf16" in _processor_flags() or "amx_bf16" in _processor_flags()
    return torch.bfloat16 if fast else torch.float32


def _processor_flags() -> str:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return ""


def fast_on_processor() -> AbstractContextManager:
    """A block whose products on the processor are in bfloat16 where that is fast; float64 stays."""
    fast = training_dtype(torch.device("cpu")) == torch.bfloat16
    return torch.autocast(
        "cpu", torch.bfloat16, enabled=fast and torch.get_default_dtype() == torch.float32
    )
