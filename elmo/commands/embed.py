"""`python -m elmo embed SENTENCES.txt OUT.hdf5`: write the vectors of a file of sentences."""

import argparse
import sys
from pathlib import Path
from typing import Any

from elmo.commands.arguments import (
    add_encoding_argument,
    add_model_arguments,
    add_number,
    add_overwrite,
    entry_from_arguments,
)
from elmo.errors import InputError
from elmo.whole_files import check_output


def add_parser(subparsers: Any) -> None:
    """Add the command's arguments."""
    parser = subparsers.add_parser(
        "embed",
        help="vectors of each word of each line of a file, as HDF5",
        description="Write the vectors of every line. OUT has a data set for each line, named 0, "
        "1, 2 and so on, float32, of shape (layers, tokens, dim), or (tokens, dim) with another "
        "--layers; and sentence_to_index, a JSON object from line to name. A second call "
        "continues an interrupted run.",
    )
    parser.add_argument(
        "sentences",
        metavar="SENTENCES.txt",
        help="one sentence a line, words separated by blanks",
    )
    parser.add_argument("out", metavar="OUT.hdf5", help="the file to write")
    parser.add_argument(
        "--layers",
        metavar="L",
        default="all",
        help="all: every layer; top: the top one; average: the equal mix; the name of a "
        'representation, such as "layer 1"; or the weights of a mix, such as .2,.3,.5 (default: all)',
    )
    add_number(
        parser,
        "--batch-tokens",
        default=4096,
        metavar="N",
        help="words computed at once; fewer take less memory (default: 4096)",
    )
    parser.add_argument(
        "--reduced-precision",
        action="store_true",
        help="16-bit weights where this processor is faster with them (1.1 to 1.8 times); the "
        "cosine to the exact vector is above 0.9997 (docs/performance.md)",
    )
    parser.add_argument(
        "--device", default="cpu", help="cpu (default), or cuda where there is a graphics card"
    )
    parser.add_argument(
        "--text", action="store_true", help="lines are plain text, to be split into words"
    )
    parser.add_argument(
        "--engine",
        choices=["one", "ray"],
        default="one",
        help="one: this process (default). ray: a Ray cluster; OUT is then a folder of shards with "
        "a manifest (needs requirements/ray.txt)",
    )
    parser.add_argument(
        "--address",
        metavar="A",
        help="address of the Ray cluster; without this a cluster is started on this machine",
    )
    add_overwrite(parser)
    parser.add_argument(
        "--boundaries",
        action="store_true",
        help="read the words <S> and </S> as boundaries of sentences, as AllenNLP does",
    )
    parser.add_argument(
        "--tokens",
        metavar="FILE",
        help="also write the words that the model read: JSON lines with index, tokens and offsets of each sentence",
    )
    add_encoding_argument(parser)
    add_model_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Embed the file, with a progress bar."""
    from elmo.corpus.lines import seekable

    with seekable(args.sentences) as sentences:
        return _embed(args, sentences)


def _embed(args: argparse.Namespace, sentences: Path) -> int:
    from tqdm import tqdm

    from elmo.corpus.lines import tell_going_on
    from elmo.model.characters import equal_words_remark, words_made_equal
    from elmo.vectors.file import embed_file
    from elmo.vectors.part import is_embedded
    from elmo.vectors.tokens import count_words, is_tokens, write_tokens

    if args.address and args.engine != "ray":
        raise InputError(f"--address {args.address} is for --engine ray.")
    if args.reduced_precision and args.engine == "ray":
        raise InputError("--reduced-precision is for --engine one; leave it out with --engine ray.")
    if args.device != "cpu" and args.engine == "ray":
        raise InputError(f"--device {args.device} is for --engine one; Ray computes on processors.")
    entry = entry_from_arguments(args)
    inputs = [args.sentences, entry.options_file, entry.weight_file]
    if args.engine == "one":
        check_output(args.out, inputs, overwrite=args.overwrite, is_own=is_embedded)
    if args.tokens:
        others = [*inputs, args.out]
        check_output(args.tokens, others, overwrite=args.overwrite, is_own=is_tokens)
    counts = count_words(sentences, args.encoding)
    n_words = counts.n_words
    tell_going_on(args.out)
    on_terminal = sys.stderr.isatty()
    with tqdm(
        total=n_words, unit=" words", unit_scale=True, mininterval=0.2 if on_terminal else 10
    ) as bar:
        how = {
            "layers": args.layers,
            "batch_tokens": args.batch_tokens,
            "text": args.text,
            "encoding": args.encoding,
            "boundaries": args.boundaries,
            "progress": bar.update,
        }
        if args.engine == "ray":
            from elmo.vectors.ray_engine import embed_on_ray

            n_sentences = embed_on_ray(entry, sentences, args.out, address=args.address, **how)
        else:
            elmo = entry.load(device=args.device, reduced_precision=args.reduced_precision)
            n_sentences = embed_file(elmo, sentences, args.out, overwrite=args.overwrite, **how)
    print(f"{args.out}: {n_sentences:,} sentences, {n_words:,} words.")
    if args.tokens:
        write_tokens(sentences, Path(args.tokens), args.text, args.encoding)
        print(f"{args.tokens}: the words of each sentence.")
    n_characters = entry.options.max_characters_per_token
    equal = equal_words_remark(words_made_equal(counts.long_words, n_characters), n_characters)
    for message in (None if args.text else counts.remark(), equal):
        if message:
            print(message, file=sys.stderr)
    return 0
