"""The arguments that several commands have, and the model that they name."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from elmo.embedder import Elmo
    from elmo.store.entry import ModelEntry


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two ways to name a model: --model, or --options and --weights."""
    group = parser.add_argument_group("model (the bundled one when none is named)")
    group.add_argument("--model", metavar="NAME_OR_DIR", help="a name in the store, or a folder")
    group.add_argument("--options", metavar="FILE", help="options.json, together with --weights")
    group.add_argument("--weights", metavar="FILE", help="weights.hdf5, together with --options")


def entry_from_arguments(args: argparse.Namespace) -> "ModelEntry":
    """The files of the model that the arguments name; raises as `Store.find`."""
    from elmo.store.store import Store

    return Store().find(args.model, args.options, args.weights)


def from_arguments(args: argparse.Namespace) -> "Elmo":
    """The model that the arguments name; raises as `Store.find` and `ModelEntry.load`."""
    return entry_from_arguments(args).load()
