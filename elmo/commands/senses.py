"""`python -m elmo senses INDEX WORD`: print groups of a word's uses in a corpus, named by their substitutes."""

import argparse
import json
import sys
from collections import Counter
from typing import Any

from elmo.commands.arguments import add_model_arguments, add_number, from_arguments
from elmo.errors import InputError
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.views.numbers import percent

_FEWEST, _MOST = 5, 2_000
_DOCUMENTS_SHOWN = 5


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    parser = subparsers.add_parser(
        "senses",
        help="the uses of a word in an indexed corpus, in groups with names",
        description="Draw uses of a word from a corpus, group them without labels, and name each group by "
        "the words that fit in the place of its uses and not in that of the others. Prints three typical "
        "sentences of each group, and the share of each document.",
    )
    parser.add_argument("index", metavar="INDEX", help="made by `python -m elmo index`")
    parser.add_argument("word", metavar="WORD", help="a word, several in quotes, or a pattern")
    add_number(
        parser, "--uses", default=500, metavar="N", help=f"uses to draw, up to {_MOST:,} (500)"
    )
    add_number(parser, "--groups", metavar="N", help="number of groups")
    add_number(parser, "--seed", default=0, help="seed of the sample (0)")
    parser.add_argument(
        "--by",
        metavar="NAME",
        help='the representation to compare by, such as "layer 2" (default: the one that did best '
        "on the model's reference words)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print all results as JSON, each use with its group"
    )
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the groups."""
    from elmo.corpus.index import CorpusIndex
    from elmo.representation import by_name
    from elmo.substitutes import with_softmax
    from elmo.targets import never_found
    from elmo.tasks.senses.groups import group_uses, to_dict
    from elmo.tasks.senses.reference import reference
    from elmo.usages import symmetric_pattern
    from elmo.vectors.cache import VectorCache

    if not _FEWEST <= args.uses <= _MOST:
        raise InputError(f"--uses is {args.uses}, expected {_FEWEST} to {_MOST:,}.")
    with CorpusIndex(args.index) as index:
        count = index.count(args.word)
        hits = index.hits(args.word, args.uses, seed=args.seed)
        suggestions = {} if count else index.suggestions(args.word)
    uses = [hit.usage() for hit in hits if len(hit.tokens) <= MAX_SENTENCE_TOKENS]
    if len(uses) < _FEWEST:
        similar = [word for nearest in suggestions.values() for word in nearest]
        raise InputError(
            f"{args.word!r} stands {count} times in {args.index}; at least {_FEWEST} uses are needed."
            + (f" Similar words: {', '.join(similar)}." if similar else "")
            + ("" if count else f" {never_found(args.word)}".rstrip())
        )
    elmo = from_arguments(args)
    with_softmax(elmo.constants)
    n_layers = elmo.options.n_representations
    measured = reference(elmo)
    if args.by is None:
        by, why = measured.representation(n_layers), measured.sentence()
    else:
        by, why = by_name(args.by, n_layers), f"compared by {args.by}"
    cache = VectorCache()
    reading = cache.read_uses(elmo, uses, elmo.constants)
    patterns = cache.read_uses(elmo, list(map(symmetric_pattern, uses)), elmo.constants)
    cache.close()
    groups = group_uses(
        uses,
        reading,
        by,
        args.word,
        patterns=patterns,
        n_groups=args.groups,
        scale=measured.usable_scale,
    )
    result = to_dict(groups, uses, args.word)
    if args.json:
        results = result | {"n_in_corpus": count, "why": why}
        print(json.dumps(results, ensure_ascii=False))
        return 0
    print(f"{count:,} uses in the corpus, {len(uses):,} drawn with seed {args.seed}; {why}.")
    print(groups.finding(args.word))
    for group in result["groups"]:
        print(f"\n{group['name']}{_doubts(group['letter'], result['uses'])}")
        for text in group["typical"]:
            print(f"  {text}")
        shown = group["documents"][:_DOCUMENTS_SHOWN]
        rest = len(group["documents"]) - len(shown)
        documents = ", ".join(
            f"{d['document']} {d['n']} ({percent(d['share'])} of its uses)" for d in shown
        )
        print(f"  in {documents}" + (f" and {rest} more" if rest else ""))
    sys.stdout.flush()
    return 0


def _doubts(letter: str, uses: list[dict[str, Any]]) -> str:
    """How many uses of a group have words that speak for another group, which shows a group that is none."""
    others = Counter(
        use["words_speak_for"] for use in uses if use["group"] == letter != use["words_speak_for"]
    )
    if not others:
        return ""
    shown = ", ".join(f"{n} for {other}" for other, n in others.most_common())
    return f"; words of its uses speak for other groups: {shown}"
