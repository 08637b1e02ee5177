"""Perplexity: the number of equally likely words that are as hard to predict as the text's words.

    exp( mean over words of  -log p(word | its left, or its right, context) )

The measurement uses the full softmax and both directions; each sentence begins from the zero state. As in training, </S>
(forwards) and <S> (backwards) are predicted, too. A word outside the vocabulary counts as <UNK>, so a perplexity should be
stated together with the share of such words.
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
    """Perplexities of a model on a text.

    Attributes:
        forward, backward: perplexity of each direction.
        both: perplexity of the mean loss of both directions.
        unknown: share of words outside the vocabulary.
        n_tokens, n_sentences: size of the text, without boundaries.
    """

    forward: float
    backward: float
    both: float
    unknown: float
    n_tokens: int
    n_sentences: int

    def to_dict(self) -> dict[str, Any]:
        """The figures as values for JSON."""
        return dict(vars(self))


def measure_perplexity(
    elmo: Elmo,
    softmax: Softmax,
    sentences: Iterable[Sequence[str]],
    max_tokens: int = 200,
    batch_tokens: int = 3000,
) -> Perplexity:
    """The perplexity of a model on sentences of words; sentences longer than `max_tokens` are cut.

    Raises:
        CorpusError: all sentences are empty.
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
