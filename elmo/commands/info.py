"""`python -m elmo info`: print a model's sizes and origin, and the names of all models."""

import argparse
import json
import platform
from importlib.metadata import version
from typing import Any

from elmo.commands.arguments import add_model_arguments, entry_from_arguments
from elmo.version import __version__


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    parser = subparsers.add_parser(
        "info",
        help="a model's sizes and origin, and the names of all models",
        description="Print a model's sizes and origin, the names of all models, and the versions in use.",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the facts as lines of "name: value", or as JSON."""
    facts = describe(args)
    if args.json:
        print(json.dumps(facts, indent=1))
        return 0
    for section, values in facts.items():
        print(section)
        for name, value in values.items():
            shown = (
                f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
            )
            shown = (
                {True: "yes", False: "no", None: "-"}.get(shown, shown)
                if not isinstance(shown, list)
                else ", ".join(shown)
            )
            print(f"  {name + ':':<26}{shown}")
    return 0


def describe(args: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """The facts to print: sections of names and values."""
    from elmo.home import home
    from elmo.store.store import Store

    entry = entry_from_arguments(args)
    model = entry.load()
    options = model.options
    return {
        "model": {
            "name": entry.name,
            "kind": entry.kind,
            "source": entry.source,
            "options file": str(entry.options_file),
            "weight file": str(entry.weight_file),
            "sha256 of the weights": entry.sha256,
            "fingerprint": model.fingerprint,
            "predicts words": entry.softmax_file is not None,
        },
        "sizes": {
            "parameters": sum(parameter.numel() for parameter in model.model.parameters()),
            "n_layers": options.n_layers,
            "vectors a word": options.n_representations,
            "size of a vector": options.representation_dim,
            "dim": options.dim,
            "projection_dim": options.projection_dim,
            "filters": options.n_filters,
            "n_highway": options.n_highway,
            "activation": options.activation,
            "use_skip_connections": options.use_skip_connections,
            "max_characters_per_token": options.max_characters_per_token,
        },
        "this machine": {
            "models": Store().names(),
            "folder of models": str(home() / "models"),
            "elmo": __version__,
            "python": platform.python_version(),
            "torch": version("torch"),
        },
    }
