"""`python -m elmo evaluate classification | senses | question-answering`: the ladder on the command line.

`elmo.commands.evaluate`, which defines `evaluate`, calls `add_parser` with its own subparsers.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from elmo.commands.arguments import (
    add_model_arguments,
    add_number,
    add_overwrite,
    entry_from_arguments,
)
from elmo.errors import InputError
from elmo.whole_files import check_output, whole_file

_HELP = {
    "classification": (
        "texts with labels: every layer and mix against baselines",
        "A bundled set (intent, sentiment), a CSV file with the columns text and label, or a folder with "
        "one file a class and one text a line.",
        "intent",
    ),
    "senses": (
        "a word's labelled uses: every layer and mix against baselines",
        "An example word, such as bank; a table (TSV) with the columns sentence, form, occurrence, sense; or a "
        "folder in the form of CoarseWSD-20 (WORD/train…, WORD/test…), measured on that split: recall of "
        "each sense, averaged over senses, then over words.",
        "bank",
    ),
    "question-answering": (
        "which sentence of a passage answers: every layer and mix against baselines",
        "passages (the bundled ones), or a JSON list of {title, sentences, questions: [{question, answer}]}.",
        "passages",
    ),
}
_TASKS = {
    "classification": "classification",
    "senses": "sense tagging",
    "question-answering": "question answering",
}


def add_parser(subparsers: Any) -> None:
    """Add the three commands."""
    for name, (help_text, about, default) in _HELP.items():
        parser = subparsers.add_parser(name, help=help_text, description=f"Measure {help_text}.")
        parser.add_argument("data", nargs="?", default=default, help=f"{about} Default: {default}.")
        parser.add_argument(
            "--static",
            metavar="FILE",
            help="static word vectors to compare and join: a word2vec or GloVe text file (also .gz or .xz), "
            "or none. Default: those of the bundled model.",
        )
        add_number(parser, "--folds", default=5, help="default: 5")
        add_number(
            parser,
            "--seeds",
            nargs="+",
            default=[0, 1, 2],
            help="seeds of the splits; default: 0 1 2",
        )
        add_number(
            parser,
            "--curve",
            nargs="*",
            default=[],
            help="shares of the training texts for a learning curve",
        )
        parser.add_argument(
            "--rows", nargs="+", help="only these rows, such as tfidf layer0 equal static+learned"
        )
        if name == "senses":
            parser.add_argument(
                "--method",
                choices=["nearest", "classifier"],
                default="nearest",
                help="on a given split: the nearest training use by cosine, or logistic regression",
            )
        parser.add_argument("--json", action="store_true", help="print all results as JSON")
        parser.add_argument("--save-pack", metavar="FILE", help="write a reproduction pack (zip)")
        parser.add_argument(
            "--pack", metavar="FILE", help="compute a pack's numbers again and compare"
        )
        parser.add_argument(
            "--no-cache", action="store_true", help="neither read nor write stored vectors"
        )
        add_overwrite(parser)
        add_model_arguments(parser)
        parser.set_defaults(run=run, task=_TASKS[name])


def run(args: argparse.Namespace) -> int:
    """Measure a task, or compute a pack's numbers again; returns 1 if a pack's numbers differ."""
    if args.pack:
        return _rerun(args)
    from elmo.tasks.downstream import read_data, run_task
    from elmo.tasks.ladder.results import Settings
    from elmo.tasks.pack import is_pack
    from elmo.vectors.cache import VectorCache

    entry = entry_from_arguments(args)
    if args.save_pack:
        inputs = [args.data, args.static, entry.options_file, entry.weight_file]
        check_output(args.save_pack, inputs, overwrite=args.overwrite, is_own=is_pack)
    if args.task == "sense tagging" and Path(args.data).is_dir():
        return _split(args)
    settings = Settings(
        args.folds, tuple(args.seeds), tuple(args.curve), tuple(args.rows) if args.rows else None
    )
    data = read_data(args.task, args.data)
    static = _static(args, data)
    elmo = entry.load()
    cache = None if args.no_cache else VectorCache()
    ladder, pack = run_task(data, elmo, static, settings, cache, _show_progress)
    _clear()
    if args.save_pack:
        with whole_file(args.save_pack) as part:
            part.write_bytes(pack())
    print(json.dumps(ladder.to_dict(), ensure_ascii=False) if args.json else table(ladder))
    return 0


def table(ladder: Any) -> str:
    """The ladder as lines of text, with its computed sentence."""
    measures = list(ladder.rows[0].measures) if ladder.rows else []
    width = max((len(row.label) for row in ladder.rows), default=0)
    lines = [f"{ladder.task}: {ladder.name}, {len(ladder.texts):,} items, model {ladder.model}"]
    lines.append(
        " " * width + "".join(f"  {measure:>24}" for measure in measures) + f"  {'over TF-IDF':>24}"
    )
    for row in ladder.rows:
        cells = [row.measures[measure] for measure in measures] + [row.over_tfidf]
        shown = "".join(f"  {str(cell) if cell is not None else '':>24}" for cell in cells)
        lines.append(f"{row.label:<{width}}{shown}")
        if row.learned is not None:
            weights = ", ".join(f"{w:.2f}" for w in row.learned.normalized)
            lines.append(f"{'':<{width}}    weights {weights}; γ {row.learned.gamma:.2f}")
    lines += ["In brackets: 95 % bootstrap intervals.", *ladder.notices, ladder.summary()]
    curves = [row for row in ladder.rows if len(row.curve) > 1]
    if curves:
        lines.append(f"\nLearning curve, {measures[0]}, by the number of training items:")
        lines.append(" " * width + "".join(f"  {p.n_training:>24,}" for p in curves[0].curve))
        for row in curves:
            points = "".join(f"  {str(point.measure):>24}" for point in row.curve)
            lines.append(f"{row.label:<{width}}{points}")
    return "\n".join(lines)


def _split(args: argparse.Namespace) -> int:
    """Print sense tagging of several words, each with its own training and test uses."""
    import numpy as np

    from elmo.tasks import sense_tagging
    from elmo.tasks.downstream import Data
    from elmo.tasks.senses.word_senses import read_coarsewsd

    words = read_coarsewsd(args.data)
    elmo = entry_from_arguments(args).load()
    every = tuple(use for word in words for use in [*word.train, *word.test])
    static = _static(args, Data(args.task, "words", every))
    splits = []
    for word in words:
        items = sense_tagging.samples([*word.train, *word.test], elmo, static, name=word.word)
        splits.append((items, np.arange(len(word.train)), np.arange(len(word.train), len(items))))
    figures = sense_tagging.run_split(splits, args.method, _show_progress)
    _clear()
    if args.json:
        print(json.dumps({name: vars(value) for name, value in figures.items()}))
        return 0
    print(
        f"{len(words)} words, {args.method}: recall over senses, then over words [95 % bootstrap over test uses]"
    )
    for name, value in figures.items():
        print(f"{name:<24} {value}")
    return 0


def _static(args: argparse.Namespace, data: Any) -> Any:
    from elmo.tasks.downstream import read_static

    if args.static == "none":
        return None
    try:
        return read_static(args.static or "bundled", data)
    except InputError as error:
        if args.static:
            raise
        print(f"Without static vectors: {error}", file=sys.stderr)
        return None


def _rerun(args: argparse.Namespace) -> int:
    from elmo.tasks.pack import differences, read_pack, rerun

    if args.task == "question answering":
        from elmo.tasks.downstream import read_data
        from elmo.tasks.questions.question_pack import rerun_questions

        static = _static(args, read_data(args.task, "passages"))
        before, again = rerun_questions(
            args.pack, entry_from_arguments(args).load(), static, _show_progress
        )
    else:
        before, again = read_pack(args.pack)[1], rerun(args.pack, _show_progress)
    _clear()
    wrong = differences(before, again)
    print(table(again))
    print("\n".join(wrong) if wrong else "All numbers are the same as in the pack.")
    return 1 if wrong else 0


def _show_progress(fraction: float, message: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{fraction:4.0%} {message}", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
