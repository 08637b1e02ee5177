"""`python -m elmo report USES.tsv PAGE.html`: write one page with all pictures of a word's uses."""

import argparse
import sys
from pathlib import Path
from typing import Any

from elmo.commands.arguments import add_model_arguments, add_number, add_overwrite, from_arguments
from elmo.errors import InputError
from elmo.paths import no_file
from elmo.whole_files import check_output


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    parser = subparsers.add_parser(
        "report",
        help="one HTML page with every picture of a word's uses, for people without Python",
        description="Read the uses of a word with a model and write one HTML page: every layer and "
        "mix, maps, matrix, concordance, figures and the sentences that say what they show. The page "
        "needs no network and no other file. elmo.views.read(PAGE) gives its numbers back.",
    )
    parser.add_argument(
        "uses",
        metavar="USES.tsv",
        help="a table with the columns sentence, form, occurrence and sense, tabs between them",
    )
    parser.add_argument("page", metavar="PAGE.html", help="the file to write")
    parser.add_argument(
        "--word", default="", help="name of the word (default: the form of the uses)"
    )
    parser.add_argument(
        "--umap", action="store_true", help="draw maps by UMAP too (10 uses or more)"
    )
    parser.add_argument(
        "--sentences", action="store_true", help="compare the mean vectors of whole sentences too"
    )
    add_number(
        parser,
        "--seed",
        default=0,
        metavar="N",
        help="seed of resamples, shuffles and UMAP (default: 0)",
    )
    add_overwrite(parser)
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the page."""
    from elmo.corpus.uses import read_usages
    from elmo.tasks.senses.reference import stored_reference
    from elmo.views import explore_model, save
    from elmo.views.page import is_page

    uses_file, page_file = Path(args.uses), Path(args.page)
    if not uses_file.is_file():
        raise InputError(f"{no_file(uses_file)} Give a table of uses (TSV).")
    check_output(page_file, [uses_file], overwrite=args.overwrite, is_own=is_page)
    elmo = from_arguments(args)
    exploration = explore_model(
        read_usages(uses_file),
        elmo,
        word=args.word,
        umap=args.umap,
        whole_sentences=args.sentences,
        seed=args.seed,
        reference=stored_reference(elmo),
        progress=lambda text: print(text, file=sys.stderr),
    )
    save(exploration, page_file)
    for sentences in exploration.findings.values():
        print("\n".join(sentences))
    size = page_file.stat().st_size / 1e6
    print(f"{page_file}: {len(exploration.uses):,} uses, {size:.1f} MB.")
    return 0
