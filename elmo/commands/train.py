"""`python -m elmo train`: train a model on text."""

import argparse
import math
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from elmo.commands.arguments import add_encoding_argument, add_number, add_overwrite, device
from elmo.corpus.lines import seekable
from elmo.errors import InputError
from elmo.views.duration import duration
from elmo.whole_files import check_output_folder

TEACHER_TOKENS = 3_000_000
WRITTEN = (
    "options.json",
    "weights.hdf5",
    "softmax.hdf5",
    "vocab.txt",
    "static.npz",
    "MODEL_CARD.md",
)
"""The files that training writes into its output folder."""

_EXAMPLE = """one command makes a model:  python -m elmo train text.txt --output my-model --minutes 30
Ctrl-C stops the training with a checkpoint, and --resume continues from the checkpoint.
several processes:          torchrun --nproc-per-node 2 -m elmo train text.txt --output my-model --minutes 30"""


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    train = subparsers.add_parser(
        "train",
        help="train a model on text",
        description="Train a bidirectional language model on text and write it in the official format.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    train.add_argument(
        "corpora",
        nargs="+",
        metavar="CORPUS",
        help=".txt, .xz or .gz: a sentence a line, a blank line between documents",
    )
    add_encoding_argument(train)
    train.add_argument(
        "--output",
        required=True,
        metavar="DIR",
        help="the model's folder; DIR/training keeps the checkpoint and the log",
    )
    train.add_argument(
        "--preset",
        default="bundled",
        help="bundled (default), small, medium or original: sizes and settings",
    )
    length = train.add_mutually_exclusive_group()
    add_number(
        length,
        "--minutes",
        help="minutes of the training loop; the learning rate falls up to its end",
    )
    add_number(length, "--epochs", help="number of times that the text is read; default: 1")
    train.add_argument(
        "--resume", action="store_true", help="continue from the checkpoint in DIR/training"
    )
    train.add_argument(
        "--init-from",
        metavar="MODEL",
        help="begin from the model in this folder (its sizes and vocabulary)",
    )
    train.add_argument(
        "--teacher",
        choices=["mpnet"],
        help="a teacher whose substitutes for words are learned, too; needs requirements/teacher.txt; default: none",
    )
    add_number(
        train,
        "--teacher-tokens",
        metavar="N",
        help=f"words that the teacher reads first, 1,000 a second on one core; default: {TEACHER_TOKENS:,}",
    )
    add_number(
        train,
        "--cloze-weight",
        help="weight of predicting a word from both sides, beside each direction's own prediction",
    )
    add_number(
        train,
        "--sentences-weight",
        help="weight of the teacher's order of sentences: the tone of a sentence is read better, a word's sense worse; default: 0",
    )
    add_number(train, "--vocabulary", help="words of the softmax")
    add_number(train, "--batch-tokens", help="words of a step in each process")
    add_number(train, "--learning-rate")
    add_number(train, "--dropout")
    add_number(train, "--seed")
    add_number(
        train,
        "--word-vector-epochs",
        help="epochs of word2vec before the language model (needs requirements/train.txt); 0 for none",
    )
    train.add_argument("--half", action="store_true", help="write half precision")
    train.add_argument(
        "--device", type=device, help="cpu or cuda; default: cuda where there is one"
    )
    add_number(
        train,
        "--checkpoint-seconds",
        default=180.0,
        help="seconds between checkpoints; default: 180",
    )
    add_overwrite(train)
    train.set_defaults(run=_train)


def _train(args: argparse.Namespace) -> int:
    import torch

    from elmo.model.options import Options
    from elmo.training.pipeline import train
    from elmo.training.preparation import Job
    from elmo.training.presets import preset
    from elmo.training.trainer import Limit

    chosen = torch.device(args.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    _check_output(args)
    names = ("vocabulary", "batch_tokens", "learning_rate", "dropout", "seed", "word_vector_epochs")
    names += ("cloze_weight", "sentences_weight")
    changes = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    options, recipe = preset(args.preset, **changes)
    init_from = Path(args.init_from) if args.init_from else None
    if init_from is not None:
        options = Options.read(init_from / "options.json")
        recipe = replace(recipe, word_vector_epochs=0, token_layer_epochs=0)
    elif (
        not recipe.word_vector_epochs
    ):  # without word vectors the token layer is trained with the language model
        recipe = replace(recipe, train_token_layer=True)
    limit = (
        Limit(minutes=args.minutes)
        if args.minutes is not None
        else Limit(epochs=1.0 if args.epochs is None else args.epochs)
    )
    files = ExitStack()
    corpora = [str(files.enter_context(seekable(path))) for path in args.corpora]
    job = Job(
        corpora,
        Path(args.output),
        options,
        recipe,
        limit,
        args.resume,
        init_from,
        _teacher_tokens(args),
        args.half,
        encoding=args.encoding,
    )
    stop = _Stop()
    with files, stop:
        train(
            job,
            chosen,
            _TrainingLines(),
            checkpoint_seconds=args.checkpoint_seconds,
            should_stop=stop.asked_after_a_step,
        )
    if stop.asked:
        print(
            f"stopped. The model so far is in {job.output}; the same command with --resume continues.",
            file=sys.stderr,
        )
        return 130
    return 0


def _check_output(args: argparse.Namespace) -> None:
    """Refuse an output folder with the model of another run, or with a file that this run reads.

    Raises:
        InputError: the folder is refused; the message names the file.
    """
    inputs = list(args.corpora)
    if args.init_from:
        inputs += [Path(args.init_from) / name for name in WRITTEN]
    check_output_folder(
        args.output,
        WRITTEN,
        inputs,
        overwrite=args.overwrite,
        is_own=lambda folder: (folder / "training" / "steps.json").is_file(),
    )


def _teacher_tokens(args: argparse.Namespace) -> int:
    """The number of words that a teacher reads; 0 without a teacher."""
    if args.teacher is None:
        for name in ("teacher_tokens", "sentences_weight"):
            if getattr(args, name) is not None:
                option = "--" + name.replace("_", "-")
                raise InputError(f"{option} is given without a teacher; add --teacher mpnet.")
        return 0
    return TEACHER_TOKENS if args.teacher_tokens is None else int(args.teacher_tokens)


class _Stop:
    """Makes Ctrl-C end the training loop after its step, with a checkpoint; a second Ctrl-C ends the process at once.

    Before the loop, Ctrl-C ends the process at once. With several processes, and outside the main thread, Ctrl-C is not
    changed.
    """

    def __init__(self) -> None:
        self.asked = self._in_loop = False

    def __enter__(self) -> None:
        alone = int(os.environ.get("WORLD_SIZE", "1")) == 1
        self._takes = alone and threading.current_thread() is threading.main_thread()
        if self._takes:
            self._before = signal.signal(signal.SIGINT, self._pressed)

    def __exit__(self, *exception: object) -> None:
        if self._takes:
            signal.signal(signal.SIGINT, self._before)

    def asked_after_a_step(self) -> bool:
        self._in_loop = True
        return self.asked

    def _pressed(self, *_: object) -> None:
        if self.asked or not self._in_loop:
            raise KeyboardInterrupt
        self.asked = True
        print("stopping after this step; the checkpoint is written.", file=sys.stderr)


class _TrainingLines:
    """Prints the progress of a training, a line for each report."""

    def __init__(self) -> None:
        self._stage, self._began, self._last_line = "", 0.0, 0.0

    def __call__(self, entry: dict[str, Any]) -> None:
        if "stage" in entry:
            now = time.monotonic()
            if entry["stage"] != self._stage:
                self._stage, self._began, self._last_line = entry["stage"], now, -math.inf
            if now - self._last_line > 10:
                print(f"before training: {entry['stage']}{self._left(entry, now)}", file=sys.stderr)
                self._last_line = now
        elif "loss" in entry:
            left = entry["seconds_left"]
            time_left = "" if left is None else f", {duration(left)} left"
            print(
                f"step {entry['step']:,}: loss {entry['loss']:.3f}, perplexity forward {entry['forward_perplexity']:.0f} "
                f"backward {entry['backward_perplexity']:.0f}, {entry['tokens_per_second']:,} words a second{time_left}",
                file=sys.stderr,
            )
        else:
            held = {name: value for name, value in entry.items() if name.startswith("held_out")}
            print(f"checkpoint at step {entry['step']:,}: {held}", file=sys.stderr)

    def _left(self, entry: dict[str, Any], now: float) -> str:
        done = entry.get("done")
        if done is None:
            return ""
        if done < 0.01:  # too early for an estimate of the time left
            return f" {done:.0%}"
        return f" {done:.0%}, {duration((now - self._began) * (1 - done) / done)} left"
