"""The fast path gives the same numbers as the definition."""

import numpy as np
import pytest
import torch

from elmo import Elmo
from elmo.model import processor
from elmo.model.bilm import BiLm
from elmo.model.char_cnn import CharCnn
from elmo.model.weights import write_model
from tests.conftest import random_model, small_options

VARIANTS = [
    {},
    {"activation": "tanh", "n_highway": 0},
    {"use_skip_connections": False, "cell_clip": None, "proj_clip": None},
    {"dim": 6, "n_layers": 3},
    {"projection_dim": 12, "dim": 12, "n_highway": 2},
    {"filters": ((7, 5), (1, 2)), "max_characters_per_token": 9},
]
KINDS = [
    (processor.TorchProduct, processor.NumpyRows),
    (processor.PackedProduct, processor.TorchRows),
]


@pytest.fixture(params=KINDS, ids=lambda kinds: kinds[0].__name__)
def product(request, monkeypatch):
    """Every product in turn, whatever this processor does best."""
    many, alone = request.param
    if many is processor.PackedProduct and not processor.works(many, torch.float32):
        pytest.skip("this build of torch has no packed products")
    monkeypatch.setattr("elmo.model.fast.best_product", lambda _: (many, torch.float32))
    monkeypatch.setattr("elmo.model.fast.best_rows", lambda *_: alone)


@pytest.mark.parametrize("changes", VARIANTS)
def test_equals_the_definition(product, changes, tmp_path, sentences):
    files = tmp_path / "o.json", tmp_path / "w.hdf5"
    write_model(random_model(small_options(**changes)), *files)
    slow, fast = Elmo(*files, fast=False), Elmo(*files, fast=True)
    for batch in ([[sentence] for sentence in sentences], [sentences]):
        for rows in batch:
            expected, state = slow.embed_batch(rows)
            found, fast_state = fast.embed_batch(rows)
            again_expected, _ = slow.embed_batch(rows, state)
            again, _ = fast.embed_batch(rows, fast_state)
            for one, other in zip(expected + again_expected, found + again, strict=True):
                # These random weights make token vectors of up to 28, of which float32 itself is
                # 4e-6 to 1e-5 from float64.
                largest = np.abs(one.layers).max(initial=1.0)
                np.testing.assert_allclose(
                    other.layers, one.layers, rtol=0, atol=1e-5 + 1e-6 * largest
                )


def test_long_sentences_go_in_blocks(monkeypatch, small_model_files):
    monkeypatch.setattr("elmo.model.fast._BLOCK_BYTES", 2000)
    rows = [["a", "b", "c"] * 20, ["d"] * 7]
    for batch in (rows, rows[:1]):
        expected, _ = Elmo(*small_model_files, fast=False).embed_batch(batch)
        found, _ = Elmo(*small_model_files, fast=True).embed_batch(batch)
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(other.layers, one.layers, rtol=0, atol=1e-5)


def test_padding_is_exactly_zero(small_model_files):
    elmo = Elmo(*small_model_files, fast=True)
    rows = [("a",), ("b", "c", "d")]
    lengths = torch.tensor([3, 5])
    with torch.inference_mode():
        layers = elmo._run(elmo._words.of_sentences(rows), lengths).layers
    assert (layers[:, 0, 3:] == 0).all() and (layers[:, 0, :3] != 0).any()


@pytest.mark.parametrize(
    ("many", "alone"),
    [
        (processor.TorchProduct, processor.TorchRows),
        (processor.PackedProduct, processor.TorchRows),
        (processor.HalfProduct, processor.HalfRows),
    ],
)
def test_reduced_precision_keeps_the_cosine(many, alone, tmp_path, monkeypatch):
    dtype = torch.float32 if many is processor.HalfProduct else torch.bfloat16
    if not processor.works(many, dtype):
        pytest.skip(f"this build of torch, or this processor, has no {many.__name__} in {dtype}")
    monkeypatch.setattr(
        "elmo.model.fast.best_product",
        lambda reduced: (many, dtype) if reduced else (processor.TorchProduct, torch.float32),
    )
    monkeypatch.setattr(
        "elmo.model.fast.best_rows",
        lambda reduced, *_: alone if reduced else processor.NumpyRows,
    )
    files = tmp_path / "o.json", tmp_path / "w.hdf5"
    model = random_model(small_options(projection_dim=32, dim=64, filters=((1, 20), (3, 40))))
    for parameter in model.parameters():
        parameter.mul_(0.3)
    write_model(model, *files)
    words = "The quick brown fox jumps over the lazy dog while rivers run".split()
    exact, reduced = Elmo(*files), Elmo(*files, reduced_precision=True)
    one, other = (
        np.concatenate([found.layers for found in elmo.embed([words, words[:5]])], axis=1)
        for elmo in (exact, reduced)
    )
    (single,) = reduced.embed([words])
    cosine = (one * other).sum(-1) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)
    assert cosine.min() > 0.9999
    assert not np.array_equal(one, other)
    np.testing.assert_allclose(single.layers, one[:, : len(words)], rtol=0, atol=0.03)
    assert exact.fingerprint != reduced.fingerprint


def test_it_is_what_embeds(small_model_files, monkeypatch):
    elmo = Elmo(*small_model_files)

    def refuse(*_):
        raise AssertionError("the definition was run, which is slower")

    monkeypatch.setattr(BiLm, "forward", refuse)
    monkeypatch.setattr(CharCnn, "forward", refuse)
    assert next(elmo.embed([["a", "b"]])).layers.any()


def test_where_bfloat16_cannot_be_packed_another_product_is_chosen(monkeypatch):
    def refuse(self, W, b):
        if W.dtype == torch.bfloat16:
            raise RuntimeError("bf16 path needs the cpu support avx_ne_convert")
        packed(self, W, b)

    packed = processor.PackedProduct.__init__
    monkeypatch.setattr(processor.PackedProduct, "__init__", refuse)
    processor.works.cache_clear()
    processor.best_product.cache_clear()
    assert processor.best_product(True) != (processor.PackedProduct, torch.bfloat16)
    processor.works.cache_clear()
    processor.best_product.cache_clear()


@pytest.mark.parametrize("kind", [processor.TorchRows, processor.NumpyRows, processor.HalfRows])
def test_rows_by_their_own_matrices(kind):
    if kind is processor.HalfRows and not processor.works(processor.HalfProduct, torch.float32):
        pytest.skip("this build of torch has no FBGEMM")
    W = torch.randn(2, 5, 7, generator=torch.Generator().manual_seed(1))
    x, out = np.arange(10, dtype=np.float32).reshape(2, 5) / 10, np.empty((2, 7), np.float32)
    with torch.inference_mode():
        kind(W)(x, out)
    expected = np.einsum("kd,kdn->kn", x.astype(float), W.numpy().astype(float))
    np.testing.assert_allclose(out, expected, atol=2e-3 if kind is processor.HalfRows else 1e-6)


def test_one_setting_turns_it_off(small_model_files, monkeypatch):
    assert Elmo(*small_model_files)._run is not Elmo(*small_model_files, fast=False)._run
    monkeypatch.setenv("ELMO_FAST", "0")
    elmo = Elmo(*small_model_files)
    assert elmo._run is elmo.model
