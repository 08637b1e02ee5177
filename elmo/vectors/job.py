"""The work of a job that makes a file of vectors of a person's sentences; see `elmo.jobs.jobs`."""

from pathlib import Path
from typing import Any

from elmo.vectors.export import FORMATS, ExportSource
from elmo.vectors.file import embed_file
from elmo.vectors.tokens import count_words

SENTENCES = "sentences.txt"
_READING = 0.9
"""The share of the progress bar that reading the sentences takes; writing takes the rest."""
_BATCH_TOKENS = 1024
"""Words read between two reports of progress."""


class _Stopped(Exception):
    """The person asked for a stop."""


def run_job(args: dict[str, Any], report: Any, folder: Path) -> dict[str, Any]:
    """Read the sentences of `folder`/sentences.txt and write their vectors there.

    Args:
        args: "files", options and weights; "layers", as `embed_file` has it; "format", a name of
            `FORMATS`; "means", whether one vector a sentence is wanted.

    Returns:
        {"file", "n_sentences", "n_words"}; {} when it was stopped.
    """
    from elmo.embedder import Elmo

    report(0.0, "Loading the model")
    sentences, embedded = folder / SENTENCES, folder / "embedded.hdf5"
    n_words = count_words(sentences, "utf-8").n_words
    n_read = 0

    def report_or_stop(fraction: float, message: str) -> None:
        report(fraction, message)
        if report.should_stop():
            raise _Stopped

    def read(n: int) -> None:
        nonlocal n_read
        n_read += n
        report_or_stop(_READING * n_read / max(1, n_words), f"Read {n_read:,} of {n_words:,} words")

    try:
        elmo = Elmo(*args["files"])
        report_or_stop(0.0, f"Reading {n_words:,} words")
        n_sentences = embed_file(
            elmo, sentences, embedded, args["layers"], batch_tokens=_BATCH_TOKENS, text=True, encoding="utf-8", progress=read
        )  # fmt: skip
        chosen = FORMATS[args["format"]]
        out = folder / f"vectors{chosen.ending}"
        share = (1 - _READING) / max(1, n_sentences)
        chosen.write(
            ExportSource(embedded, sentences, args["means"]),
            out,
            lambda n: report_or_stop(
                _READING + share * n, f"Written {n:,} of {n_sentences:,} sentences"
            ),
        )
    except _Stopped:
        return {}
    finally:
        embedded.unlink(missing_ok=True)
    return {"file": out.name, "n_sentences": n_sentences, "n_words": n_words}
