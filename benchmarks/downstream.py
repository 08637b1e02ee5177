"""The figures of docs/downstream.md: `python -m benchmarks.downstream [--shared ../shared] [--out FILE]`.

Runs the commands below one after another and writes what they print into FILE, each table beside its
command, with the model's fingerprint and the time that it took. Tables that are there already for this
model are not measured again.
"""

import argparse
import contextlib
import io
import re
import time
from pathlib import Path

from elmo.cli import main as elmo
from elmo.store import Store

COMMANDS = (
    "evaluate question-answering passages",
    "evaluate classification intent",
    "evaluate classification sentiment",
    "evaluate senses {shared}/eval/coarsewsd20 --no-cache",
    "evaluate classification {shared}/eval/sentence_polarity --folds 5 --seeds 0 --no-cache",
)


def run(shared: Path, out: Path, model: str) -> None:
    """Measure what is missing, writing after each table."""
    name = [] if model == "bundled" else ["--model", model]
    fingerprint = Store().load(model).fingerprint
    head = f"Model: {model}, fingerprint {fingerprint}. Written by `python -m benchmarks.downstream`.\n"
    before = out.read_text(encoding="utf-8") if out.is_file() else ""
    parts = _sections(before) if head in before else {}
    for command in COMMANDS:
        shown = command.format(shared="../shared")
        if shown in parts:
            continue
        began = time.perf_counter()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = elmo([*command.format(shared=shared).split(), *name])
        if status:
            raise SystemExit(f"{shown}: exit status {status}")
        took = time.perf_counter() - began
        parts[shown] = (
            f"\n## `python -m elmo {shown}`\n\n{took:.0f} s\n\n```\n{printed.getvalue()}```\n"
        )
        part = out.with_name(f"{out.name}.part")
        part.write_text(
            f"# Downstream: figures\n\n{head}{''.join(parts.values())}", encoding="utf-8"
        )
        part.replace(out)
        print(parts[shown], flush=True)


def _sections(text: str) -> dict[str, str]:
    """The tables of a file written by `run`, by their commands."""
    starts = list(re.finditer(r"\n## `python -m elmo (.+)`\n", text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the figures of docs/downstream.md.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("docs/downstream_figures.md"))
    parser.add_argument("--model", default="bundled")
    args = parser.parse_args()
    run(args.shared, args.out, args.model)
