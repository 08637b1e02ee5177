"""Train a model from text files: the steps before the training loop, the loop, and the model folder."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from elmo.model.softmax import read_vocabulary
from elmo.training.card import write_card
from elmo.training.data.batches import Batches, make_batch
from elmo.training.data.corpus import Corpus
from elmo.training.data.vocabulary import build_vocabulary, fit_vocabulary
from elmo.training.export import write_model_folder
from elmo.training.fast.precision import training_dtype
from elmo.training.objective import read_directions
from elmo.training.preparation import (
    Job,
    Report,
    code_words,
    do_steps_before,
    start_model,
    start_softmax,
    teacher_set,
)
from elmo.training.processes import ALONE, Processes
from elmo.training.softmax_metric import in_softmax_metric
from elmo.training.trainer import LOG, Trainer


def train(
    job: Job,
    device: torch.device,
    report: Report,
    checkpoint_seconds: float = 180.0,
    report_seconds: float = 10.0,
    at_checkpoint: Callable[[Trainer], dict[str, Any]] = lambda trainer: {},
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Trains a model; finished steps of an earlier, interrupted run are not repeated.

    Args:
        checkpoint_seconds, report_seconds, should_stop: see `Trainer.run`.
        report: called with each step before the loop ("stage"), then with each entry of the log.
        at_checkpoint: called after the model folder is written; the returned values go into the log.
    """
    processes = Processes.start(device)
    try:
        if processes.rank == 0:
            do_steps_before(job, report)
        processes.wait()
        trainer = make_trainer(job, device, processes)
        if job.resume:
            trainer.resume()
        elif processes.rank == 0:
            (job.work / LOG).unlink(missing_ok=True)

        def write(trainer: Trainer) -> dict[str, Any]:
            return write_model(job, trainer) | at_checkpoint(trainer)

        trainer.run(checkpoint_seconds, report_seconds, report, write, should_stop)
    finally:
        processes.stop()


def write_model(job: Job, trainer: Trainer) -> dict[str, float]:
    """Write the model folder with its card; the held-out perplexities, which stand in the card."""
    dtype = "float16" if job.half else "float32"
    model, W = trainer.model, trainer.W
    if job.recipe.softmax_metric:
        model, W = in_softmax_metric(model, W, sample_outputs(trainer))
    write_model_folder(job.output, model, W, trainer.b, trainer.vocabulary.words, dtype)
    measured = held_out_perplexity(trainer)
    write_card(job, trainer, measured)
    return measured


SAMPLE_SENTENCES = 500
SAMPLE_WORDS = 15  # longest sentences of the sample: people type short sentences


@torch.no_grad()
def sample_outputs(trainer: Trainer) -> list[Float[Tensor, "places dim"]]:
    """The outputs of the top layer in each direction, for a fixed sample of short training sentences.

    Without short sentences the sample is of all.
    """
    corpus = trainer.batches.corpus
    numbers = corpus.sentence_numbers()
    short = numbers[corpus.lengths[numbers] <= SAMPLE_WORDS]
    numbers = short if len(short) else numbers
    codes = trainer.batches.codes(np.random.default_rng(0).permutation(numbers)[:SAMPLE_SENTENCES])
    batch = make_batch(codes)
    directions = read_directions(trainer.model, trainer.token_vectors(batch), 0.0)
    mask = torch.from_numpy(batch.mask)
    return [layers[-1][mask].float().cpu() for layers in directions]


def make_trainer(job: Job, device: torch.device, processes: Processes = ALONE) -> Trainer:
    """The trainer of a job whose steps before the loop are done."""
    corpus = Corpus(job.work / "corpus")
    numbers = corpus.sentence_numbers()
    corpus_words = corpus.words
    if job.init_from is not None:
        earlier_words = read_vocabulary(job.init_from / "vocab.txt")
        vocabulary = fit_vocabulary(earlier_words, corpus_words, corpus.counts, len(numbers))
    else:
        vocabulary = build_vocabulary(
            corpus_words, corpus.counts, len(numbers), job.recipe.vocabulary
        )
    W, b = start_softmax(job, vocabulary)
    recipe = job.recipe
    return Trainer(
        limit=job.limit,
        folder=job.work,
        model=start_model(job).to(device),
        W=W.to(device),
        b=b.to(device),
        vocabulary=vocabulary,
        words=code_words(corpus),
        batches=Batches(
            corpus, numbers, recipe.batch_tokens * processes.world, recipe.max_tokens, recipe.seed
        ),
        recipe=recipe,
        table=None
        if recipe.train_token_layer
        else torch.load(job.work / "table.pt", mmap=True, weights_only=True),
        teacher=teacher_set(job, corpus),
        dtype=training_dtype(device),
        processes=processes,
    )


HELD_OUT_SENTENCES = 240


@torch.no_grad()
def held_out_perplexity(
    trainer: Trainer, n_sentences: int = HELD_OUT_SENTENCES
) -> dict[str, float]:
    """Perplexities by the full softmax on a fixed sample of held-out sentences: a quick estimate."""
    corpus = trainer.batches.corpus
    numbers = corpus.sentence_numbers(held_out=True)
    if not len(numbers):
        return {}
    numbers = np.random.default_rng(0).permutation(numbers)[:n_sentences]
    codes = trainer.batches.codes(numbers)
    codes.sort(key=len)
    losses: list[list[Tensor]] = [[], []]
    for start in range(0, len(codes), 60):
        batch = make_batch(codes[start : start + 60])
        directions = read_directions(trainer.model, trainer.token_vectors(batch), 0.0)
        mask = torch.from_numpy(batch.mask)
        for direction, (layers, targets) in enumerate(
            zip(directions, (batch.forward_targets, batch.backward_targets), strict=True)
        ):
            hidden = layers[-1][mask]
            wanted = torch.from_numpy(trainer.vocabulary.row_of_code[targets[batch.mask]]).to(
                hidden.device
            )
            scores = (hidden @ trainer.W.to(hidden.dtype).t()).float() + trainer.b
            losses[direction].append(
                torch.nn.functional.cross_entropy(scores, wanted, reduction="none")
            )
    forward, backward = (math.exp(float(torch.cat(parts).mean())) for parts in losses)
    return {
        "held_out_forward_perplexity": round(forward, 2),
        "held_out_backward_perplexity": round(backward, 2),
    }
