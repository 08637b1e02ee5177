"""Arguments that several commands share: numbers with their ranges, the model, the encoding, the output."""

import argparse
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from elmo.limits import MAX_SENTENCE_TOKENS, MAX_VOCABULARY_WORDS

if TYPE_CHECKING:
    from elmo.embedder import Elmo
    from elmo.store.entry import ModelEntry


@dataclass(frozen=True)
class Number:
    """The type of an argument that is a number: argparse calls it with the text.

    Attributes:
        kind: int or float.
        least, most: the range, with both ends.
        above, below: True if the lower or the upper end does not belong to the range.
    """

    kind: type[int] | type[float]
    least: float
    most: float
    above: bool = False
    below: bool = False

    def __call__(self, text: str) -> int | float:
        """The number.

        Raises:
            argparse.ArgumentTypeError: the text is no number, or the number is out of range.
        """
        try:
            value = self.kind(text)
        except ValueError:
            value = math.nan
        low = self.least < value if self.above else self.least <= value
        high = value < self.most if self.below else value <= self.most
        if not (low and high):
            shown = text if len(text) <= 40 else f"{text[:39]}…"
            raise argparse.ArgumentTypeError(f"{shown!r} is given, expected {self}")
        return value

    def __str__(self) -> str:
        noun = "a whole number" if self.kind is int else "a number"
        low = f"above {self.least:g}" if self.above else f"from {self.least:g}"
        return f"{noun} {low} {'to below' if self.below else 'to'} {self.most:,}"


SEED = Number(int, 0, 2**32 - 1)

NUMBERS = {
    "--batch-tokens": Number(int, 1, 1_000_000),
    "--checkpoint-seconds": Number(float, 0, 1_000_000, above=True),
    "--cloze-weight": Number(float, 0, 1_000),
    "--controls": Number(int, 0, 10_000),
    "--curve": Number(float, 0, 1, above=True),
    "--dropout": Number(float, 0, 1, below=True),
    "--epochs": Number(float, 0, 100_000, above=True),
    "--folds": Number(int, 2, 100),
    "--groups": Number(int, 1, 1_000),
    "--held-out-every": Number(int, 1, 1_000_000_000),
    "--learning-rate": Number(float, 0, 10, above=True),
    "--limit": Number(int, 0, 1_000_000_000),
    "--minutes": Number(float, 0, 1_000_000, above=True),
    "--port": Number(int, 1, 65_535),
    "--sample": SEED,
    "--seed": SEED,
    "--seeds": SEED,
    "--sentences-weight": Number(float, 0, 1_000),
    "--teacher-tokens": Number(float, 1, 1_000_000_000_000),
    "--top": Number(int, 1, MAX_VOCABULARY_WORDS),
    "--uses": Number(int, 5, 1_000_000),
    "--vocabulary": Number(int, 4, MAX_VOCABULARY_WORDS),
    "--window": Number(int, 1, MAX_SENTENCE_TOKENS),
    "--with-softmax": Number(int, 4, MAX_VOCABULARY_WORDS),
    "--word-vector-epochs": Number(int, 0, 10_000),
}
"""The range of every argument that is a number, the same in all commands."""


def add_number(parser: Any, flag: str, **settings: Any) -> None:
    """Add an argument of the table `NUMBERS` to a parser or a group of one."""
    parser.add_argument(flag, type=NUMBERS[flag], **settings)


def add_overwrite(parser: argparse.ArgumentParser) -> None:
    """Add --overwrite, for `elmo.whole_files.check_output`."""
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace an existing output, even if this command did not write it",
    )


def device(text: str) -> str:
    """The type of --device: cpu, cuda, or cuda:N where there is such a device.

    Raises:
        argparse.ArgumentTypeError: the text is none of these, or this machine has no such device.
    """
    if text == "cpu":
        return text
    match = re.fullmatch(r"cuda(?::(\d{1,3}))?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is given, expected cpu, cuda or cuda:N")
    import torch

    n_devices = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if int(match[1] or 0) >= n_devices:
        number = f"{n_devices} CUDA devices" if n_devices else "no CUDA device"
        raise argparse.ArgumentTypeError(
            f"{text!r} is given, but PyTorch finds {number} on this machine; use cpu"
        )
    return text


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two ways to name a model: --model, or --options and --weights."""
    group = parser.add_argument_group("model (the bundled one when none is named)")
    group.add_argument("--model", metavar="NAME_OR_DIR", help="a name in the store, or a folder")
    group.add_argument("--options", metavar="FILE", help="options.json, together with --weights")
    group.add_argument("--weights", metavar="FILE", help="weights.hdf5, together with --options")


def entry_from_arguments(args: argparse.Namespace) -> "ModelEntry":
    """The model that the arguments name; raises the errors of `Store.find`."""
    from elmo.store.store import Store

    return Store().find(args.model, args.options, args.weights)


def from_arguments(args: argparse.Namespace) -> "Elmo":
    """The loaded model that the arguments name; raises the errors of `Store.find` and `ModelEntry.load`."""
    return entry_from_arguments(args).load()


def add_encoding_argument(parser: argparse.ArgumentParser) -> None:
    """Add --encoding, the encoding of the text files that a command reads."""
    parser.add_argument(
        "--encoding",
        metavar="NAME",
        help="encoding of the text, such as cp1252 (default: UTF-8, or UTF-16 where the file is)",
    )
