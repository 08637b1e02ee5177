"""`python -m elmo COMMAND`: one entry for all commands, each in a module of `elmo.commands`.

A command's module has `add_parser(subparsers)`, which sets `run=function(args) -> int | None`.
Modules are imported only for the command that is asked for (or for --help).
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
from elmo.commands.terminal import PlainOutput, shown
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
        0 when it went well, 1 for an `ElmoError` or a disk that fails (told in one line), or when
        the reader of its output has gone, 2 for wrong arguments, 130 when it was interrupted from
        the keyboard.
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
        print(f"elmo {args.command}: {shown(error)}", file=sys.stderr)
        return 1
    except OSError as error:  # a disk that is full, read-only or gone
        if isinstance(error, BrokenPipeError) and reader_has_gone():
            return 1
        place = f"{error.filename}: " if error.filename else ""
        advice = (
            "Name a file that is there; if the file is this program's own, install the program again."
            if isinstance(error, FileNotFoundError)
            else "What was saved before is kept; free space or name another place, and call again."
        )
        print(
            f"elmo {args.command}: {shown(place)}{shown(error.strerror or error)}. {advice}",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print(f"elmo {args.command}: stopped.", file=sys.stderr)
        return 130


def _open_closed_streams() -> None:
    """Let output that was closed (`elmo info >&-`) lead nowhere.

    Else the next file that is opened gets the number of standard output, and what a library prints
    goes into that file.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            place = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(place, "r" if name == "stdin" else "w", encoding="utf-8"))


def open_app() -> int:
    """Run the command `app`: what `elmo-explorer` does."""
    return main(["app", *sys.argv[1:]])
