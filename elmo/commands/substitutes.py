"""`python -m elmo substitutes "SENTENCE" --word WORD`: print the words that fit in a word's place."""

import argparse
import json
from typing import Any

from elmo.commands.arguments import add_model_arguments, add_number, from_arguments
from elmo.errors import InputError


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    parser = subparsers.add_parser(
        "substitutes",
        help="the words that fit in a word's place",
        description="For each use of a word in a sentence, the words that the model finds most probable in "
        "its place, from the words on the left, on the right, and on both sides. The model does not read "
        "the word itself.",
    )
    parser.add_argument("sentence", metavar="SENTENCE", help="one sentence, in quotes")
    parser.add_argument(
        "--word",
        required=True,
        metavar="WORD",
        help="a word of the sentence, or several in a row, in quotes",
    )
    add_number(parser, "--top", default=10, metavar="K", help="words to list (10)")
    parser.add_argument("--json", action="store_true", help="a list, one object a use")
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the substitutes."""
    from elmo.substitutes import substitutes
    from elmo.targets import target
    from elmo.tokenizer import tokenize
    from elmo.usages import Usage

    sentence = tokenize(args.sentence)
    uses = [
        Usage(args.sentence, sentence.tokens, position, length=length)
        for position, length in target(args.word).runs(sentence)
    ]
    if not uses:
        raise InputError(f"{args.word!r} does not stand in the sentence {args.sentence!r}.")
    by_use = substitutes(from_arguments(args), uses, args.top)
    if args.json:
        rows = [
            {"word": use.form, "position": use.position, "length": use.length} | each.to_dict()
            for use, each in zip(uses, by_use, strict=True)
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for use, each in zip(uses, by_use, strict=True):
        print(f"{use.left} [{use.form}] {use.right}")
        for side, words in vars(each).items():
            listed = "  ".join(f"{s.word} {s.probability:.3f}" for s in words)
            print(f"  {side:<6} {listed}")
    return 0
