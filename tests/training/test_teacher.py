"""The teacher's encoder against NumPy in float64, its word pieces, and what is said where its packages are missing."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import erf, softmax

from elmo.cli import main
from elmo.errors import TrainingError
from elmo.training import learner, presets
from elmo.training.teacher import distillation, shards, substitutes
from elmo.training.teacher import encoder as module
from elmo.training.teacher.encoder import LAYERS, Teacher, WordPieces, read_weights
from elmo.training.trainer import read_log

from .tiny import OPTIONS, RECIPE, write_grammar

DIM, INNER, N_LAYERS = 24, 32, 10
PIECES = ["<s>", "<pad>", "</s>", "[UNK]", "bank", "##s", "river", "##bank", ",", "na", "##ive"]


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    rng = np.random.default_rng(0)
    shapes = {
        "embeddings.word_embeddings.weight": (len(PIECES), DIM),
        "embeddings.position_embeddings.weight": (140, DIM),
        "encoder.relative_attention_bias.weight": (32, 12),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(N_LAYERS):
        name = f"encoder.layer.{layer}."
        for part in "qkvo":
            shapes |= {f"{name}attention.attn.{part}.weight": (DIM, DIM)}
            shapes |= {f"{name}attention.attn.{part}.bias": (DIM,)}
        shapes |= {f"{name}intermediate.dense.weight": (INNER, DIM)}
        shapes |= {f"{name}intermediate.dense.bias": (INNER,)}
        shapes |= {f"{name}output.dense.weight": (DIM, INNER), f"{name}output.dense.bias": (DIM,)}
        norms += [f"{name}attention.LayerNorm", f"{name}output.LayerNorm"]
    for name in norms:
        shapes |= {f"{name}.weight": (DIM,), f"{name}.bias": (DIM,)}
    return {
        name: torch.from_numpy(rng.normal(size=shape)).float() for name, shape in shapes.items()
    }


def reference(weights: dict[str, torch.Tensor], ids: list[int]) -> np.ndarray:
    """The mean of the hidden states 3 to 8 of one sentence, piece by piece."""
    w = {name: value.double().numpy() for name, value in weights.items()}

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(1, keepdims=True)
        unit = centred / np.sqrt((centred**2).mean(1, keepdims=True) + 1e-5)
        return unit * w[name + ".weight"] + w[name + ".bias"]

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    def bucket(ahead: int) -> int:
        """Raffel et al. 2020, 32 buckets: 8 exact ones and 8 ever wider ones on each side, the last from 128 on."""
        distance, first = abs(ahead), 16 if ahead > 0 else 0
        if distance < 8:
            return first + distance
        return first + min(15, 8 + int(math.log(distance / 8) / math.log(128 / 8) * 8))

    n, size = len(ids), DIM // 12
    x = w["embeddings.word_embeddings.weight"][ids]
    x = norm(x + w["embeddings.position_embeddings.weight"][2 : 2 + n], "embeddings.LayerNorm")
    states = [x]
    for layer in range(N_LAYERS):
        name = f"encoder.layer.{layer}."
        q, k, v = (linear(x, f"{name}attention.attn.{part}") for part in "qkv")
        read = np.empty_like(x)
        for head in range(12):
            own = slice(head * size, (head + 1) * size)
            scores = q[:, own] @ k[:, own].T / math.sqrt(size)
            for i in range(n):
                for j in range(n):
                    bias = w["encoder.relative_attention_bias.weight"][bucket(j - i), head]
                    scores[i, j] += bias
            read[:, own] = softmax(scores, axis=1) @ v[:, own]
        x = norm(x + linear(read, name + "attention.attn.o"), name + "attention.LayerNorm")
        inner = linear(x, name + "intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(x + linear(inner, name + "output.dense"), name + "output.LayerNorm")
        states.append(x)
    return np.mean(states[3:9], axis=0)


def test_the_encoder_is_the_published_one(weights):
    teacher = Teacher(weights, PIECES, torch.float32)
    ids = np.random.default_rng(1).integers(0, len(PIECES), (2, 60)).tolist()
    found = teacher.encode(torch.tensor(ids)).numpy()
    for row, sentence in zip(found, ids, strict=True):
        np.testing.assert_allclose(row, reference(weights, sentence), atol=2e-4)
    assert LAYERS[-1] < N_LAYERS  # so that the layers after the last one are shown to be left out


def test_a_word_has_the_mean_of_its_pieces(weights):
    teacher = Teacher(weights, PIECES, torch.float32)
    sentences = [["Banks", ",", "river"], ["riverbank"], [], ["bank"] * 200]
    vectors = teacher.vectors(sentences)
    assert [len(rows) for rows in vectors] == [3, 1, 0, 200]
    expected = reference(weights, [0, 4, 5, 8, 6, 2])
    rows = [expected[1:3].mean(0), expected[3], expected[4]]
    np.testing.assert_allclose(vectors[0], rows, atol=2e-4)
    assert (np.abs(vectors[3]).sum(1) > 0).sum() == module.MAX_PIECES - 1


def test_words_become_the_longest_pieces_without_case_and_accents():
    split = WordPieces(PIECES)
    assert split("Riverbank") == [6, 7]
    assert split("naïve") == [9, 10]
    assert split("bank,river") == [4, 8, 6]
    assert split("xyz") == split("") == [split.unknown]


def test_a_missing_or_changed_package_is_named(tmp_path, monkeypatch):
    pytest.importorskip("safetensors", reason="requirements/teacher.txt is not installed here")
    monkeypatch.setattr(module, "PARTS", ("no-such-package-part-001",))
    with pytest.raises(TrainingError, match="no-such-package-part-001.*requirements/teacher.txt"):
        read_weights()
    (tmp_path / "a.zip.001").write_bytes(b"damaged")
    monkeypatch.setattr(module, "_part", lambda name: Path(tmp_path / "a.zip.001"))
    with pytest.raises(TrainingError, match="SHA-256.*expected eb8d12ee"):
        read_weights()


def test_one_command_trains_with_the_teacher_and_reads_a_shard_once(
    weights, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(module, "read_weights", lambda: (weights, PIECES))
    monkeypatch.setitem(presets.PRESETS, "bundled", (OPTIONS, RECIPE))
    monkeypatch.setattr(shards, "SHARD_SENTENCES", 25)
    monkeypatch.setattr(distillation, "LENGTH_BIN", 10)
    monkeypatch.setattr(distillation, "FEW_GROUPS", 1)
    for part in (distillation, learner, substitutes, shards):
        monkeypatch.setattr(part, "FREQUENT", 2)
    text, model = write_grammar(tmp_path / "text.txt"), tmp_path / "model"
    train = ["train", str(text), "--output", str(model), "--word-vector-epochs", "0"]
    train += ["--teacher", "mpnet", "--teacher-tokens", "900", "--epochs", "2"]
    real, calls = Teacher.vectors, 0

    def stop_in_the_third_shard(self, sentences):
        nonlocal calls
        calls += 1
        if calls == 4:  # the first is for the principal directions
            raise KeyboardInterrupt
        return real(self, sentences)

    with monkeypatch.context() as patch:
        patch.setattr(Teacher, "vectors", stop_in_the_third_shard)
        assert main(train) == 130
    folder = model / "training" / "teacher"
    kept = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.vec.npy")}
    assert sorted(kept) == ["000.vec.npy", "001.vec.npy"]
    assert main(train) == 0
    now = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.vec.npy")}
    assert len(now) > 2 and kept.items() <= now.items()
    entries = read_log(model / "training")
    assert any("substitutes" in entry and "order_2" in entry for entry in entries)
    card = (model / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "all-mpnet-base-v2 (Apache 2.0), read 900 words" in card
