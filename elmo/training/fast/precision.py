"""The precision of training on this machine."""

from contextlib import AbstractContextManager

import torch

from elmo.platform_calls import processor_flags


def training_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 on a machine with instructions for bfloat16, else float32.

    A processor without these instructions takes a hundred times as long in bfloat16 as in float32.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    flags = processor_flags()
    fast = "avx512_bf16" in flags or "amx_bf16" in flags
    return torch.bfloat16 if fast else torch.float32


def fast_on_processor() -> AbstractContextManager:
    """A context in which products on the processor are in bfloat16, if `training_dtype` is bfloat16; float64 stays."""
    fast = training_dtype(torch.device("cpu")) == torch.bfloat16
    return torch.autocast(
        "cpu", torch.bfloat16, enabled=fast and torch.get_default_dtype() == torch.float32
    )
