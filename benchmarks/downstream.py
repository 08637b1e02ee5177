"""The figures of docs/downstream.md and of the README: `python -m benchmarks.downstream [--shared ../shared]`.

The script runs the commands below, two at a time with one thread each, and writes their output into
docs/downstream_figures.md, each table beside its command, with the model's fingerprint. Tables of this model that the
file already has are not measured again (`--again` measures all). Then the script writes the tables between
`<!-- downstream: NAME -->` and `<!-- end -->` in README.md and docs/downstream.md.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from elmo.store.store import Store
from elmo.whole_files import write_text

ROOT = Path(__file__).parent.parent
FIGURES = ROOT / "docs" / "downstream_figures.md"
REVIEWS = "evaluate classification {shared}/eval/sentence_polarity --folds 5 --seeds 0 --no-cache"
SENSES = "evaluate senses {shared}/eval/coarsewsd20 --no-cache"
CURVE = f"{REVIEWS} --rows tfidf static layer1 equal tfidf+equal --curve 0.005 0.01 0.03 0.1 0.3"
BUNDLED = {
    "intent": "evaluate classification intent --no-cache",
    "sentiment": "evaluate classification sentiment --no-cache",
    "passages": "evaluate question-answering passages --no-cache",
}
# The longest command is first, so that both processors are busy to the end.
COMMANDS = (REVIEWS, *BUNDLED.values(), CURVE, SENSES)
CELL = re.compile(r"-?\d\.\d{3} \[-?\d\.\d{3}, -?\d\.\d{3}\]")


def measure(shared: Path, model: str, again: bool) -> None:
    """Measure the missing tables, and write the file after each table."""
    name = [] if model == "bundled" else ["--model", model]
    fingerprint = Store().load(model).fingerprint
    head = f"Model: {model}, fingerprint {fingerprint}. Written by `python -m benchmarks.downstream`.\n"
    before = FIGURES.read_text(encoding="utf-8") if FIGURES.is_file() else ""
    parts = sections(before) if head in before and not again else {}
    writing = threading.Lock()

    def run(command: str) -> None:
        shown = command.format(shared="../shared")
        if shown in parts:
            return
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "elmo", *command.format(shared=shared).split(), *name],
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{shown}: exit status {done.returncode}")
        took = time.perf_counter() - began
        with writing:
            parts[shown] = (
                f"\n## `python -m elmo {shown}`\n\n{took:.0f} s\n\n```\n{done.stdout}```\n"
            )
            order = [c.format(shared="../shared") for c in COMMANDS]
            text = "".join(parts[c] for c in order if c in parts)
            write_text(FIGURES, f"# Downstream: figures\n\n{head}{text}")
            print(parts[shown], flush=True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, COMMANDS))


def sections(text: str) -> dict[str, str]:
    """The tables of a file that `measure` wrote, by their commands."""
    starts = list(re.finditer(r"\n## `python -m elmo (.+)`\n", text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}


def rows(section: str) -> list[tuple[str, list[str]]]:
    """The label and the cells of each row of a table; the rows of a learning curve are left out."""
    table = section.split("\nLearning curve")[0]
    lines = [(line, CELL.findall(line)) for line in table.splitlines()]
    return [(line[: line.index(cells[0])].strip(), cells) for line, cells in lines if cells]


def curve(section: str) -> list[str]:
    """The learning curve of a table, as lines of Markdown."""
    sizes, *rows_of_section = section.split("\nLearning curve")[1].splitlines()[1:-1]
    head = "| training items |" + "".join(f" {size} |" for size in sizes.split())
    table = [head, "|---" * (len(sizes.split()) + 1) + "|"]
    for line in filter(CELL.search, rows_of_section):
        cells = CELL.findall(line)
        table.append(f"| {line[: line.index(cells[0])].strip()} | {' | '.join(cells)} |")
    return table


def blocks(figures: str) -> dict[str, str]:
    """The tables for README.md and docs/downstream.md, by name."""
    tables = sections(figures)

    def table(command: str) -> list[tuple[str, list[str]]]:
        return rows(tables[command.format(shared="../shared")])

    reviews = [
        f"`python -m elmo {REVIEWS.format(shared='../shared')}`:\n",
        "| row | accuracy | over TF-IDF |\n|---|---|---|",
        *(
            f"| {label} | {cells[0]} | {cells[2] if len(cells) > 2 else ''} |"
            for label, cells in table(REVIEWS)
        ),
    ]
    senses = [
        f"`python -m elmo {SENSES.format(shared='../shared')}`:\n",
        "| row | recall |\n|---|---|",
        *(f"| {label} | {cells[0]} |" for label, cells in table(SENSES)),
    ]
    sets = {name: dict(table(command)) for name, command in BUNDLED.items()}
    shown = [label for label in sets["intent"] if label != "Majority"]
    bundled = [
        "| row | " + " | ".join(f"`{name}`" for name in sets) + " |",
        "|---" * (len(sets) + 1) + "|",
        *(
            f"| {label} | " + " | ".join(rows.get(label, [""])[0] for rows in sets.values()) + " |"
            for label in shown
        ),
    ]
    return {
        name: "\n".join(lines)
        for name, lines in (
            ("reviews", reviews),
            ("senses", senses),
            ("bundled", bundled),
            ("curve", curve(tables[CURVE.format(shared="../shared")])),
        )
    }


def fill(text: str, tables: dict[str, str]) -> str:
    """The text of a page with the tables between its marks."""
    for name, table in tables.items():
        mark = f"<!-- downstream: {name} -->"
        text = re.sub(
            f"{mark}.*?<!-- end -->",
            lambda _, mark=mark, table=table: f"{mark}\n{table}\n<!-- end -->",
            text,
            flags=re.DOTALL,
        )
    return text


def main() -> None:
    """Measure the tables and write them into the pages."""
    parser = argparse.ArgumentParser(description="Measure the figures of docs/downstream.md.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--again", action="store_true", help="measure all tables again")
    args = parser.parse_args()
    measure(args.shared.absolute(), args.model, args.again)
    tables = blocks(FIGURES.read_text(encoding="utf-8"))
    for page in (ROOT / "README.md", ROOT / "docs" / "downstream.md"):
        write_text(page, fill(page.read_text(encoding="utf-8"), tables))


if __name__ == "__main__":
    main()
