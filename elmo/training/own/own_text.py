"""Train a model on a person's own text, as a job that the app shows, stops and continues.

    text -> sentences, about 40 or more documents, every 20th held out -> `pipeline.train`
                                      at each checkpoint: a model folder, predictions of a sentence, vectors of a word

Runs as a job ("train" in `elmo.jobs.jobs`). The job's folder then has

    model/         options.json, weights.hdf5, softmax.hdf5, vocab.txt, MODEL_CARD.md, as any model
    model/training log.jsonl and the last checkpoint
    watched.json   the uses of the watched word, and the sentence to predict
    snapshots/     vectors and predictions of these at each checkpoint
"""

import re
import tempfile
from collections import Counter
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
from elmo.tokenizer import process
from elmo.training import pipeline
from elmo.training.checkpoint import NAME
from elmo.training.data.corpus import Corpus, prepare
from elmo.training.data.vocabulary import N_BOUNDARIES, SPECIAL, build_vocabulary, fit_vocabulary
from elmo.training.own.watched import choose_watched, write_snapshot
from elmo.training.presets import Recipe
from elmo.training.trainer import Limit, Trainer

HELD_OUT_EVERY = 20
END_CODE = 1  # of </S>, see `vocabulary`
MIN_WORDS, MIN_SENTENCES = 200, 20
_SENTENCES_A_DOCUMENT = 10
_SAMPLE_CHARACTERS = 50_000


@dataclass(frozen=True)
class OwnPreset:
    """Sizes and settings for training on a person's own text.

    Attributes:
        title, about: name and description on the page.
        options: sizes of the model; None continues the bundled model with its sizes.
        recipe: settings of training.
        checkpoint_seconds: least number of seconds between checkpoints; a larger model takes longer to write.
    """

    title: str
    about: str
    options: Options | None
    recipe: Recipe
    checkpoint_seconds: float


_FROM_NOTHING = Recipe(
    vocabulary=8_000,
    batch_tokens=768,
    n_sampled=1024,
    learning_rate=4e-3,
    warmup=30,
    dropout=0.2,
    word_vector_epochs=0,
    token_layer_epochs=0,
    lower_case=0.0,
)

PRESETS: dict[str, OwnPreset] = {
    "tiny": OwnPreset(
        "Tiny, from nothing",
        "Starts from how often each word occurs and nothing else; worth a look within minutes. "
        "256 cells, 64 numbers a direction.",
        Options(64, 256, 2, ((1, 16), (2, 32), (3, 48), (4, 64))),
        _FROM_NOTHING,
        5.0,
    ),
    "small": OwnPreset(
        "Small, from nothing",
        "Starts from how often each word occurs; for a million words and more, and some hours. "
        "512 cells, 128 numbers a direction.",
        Options(128, 512, 2, ((1, 32), (2, 32), (3, 64), (4, 128), (5, 128))),
        replace(
            _FROM_NOTHING, vocabulary=20_000, batch_tokens=2048, learning_rate=3e-3, warmup=100
        ),
        15.0,
    ),
    "further": OwnPreset(
        "The bundled model, taught further",
        "Starts from all that the bundled model knows and learns your text on top, with the bundled "
        "vocabulary. Best for texts under a million words.",
        None,
        Recipe(
            batch_tokens=1024,
            learning_rate=5e-4,
            warmup=20,
            dropout=0.1,
            train_token_layer=False,
            word_vector_epochs=0,
            token_layer_epochs=0,
            lower_case=0.0,
            cloze_weight=0.0,  # costs a tenth of the perplexity here: docs/training.md
        ),
        40.0,
    ),
}


@dataclass(frozen=True)
class TextFacts:
    """The size of a text, and words of the text that are worth watching.

    Attributes:
        n_words, n_distinct, n_sentences: size of the text; punctuation marks count as words.
        candidates: frequent words to watch with their counts, most frequent first.
        frequency_perplexity: perplexity of predicting each word by its frequency alone; a useful model has a lower one.
    """

    n_words: int
    n_distinct: int
    n_sentences: int
    candidates: tuple[tuple[str, int], ...]
    frequency_perplexity: float

    @property
    def advice(self) -> str | None:
        """A note on the results to expect of a small text; None if the text is large enough."""
        if self.n_words < MIN_WORDS or self.n_sentences < MIN_SENTENCES:
            return (
                f"Too small to train on: {self.n_words:,} words in {self.n_sentences:,} sentences, "
                f"at least {MIN_WORDS} words and {MIN_SENTENCES} sentences are needed. Add text, or "
                "use the bundled model."
            )
        if self.n_words < 20_000:
            return (
                f"{self.n_words:,} words are very few: a model from nothing learns them by heart "
                "and little else (watch the held-out perplexity rise while the other falls). Teach "
                "the bundled model further, or add text: 20,000 words show a little, a million show "
                "senses."
            )
        if self.n_words < 500_000:
            return (
                f"{self.n_words:,} words teach a model from nothing the frequent words and how they "
                "follow each other. To tell senses apart takes millions; teaching the bundled model "
                "further keeps what it knows of them."
            )
        return None


def look_at(text: str) -> TextFacts:
    """The facts of a text.

    Raises:
        InputError: the text is longer than the tokenizer takes.
    """
    counts: Counter[str] = Counter()
    n_sentences = 0
    for sentence in process(text):
        n_sentences += 1
        counts.update(sentence.tokens)
    n_words = sum(counts.values())
    shares = np.array(list(counts.values()), float) / max(n_words, 1)
    perplexity = float(np.exp(-(shares * np.log(shares)).sum())) if n_words else 1.0
    return TextFacts(n_words, len(counts), n_sentences, _candidates(counts), perplexity)


def _candidates(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Words of at least four letters and five uses that are no stop words, with their counts."""
    from spacy.lang.en.stop_words import STOP_WORDS

    frequent = [
        (word, n)
        for word, n in counts.most_common(5_000)
        if n >= 5 and len(word) >= 4 and word.isalpha() and word.casefold() not in STOP_WORDS
    ]
    return tuple(frequent[:300])


def can_go_on_from(folder: Path) -> bool:
    """True if a model can be trained further: it has a softmax, and a vocabulary that begins with `SPECIAL`."""
    vocabulary = folder / "vocab.txt"
    if not (vocabulary.is_file() and (folder / "softmax.hdf5").is_file()):
        return False
    return tuple(read_vocabulary(vocabulary)[: len(SPECIAL)]) == SPECIAL


def write_corpus(text: str, path: Path) -> None:
    """Write a text in the form that training reads: a sentence on a line, a blank line between documents.

    A document ends at a blank line of the text, or after some sentences, so that there are about 40
    documents or more, of which some are held out.

    Raises:
        InputError: the text is too short.
    """
    paragraphs = [process(part).sentences for part in re.split(r"\n\s*\n", text)]
    n_sentences = sum(map(len, paragraphs))
    n_words = sum(len(sentence) for sentences in paragraphs for sentence in sentences)
    if n_words < MIN_WORDS or n_sentences < MIN_SENTENCES:
        raise InputError(
            f"the text has {n_words:,} words in {n_sentences:,} sentences, at least {MIN_WORDS} "
            f"words and {MIN_SENTENCES} sentences are needed to train on; add text."
        )
    most = min(_SENTENCES_A_DOCUMENT, max(1, n_sentences // 40))
    with path.open("w", encoding="utf-8") as out:
        for sentences in paragraphs:
            for start in range(0, len(sentences), most):
                for sentence in sentences[start : start + most]:
                    out.write(" ".join(sentence.text.split()) + "\n")
                out.write("\n")


def measure_speed(preset: str, text: str, seed: int = 1, n_steps: int = 4) -> float:
    """The training speed of this machine in words a second, from a few real steps on the beginning of the text.

    Raises: as `run_job`.
    """
    with tempfile.TemporaryDirectory(prefix="elmo-speed-") as name:
        job = _pipeline_job(preset, seed, Limit(steps=n_steps), Path(name))
        write_corpus(text[:_SAMPLE_CHARACTERS], Path(job.corpora[0]))
        pipeline.do_steps_before(job, lambda entry: None)
        trainer = pipeline.make_trainer(job, torch.device("cpu"))
        trainer.folder = None  # no checkpoint is written
        speeds: list[float] = []
        trainer.run(
            report_seconds=0, report=lambda entry: speeds.append(entry["tokens_per_second"])
        )
    return float(np.median(speeds[1:]))  # the first step is slower


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
    preset = PRESETS[args["preset"]]
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
        checkpoint_seconds=max(preset.checkpoint_seconds, 60 * minutes / 15),
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
