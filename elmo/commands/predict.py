"""`python -m elmo predict "SENTENCE"`: print the words that both directions predict at each place."""

import argparse
import json
from typing import Any

from elmo.commands.arguments import add_model_arguments, add_number, entry_from_arguments


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    parser = subparsers.add_parser(
        "predict",
        help="the words that the language model predicts at each place of a sentence",
        description="At each place of a sentence: the words that the left context predicts "
        "(forward) and those that the right context predicts (backward), and the surprisal of the "
        "sentence's own word.",
    )
    parser.add_argument("sentence", metavar="SENTENCE", help="one sentence, in quotes")
    add_number(parser, "--top", default=5, metavar="K", help="words to list (5)")
    parser.add_argument("--json", action="store_true", help="a list, one object a word")
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Print the predictions."""
    from elmo.predict import predict
    from elmo.tokenizer import tokenize

    entry = entry_from_arguments(args)
    softmax = entry.load_softmax()
    predictions = predict(entry.load(), softmax, tokenize(args.sentence).forms, args.top)
    if args.json:
        print(json.dumps(predictions.to_list(), ensure_ascii=False))
        return
    for place in predictions.places:
        print(place.token + ("" if place.in_vocabulary else " (not in the vocabulary; as <UNK>)"))
        for name, direction in (("forward", place.forward), ("backward", place.backward)):
            guesses = "  ".join(f"{guess.word} {guess.probability:.3f}" for guess in direction.top)
            print(
                f"  {name:<8}  rank {direction.rank:>6,}   {direction.surprisal_nats:6.2f} nats "
                f"({direction.surprisal_bits:5.2f} bits)   {guesses}"
            )
