"""From text files to a model folder: the steps before the training loop, each kept on disk and done once.

    corpus -> word vectors -> token layer -> table of token vectors ->  training loop -> model folder
           -> teacher's vectors (if asked for) ------------------------^
"""

import json
import math
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from elmo.errors import TrainingError
from elmo.model.bilm import BiLm
from elmo.model.characters import BEGIN_SENTENCE, END_SENTENCE
from elmo.model.options import Options
from elmo.model.softmax import read_softmax, read_vocabulary
from elmo.model.weights import read_model
from elmo.training.batches import Batches, make_batch
from elmo.training.corpus import Corpus, prepare
from elmo.training.distillation import TeacherSet
from elmo.training.export import write_model_folder
from elmo.training.objective import read_directions
from elmo.training.presets import Recipe
from elmo.training.processes import Processes
from elmo.training.teacher_set import single_word_vectors, teachable_sentences, write_teacher_set
from elmo.training.token_layer import fit_token_layer, join_vectors, token_table
from elmo.training.trainer import Limit, Trainer, training_dtype
from elmo.training.vocabulary import N_BOUNDARIES, Vocabulary, build_vocabulary, fit_vocabulary
from elmo.training.word_vectors import learn_word_vectors, reduce_vectors, write_static

VECTOR_WORDS = 80_000  # words that get a vector before training
TAUGHT_WORDS = 60_000  # of these, the words that the character CNN is taught
TOKEN_NORM = 6.4  # the length of a token vector, near that of the LSTM layers' vectors
SOFTMAX_NORM = 1.6
STATIC_WORDS, STATIC_DIM = 20_000, 128
SINGLE_WEIGHT = 1.0  # the teacher's vectors of single words count as much as word2vec's

Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Job:
    """What `python -m elmo train` was asked for.

    Attributes:
        corpora: text files.
        output: the model folder; its subfolder `training` keeps what can be resumed.
        options, recipe: sizes and settings.
        limit: when to end.
        resume: go on from the last checkpoint.
        init_from: a model folder to begin from, or None.
        teacher_tokens: words that the teacher reads; 0 for no teacher.
        half: whether the output is in half precision.
        held_out_every: which documents are held out.
    """

    corpora: Sequence[str]
    output: Path
    options: Options
    recipe: Recipe
    limit: Limit
    resume: bool = False
    init_from: Path | None = None
    teacher_tokens: int = 0
    half: bool = False
    held_out_every: int = 500

    @property
    def work(self) -> Path:
        return self.output / "training"


def train(
    job: Job,
    device: torch.device,
    report: Report,
    checkpoint_seconds: float = 180.0,
    report_seconds: float = 10.0,
    at_checkpoint: Callable[[Trainer], dict[str, Any]] = lambda trainer: {},
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Does all of it; what an earlier, interrupted run finished is not done again.

    Args:
        checkpoint_seconds, report_seconds, should_stop: see `Trainer.run`.
        report: told each step before the loop ("stage"), then each line of the log.
        at_checkpoint: called when the model folder is written; what it returns goes into the log.
    """
    processes = Processes.start(device)
    try:
        if processes.rank == 0:
            _before(job, report)
        processes.wait()
        trainer = make_trainer(job, device, processes)
        if job.resume:
            trainer.resume()
        elif processes.rank == 0:
            (job.work / "log.jsonl").unlink(missing_ok=True)

        def write(trainer: Trainer) -> dict[str, Any]:
            dtype = "float16" if job.half else "float32"
            write_model_folder(job.output, trainer.model, trainer.W, trainer.b, trainer.vocabulary.words, dtype)
            return held_out_perplexity(trainer) | at_checkpoint(trainer)

        trainer.run(checkpoint_seconds, report_seconds, report, write, should_stop)
    finally:
        processes.stop()


def _before(job: Job, report: Report) -> None:
    """The steps that process 0 does alone."""
    report({"stage": "corpus"})
    corpus = prepare(job.corpora, job.work / "corpus", job.held_out_every)
    report({"stage": "corpus"} | {k: v for k, v in corpus.info.items() if k != "source"})
    _forget_other_jobs(job, corpus)
    if job.teacher_tokens:
        numbers = teachable_sentences(corpus, job.teacher_tokens, job.recipe.seed)
        write_teacher_set(corpus, job.work / "teacher", numbers, lambda done: report({"stage": "teacher", "done": done}))
    if job.recipe.word_vector_epochs and not (job.work / "vectors.npz").exists():
        report({"stage": "word vectors"})
        _write_vectors(job, corpus)
    if job.init_from is None and not (job.work / "start.pt").exists():
        torch.manual_seed(job.recipe.seed)
        model = BiLm(job.options)
        if job.recipe.word_vector_epochs and job.recipe.token_layer_epochs:
            numbers, vectors = _vectors(job)
            taught = numbers < TAUGHT_WORDS
            words = corpus.words
            fit_token_layer(
                model.token_encoder,
                [words[n] for n in numbers[taught]],
                vectors[taught],
                corpus.counts[numbers[taught]],
                job.recipe.token_layer_epochs,
                lambda done, cosine: report({"stage": "token layer", "done": done, "cosine": cosine}),
            )
        _save(model.state_dict(), job.work / "start.pt")
    if not job.recipe.train_token_layer and not (job.work / "table.pt").exists():
        report({"stage": "token vectors of all words"})
        _save(token_table(_start_model(job).token_encoder, _code_words(corpus)), job.work / "table.pt")


def _forget_other_jobs(job: Job, corpus: Corpus) -> None:
    """Removes the steps' files where an earlier run in this folder had another corpus or other settings."""
    settings = {
        "corpus": corpus.info["source"],
        "options": job.options.to_dict(),
        "recipe": {name: getattr(job.recipe, name) for name in ("word_vector_epochs", "token_layer_epochs", "seed")},
        "teacher_tokens": job.teacher_tokens,
        "init_from": None if job.init_from is None else str(job.init_from),
    }
    path, told = job.work / "steps.json", json.dumps(settings, indent=1)
    if path.exists() and path.read_text(encoding="utf-8") == told:
        return
    for name in ("vectors.npz", "start.pt", "table.pt"):
        (job.work / name).unlink(missing_ok=True)
    shutil.rmtree(job.work / "teacher", ignore_errors=True)
    path.write_text(told, encoding="utf-8")


def _write_vectors(job: Job, corpus: Corpus) -> None:
    """Learns word vectors, joins them with the teacher's if there is one, and writes static.npz."""
    dim = job.options.projection_dim
    words, vectors = learn_word_vectors(corpus, job.work, dim, VECTOR_WORDS, job.recipe.word_vector_epochs)
    number_of = {word: number for number, word in enumerate(corpus.words[: 2 * VECTOR_WORDS])}
    numbers = np.array([number_of[word] for word in words])
    static = reduce_vectors(vectors[:STATIC_WORDS], min(STATIC_DIM, dim))
    write_static(job.output / "static.npz", words[:STATIC_WORDS], static)
    parts, weights = [vectors], [1.0]
    if job.teacher_tokens:
        parts.append(single_word_vectors(corpus, job.work / "teacher", 2 * VECTOR_WORDS)[numbers])
        weights.append(SINGLE_WEIGHT)
    joined = join_vectors(parts, weights, dim, TOKEN_NORM)
    with open(job.work / "vectors.npz.part", "wb") as out:
        np.savez(out, numbers=numbers, vectors=joined)
    (job.work / "vectors.npz.part").rename(job.work / "vectors.npz")


def _vectors(job: Job) -> tuple[np.ndarray, np.ndarray]:
    with np.load(job.work / "vectors.npz") as arrays:
        return arrays["numbers"], arrays["vectors"]


def _code_words(corpus: Corpus) -> list[str]:
    return [BEGIN_SENTENCE, END_SENTENCE, *corpus.words]


def _start_model(job: Job) -> BiLm:
    """The model that training begins from."""
    if job.init_from is not None:
        model = read_model(job.init_from / "options.json", job.init_from / "weights.hdf5")
        if model.options != job.options:
            raise TrainingError(f"{job.init_from}: this model has other sizes than the preset; choose its own preset.")
        return model.requires_grad_(True).train()
    model = BiLm(job.options)
    model.load_state_dict(torch.load(job.work / "start.pt", weights_only=True))
    return model


def _start_softmax(job: Job, vocabulary: Vocabulary, corpus: Corpus) -> tuple[Tensor, Tensor]:
    """The softmax that training begins from: the words' frequencies, and their vectors if there are any."""
    if job.init_from is not None:
        softmax = read_softmax(job.init_from / "softmax.hdf5", job.init_from / "vocab.txt", job.options.projection_dim)
        return softmax.W.detach().clone(), softmax.b.detach().clone()
    counts = np.maximum(vocabulary.counts, 1)
    b = torch.from_numpy(np.log(counts / counts.sum()).astype(np.float32))
    W = torch.randn(len(counts), job.options.projection_dim, generator=torch.Generator().manual_seed(job.recipe.seed)) * 0.02
    if job.recipe.word_vector_epochs:
        numbers, vectors = _vectors(job)
        rows = vocabulary.row_of_code[numbers + N_BOUNDARIES]
        known = rows >= 3
        W[rows[known]] = torch.from_numpy(vectors[known] * (SOFTMAX_NORM / TOKEN_NORM))
    return W, b


def make_trainer(job: Job, device: torch.device, processes: Processes = Processes()) -> Trainer:
    """The trainer of a job whose earlier steps are done."""
    corpus = Corpus(job.work / "corpus")
    numbers = corpus.sentence_numbers()
    corpus_words = corpus.words
    if job.init_from is not None:
        kept = read_vocabulary(job.init_from / "vocab.txt")
        vocabulary = fit_vocabulary(kept, corpus_words, corpus.counts, len(numbers))
    else:
        vocabulary = build_vocabulary(corpus_words, corpus.counts, len(numbers), job.recipe.vocabulary)
    W, b = _start_softmax(job, vocabulary, corpus)
    recipe = job.recipe
    return Trainer(
        _start_model(job).to(device),
        W.to(device),
        b.to(device),
        vocabulary,
        _code_words(corpus),
        Batches(corpus, numbers, recipe.batch_tokens * processes.world, recipe.max_tokens, recipe.seed),
        recipe,
        job.limit,
        job.work,
        table=None if recipe.train_token_layer else torch.load(job.work / "table.pt", mmap=True, weights_only=True),
        teacher=_teacher_set(job, corpus) if job.teacher_tokens else None,
        dtype=training_dtype(device),
        processes=processes,
    )


def _teacher_set(job: Job, corpus: Corpus) -> TeacherSet:
    return TeacherSet(job.work / "teacher", corpus, _vectors(job) if (job.work / "vectors.npz").exists() else None)


@torch.no_grad()
def held_out_perplexity(trainer: Trainer, n_sentences: int = 240) -> dict[str, float]:
    """Perplexity by the full softmax on the same few held-out sentences each time: a quick look, not the figure."""
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
            wanted = torch.from_numpy(trainer.vocabulary.row_of_code[targets[batch.mask]]).to(hidden.device)
            scores = (hidden @ trainer.W.to(hidden.dtype).t()).float() + trainer.b
            losses[direction].append(torch.nn.functional.cross_entropy(scores, wanted, reduction="none"))
    forward, backward = (math.exp(float(torch.cat(parts).mean())) for parts in losses)
    return {"held_out_forward_perplexity": round(forward, 2), "held_out_backward_perplexity": round(backward, 2)}


def _save(values: Any, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    torch.save(values, part)
    part.rename(path)
