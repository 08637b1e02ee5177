"""Perplexity: into how many equally likely words a model's doubt about the next word translates.

    exp( mean over words of  -log p(word | its left, or its right, context) )

The full softmax, both directions, sentence by sentence from zero; </S> (forwards) and <S> (backwards) are predicted as
well, as in training. A word outside the vocabulary counts as <UNK>, so the share of such words belongs beside the figure.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from elmo.embedder import Elmo
from elmo.errors import CorpusError
from elmo.model.characters import BEGIN_SENTENCE, END_SENTENCE
from elmo.model.softmax import Softmax


@dataclass(frozen=True)
class Perplexity:
    """Attributes:
    forward, backward: of each direction.
    both: of the mean loss of both directions.
    unknown: the share of words outside the vocabulary.
    n_tokens, n_sentences: what was measured on, boundaries not counted.
    """

    forward: float
    backward: float
    both: float
    unknown: float
    n_tokens: int
    n_sentences: int

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return dict(vars(self))


def measure_perplexity(
    elmo: Elmo,
    softmax: Softmax,
    sentences: Iterable[Sequence[str]],
    max_tokens: int = 200,
    batch_tokens: int = 3000,
) -> Perplexity:
    """Measures on sentences, given as words; longer ones are cut to `max_tokens`.

    Raises:
        CorpusError: there is no sentence.
    """
    rows = sorted(
        (tuple(sentence[:max_tokens]) for sentence in sentences if len(sentence)), key=len
    )
    if not rows:
        raise CorpusError("there is no sentence to measure perplexity on.")
    half = elmo.options.projection_dim
    losses: list[list[np.ndarray]] = [[], []]
    n_unknown = 0
    while rows:
        n_rows = max(1, batch_tokens // (len(rows[-1]) + 2))
        batch, rows = rows[-n_rows:], rows[:-n_rows]
        with torch.inference_mode():
            top = elmo.read_batch(batch).layers[-1]
            for row, hidden in zip(batch, top, strict=True):
                words = [BEGIN_SENTENCE, *row, END_SENTENCE]
                ids = softmax.ids(words)
                n_unknown += int((ids[1:-1] == softmax.unknown_id).sum())
                hidden = hidden[: len(words)]
                # forwards each position predicts the next word, backwards the one before
                for direction, (states, targets) in enumerate(
                    ((hidden[:-1, :half], ids[1:]), (hidden[1:, half:], ids[:-1]))
                ):
                    scores = softmax(states.float().cpu())
                    losses[direction].append(
                        -scores[torch.arange(len(targets)), targets].double().numpy()
                    )
    forward, backward = (np.concatenate(part) for part in losses)
    n_sentences = len(losses[0])
    n_tokens = len(forward) - n_sentences
    return Perplexity(
        math.exp(forward.mean()),
        math.exp(backward.mean()),
        math.exp((forward.mean() + backward.mean()) / 2),
        n_unknown / n_tokens,
        n_tokens,
        n_sentences,
    )
