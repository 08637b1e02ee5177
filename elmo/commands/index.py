"""`python -m elmo index` and `concordance`: index a corpus, and print the uses of a word in an index."""

import argparse
import json
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from elmo.commands.arguments import add_encoding_argument, add_number, add_overwrite


def add_parser(subparsers: Any) -> None:
    """Add the two commands' arguments."""
    index = subparsers.add_parser(
        "index",
        help="index a corpus, to find all uses of a word",
        description="Index text files. A second call continues an interrupted run.",
    )
    index.add_argument(
        "corpus",
        nargs="+",
        metavar="CORPUS",
        help="a text file, also packed as .gz or .xz, or a folder of them",
    )
    index.add_argument("--output", required=True, metavar="FILE", help="the index to write")
    add_overwrite(index)
    add_encoding_argument(index)
    index.set_defaults(run=run_index)

    lines = subparsers.add_parser(
        "concordance",
        help="the uses of a word in an indexed corpus",
        description="Count a word, in all letter cases, and print its uses with the text to their "
        "left and right. bank* is every word that begins with bank; /ba(n|r)ks?/ every word that this "
        "regular expression matches.",
    )
    lines.add_argument("index", metavar="INDEX", help="made by `python -m elmo index`")
    lines.add_argument(
        "word", metavar="WORD", help="a word, several in quotation marks, or a pattern"
    )
    lines.add_argument(
        "--forms", action="store_true", help="also the word's other forms: sing, sang, sung"
    )
    add_number(lines, "--limit", default=50, metavar="N", help="lines at most (default: 50)")
    lines.add_argument("--json", action="store_true", help="for programs")
    lines.add_argument(
        "--near", metavar="WORD", help="only uses with this word near them in the sentence"
    )
    add_number(
        lines,
        "--window",
        default=5,
        metavar="N",
        help="largest distance to the word of --near, in words (default: 5)",
    )
    lines.add_argument(
        "--document",
        action="append",
        metavar="NAME",
        help="only uses in this file (may be repeated)",
    )
    add_number(
        lines,
        "--sample",
        metavar="SEED",
        help="a random sample with this seed instead of the first lines",
    )
    lines.set_defaults(run=run_concordance)


def run_index(args: argparse.Namespace) -> int:
    """Index the corpus, with a progress bar."""
    from tqdm import tqdm

    from elmo.corpus.build import build_index
    from elmo.corpus.lines import seekable, tell_going_on
    from elmo.home import home

    tell_going_on(args.output)
    interval = 0.2 if sys.stderr.isatty() else 10
    with ExitStack() as files, tqdm(unit="B", unit_scale=True, mininterval=interval) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        corpus = [files.enter_context(seekable(path)) for path in args.corpus]
        how = {"overwrite": args.overwrite, "encoding": args.encoding}
        with build_index(corpus, args.output, progress, **how) as index:
            n_tokens, n_documents = index.n_tokens, len(index.documents)
    print(f"{args.output}: {_several(n_tokens, 'word')} in {_several(n_documents, 'document')}.")
    folder = home() / "indexes"
    if Path(args.output).absolute().parent != folder:
        print(f"To choose it in the app, move it to {folder} under a name that ends in .index.")
    return 0


def run_concordance(args: argparse.Namespace) -> int:
    """Print the count and the lines."""
    from elmo.corpus.index import CorpusIndex
    from elmo.targets import never_found

    where = {"documents": args.document, "near": args.near, "window": args.window}
    with CorpusIndex(args.index) as index:
        forms = index.forms(args.word)
        matched = index.matching_words(args.word)
        query = [args.word, *forms] if args.forms else [args.word]
        count = index.count(query, **where)
        hits = index.hits(query, args.limit, seed=args.sample, **where)
        suggestions = {} if count else index.suggestions(args.word)
    if args.json:
        shown = [
            {"left": hit.left, "word": hit.word, "right": hit.right, "document": hit.document}
            for hit in hits
        ]
        answer = {"count": count, "hits": shown, "forms": forms}
        answer |= {"matched": matched, "suggestions": suggestions}
        print(json.dumps(answer, ensure_ascii=False))
        return 0
    of = f"{args.word} and its forms" if args.forms and forms else args.word
    print(
        f"{_several(count, 'use')} of {of}"
        + (f", {len(hits):,} shown" if len(hits) < count else "")
    )
    if matched:
        print(f"{args.word} matches {_several(len(matched), 'word')}: {_listed(matched)}")
    if forms:
        print(f"Other forms{' (counted)' if args.forms else ', with --forms'}: {_listed(forms)}")
    for word, nearest in suggestions.items():
        print(f"{word} is not in the corpus. Similar words: {', '.join(nearest) or 'none'}")
    if not count and (why := never_found(args.word)):
        print(why)
    if not count and not suggestions and not matched and (args.near or args.document):
        print("Without --near and --document the corpus may have uses.")
    room = max(20, (shutil.get_terminal_size((120, 24)).columns - 30) // 2)
    for hit in hits:
        left, right = (" ".join(side.split()) for side in (hit.left, hit.right))
        print(f"{left[-room:]:>{room}}  {hit.word}  {right[:room]:<{room}}  {hit.document}")
    return 0


def _several(n: int, noun: str) -> str:
    """A number with its noun: "1 use", "1,200 uses"."""
    return f"{n:,} {noun}{'s' * (n != 1)}"


def _listed(counts: dict[str, int], most: int = 12) -> str:
    """Words with their counts, in one line."""
    some = ", ".join(f"{word} {n:,}" for word, n in list(counts.items())[:most])
    return some + (", …" if len(counts) > most else "")
