"""The loss of one batch: both directions' cross-entropy, and what a teacher adds."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from elmo.model.bilm import BiLm
from elmo.model.lstm import Lstm
from elmo.training.data.batches import Batch
from elmo.training.fast.lstm_sequence import read_sequences
from elmo.training.fast.sampled_softmax import sampled_loss
from elmo.training.presets import Recipe
from elmo.training.teacher.distillation import (
    Heads,
    choose_words,
    head_loss,
    match_loss,
    order_loss,
    same_words,
)


@dataclass(frozen=True)
class Rows:
    """The softmax rows that a step touches.

    Attributes:
        numbers: of the rows in the whole softmax, rising.
        W, b: their values, leaves of the step's gradient.
        sampled: which of them (places in `numbers`) were sampled.
        inclusion: the sampled words' probabilities of inclusion.
    """

    numbers: Int[Tensor, " rows"]
    W: Float[Tensor, "rows dim"]
    b: Float[Tensor, " rows"]
    sampled: Int[Tensor, " sampled"]
    inclusion: Float[Tensor, " sampled"]


@dataclass(frozen=True)
class TeacherBatch:
    """The teacher's vectors of a batch's words, sentence by sentence, and the words' ids."""

    vectors: Float[np.ndarray, "words dim"]
    words: Int[np.ndarray, " words"]


def read_directions(
    model: BiLm,
    x: tuple[Float[Tensor, "tokens batch dim"], Float[Tensor, "tokens batch dim"]],
    dropout: float,
) -> list[list[Float[Tensor, "tokens batch dim"]]]:
    """Each direction's layers 1, 2, ... for the token vectors that it reads, in its order."""
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
    heads: Heads | None = None,
) -> tuple[Float[Tensor, ""], dict[str, float]]:
    """The loss to minimise, in nats per token for the language model's part, and its parts by name."""
    device = rows.W.device
    directions = read_directions(model, x, recipe.dropout)
    mask = torch.from_numpy(batch.mask.reshape(-1)).to(device)
    losses = []
    for layers, targets in zip(
        directions, (batch.forward_targets, batch.backward_targets), strict=True
    ):
        top = layers[-1]
        kept = nn.functional.dropout(top.reshape(-1, top.shape[2])[mask], recipe.dropout)
        wanted = torch.from_numpy(row_of_code[targets[batch.mask]]).to(device)
        losses.append(
            sampled_loss(
                kept,
                rows.W,
                rows.b,
                torch.searchsorted(rows.numbers, wanted),
                rows.sampled,
                rows.inclusion,
            )
        )
    parts = {"forward": losses[0].item(), "backward": losses[1].item()}
    loss = (losses[0] + losses[1]) / 2
    if teacher is None or heads is None:
        return loss, parts
    forward_places, backward_places = (
        torch.from_numpy(places).to(device) for places in batch.places()
    )
    target = torch.from_numpy(teacher.vectors).to(device)
    chosen = choose_words(teacher.words, recipe.match_words, rng)
    same = same_words(teacher.words[chosen]).to(device)
    chosen = torch.from_numpy(chosen).to(device)
    for layer, (f, b) in enumerate(zip(*directions, strict=True)):
        p = f.shape[2]
        student = torch.cat(
            [f.reshape(-1, p)[forward_places], b.reshape(-1, p)[backward_places]], dim=1
        )
        linear = heads.maps[layer]
        assert isinstance(linear, nn.Linear)
        head = head_loss(linear, student, target)
        match = match_loss(student[chosen], target[chosen], same, recipe.same_weight)
        order = order_loss(student[chosen], target[chosen], same)
        for name, weight, value in (
            ("head", recipe.head_weight, head),
            ("match", recipe.match_weight, match),
            ("order", recipe.order_weight, order),
        ):
            loss = loss + weight[layer] * value
            parts[f"{name}_{layer + 1}"] = value.item()
    return loss, parts
