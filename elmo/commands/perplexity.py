"""`python -m elmo perplexity`: measure how well a model predicts the words of a text."""

import argparse
import json
from pathlib import Path
from typing import Any

from elmo.commands.arguments import add_encoding_argument, add_number
from elmo.errors import InputError


def add_parser(subparsers: Any) -> None:
    """Add `perplexity`."""
    parser = subparsers.add_parser(
        "perplexity",
        help="measure a model's perplexity on text",
        description="Measure perplexity by the full softmax in both directions, on every 500th document of the text (those that training on it would hold out), or on all of it.",
    )
    parser.add_argument(
        "model_folder",
        metavar="MODEL",
        help="a name in the store, or a folder with softmax.hdf5 and vocab.txt",
    )
    parser.add_argument(
        "text", nargs="+", metavar="TEXT", help="text files, also packed as .xz or .gz"
    )
    add_encoding_argument(parser)
    parser.add_argument(
        "--all", action="store_true", help="measure on every document, not only the held-out ones"
    )
    add_number(parser, "--held-out-every", default=500, help="default: 500")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the perplexity."""
    from elmo.store.store import Store
    from elmo.tokenizer import tokenize
    from elmo.training.data.documents import read_documents
    from elmo.training.perplexity import measure_perplexity

    entry = Store().find(args.model_folder)
    elmo = entry.load()
    softmax = entry.load_softmax()
    sentences, number = [], 0
    for path in sorted(args.text, key=lambda path: Path(path).name):
        for document in read_documents(path, args.encoding):
            number += 1
            if args.all or number % args.held_out_every == 0:
                sentences += [tokenize(sentence).forms for sentence in document]
    if not sentences:
        raise InputError(
            f"the text has {number} documents, fewer than the {args.held_out_every} of --held-out-every, so none is held out. Use --all."
        )
    measured = measure_perplexity(elmo, softmax, sentences)
    if args.json:
        print(json.dumps(measured.to_dict()))
        return 0
    print(
        f"perplexity {measured.both:.1f} (forward {measured.forward:.1f}, backward {measured.backward:.1f})"
    )
    print(
        f"on {measured.n_sentences:,} sentences, {measured.n_tokens:,} words; {measured.unknown:.2%} of them outside the {len(softmax.words):,} of the vocabulary"
    )
    return 0
