"""MODEL_CARD.md of a trained model: sizes, text, settings, perplexities, and the commands that measure the model."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from elmo.home import BUNDLED
from elmo.training.preparation import Job
from elmo.training.trainer import Trainer, read_log
from elmo.whole_files import write_text

CURVE_ROWS = 20


def write_card(job: Job, trainer: Trainer, measured: Mapping[str, float]) -> None:
    """Writes MODEL_CARD.md, whole or not at all.

    Args:
        measured: held-out perplexities of the model's current state, by their names in the log.
    """
    write_text(job.output / "MODEL_CARD.md", model_card(job, trainer, measured))


def model_card(job: Job, trainer: Trainer, measured: Mapping[str, float]) -> str:
    """The text of MODEL_CARD.md."""
    info, options = trainer.batches.corpus.info, job.options
    files = ", ".join(name for name, _ in info["source"]["files"])
    paragraphs = [
        f"# {job.title}",
        "A bidirectional language model in the official ELMo format, trained with ELMo Explorer, "
        f"{time.strftime('%Y-%m-%d', time.gmtime())}.",
        f"- Sizes: {options.n_layers} LSTM layers a direction, {options.dim} cells, {options.projection_dim} numbers a "
        f"direction, {options.n_filters:,} filters over characters, {options.n_highway} highway layers; "
        f"{len(trainer.vocabulary.words):,} lines of vocabulary; "
        f"{'half' if job.half else 'single'} precision.\n"
        f"- Text: {files}; {info['training_tokens']:,} words, {info['words']:,} distinct. Every {job.held_out_every}th "
        "document was held out.\n"
        f"- Training: {trainer.n_tokens:,} words read in {trainer.step:,} steps and {trainer.elapsed() / 60:.1f} "
        f"minutes, seed {job.recipe.seed}."
        + _begun_from(job)
        + "\n- The text is not in the model's files, but a small model trained long on a small text can be made to "
        "repeat it.",
        f"Settings: `{json.dumps(trainer.recipe.to_dict())}`",
    ]
    if measured:
        paragraphs += [
            "## Perplexity during training",
            "Perplexity forward and backward on the same few held-out sentences at each checkpoint, a quick estimate; the "
            "first command below measures the perplexity of all held-out text.",
            _curve([*_before(job), {"tokens": trainer.n_tokens, **measured}]),
        ]
    paragraphs += [
        "## Measure it",
        f"    python -m elmo perplexity THIS_FOLDER TEXT --held-out-every {job.held_out_every}\n"
        "    python -m elmo evaluate everyday --model THIS_FOLDER",
    ]
    return "\n\n".join(paragraphs) + "\n"


def _begun_from(job: Job) -> str:
    notes = ""
    if job.init_from is not None:
        bundled = job.init_from.resolve() == BUNDLED.resolve()
        name = (
            "ELMo Explorer's bundled model"
            if bundled
            else f"another model, {job.init_from.resolve().name}"
        )
        notes += f"\n- It began from {name}; see that one's card for its sources."
    if job.teacher_tokens:
        notes += (
            f"\n- A teacher, all-mpnet-base-v2 (Apache 2.0), read {job.teacher_tokens:,} words of the text; the words that it "
            "holds for likely substitutes, and its order of the uses of a word, were learned beside predicting words."
        )
    return notes


def _before(job: Job) -> list[dict[str, Any]]:
    """The entries of the log with the held-out perplexities of earlier checkpoints."""
    return [entry for entry in read_log(job.work) if "held_out_forward_perplexity" in entry]


def _curve(entries: Sequence[Mapping[str, Any]]) -> str:
    chosen = np.unique(np.linspace(0, len(entries) - 1, min(CURVE_ROWS, len(entries))).astype(int))
    rows = [
        f"| {e['tokens']:,} | {e['held_out_forward_perplexity']:.1f} | {e['held_out_backward_perplexity']:.1f} |"
        for e in (entries[k] for k in chosen)
    ]
    return "\n".join(["| words read | forward | backward |", "|---:|---:|---:|", *rows])
