"""Fit the token layer to word vectors before the language model is trained.

A language model learns the topics of words slowly; word2vec learns them in minutes, but only for words of its training
text. So the character CNN first learns to compute the word2vec vector of a word from its letters; frequent words are
drawn more often. The character CNN then gives vectors to words without a word2vec vector, too.
"""

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import pad

from elmo.model.char_cnn import CharCnn
from elmo.model.characters import PADDING_ID, char_ids
from elmo.representation.vectors import unit
from elmo.training.checkpoint import save_whole
from elmo.training.fast.precision import fast_on_processor
from elmo.training.start.word_vectors import reduce_vectors

TOGETHER = 64  # batches drawn together; words of similar length share a batch, as the longest word determines its cost
OFTEN = 1e-4  # the share of the text above which a word is not drawn more often
BY_COUNT = 0.35  # a word is drawn in proportion to this power of its count: rare words teach what spelling tells
DROPOUT = 0.15  # of the filters' values while the token layer is fitted


def join_vectors(
    parts: Sequence[Float[np.ndarray, "vocab part"]],
    weights: Sequence[float],
    dim: int,
    norm: float,
) -> Float[np.ndarray, "vocab dim"]:
    """The joined vectors of words that have several vectors, with `dim` numbers and length `norm`.

    Each part is centred, scaled to length 1 and weighted, so that the cosine of two joined vectors is the weighted mean
    of the parts' cosines, apart from the loss of the projection on `dim` principal directions.
    """
    units = []
    for part, weight in zip(parts, weights, strict=True):
        centred = part - part.mean(axis=0)
        units.append(weight * unit(centred))
    joined = reduce_vectors(np.concatenate(units, axis=1), dim)
    return (norm * unit(joined)).astype(np.float32)


def encode_words(
    encoder: CharCnn,
    ids: Int[Tensor, "words chars"],
    kept: Float[Tensor, "words filters"] | None = None,
) -> Float[Tensor, "words dim"]:
    """The vectors `encoder(ids)`; trains several times faster, unless a word nearly fills the ids.

    `kept` are factors of the filters' values: 0 for those that are dropped. None keeps all, and so does a word that nearly
    fills the ids.

    All filters are padded with zeros to the widest width, so that the convolutions are one large matrix product, and
    only the largest value of each filter has a gradient.
    """
    widest = max(width for width, _ in encoder.options.filters)
    longest = int((ids != PADDING_ID).sum(dim=1).max())
    if longest + widest > ids.shape[1]:
        return encoder(ids)
    characters = encoder.char_embed[ids[:, : longest + widest] - 1]
    windows = characters.unfold(1, widest, 1).transpose(
        2, 3
    )  # (words, positions, widest, char_dim)
    n_words, n_positions = windows.shape[:2]
    filters = torch.cat(
        [pad(w[0], (0, 0, 0, 0, 0, widest - w.shape[1])).flatten(0, 1) for w in encoder.W_cnn],
        dim=1,
    )
    values = (
        windows.reshape(n_words * n_positions, -1) @ filters
    )  # a 3-D product would be one product for each word
    largest = values.view(n_words, n_positions, -1).max(dim=1).values + torch.cat(
        list(encoder.b_cnn)
    )
    x = torch.relu(largest) if encoder.options.activation == "relu" else torch.tanh(largest)
    if kept is not None:
        x = x * kept
    for highway in encoder.highways:
        x = highway(x)
    if encoder.W_proj is not None and encoder.b_proj is not None:
        x = torch.addmm(encoder.b_proj, x, encoder.W_proj)
    return x


def fit_token_layer(
    encoder: CharCnn,
    words: Sequence[str],
    vectors: Float[np.ndarray, "vocab dim"],
    counts: Int[np.ndarray, " vocab"],
    epochs: float,
    report: Callable[[float, float], None] = lambda done, cosine: None,
    batch_words: int = 512,
    learning_rate: float = 2e-3,
    seed: int = 1,
    state_file: Path | None = None,
    save_seconds: float = 60.0,
) -> float:
    """Fits the character CNN to word vectors by least squares and Adam.

    The words drawn at a step depend only on the seed and the step, so that a resumed fit gives the result of an
    uninterrupted one.

    Args:
        encoder: changed in place.
        words, vectors, counts: the words, their vectors to reproduce, and how often each word occurs.
        epochs: average number of times that a word is drawn.
        report: called with the finished share and the mean cosine of the last batches, about once a second.
        state_file: file to which the state is saved every `save_seconds`; an existing file is continued.

    Returns:
        The mean cosine with the vectors in the last hundred batches.
    """
    ids = char_ids(words, encoder.options.max_characters_per_token)
    lengths = np.array([len(word.encode("utf-8", "ignore")) for word in words])
    drawn = np.minimum(np.maximum(counts, 1), OFTEN * counts.sum()) ** BY_COUNT
    drawn /= drawn.sum()
    target = torch.from_numpy(vectors)
    scale = float(target.square().sum(1).mean())
    optimizer = torch.optim.Adam(encoder.parameters(), lr=learning_rate, betas=(0.9, 0.98))
    n_steps = max(1, int(epochs * len(words) / batch_words))
    first = 0
    if state_file is not None and state_file.exists():
        state = torch.load(state_file, weights_only=True)
        encoder.load_state_dict(state["encoder"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    recent: list[float] = []
    last_reported = last_saved = time.monotonic()
    batches: list[np.ndarray] = []
    for step in range(first, n_steps):
        if step % TOGETHER == 0 or not batches:
            rng = np.random.default_rng([seed, step // TOGETHER])
            order = rng.choice(len(words), TOGETHER * batch_words, p=drawn)
            order = order[np.argsort(lengths[order], kind="stable")]
            batches = np.split(order, TOGETHER)
            rng.shuffle(batches)
        rows = torch.from_numpy(batches[step % TOGETHER])
        for group in optimizer.param_groups:
            warm = min(1.0, (step + 1) / 50)
            group["lr"] = (
                learning_rate * warm * max(0.01, 0.5 + 0.5 * math.cos(math.pi * step / n_steps))
            )
        chance = np.random.default_rng([seed, step, 1]).random(
            (len(rows), encoder.options.n_filters), np.float32
        )
        kept = torch.from_numpy((chance >= DROPOUT) / np.float32(1 - DROPOUT))
        with fast_on_processor():
            fitted = encode_words(encoder, torch.from_numpy(ids[rows]), kept).float()
        loss = (fitted - target[rows]).square().sum(1).mean() / scale
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            recent = [*recent[-99:], float(torch.cosine_similarity(fitted, target[rows]).mean())]
        now = time.monotonic()
        if now - last_reported > 1:
            report((step + 1) / n_steps, float(np.mean(recent)))
            last_reported = now
        if state_file is not None and now - last_saved > save_seconds:
            state = {
                "step": step + 1,
                "encoder": encoder.state_dict(),
                "optimizer": optimizer.state_dict(),
            }
            save_whole(state, state_file)
            last_saved = now
    return float(np.mean(recent))


@torch.no_grad()
def token_table(
    encoder: CharCnn, words: Sequence[str], batch_words: int = 2048
) -> Float[torch.Tensor, "vocab dim"]:
    """The token layer's vectors of all words, in bfloat16, as a replacement of a layer that is not trained further."""
    table = torch.empty(len(words), encoder.options.projection_dim, dtype=torch.bfloat16)
    order = sorted(range(len(words)), key=lambda number: len(words[number]))
    for start in range(0, len(words), batch_words):
        part = order[start : start + batch_words]
        ids = torch.from_numpy(
            char_ids([words[number] for number in part], encoder.options.max_characters_per_token)
        )
        with fast_on_processor():
            table[part] = encode_words(encoder, ids).bfloat16()
    return table


def mean_cosine(
    encoder: CharCnn, words: Sequence[str], vectors: Float[np.ndarray, "words dim"]
) -> float:
    """The mean cosine of the words' vectors and the token layer's."""
    fitted = token_table(encoder, words).float()
    return float(torch.cosine_similarity(fitted, torch.from_numpy(vectors)).mean())
