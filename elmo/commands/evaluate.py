"""`python -m elmo evaluate wsd | wic | everyday | classification | …`: measure a model on a task."""

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from elmo.commands import induction
from elmo.commands import ladder as classification_command
from elmo.commands.arguments import add_encoding_argument, add_model_arguments, from_arguments
from elmo.representation import representations
from elmo.views.numbers import percent

_EXAMPLES = Path(__file__).parent.parent / "examples" / "senses"


def add_parser(subparsers: Any) -> None:
    """Add `evaluate` and its tasks."""
    parser = subparsers.add_parser(
        "evaluate", help="measure a model on a task", description="Measure a model on a task."
    )
    tasks = parser.add_subparsers(dest="task_name", required=True, metavar="TASK")
    for name, run, text, folder in (
        (
            "wsd",
            _wsd,
            "1-NN recall and pair AUC of word senses",
            "folder of CoarseWSD-20: WORD/{train,test}.{data,gold}.txt",
        ),
        (
            "everyday",
            _everyday,
            "pair AUC of word senses in tables of uses",
            "folder of .tsv tables; default: the examples",
        ),
        (
            "wic",
            _wic,
            "accuracy on pairs of uses: same meaning or not",
            "folder of WiC: {train,dev}/…",
        ),
    ):
        task = tasks.add_parser(
            name, help=text, description=f"Measure {text}, in each layer and mix."
        )
        default = {"nargs": "?", "default": str(_EXAMPLES)} if name == "everyday" else {}
        task.add_argument("data", metavar="DIR", help=folder, **default)
        task.add_argument("--json", action="store_true", help="print all results as JSON")
        if name != "everyday":
            add_encoding_argument(task)
        add_model_arguments(task)
        task.set_defaults(run=run)
    classification_command.add_parser(tasks)
    induction.add_parser(tasks)


def _vectors(args: argparse.Namespace, several_words: bool = False):
    from elmo.tasks.senses.word_senses import use_vectors

    elmo = from_arguments(args)
    for representation in representations(elmo.options.n_representations):
        if several_words and representation.smoothed:
            print(f"left out: {representation.name} is for the uses of one word", file=sys.stderr)
        elif representation.missing(elmo.constants):
            print(f"left out: {representation.missing(elmo.constants)}", file=sys.stderr)
        elif representation.note and elmo.constants.output is None:
            print(f"{representation.name}: {representation.note}", file=sys.stderr)
    return partial(use_vectors, elmo, several_words=several_words)


def _wsd(args: argparse.Namespace) -> int:
    from elmo.tasks.senses.word_senses import measure_senses, read_coarsewsd

    return _tell_senses(
        measure_senses(read_coarsewsd(args.data, args.encoding), _vectors(args)),
        args.json,
    )


def _everyday(args: argparse.Namespace) -> int:
    from elmo.tasks.senses.word_senses import measure_senses, read_examples

    return _tell_senses(
        measure_senses(read_examples(args.data), _vectors(args), n_resamples=1000), args.json
    )


def _tell_senses(figures: dict[str, Any], as_json: bool) -> int:
    if as_json:
        print(json.dumps({name: figure.to_dict() for name, figure in figures.items()}, indent=1))
        return 0
    n_words = len(next(iter(figures.values())).words)
    print(
        f"{n_words} word{'s' * (n_words != 1)}; means over words, 95 % bootstrap intervals over test sentences"
    )
    for name, figure in figures.items():
        recall = "" if figure.recall is None else f"1-NN recall {figure.recall}   "
        beats = (
            ""
            if figure.beats_layer_0 is None
            else f"   above layer 0 in {percent(figure.beats_layer_0, 1)} of resamples"
        )
        print(f"{name:<32} {recall}pair AUC {figure.pair_auc}{beats}")
    return 0


def _wic(args: argparse.Namespace) -> int:
    from elmo.tasks.senses.word_in_context import measure_wic, read_wic

    train, dev = (read_wic(args.data, split, args.encoding) for split in ("train", "dev"))
    figures = measure_wic(train, dev, _vectors(args, several_words=True))
    if args.json:
        print(json.dumps({name: figure.to_dict() for name, figure in figures.items()}, indent=1))
        return 0
    print(
        "accuracy on the development pairs, threshold chosen on the training pairs; 95 % bootstrap intervals"
    )
    for name, figure in figures.items():
        print(f"{name:<32} {figure.accuracy}   threshold {figure.threshold:.3f}")
    return 0
