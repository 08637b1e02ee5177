"""`python -m elmo change USES.csv USES.csv`: the words of a uses.csv of DURel or WUG, held against judgments or gold scores."""

import argparse
import json

from elmo.commands.arguments import from_arguments
from elmo.commands.change_results import against_scores, print_gold, print_rows
from elmo.errors import InputError


def run_annotated(args: argparse.Namespace) -> int:
    """Measure the words of a uses.csv, and hold them against judgments or gold scores."""
    from elmo.tasks.change.annotated import against_judgments, measure_annotated, read_words
    from elmo.tasks.change.rows import with_rates
    from elmo.tasks.change.table import write_table
    from elmo.tasks.change.vectors import DEFAULT, use_vectors
    from elmo.tasks.change.wug import has_judgment_columns, read_judgments, read_targets

    if args.output or args.report:
        raise InputError(
            "--output and --report are of indexes and texts; a uses.csv is measured whole."
        )
    words = read_words(args.old, args.uses, args.seed)
    missing = [word for word in args.words if word not in words]
    if missing:
        raise InputError(
            f"{args.old} has no lemma {missing[0]!r}; it has {', '.join(list(words)[:10])}."
        )
    is_judged = bool(args.gold) and has_judgment_columns(args.gold)
    judged = read_judgments(args.gold) if is_judged else None
    scores = read_targets(args.gold) if args.gold and not is_judged else None
    elmo = from_arguments(args)
    representation = args.representation or DEFAULT
    vectors = use_vectors(elmo, representation)
    chosen = args.words or list(words)
    results = [measure_annotated(words[word], vectors, judged, args.seed) for word in chosen]
    rows = with_rates(row for row, _ in results)
    if judged is not None:
        pairs = {row.word: each for row, each in results if each is not None}
        gold = against_judgments(rows, pairs)
    else:
        gold = against_scores(rows, scores) if scores is not None else None
    if args.table:
        write_table(rows, args.table)
    old, new = words[chosen[0]].drawn.names
    settings = {
        "old": old,
        "new": new,
        "model": elmo.fingerprint,
        "representation": representation,
        "uses": args.uses,
        "seed": args.seed,
    }
    if args.json:
        every = settings | {"words": [row.to_dict() for row in rows]}
        print(json.dumps(every | ({"gold": gold} if gold else {}), indent=1, ensure_ascii=False))
        return 0
    print_rows(rows, settings)
    if gold:
        print_gold(gold, args.gold)
    return 0
