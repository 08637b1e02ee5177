"""`python -m elmo change OLD NEW WORD…`: is a word used differently in two sets of texts?"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elmo.commands.arguments import (
    add_model_arguments,
    add_number,
    add_overwrite,
    from_arguments,
)
from elmo.commands.change_annotated import run_annotated
from elmo.commands.change_results import against_scores, print_gold, print_rows, with_progress
from elmo.errors import InputError
from elmo.whole_files import check_output

if TYPE_CHECKING:
    from elmo.embedder import Elmo
    from elmo.tasks.change.rows import Row
    from elmo.tasks.change.senses import ReadUses
    from elmo.tasks.change.sides import Side

_FEW = 5
"""Words up to which a call also reads control words and tells of groups."""


def add_parser(subparsers: Any) -> None:
    """Add `change`."""
    parser = subparsers.add_parser(
        "change",
        help="is a word used differently in two corpora?",
        description="Compare the uses of words in two sets of texts: how far apart they are (APD, PRT, JSD), with 95 % "
        "bootstrap intervals, and the share of random splits of all uses that differ as much (p). docs/change.md explains "
        "how each number is computed.",
    )
    parser.add_argument(
        "old",
        metavar="OLD",
        help="an index, a text file or a folder of text files; or a uses.csv of DURel or WUG, named twice",
    )
    parser.add_argument("new", metavar="NEW", help="the same; may be OLD again, with --documents-…")
    parser.add_argument(
        "words", metavar="WORD", nargs="*", help="words to compare; see also --words"
    )
    parser.add_argument(
        "--words", dest="word_file", metavar="FILE", help="a list of words, one a line"
    )
    parser.add_argument(
        "--documents-old", metavar="PATTERN", help='documents of OLD to read, such as "18*.txt"'
    )
    parser.add_argument("--documents-new", metavar="PATTERN", help="documents of NEW to read")
    parser.add_argument(
        "--split",
        metavar="COLUMN",
        help="OLD and NEW are one table (CSV, TSV, XLSX), named twice, whose rows are split by this column",
    )
    parser.add_argument(
        "--new-from",
        metavar="BORDER",
        help="rows from this number or date on are new; without --split, documents with such a date in their names",
    )
    for side in ("old", "new"):
        parser.add_argument(
            f"--{side}-value",
            dest=f"{side}_values",
            metavar="VALUE",
            action="append",
            default=[],
            help=f"rows with this value in the column are {side}; may be given several times",
        )
    add_number(
        parser, "--uses", default=200, metavar="N", help="uses on each side at most; default 200"
    )
    parser.add_argument(
        "--representation", metavar="NAME", help="how a use becomes a vector; default: halves added"
    )
    add_number(
        parser,
        "--controls",
        metavar="N",
        help="number of words to compare each word with, as frequent and used in like places; default: 20 for up to 5 words, "
        "else none",
    )
    add_number(parser, "--seed", default=0, help="seed of all random choices; default 0")
    parser.add_argument(
        "--gold",
        metavar="FILE",
        help="gold scores, on each line a word, a tab and a number, or with a uses.csv its judgments.csv: prints the rank "
        "correlation with them",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write each measured row to FILE as a JSON line; a call after an interruption continues the file",
    )
    parser.add_argument(
        "--forms",
        action="store_true",
        help="count the other forms of a word (mouse: mice) as its uses; which ones is printed",
    )
    parser.add_argument(
        "--table", metavar="FILE", help="write the results as a table, FILE.csv or FILE.xlsx"
    )
    parser.add_argument(
        "--report",
        metavar="PAGE.html",
        help="write one HTML page with all pictures of the word; for one word",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print all results as JSON, those of up to 5 words with their groups and the words of each side",
    )
    add_overwrite(parser)
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure the words and print them, the most changed first."""
    from elmo.tasks.change.annotated import is_uses_file
    from elmo.tasks.change.rows import measure_list, plan, with_rates
    from elmo.tasks.change.sides import joined_forms
    from elmo.tasks.change.table import write_table
    from elmo.tasks.change.texts import read_words
    from elmo.tasks.change.vectors import DEFAULT, use_vectors
    from elmo.tasks.change.wug import read_targets

    _check_outputs(args)
    if args.old == args.new and is_uses_file(args.old):
        return run_annotated(args)
    words: list[str] = list(
        dict.fromkeys([*args.words, *(read_words(args.word_file) if args.word_file else [])])
    )
    if not words:
        raise InputError("there is no word to compare; give one or more, or --words FILE.")
    if args.report and len(words) > 1:
        raise InputError(f"--report is of one word, and {len(words)} are given; call it for each.")
    scores = read_targets(args.gold) if args.gold else None
    sides = _sides(args)
    elmo = from_arguments(args)
    representation = args.representation = args.representation or DEFAULT
    read = _reader(elmo, len(words))
    vectors = use_vectors(elmo, representation, read)
    settings = {
        "old": sides[0].name,
        "new": sides[1].name,
        "model": elmo.fingerprint,
        "representation": representation,
        "uses": args.uses,
        "seed": args.seed,
        "forms": args.forms,
    }
    print(f"{plan(len(words), args.uses)}.", file=sys.stderr)
    measuring = measure_list(
        words,
        sides,
        vectors,
        n_uses=args.uses,
        seed=args.seed,
        file=Path(args.output) if args.output else None,
        settings=settings,
    )
    rows = list(with_progress(measuring, len(words), "words"))
    n_controls = args.controls if args.controls is not None else 20 if len(words) <= _FEW else 0
    if n_controls:
        rows = [_with_controls(row, sides, vectors, n_controls, args) for row in rows]
    rows = with_rates(rows)
    gold = against_scores(rows, scores) if scores is not None else None
    if args.table:
        write_table(rows, args.table)
    if args.report:
        _write_report(words[0], sides, elmo, read, args)
    if args.json:
        about = [row.to_dict() | _forms(row.word, sides) for row in rows]
        if len(words) <= _FEW:
            about = [
                each | (_details(row.word, sides, elmo, read, args) if row.change else {})
                for each, row in zip(about, rows, strict=True)
            ]
        every = settings | {"words": about} | ({"gold": gold} if gold else {})
        print(json.dumps(every, indent=1, ensure_ascii=False))
        return 0
    print_rows(rows, settings)
    for row in rows if args.forms else ():
        forms = joined_forms(row.word, sides)
        print(f"{row.word}: {f'with {forms}' if forms else 'no other form stands in the texts'}")
    if gold:
        print_gold(gold, args.gold)
    return 0


def _reader(elmo: "Elmo", n_words: int) -> "ReadUses":
    """Reads uses; of a few words each use once, as the figures, the details and the report need the same readings."""
    if n_words > _FEW:
        return elmo.read_uses
    from elmo.vectors.cache import VectorCache

    cache = VectorCache.for_session()
    return lambda uses: cache.read_uses(elmo, uses, elmo.constants)


def _check_outputs(args: argparse.Namespace) -> None:
    """Refuse to write over a file that is not the command's own, before anything is computed."""
    from elmo.tasks.change.rows import is_rows_file
    from elmo.tasks.change.table import check_ending
    from elmo.views.page import is_page

    inputs = [args.old, args.new, args.word_file, args.gold]
    if args.table:
        check_ending(args.table)
        check_output(args.table, inputs, overwrite=args.overwrite)
    if args.report:
        others = [*inputs, args.table]
        check_output(args.report, others, overwrite=args.overwrite, is_own=is_page)
    if args.output:
        others = [*inputs, args.table, args.report]
        check_output(args.output, others, overwrite=args.overwrite, is_own=is_rows_file)
        if args.overwrite and not is_rows_file(Path(args.output)):
            Path(args.output).unlink(missing_ok=True)


def _sides(args: argparse.Namespace) -> tuple["Side", "Side"]:
    """The two sides: two sets of texts, or one table or index that is split."""
    from elmo.home import home
    from elmo.tasks.change.texts import Split, open_side, open_split

    folder = home() / "indexes"
    if args.split or args.new_from or args.old_values or args.new_values:
        if args.old != args.new:
            raise InputError(
                f"a split is of one table or index, named twice; OLD is {args.old} and NEW is {args.new}."
            )
        split = Split(args.split, args.new_from, tuple(args.old_values), tuple(args.new_values))
        old, new = open_split(args.old, split, folder)
    else:
        old = open_side(args.old, args.documents_old, folder)
        new = open_side(args.new, args.documents_new, folder)
    return replace(old, with_forms=args.forms), replace(new, with_forms=args.forms)


def _write_report(
    word: str,
    sides: tuple["Side", "Side"],
    elmo: "Elmo",
    read: "ReadUses",
    args: argparse.Namespace,
) -> None:
    """Write the word's page."""
    from elmo.tasks.change.exploration import explore_word
    from elmo.tasks.change.measure import draw_enough
    from elmo.tasks.change.sides import joined_forms
    from elmo.views import save

    drawn = draw_enough(word, sides, args.uses, args.seed)
    forms = joined_forms(word, sides)
    notes = [f"With its other forms: {forms}."] if forms else []
    by = args.representation
    save(explore_word(drawn, elmo, first=by, seed=args.seed, notes=notes, read=read), args.report)
    size = Path(args.report).stat().st_size / 1e6
    print(f"{args.report}: {len(drawn.uses):,} uses, {size:.1f} MB.", file=sys.stderr)


def _details(
    word: str,
    sides: tuple["Side", "Side"],
    elmo: "Elmo",
    read: "ReadUses",
    args: argparse.Namespace,
) -> dict[str, Any]:
    """The groups of a word's uses, the first of them new, and the words nearest to the word on each side."""
    from elmo.tasks.change.exploration import details
    from elmo.tasks.change.measure import draw_enough

    drawn = draw_enough(word, sides, args.uses, args.seed)
    return details(drawn, elmo, args.representation, args.seed, read)


def _forms(word: str, sides: tuple["Side", "Side"]) -> dict[str, Any]:
    """The forms that were joined to the word, with their counts on both sides."""
    old, new = (side.forms(word) for side in sides)
    return {"forms": {"old": old, "new": new}} if sides[0].with_forms else {}


def _with_controls(
    row: "Row", sides: tuple["Side", "Side"], vectors: Any, n: int, args: argparse.Namespace
) -> "Row":
    """The row with the comparison to n control words."""
    from elmo.tasks.change.controls import among_controls, control_words
    from elmo.tasks.change.rows import row_of

    if row.change is None:
        return row
    n_uses = row.change.n_old  # the same number of uses as for the word
    words = control_words(row.word, sides, n)
    rows = (row_of(word, sides, vectors, n_uses, args.seed) for word in words)
    controls = list(with_progress(rows, len(words), f"words as frequent as {row.word}"))
    return among_controls(row, controls)
