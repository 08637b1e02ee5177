"""`python -m elmo COMMAND`: the entry of all commands, each of which is a module of `elmo.commands`.

A command's module has `add_parser(subparsers)`, which sets `run=function(args) -> int | None`.
Only the module of the given command is imported (for --help, all are).
"""

import argparse
import logging
import os
import sys
from contextlib import nullcontext, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import TextIO, cast

from elmo.commands.arguments import (
    add_model_arguments,  # the scripts of earlier packs import the name from here
)
from elmo.commands.terminal import PlainOutput, escape_controls
from elmo.errors import ElmoError
from elmo.platform_calls import reader_has_gone

__all__ = ["add_model_arguments", "main", "open_app"]

COMMANDS = {
    "info": "elmo.commands.info",
    "embed": "elmo.commands.embed",
    "predict": "elmo.commands.predict",
    "substitutes": "elmo.commands.substitutes",
    "senses": "elmo.commands.senses",
    "train": "elmo.commands.train",
    "perplexity": "elmo.commands.perplexity",
    "evaluate": "elmo.commands.evaluate",
    "index": "elmo.commands.index",
    "concordance": "elmo.commands.index",
    "change": "elmo.commands.change",
    "download": "elmo.commands.download",
    "app": "elmo.commands.app",
    "report": "elmo.commands.report",
}
"""Each command and the module that defines it; a module may define several."""


def _parser(names: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m elmo" if Path(sys.argv[0]).name == "__main__.py" else "elmo",
        description="ELMo: contextual word vectors from the command line.",
        epilog="`elmo COMMAND --help` explains a command; without an install: `python -m elmo`.",
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in dict.fromkeys(COMMANDS[name] for name in names):
        import_module(module).add_parser(subparsers)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 for success; 1 after an `ElmoError` or an error of the disk, which are printed in one line,
        and when the reader of the output has gone; 2 for wrong arguments; 130 after Ctrl-C.
    """
    _open_closed_streams()
    arguments = sys.argv[1:] if arguments is None else arguments
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    command = next((a for a in arguments if not a.startswith("-")), None)
    args = _parser([command] if command in COMMANDS else list(COMMANDS)).parse_args(arguments)
    try:
        with (
            redirect_stdout(cast(TextIO, PlainOutput(sys.stdout)))
            if sys.stdout.isatty()
            else nullcontext()
        ):
            code = args.run(args) or 0
        sys.stdout.flush()
        return code
    except ElmoError as error:
        print(f"elmo {args.command}: {escape_controls(error)}", file=sys.stderr)
        return 1
    except OSError as error:  # a disk that is full, read-only or gone
        if isinstance(error, BrokenPipeError) and reader_has_gone():
            return 1
        place = f"{error.filename}: " if error.filename else ""
        advice = (
            "Name a file that is there; if the file is this program's own, install the program again."
            if isinstance(error, FileNotFoundError)
            else "The files saved before stay; free space or name another place, and call again."
        )
        print(
            f"elmo {args.command}: {escape_controls(place)}{escape_controls(error.strerror or error)}. {advice}",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print(f"elmo {args.command}: stopped.", file=sys.stderr)
        return 130


def _open_closed_streams() -> None:
    """Replace closed standard streams (`elmo info >&-`) by the null device.

    Otherwise the next opened file gets the number of standard output, and the output of a library
    goes into that file.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            place = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(place, "r" if name == "stdin" else "w", encoding="utf-8"))


def open_app() -> int:
    """Run the command `app`; this is the entry of `elmo-explorer`."""
    return main(["app", *sys.argv[1:]])
