"""`python -m elmo download NAME_OR_URL`: a model from its publisher into the store."""

import argparse
import sys
from typing import Any


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    from elmo.store.official import OFFICIAL

    models = "\n".join(f"  {m.name:<9} {m.size}; {m.trained_on}" for m in OFFICIAL.values())
    parser = subparsers.add_parser(
        "download",
        help="an official model, or one from an address",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Download a model into the store, to use it with --model NAME and in the app. "
        "An\ninterrupted download goes on where it stopped when it is called again.",
        epilog=f"official models:\n{models}\n\nELMO_MIRROR names another server with the official "
        "files. ELMO_HOME is where models are kept.",
    )
    parser.add_argument(
        "what",
        metavar="NAME_OR_URL",
        help="a name from the list below, or an https address: of a folder with options.json and "
        "weights.hdf5, of a weights.hdf5, or of a ZIP file",
    )
    parser.add_argument("--name", help="its name in the store")
    parser.add_argument("--sha256", metavar="HEX", help="the checksum that the weights must have")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Download it, with a progress bar, and say what its checksum was compared with."""
    from tqdm import tqdm

    from elmo.store.download import download, is_recorded

    known = is_recorded(args.what)
    quiet = 0.2 if sys.stderr.isatty() else 10
    with tqdm(unit="B", unit_scale=True, unit_divisor=1000, mininterval=quiet) as bar:

        def progress(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        entry = download(args.what, args.name, progress=progress, sha256=args.sha256)
    print(f"{entry.name} is in the store: use it with --model {entry.name}.")
    if args.sha256:
        print(f"SHA-256 of its weights {entry.sha256}, as you asked for.")
    elif known:
        print(f"SHA-256 of its weights {entry.sha256}, the same as when it was first downloaded.")
    else:
        print(
            f"SHA-256 of its weights {entry.sha256}. Its publisher gives none to compare it with; from now on "
            "it is compared with this one."
        )
    return 0
