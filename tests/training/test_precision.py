"""bfloat16 only where the processor has instructions for it: elsewhere it is a hundred times slower."""

import pytest
import torch

from elmo.training.fast import precision
from elmo.training.start.token_layer import token_table
from tests.conftest import random_model, small_options

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("avx2 fma", torch.float32),
        ("avx512f avx512_bf16", torch.bfloat16),
        ("amx_tile amx_bf16", torch.bfloat16),
        ("", torch.float32),
    ],
)
def test_by_what_the_processor_says(monkeypatch, flags, expected):
    monkeypatch.setattr(precision, "processor_flags", lambda: flags)
    assert precision.training_dtype(CPU) == expected
    with precision.fast_on_processor():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == expected


def test_float64_stays(monkeypatch):
    monkeypatch.setattr(precision, "processor_flags", lambda: "avx512_bf16")
    monkeypatch.setattr(torch, "get_default_dtype", lambda: torch.float64)
    with precision.fast_on_processor():
        assert not torch.is_autocast_enabled("cpu")


@pytest.mark.parametrize("flags", ["avx2", "avx512_bf16"])
def test_the_token_layer_multiplies_as_the_processor_does_well(monkeypatch, flags):
    monkeypatch.setattr(precision, "processor_flags", lambda: flags)
    found = set()
    encoder = random_model(small_options()).token_encoder
    before = type(encoder).__call__

    def watched(*args):
        result = before(*args)
        found.add(result.dtype)
        return result

    monkeypatch.setattr(type(encoder), "__call__", watched)
    monkeypatch.setattr("elmo.training.start.token_layer.encode_words", watched)
    table = token_table(encoder, ["bank", "river"])
    assert found == {precision.training_dtype(CPU)}
    assert table.dtype == torch.bfloat16
