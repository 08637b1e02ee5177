"""The steps before the training loop; the result of each step is stored on disk and made once.

corpus -> word vectors -> token layer -> table of the token vectors of all words
       -> teacher's vectors (with --teacher)
"""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from elmo.errors import TrainingError
from elmo.model.bilm import BiLm
from elmo.model.characters import BEGIN_SENTENCE, END_SENTENCE
from elmo.model.options import Options
from elmo.model.softmax import read_softmax
from elmo.model.weights import read_model
from elmo.training.checkpoint import save_whole
from elmo.training.data.corpus import Corpus
from elmo.training.data.prepare import prepare
from elmo.training.data.vocabulary import N_BOUNDARIES, Vocabulary
from elmo.training.presets import Recipe
from elmo.training.start.token_layer import (
    fit_token_layer,
    join_vectors,
    mean_cosine,
    token_table,
)
from elmo.training.start.word_vectors import (
    learn_word_vectors,
    reduce_vectors,
    write_static,
)
from elmo.training.teacher.distillation import TeacherSet
from elmo.training.teacher.shards import single_word_vectors, teachable_sentences, write_teacher_set
from elmo.training.trainer import Limit
from elmo.whole_files import whole_file

VECTOR_WORDS = 120_000  # number of words that get a vector before training
NEVER_MET = slice(
    60_000, 78_000, 6
)  # ranks of words that the character CNN never meets, to measure its fit
TOKEN_NORM = 6.4  # length of a token vector, near that of the LSTM layers' vectors
SOFTMAX_NORM = 1.6
STATIC_WORDS, STATIC_DIM = 20_000, 128
SINGLE_WEIGHT = 1.5  # weight of the teacher's vectors of single words; word2vec's have 1

Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Job:
    """The arguments of a training, as `python -m elmo train` takes them.

    Attributes:
        corpora: text files.
        output: the model folder; its subfolder `training` has the files for a resumption.
        options, recipe: sizes of the model and settings of training.
        limit: end of training.
        resume: True continues from the last checkpoint.
        init_from: folder of a model to begin from, or None.
        teacher_tokens: number of words that the teacher reads; 0 trains without a teacher.
        half: True writes the model in half precision.
        held_out_every: every document whose number is a multiple of this one is held out.
        title: heading of the model card.
        encoding: encoding of the text files; None finds the encoding.
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
    title: str = "A bidirectional language model"
    encoding: str | None = None

    @property
    def work(self) -> Path:
        return self.output / "training"


def do_steps_before(job: Job, report: Report) -> None:
    """Does all steps before the loop that have no result on disk yet; only process 0 calls this."""
    report({"stage": "corpus"})
    corpus = prepare(
        job.corpora,
        job.work / "corpus",
        job.held_out_every,
        report=lambda done: report({"stage": "corpus", "done": done}),
        encoding=job.encoding,
    )
    report({"stage": "corpus"} | {k: v for k, v in corpus.info.items() if k != "source"})
    _forget_other_jobs(job, corpus)
    if job.teacher_tokens:
        numbers = teachable_sentences(corpus, job.teacher_tokens, job.recipe.seed)
        write_teacher_set(
            corpus,
            job.work / "teacher",
            numbers,
            lambda done: report({"stage": "teacher", "done": done}),
        )
    if job.recipe.word_vector_epochs and not (job.work / "vectors.npz").exists():
        report({"stage": "word vectors"})
        _learn_vectors(job, corpus, report)
    if job.init_from is None and not (job.work / "start.pt").exists():
        torch.manual_seed(job.recipe.seed)
        model = BiLm(job.options)
        if job.recipe.word_vector_epochs and job.recipe.token_layer_epochs:
            numbers, vectors = _vectors(job)
            words = corpus.words
            taught = np.ones(len(numbers), dtype=bool)
            taught[NEVER_MET] = False
            fit_token_layer(
                model.token_encoder,
                [words[n] for n in numbers[taught]],
                vectors[taught],
                corpus.counts[numbers[taught]],
                job.recipe.token_layer_epochs,
                lambda done, cosine: report(
                    {"stage": "token layer", "done": done, "cosine": cosine}
                ),
                state_file=job.work / "token_layer.pt",
            )
            if not taught.all():
                never_met = [words[n] for n in numbers[~taught]]
                cosine = mean_cosine(model.token_encoder, never_met, vectors[~taught])
                stage = f"token layer; cosine {cosine:.3f} for {len(never_met):,} words never met"
                report({"stage": stage})
        save_whole(model.state_dict(), job.work / "start.pt")
        (job.work / "token_layer.pt").unlink(missing_ok=True)
    if not job.recipe.train_token_layer and not (job.work / "table.pt").exists():
        report({"stage": "token vectors of all words"})
        save_whole(
            token_table(start_model(job).token_encoder, code_words(corpus)), job.work / "table.pt"
        )


def _forget_other_jobs(job: Job, corpus: Corpus) -> None:
    """Deletes the steps' files if an earlier run in this folder had another corpus or other settings."""
    settings = {
        "corpus": corpus.info["source"],
        "options": job.options.to_dict(),
        "recipe": {
            name: getattr(job.recipe, name)
            for name in ("word_vector_epochs", "token_layer_epochs", "seed")
        },
        "teacher_tokens": job.teacher_tokens,
        "init_from": None if job.init_from is None else str(job.init_from),
    }
    path, settings_text = job.work / "steps.json", json.dumps(settings, indent=1)
    if path.exists() and path.read_text(encoding="utf-8") == settings_text:
        return
    for name in ("vectors.npz", "token_layer.pt", "start.pt", "table.pt"):
        (job.work / name).unlink(missing_ok=True)
    shutil.rmtree(job.work / "teacher", ignore_errors=True)
    path.write_text(settings_text, encoding="utf-8")


def _learn_vectors(job: Job, corpus: Corpus, report: Report) -> None:
    """Learns word vectors, and writes static.npz and vectors.npz."""
    dim = job.options.projection_dim
    words, vectors = learn_word_vectors(
        corpus,
        job.work,
        dim,
        VECTOR_WORDS,
        job.recipe.word_vector_epochs,
        report=lambda done: report({"stage": "word vectors", "done": done}),
    )
    number_of = {word: number for number, word in enumerate(corpus.words[: 2 * VECTOR_WORDS])}
    numbers = np.array([number_of[word] for word in words])
    static = reduce_vectors(vectors[:STATIC_WORDS], min(STATIC_DIM, dim))
    write_static(job.output / "static.npz", words[:STATIC_WORDS], static)
    _write_vectors(job, corpus, numbers, vectors)


def _write_vectors(job: Job, corpus: Corpus, numbers: np.ndarray, vectors: np.ndarray) -> None:
    """Writes vectors.npz: the word vectors, joined with the teacher's vectors of single words if there is a teacher."""
    parts, weights = [vectors], [1.0]
    if job.teacher_tokens:
        n_words = int(numbers.max()) + 1
        parts.append(single_word_vectors(corpus, job.work / "teacher", n_words)[numbers])
        weights.append(SINGLE_WEIGHT)
    joined = join_vectors(parts, weights, job.options.projection_dim, TOKEN_NORM)
    with whole_file(job.work / "vectors.npz") as part, part.open("wb") as out:
        np.savez(out, numbers=numbers, vectors=joined)


def _vectors(job: Job) -> tuple[np.ndarray, np.ndarray]:
    with np.load(job.work / "vectors.npz") as arrays:
        return arrays["numbers"], arrays["vectors"]


def code_words(corpus: Corpus) -> list[str]:
    """The word of each code."""
    return [BEGIN_SENTENCE, END_SENTENCE, *corpus.words]


def start_model(job: Job) -> BiLm:
    """The model that training begins from."""
    if job.init_from is not None:
        model = read_model(job.init_from / "options.json", job.init_from / "weights.hdf5")
        if model.options != job.options:
            raise TrainingError(
                f"{job.init_from}: this model has other sizes than the preset; choose its own preset."
            )
        return model.requires_grad_(True).train()
    model = BiLm(job.options)
    model.load_state_dict(torch.load(job.work / "start.pt", weights_only=True))
    return model


def start_softmax(job: Job, vocabulary: Vocabulary) -> tuple[Tensor, Tensor]:
    """W and b at the start: from the model `init_from`, or else from word vectors (or noise) and word frequencies."""
    if job.init_from is not None:
        softmax = read_softmax(
            job.init_from / "softmax.hdf5", job.init_from / "vocab.txt", job.options.projection_dim
        )
        return softmax.W.detach().clone(), softmax.b.detach().clone()
    counts = np.maximum(vocabulary.counts, 1)
    b = torch.from_numpy(np.log(counts / counts.sum()).astype(np.float32))
    W = (
        torch.randn(
            len(counts),
            job.options.projection_dim,
            generator=torch.Generator().manual_seed(job.recipe.seed),
        )
        * 0.02
    )
    if job.recipe.word_vector_epochs:
        numbers, vectors = _vectors(job)
        rows = vocabulary.row_of_code[numbers + N_BOUNDARIES]
        known = rows >= 3
        W[rows[known]] = torch.from_numpy(vectors[known] * (SOFTMAX_NORM / TOKEN_NORM))
    return W, b


def teacher_set(job: Job, corpus: Corpus) -> TeacherSet | None:
    """The teacher's sentences and vectors; None if the job has no teacher."""
    if not job.teacher_tokens:
        return None
    return TeacherSet(job.work / "teacher", corpus)
