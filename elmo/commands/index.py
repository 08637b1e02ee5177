"""`python -m elmo index` and `concordance`: a corpus on disk, and the uses of a word in it."""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from elmo.errors import InputError


def add_parser(subparsers: Any) -> None:
    """Add the two commands' arguments."""
    index = subparsers.add_parser(
        "index",
        help="index a corpus, to find all uses of a word",
        description="Index text files. An interrupted run goes on where it stopped when it is "
        "called again.",
    )
    index.add_argument(
        "corpus",
        nargs="+",
        metavar="CORPUS",
        help="a .txt, .gz or .xz file (UTF-8), or a folder of them",
    )
    index.add_argument("--output", required=True, metavar="FILE", help="the index to write")
    index.set_defaults(run=run_index)

    lines = subparsers.add_parser(
        "concordance",
        help="the uses of a word in an indexed corpus",
        description="Count a word, in all letter cases, and print its uses with what stands to the "
        "left and right.",
    )
    lines.add_argument("index", metavar="INDEX", help="made by `python -m elmo index`")
    lines.add_argument("word", metavar="WORD", help="a word, or several in quotation marks")
    lines.add_argument(
        "--limit", type=int, default=50, metavar="N", help="lines at most (default: 50)"
    )
    lines.add_argument("--json", action="store_true", help="for programs")
    lines.add_argument(
        "--near", metavar="WORD", help="only uses with this word near by in the sentence"
    )
    lines.add_argument(
        "--window", type=int, default=5, metavar="N", help="how near, in words (default: 5)"
    )
    lines.add_argument(
        "--document",
        action="append",
        metavar="NAME",
        help="only uses in this file (may be repeated)",
    )
    lines.add_argument(
        "--sample", type=int, metavar="SEED", help="a random choice instead of the first lines"
    )
    lines.set_defaults(run=run_concordance)


def run_index(args: argparse.Namespace) -> int:
    """Index the corpus, with a progress bar."""
    from tqdm import tqdm

    from elmo.corpus.build import build_index
    from elmo.corpus.lines import tell_going_on
    from elmo.home import home

    tell_going_on(args.output)
    with tqdm(unit="B", unit_scale=True, mininterval=0.2 if sys.stderr.isatty() else 10) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        with build_index(args.corpus, args.output, progress) as index:
            n_tokens, n_documents = index.n_tokens, len(index.documents)
    print(f"{args.output}: {n_tokens:,} words in {n_documents:,} documents.")
    folder = home() / "indexes"
    if Path(args.output).absolute().parent != folder:
        print(f"To choose it in the app, move it to {folder} under a name that ends in .index.")
    return 0


def run_concordance(args: argparse.Namespace) -> int:
    """Print the count and the lines."""
    from elmo.corpus.index import CorpusIndex

    if args.limit < 0 or args.window < 1:
        raise InputError(
            f"--limit is {args.limit} and --window {args.window}; expected numbers from 0 and 1 up."
        )
    where = {"documents": args.document, "near": args.near, "window": args.window}
    with CorpusIndex(args.index) as index:
        count = index.count(args.word, **where)
        hits = index.hits(args.word, args.limit, seed=args.sample, **where)
    if args.json:
        shown = [
            {"left": hit.left, "word": hit.word, "right": hit.right, "document": hit.document}
            for hit in hits
        ]
        print(json.dumps({"count": count, "hits": shown}, ensure_ascii=False))
        return 0
    print(
        f"{count:,} uses of {args.word}" + (f", {len(hits):,} shown" if len(hits) < count else "")
    )
    room = max(20, (shutil.get_terminal_size((120, 24)).columns - 30) // 2)
    for hit in hits:
        left, right = (" ".join(side.split()) for side in (hit.left, hit.right))
        print(f"{left[-room:]:>{room}}  {hit.word}  {right[:room]:<{room}}  {hit.document}")
    return 0
