"""The loss of one batch: both directions' cross-entropy, the cloze, and the losses of a teacher."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from elmo.model.bilm import BiLm
from elmo.model.lstm import Lstm
from elmo.training.cloze import vectors_around
from elmo.training.data.batches import Batch
from elmo.training.fast.lstm_sequence import read_sequences
from elmo.training.fast.sampled_softmax import sampled_loss
from elmo.training.presets import Recipe
from elmo.training.teacher.distillation import (
    choose_words,
    order_loss,
    same_words,
    sentences_loss,
)
from elmo.training.teacher.substitutes import choose_uses, substitutes_loss, teacher_log_q


@dataclass(frozen=True)
class Rows:
    """The softmax rows of a step.

    Attributes:
        numbers: numbers of the rows in the whole softmax, in ascending order.
        W, b: values of the rows, leaves of the step's gradient.
        sampled: places in `numbers` of the sampled rows.
        inclusion: probabilities of inclusion of the sampled words.
    """

    numbers: Int[Tensor, " rows"]
    W: Float[Tensor, "rows dim"]
    b: Float[Tensor, " rows"]
    sampled: Int[Tensor, " sampled"]
    inclusion: Float[Tensor, " sampled"]


@dataclass(frozen=True)
class TeacherBatch:
    """The teacher's vectors of a batch's words, sentence by sentence, and the candidates of the substitutes.

    Attributes:
        vectors: vectors of the words minus most of each word's mean.
        words: word ids, letter case folded.
        sentences: vectors of the sentences; None if the recipe does not compare sentences.
        known: places of the words with enough uses in the teacher's sentences.
        rows: places in `Rows.numbers` of the candidates.
        candidates: mean vectors of the candidates minus the mean of all, scaled to length 1.
        log_share: logarithm of each candidate's share of the text.
    """

    vectors: Float[np.ndarray, "words dim"]
    words: Int[np.ndarray, " words"]
    sentences: Float[np.ndarray, "sentences dim"] | None
    known: Int[np.ndarray, " known"]
    rows: Int[Tensor, " candidates"]
    candidates: Float[Tensor, "candidates dim"]
    log_share: Float[Tensor, " candidates"]


def read_directions(
    model: BiLm,
    x: tuple[Float[Tensor, "tokens batch dim"], Float[Tensor, "tokens batch dim"]],
    dropout: float,
) -> list[list[Float[Tensor, "tokens batch dim"]]]:
    """The layers 1, 2, ... of each direction, in its reading order.

    Args:
        x: the token vectors that each direction reads, in its reading order.
    """
    directions = []
    for lstms, inputs in zip((model.forward_lstms, model.backward_lstms), x, strict=True):
        layers: list[Tensor] = []
        for lstm in lstms:
            assert isinstance(lstm, Lstm)
            before = layers[-1] if layers else inputs
            out = read_sequences(lstm, nn.functional.dropout(before, dropout))
            layers.append(out + before if layers and model.options.use_skip_connections else out)
        directions.append(layers)
    return directions


def batch_loss(
    model: BiLm,
    x: tuple[Float[Tensor, "tokens batch dim"], Float[Tensor, "tokens batch dim"]],
    batch: Batch,
    row_of_code: Int[np.ndarray, " codes"],
    rows: Rows,
    recipe: Recipe,
    rng: np.random.Generator,
    teacher: TeacherBatch | None = None,
) -> tuple[Float[Tensor, ""], dict[str, float]]:
    """The loss to minimise, and its parts by name; the language model's part is in nats per token."""
    device = rows.W.device
    directions = read_directions(model, x, recipe.dropout)
    mask = torch.from_numpy(batch.mask.reshape(-1)).to(device)

    def predict(hidden: Tensor, codes: np.ndarray) -> Tensor:
        """The mean loss of predicting words from hidden vectors."""
        targets = torch.searchsorted(rows.numbers, torch.from_numpy(row_of_code[codes]).to(device))
        dropped_out = nn.functional.dropout(hidden, recipe.dropout)
        return sampled_loss(dropped_out, rows.W, rows.b, targets, rows.sampled, rows.inclusion)

    forward, backward = (
        predict(layers[-1].reshape(-1, layers[-1].shape[2])[mask], targets[batch.mask])
        for layers, targets in zip(
            directions, (batch.forward_targets, batch.backward_targets), strict=True
        )
    )
    loss = (forward + backward) / 2
    parts = {"forward": forward.item(), "backward": backward.item()}
    terms: list[tuple[str, float, Tensor]] = []
    if recipe.cloze_weight or teacher is not None:
        around = vectors_around(directions[0][-1], directions[1][-1], batch)
        if recipe.cloze_weight:
            terms.append(("cloze", recipe.cloze_weight, predict(around, batch.codes())))
        if teacher is not None:
            terms += _teacher_terms(directions, around, batch, rows, recipe, rng, teacher)
    for name, weight, value in terms:
        loss = loss + weight * value
        parts[name] = value.item()
    return loss, parts


def _teacher_terms(
    directions: list[list[Tensor]],
    around: Float[Tensor, "words dim"],
    batch: Batch,
    rows: Rows,
    recipe: Recipe,
    rng: np.random.Generator,
    teacher: TeacherBatch,
) -> list[tuple[str, float, Tensor]]:
    """Names, weights and values of a teacher's losses."""
    device = rows.W.device
    vectors = torch.from_numpy(teacher.vectors).to(device)
    chosen = torch.from_numpy(choose_uses(teacher.known, recipe.teacher_words, rng)).to(device)
    terms = []
    if recipe.substitutes_weight and len(chosen):
        log_q = teacher_log_q(vectors[chosen], teacher.candidates, teacher.log_share, around.dtype)
        value = substitutes_loss(around[chosen], rows.W[teacher.rows], rows.b[teacher.rows], log_q)
        terms.append(("substitutes", recipe.substitutes_weight, value))
    compared = choose_words(teacher.words, recipe.teacher_words, rng)
    same = same_words(teacher.words[compared]).to(device)
    compared = torch.from_numpy(compared).to(device)
    before, after = (torch.from_numpy(places).to(device) for places in batch.places())
    target = vectors[compared]
    for layer, (f, b) in enumerate(zip(*directions, strict=True)):
        joined = torch.cat(
            [f.reshape(-1, f.shape[2])[before], b.reshape(-1, b.shape[2])[after]], dim=1
        )
        value = order_loss(joined[compared], target, same)
        terms.append((f"order_{layer + 1}", recipe.order_weight, value))
        if recipe.sentences_weight:
            assert teacher.sentences is not None
            sentences = torch.from_numpy(teacher.sentences).to(device)
            value = sentences_loss(joined, batch.lengths, sentences)
            terms.append((f"sentences_{layer + 1}", recipe.sentences_weight, value))
    if recipe.order_added_weight:
        top = torch.stack([d[-1].reshape(-1, around.shape[1]) for d in directions])
        added = top[0][before[compared]] + top[1][after[compared]]
        metric = correlation_metric(rows.W[teacher.rows])
        around = around[compared]
        for name, hidden in (("order_added", added), ("order_around", around)):
            value = order_loss(hidden.float() @ metric, target, same)
            terms.append((name, recipe.order_added_weight, value))
    return terms


def correlation_metric(W: Float[Tensor, "rows dim"]) -> Float[Tensor, "dim dim"]:
    """A matrix L: the cosine of x L and y L is the correlation of the scores that x and y give these softmax rows.

    L is the Cholesky factor of the covariance C of the rows, so that the inner product of x L and y L is x C y.
    """
    centred = W.detach().float() - W.detach().float().mean(0)
    covariance = centred.t() @ centred / len(W)
    return torch.linalg.cholesky(covariance + 1e-6 * torch.eye(len(covariance), device=W.device))
