"""`python -m elmo evaluate induction GOLD.key`: sense induction with the scores of SemEval-2010 and -2013."""

import argparse
import json
import sys
from typing import Any

from elmo.commands.arguments import add_model_arguments, add_overwrite, from_arguments
from elmo.errors import InputError
from elmo.whole_files import check_output, write_text


def add_parser(tasks: Any) -> None:
    """Add the task."""
    task = tasks.add_parser(
        "induction",
        help="sense induction: V-measure and paired F (SemEval-2010), fuzzy B-cubed and fuzzy NMI (SemEval-2013)",
        description="Score groups of uses against senses. Give the answer as a key, or the contexts (the "
        "XML of SemEval-2010, task 14, or of SemEval-2013, task 13), which the model then groups without "
        "labels: the best cut of each word's uses in the representation that did best on the model's "
        "reference words.",
    )
    task.add_argument("gold", metavar="GOLD.key", help="lines are «word use sense/weight …»")
    task.add_argument("--key", metavar="FILE", help="an answer in the same form")
    task.add_argument(
        "--contexts",
        metavar="PATH",
        help="a file with <instance id=…> … <head>word</head> … (2013), or the folder of files with "
        "<TargetSentence> (2010)",
    )
    task.add_argument("--write", metavar="FILE", help="write the answer made from the contexts")
    add_overwrite(task)
    task.add_argument("--json", action="store_true", help="print everything as JSON")
    add_model_arguments(task)
    task.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the figures."""
    from elmo.tasks.senses.induction import measure_induction, n_answered, read_key

    if (args.key is None) == (args.contexts is None):
        raise InputError("give either --key, an answer, or --contexts, for the model to group.")
    if args.write:
        check_output(args.write, [args.gold, args.key, args.contexts], overwrite=args.overwrite)
    answer = read_key(args.key) if args.key else _grouped(args)
    if args.write:
        lines = [
            f"{word} {use} {' '.join(f'{sense}/{weight:g}' for sense, weight in senses.items())}\n"
            for word, uses in answer.items()
            for use, senses in uses.items()
        ]
        write_text(args.write, "".join(lines))
    gold = read_key(args.gold)
    figures, by_word = measure_induction(gold, answer)
    missing = figures.n_uses - n_answered(gold, answer)
    if missing:
        print(
            f"The answer lacks {missing:,} of the gold key's {figures.n_uses:,} uses; each counts as a group of its own.",
            file=sys.stderr,
        )
    if args.json:
        every = {"all": figures.to_dict()}
        every |= {"words": {word: f.to_dict() for word, f in by_word.items()}}
        print(json.dumps(every, indent=1))
        return 0
    for name, f in [*by_word.items(), ("all", figures)]:
        print(
            f"{name:<16} V {f.v_measure:.3f}   paired F {f.paired_f:.3f}   "
            f"fuzzy B-cubed {f.fuzzy_b_cubed:.3f}   fuzzy NMI {f.fuzzy_nmi:.3f}   {f.n_uses:,} uses, {f.n_clusters:.1f} groups"
        )
    return 0


def _grouped(args: argparse.Namespace) -> dict[str, dict[str, dict[str, float]]]:
    """The group of each use of each word, as the answer of a key."""
    from elmo.explore.clusters import best_cut
    from elmo.explore.similarity import cosine_matrix
    from elmo.tasks.senses.contexts import read_contexts
    from elmo.tasks.senses.reference import reference
    from elmo.vectors.cache import VectorCache

    contexts = read_contexts(args.contexts)
    elmo = from_arguments(args)
    measured = reference(elmo)
    by = measured.representation(elmo.options.n_representations)
    print(f"{measured.sentence()}", file=sys.stderr)
    cache, answer = VectorCache(), {}
    for word, uses in contexts.items():
        reading = cache.read_uses(elmo, list(uses.values()), elmo.constants)
        groups = best_cut(cosine_matrix(by.vectors(reading))).tolist()
        answer[word] = {use: {f"g{g}": 1.0} for use, g in zip(uses, groups, strict=True)}
    cache.close()
    return answer
