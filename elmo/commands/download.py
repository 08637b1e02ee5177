"""`python -m elmo download WHAT`: download a model into the store."""

import argparse
import sys
from typing import Any

from elmo.commands.arguments import add_number


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    from elmo.store.official import OFFICIAL

    models = "\n".join(
        f"  {m.name:<9} {m.language:<10} {m.size:<16} licence: {m.licence}; text: {m.trained_on}"
        + (", with a softmax" if m.softmax_path else "")
        for m in OFFICIAL.values()
    )
    parser = subparsers.add_parser(
        "download",
        help="a published model, or one from an address",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Download a model into the store, for --model NAME and for the app. A second call\n"
        "continues an interrupted download.",
        epilog=f"published models:\n{models}\n\nELMO_MIRROR names other servers with AllenNLP's "
        "files, separated by spaces. ELMO_HOME is where models are kept.",
    )
    parser.add_argument(
        "what",
        metavar="WHAT",
        help="a name from the list below; nlpl:NUMBER of NLPL's catalogue; hf:OWNER/NAME of Hugging "
        "Face; or an https address: of a folder with options.json and weights.hdf5, of a "
        "weights.hdf5, or of a ZIP file",
    )
    add_number(
        parser,
        "--with-softmax",
        metavar="N",
        help="also load the softmax of the N most frequent words, with which the model predicts words "
        "(50000 are 100 MB); two of AllenNLP's models have a softmax",
    )
    parser.add_argument("--name", help="name of the model in the store")
    parser.add_argument("--sha256", metavar="HEX", help="the checksum that the weights must have")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Download the model with a progress bar, and print the source of the checksum that was compared."""
    from tqdm import tqdm

    from elmo.store.download import download, is_recorded

    known = is_recorded(args.what)
    quiet = 0.2 if sys.stderr.isatty() else 10
    with tqdm(unit="B", unit_scale=True, unit_divisor=1000, mininterval=quiet) as bar:

        def progress(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        entry = download(
            args.what,
            args.name,
            with_softmax=args.with_softmax,
            progress=progress,
            sha256=args.sha256,
            warn=lambda message: bar.write(f"WARNING: {message}", file=sys.stderr),
        )
    print(f"{entry.name} is in the store: use it with --model {entry.name}.")
    if args.sha256:
        print(f"SHA-256 of its weights {entry.sha256}, as given with --sha256.")
    elif known:
        print(f"SHA-256 of its weights {entry.sha256}, the same as at the first download.")
    else:
        print(
            f"SHA-256 of its weights {entry.sha256}. Its publisher states none; later downloads are "
            "compared with this one."
        )
    return 0
