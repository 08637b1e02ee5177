"""Train a model on a person's own text, as a job that the app shows, stops and continues.

    text -> sentences, about 40 or more documents, every 20th held out -> `pipeline.train`
                                      at each checkpoint: a model folder, predictions of a sentence, vectors of a word

Runs as a job ("train" in `elmo.jobs.jobs`). The job's folder then has

    model/         options.json, weights.hdf5, softmax.hdf5, vocab.txt, MODEL_CARD.md, as any model
    model/training log.jsonl and the last checkpoint
    watched.json   the uses of the watched word, and the sentence to predict
    snapshots/     vectors and predictions of these at each checkpoint
"""

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from elmo.errors import InputError, TrainingError
from elmo.home import BUNDLED
from elmo.jobs.worker import Report
from elmo.model.options import Options
from elmo.model.softmax import read_vocabulary
from elmo.training import pipeline
from elmo.training.checkpoint import NAME, write_checkpoint
from elmo.training.data.corpus import Corpus
from elmo.training.data.prepare import prepare
from elmo.training.data.vocabulary import N_BOUNDARIES, SPECIAL, build_vocabulary, fit_vocabulary
from elmo.training.own.presets import PRESETS
from elmo.training.own.text import look_at, write_corpus
from elmo.training.own.watched import choose_watched, write_snapshot
from elmo.training.trainer import Limit, Trainer

HELD_OUT_EVERY = 20
END_CODE = 1  # of </S>, see `vocabulary`
_SAMPLE_CHARACTERS = 50_000


def can_go_on_from(folder: Path) -> bool:
    """True if a model can be trained further: it has a softmax, and a vocabulary that begins with `SPECIAL`."""
    vocabulary = folder / "vocab.txt"
    if not (vocabulary.is_file() and (folder / "softmax.hdf5").is_file()):
        return False
    return tuple(read_vocabulary(vocabulary)[: len(SPECIAL)]) == SPECIAL


@dataclass(frozen=True)
class Speed:
    """How fast this machine trains on a text.

    Attributes:
        words_a_second: between two checkpoints.
        checkpoint_seconds: of one checkpoint, in which nothing is learned: its files, and the
            perplexity of held-out sentences.
        preset: the settings that were measured.
    """

    words_a_second: float
    checkpoint_seconds: float
    preset: str

    def words_in(self, minutes: float) -> float:
        """The words read in so many minutes, the time of the checkpoints taken off."""
        between = seconds_between_checkpoints(self.preset, minutes)
        share = between / (between + self.checkpoint_seconds)
        return 60 * minutes * self.words_a_second * share


def seconds_between_checkpoints(preset: str, minutes: float) -> float:
    """Seconds from the end of a checkpoint to the next one: about fifteen checkpoints a training."""
    return max(PRESETS[preset].checkpoint_seconds, 60 * minutes / 15)


def measure_speed(preset: str, text: str, seed: int = 1, n_steps: int = 4) -> Speed:
    """The training speed of this machine, from a few real steps and one checkpoint on the beginning of the text.

    Raises: as `run_job`.
    """
    with tempfile.TemporaryDirectory(prefix="elmo-speed-") as name:
        job = _pipeline_job(preset, seed, Limit(steps=n_steps), Path(name))
        write_corpus(text[:_SAMPLE_CHARACTERS], Path(job.corpora[0]))
        pipeline.do_steps_before(job, lambda entry: None)
        trainer = pipeline.make_trainer(job, torch.device("cpu"))
        trainer.folder = None  # no checkpoint is written while the steps are timed
        speeds: list[float] = []
        trainer.run(
            report_seconds=0, report=lambda entry: speeds.append(entry["tokens_per_second"])
        )
        seconds = _checkpoint_seconds(job, trainer, max(1.0, len(text) / _SAMPLE_CHARACTERS))
    return Speed(float(np.median(speeds[1:])), seconds, preset)  # the first step is slower


def _checkpoint_seconds(job: pipeline.Job, trainer: Trainer, times: float) -> float:
    """Seconds of a checkpoint for a text so many times as long as the one that was prepared."""
    began = time.monotonic()
    write_checkpoint(job.work, trainer.state())
    pipeline.write_model(job, trainer)
    files_and_sample = time.monotonic() - began
    n_sentences = len(trainer.batches.corpus.sentence_numbers(held_out=True))
    if not n_sentences:
        return files_and_sample
    began = time.monotonic()
    pipeline.held_out_perplexity(trainer)
    sample = time.monotonic() - began
    wanted = min(pipeline.HELD_OUT_SENTENCES, times * n_sentences)
    return files_and_sample + sample * max(0.0, wanted / n_sentences - 1)


def run_job(args: Mapping[str, Any], report: Report, folder: Path) -> dict[str, Any]:
    """Train on text.txt in the job's folder; see `elmo.jobs.jobs`.

    Args:
        args: preset (a key of `PRESETS`), minutes of training in all, seed, word to watch and
            sentence to predict (or None), name of the model.

    Raises:
        InputError: the text is too short, or an argument is wrong.
        TrainingError: the loss is not a number, or the bundled model cannot be trained further.
    """
    minutes = args["minutes"]
    if not (isinstance(minutes, int | float) and 0 < minutes <= 7 * 24 * 60):
        raise InputError(f"minutes is {minutes!r}, expected a number above 0, at most a week.")
    job = _pipeline_job(args["preset"], args["seed"], Limit(minutes=minutes), folder)
    job = replace(job, resume=(job.work / NAME).exists())
    report(0.0, "Splitting the text into sentences and words…")
    text = (folder / "text.txt").read_text(encoding="utf-8")
    if not job.resume:
        write_corpus(text, Path(job.corpora[0]))
    corpus = prepare(job.corpora, job.work / "corpus", HELD_OUT_EVERY, processes=1)
    report(0.0, extra={"frequency_perplexity": _frequency_perplexity(job, corpus)})
    word = args.get("word") or next((word for word, _ in look_at(text).candidates), "")
    watched = choose_watched(text, word, args.get("sentence"), folder)
    last: dict[str, Any] = {}

    def tell(entry: dict[str, Any]) -> None:
        if "stage" in entry:
            report(0.0, f"Before training: {entry['stage']}…")
            return
        last.update(entry)
        done = min(1.0, entry["seconds"] / (60 * minutes))
        pass_ = f"Training, pass {last.get('epoch', 0) + 1} over the text"
        left = max(0.0, 60 * minutes - entry["seconds"])
        report(done, pass_, {"last": last}, seconds_left=left)

    def at_checkpoint(trainer: Trainer) -> dict[str, Any]:
        write_snapshot(job.output, watched, folder / "snapshots" / f"{trainer.step:08d}.npz")
        report.flush()
        return {}

    pipeline.train(
        job,
        torch.device("cpu"),
        tell,
        checkpoint_seconds=seconds_between_checkpoints(args["preset"], minutes),
        report_seconds=max(1.0, 60 * minutes / 600),  # a curve has 600 points at most
        at_checkpoint=at_checkpoint,
        should_stop=report.should_stop,
    )
    return {"model": "model", "last": last}


def _pipeline_job(preset: str, seed: int, limit: Limit, folder: Path) -> pipeline.Job:
    if preset not in PRESETS:
        raise InputError(f"there is no preset {preset!r}; there are {', '.join(PRESETS)}.")
    chosen = PRESETS[preset]
    options, init_from = chosen.options, None
    if options is None:
        if not can_go_on_from(BUNDLED):
            raise TrainingError(
                "the bundled model cannot be taught further: its vocab.txt does not begin with "
                f"{', '.join(SPECIAL)}. Choose another preset."
            )
        options, init_from = Options.read(BUNDLED / "options.json"), BUNDLED
    return pipeline.Job(
        [str(folder / "corpus.txt")],
        folder / "model",
        options,
        replace(chosen.recipe, seed=seed),
        limit,
        init_from=init_from,
        half=init_from is not None,  # as the bundled model; the file is written in half the time
        held_out_every=HELD_OUT_EVERY,
        title=f"A model trained on its owner's text: {chosen.title}",
    )


def _frequency_perplexity(job: pipeline.Job, corpus: Corpus) -> float | None:
    """The perplexity of predicting the held-out text by word frequencies alone, with the model's vocabulary.

    None if no document is held out.
    """
    n_sentences = len(corpus.sentence_numbers())
    words, counts = corpus.words, corpus.counts
    if job.init_from is None:
        vocabulary = build_vocabulary(words, counts, n_sentences, job.recipe.vocabulary)
    else:
        earlier_words = read_vocabulary(job.init_from / "vocab.txt")
        vocabulary = fit_vocabulary(earlier_words, words, counts, n_sentences)
    shares = (vocabulary.counts + 0.5) / (vocabulary.counts + 0.5).sum()
    held_out = [corpus.sentence(n).astype(int) for n in corpus.sentence_numbers(held_out=True)]
    if not held_out:
        return None
    ends = [END_CODE] * len(held_out)  # </S> is predicted, too
    codes = np.concatenate([*(ids + N_BOUNDARIES for ids in held_out), ends])
    nats = -np.log(shares[vocabulary.row_of_code[codes]])
    return round(float(np.exp(nats.mean())), 2)
