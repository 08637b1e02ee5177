"""The softmax, which makes probabilities of words from an LSTM's output, and its vocabulary.

    p(word | context) = softmax(W h + b)

One W and b for both directions, as in Peters et al. 2018, eq. in section 3.1 (Θ_s). The files are
softmax.hdf5 (`W`, `b`, or both in a group `softmax`, as two official models have them) and vocab.txt.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from elmo.errors import InputError, ModelFileError
from elmo.limits import MAX_VOCABULARY_BYTES, MAX_VOCABULARY_WORDS
from elmo.model.characters import BEGIN_SENTENCE, END_SENTENCE
from elmo.model.hdf5 import data_sets, open_hdf5, read_arrays
from elmo.model.text_file import read_model_text

UNKNOWN = "<UNK>"
N_SPECIAL = 3  # <S>, </S>, <UNK> come first in a vocabulary; words follow by frequency


class Softmax(nn.Module):
    """Scores of every vocabulary word for each output vector of one direction."""

    def __init__(self, words: Sequence[str], projection_dim: int) -> None:
        super().__init__()
        self.words = tuple(words)
        self.W = nn.Parameter(torch.zeros(len(words), projection_dim))
        self.b = nn.Parameter(torch.zeros(len(words)))

    @cached_property
    def word_ids(self) -> dict[str, int]:
        """The row of each word; the first row if the vocabulary has a word twice."""
        ids: dict[str, int] = {}
        for index, word in enumerate(self.words):
            ids.setdefault(word, index)
        return ids

    @cached_property
    def unknown_id(self) -> int:
        """The row of <UNK>, which stands for every word outside the vocabulary."""
        for name in (UNKNOWN, "<unk>", "@@UNKNOWN@@"):
            if name in self.word_ids:
                return self.word_ids[name]
        raise InputError(
            f"vocab.txt has no line {UNKNOWN}, usually its third; is it this model's vocabulary?"
        )

    def ids(self, words: Sequence[str]) -> Int[Tensor, " tokens"]:
        """The rows of words; `unknown_id` for words outside the vocabulary."""
        return torch.tensor(
            [self.word_ids.get(word, self.unknown_id) for word in words], dtype=torch.int64
        )

    def forward(self, hidden: Float[Tensor, "tokens dim"]) -> Float[Tensor, "tokens vocab"]:
        """Natural logarithms of the probabilities of all words."""
        return torch.log_softmax(torch.addmm(self.b, hidden, self.W.T), dim=1)


def read_softmax(softmax_file: str | Path, vocab_file: str | Path, projection_dim: int) -> Softmax:
    """Read softmax.hdf5 and vocab.txt.

    Raises:
        ModelFileError: a file is missing or wrong, or the two do not belong together.
    """
    words = read_vocabulary(vocab_file)
    W, b, n_rows = read_rows(softmax_file, len(words), projection_dim)
    if n_rows < len(words):
        raise ModelFileError(
            f"{Path(softmax_file).name} has {n_rows:,} rows and {Path(vocab_file).name} {len(words):,} "
            "lines, expected a row for each word; is it another model's file?"
        )
    softmax = Softmax(words, projection_dim)
    softmax.load_state_dict({"W": torch.from_numpy(W), "b": torch.from_numpy(b)}, assign=True)
    return softmax.requires_grad_(False).eval()


def read_rows(
    softmax_file: str | Path, n_rows: int, projection_dim: int
) -> tuple[Float[np.ndarray, "vocab dim"], Float[np.ndarray, " vocab"], int]:
    """The first rows of W and b, and the number of rows in the file; the most frequent words come first.

    Raises:
        WeightsError: the file is missing or wrong.
    """
    with open_hdf5(softmax_file) as file:
        try:
            items = data_sets(file)
            prefix = "softmax/" if "softmax/W" in items else ""
            n_there = items[f"{prefix}W"].shape[0]
            n_there = min(n_there, MAX_VOCABULARY_WORDS)
        except (KeyError, IndexError, TypeError, RuntimeError, OSError):
            prefix, n_there = "", n_rows  # the reader below says what is wrong
    shapes = {f"{prefix}W": (n_there, projection_dim), f"{prefix}b": (n_there,)}
    arrays = read_arrays(softmax_file, shapes, first_rows=n_rows)
    return arrays[f"{prefix}W"], arrays[f"{prefix}b"], n_there


def read_vocabulary(vocab_file: str | Path) -> list[str]:
    """Read vocab.txt, one word a line.

    Raises:
        ModelFileError: the file is missing, not UTF-8, empty or too long.
    """
    vocab_file = Path(vocab_file)
    text = read_model_text(vocab_file, "vocab.txt", MAX_VOCABULARY_BYTES)
    words = text.removesuffix("\n").split("\n")
    if not text or len(words) > MAX_VOCABULARY_WORDS:
        raise ModelFileError(
            f"{vocab_file.name} has {len(words):,} lines, expected 1 to {MAX_VOCABULARY_WORDS:,}, "
            f"one word a line ({BEGIN_SENTENCE}, {END_SENTENCE}, {UNKNOWN} first)."
        )
    return words
