"""Predictions of the language model at each place of a sentence, from the left and from the right context.

    forward at k     p(w | t_1 … t_{k-1}) = softmax(W h + b)[w], h the top layer's forward half at k - 1
    backward at k    p(w | t_{k+1} … t_N) = softmax(W h + b)[w], h the top layer's backward half at k + 1

with <S> before the first word and </S> after the last. h is the top layer's output, its skip
connection included, as in training. Source: Peters et al. 2018, arXiv:1802.05365, section 3.1.

Surprisal is -log p: 0 for a word that was certain, in nats (natural logarithm) or bits (base 2).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.model.bilm import BiLmState
from elmo.model.characters import BEGIN_SENTENCE, END_SENTENCE
from elmo.model.softmax import Softmax

_PLACES = 256
"""Number of places whose probabilities of all words are in memory at once: 40 MB for 40,000 words."""


@dataclass(frozen=True)
class Guess:
    """A word, and its probability at a place."""

    word: str
    probability: float


@dataclass(frozen=True)
class Prediction:
    """The prediction of one direction at a place.

    Attributes:
        top: the most probable words of the whole vocabulary, most probable first.
        rank: rank of the sentence's word, from 1.
        surprisal_nats: surprisal of the sentence's word, or of <UNK> if the vocabulary lacks the word.
    """

    top: tuple[Guess, ...]
    rank: int
    surprisal_nats: float

    @property
    def surprisal_bits(self) -> float:
        """The surprisal in bits: -log2 of the probability."""
        return self.surprisal_nats / math.log(2)


@dataclass(frozen=True)
class Place:
    """A word of a sentence, and the predictions of both directions at its place.

    Attributes:
        token: the word.
        in_vocabulary: True if the softmax has a row for the word; other words count as <UNK>.
        forward: prediction from the words on the left.
        backward: prediction from the words on the right.
    """

    token: str
    in_vocabulary: bool
    forward: Prediction
    backward: Prediction


@dataclass(frozen=True)
class Predictions:
    """The predictions of the language model for a sentence.

    Attributes:
        places: the place of each word.
        end: the forward direction's prediction after the last word, at </S>.
        begin: the backward direction's prediction before the first word, at <S>.
    """

    places: tuple[Place, ...]
    end: Prediction
    begin: Prediction

    def to_list(self) -> list[dict[str, Any]]:
        """A dict for each word, for JSON."""
        return [
            {
                "token": place.token,
                "in_vocabulary": place.in_vocabulary,
                "forward": _to_dict(place.forward),
                "backward": _to_dict(place.backward),
            }
            for place in self.places
        ]


def predict(
    elmo: Elmo,
    softmax: Softmax,
    tokens: Sequence[str],
    top: int = 10,
    state: BiLmState | None = None,
) -> Predictions:
    """Predict every word of a sentence from its left context and from its right one.

    Args:
        elmo, softmax: a model and its softmax.
        tokens: words of the sentence.
        top: number of words in `Prediction.top`.
        state: state of `Elmo.embed_batch` after the text before; None is the zero state.

    Raises:
        InputError: the sentence has no words, `top` is not from 1 to the size of the vocabulary, or the
            softmax belongs to another model.
    """
    if not tokens:
        raise InputError("the sentence has no words; give at least one.")
    n_words, dim = softmax.W.shape
    if isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= n_words:
        raise InputError(f"top is {top!r}, expected a whole number from 1 to {n_words:,}.")
    if dim != elmo.options.projection_dim:
        raise InputError(
            f"the softmax is for vectors of {dim} values, this model's have "
            f"{elmo.options.projection_dim}; it belongs to another model."
        )
    # (tokens + 2, 2 dim): the top layer, <S> and </S> included.
    hidden = elmo.read_batch([tokens], state).layers[-1, 0].to(softmax.W)  # its dtype and device
    words = softmax.ids(tokens)
    # A vocabulary may have one line for both ends.
    begin, end = softmax.ids([BEGIN_SENTENCE, END_SENTENCE])[:, None]
    forward = _predictions(softmax, hidden[:-1, :dim], torch.cat([words, end]), top)
    backward = _predictions(softmax, hidden[1:, dim:], torch.cat([begin, words]), top)
    places = tuple(
        Place(token, token in softmax.word_ids, after, before)
        for token, after, before in zip(tokens, forward[:-1], backward[1:], strict=True)
    )
    return Predictions(places, end=forward[-1], begin=backward[0])


def _predictions(
    softmax: Softmax, hidden: Float[Tensor, "tokens dim"], words: Int[Tensor, " tokens"], top: int
) -> list[Prediction]:
    """The prediction of each word from the output vector beside it."""
    predictions: list[Prediction] = []
    with torch.inference_mode():
        for vectors, targets in zip(hidden.split(_PLACES), words.split(_PLACES), strict=True):
            log_p = softmax(vectors)
            actual = log_p.gather(1, targets[:, None])
            ranks = 1 + (log_p > actual).sum(dim=1)
            best = log_p.topk(top, dim=1)
            predictions += [
                Prediction(
                    tuple(
                        Guess(softmax.words[word], math.exp(value))
                        for word, value in zip(row_words, row_values, strict=True)
                    ),
                    rank,
                    -value,
                )
                for row_words, row_values, rank, value in zip(
                    best.indices.tolist(),
                    best.values.tolist(),
                    ranks.tolist(),
                    actual[:, 0].tolist(),
                    strict=True,
                )
            ]
    return predictions


def _to_dict(prediction: Prediction) -> dict[str, Any]:
    return {
        "top": [{"word": g.word, "probability": g.probability} for g in prediction.top],
        "rank": prediction.rank,
        "surprisal_nats": prediction.surprisal_nats,
    }
