"""The growth of indexing, searching and embedding with the number of words, and its pictures.

    python -m benchmarks.scaling index CORPUS… --words 10000 100000 1000000 10000000
    python -m benchmarks.scaling embed CORPUS… --words 10000 100000 1000000
    python -m benchmarks.scaling draw

CORPUS are text files (.txt, .gz, .xz); their first words are measured. Each measurement is a command of this project in
a process of its own. CPU seconds are those of the process, with the start of Python; wall seconds depend on the other
programs of the machine. Results are stored in docs/scaling.json, with the pictures beside the file.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.svg import Series, chart
from elmo.corpus.lines import read_lines, text_files

RESULTS = Path(__file__).parent.parent / "docs" / "scaling.json"
QUERY = """
import json, sys, time
from elmo.corpus.index import CorpusIndex
answers = {}
for word in ("bank", "the"):
    times = []
    for _ in range(9):
        wall, cpu = time.perf_counter(), time.process_time()
        with CorpusIndex(sys.argv[1]) as index:
            count = index.count(word)
            hits = index.hits(word, 50)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    answers[word] = {"count": count, "hits": len(hits), "times": times}
print(json.dumps(answers))
"""


def main() -> None:
    """Measure, or draw the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["index", "embed", "draw"])
    parser.add_argument("corpus", nargs="*")
    parser.add_argument("--words", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--results", type=Path, default=RESULTS)
    args = parser.parse_args()
    if args.what == "draw":
        draw(args.results)
        return
    measure = {"index": measure_index, "embed": measure_embed}[args.what]
    for n_words in args.words:
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / "text.txt"
            taken = write_words(args.corpus, text, n_words)
            row = {"words": taken} | measure(text, Path(folder) / "out")
        print(json.dumps(row), flush=True)
        keep(args.results, args.what, row)


def write_words(corpus: list[str], text: Path, n_words: int) -> int:
    """Write the first lines of a corpus with `n_words` words or more (parts between spaces); returns their number of words."""
    taken = 0
    with text.open("w", encoding="utf-8") as out:
        for file in text_files(corpus):
            for line in read_lines(file):
                out.write(line.text + "\n")
                taken += len(line.text.split())
                if taken >= n_words:
                    return taken
    raise SystemExit(f"the corpus has {taken:,} words, {n_words:,} were asked for.")


def measure_index(text: Path, out: Path) -> dict[str, Any]:
    """The cost of indexing a text, and the times of a search for 50 lines of two words."""
    row = run([sys.executable, "-m", "elmo", "index", str(text), "--output", str(out)])
    row["bytes"] = out.stat().st_size
    row["text_bytes"] = text.stat().st_size
    answer = subprocess.run(
        [sys.executable, "-c", QUERY, str(out)], capture_output=True, text=True, check=True
    )
    for word, answer_of_word in json.loads(answer.stdout).items():
        walls, cpus = zip(*answer_of_word["times"], strict=True)
        row[word] = {
            "count": answer_of_word["count"],
            "hits": answer_of_word["hits"],
            "wall_ms_first": walls[0] * 1000,
            "wall_ms_median": statistics.median(walls) * 1000,
            "cpu_ms_median": statistics.median(cpus) * 1000,
        }
    return row


def measure_embed(text: Path, out: Path) -> dict[str, Any]:
    """The cost of embedding a text with the bundled model, all layers."""
    row = run([sys.executable, "-m", "elmo", "embed", str(text), str(out)])
    row["bytes"] = out.stat().st_size
    return row


def run(command: list[str]) -> dict[str, Any]:
    """The CPU seconds, wall seconds and largest memory of a command."""
    started = time.perf_counter()
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
    return {
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "wall_s": time.perf_counter() - started,
        "memory_mb": usage.ru_maxrss / 1024,
        "load": os.getloadavg()[0],
        "day": time.strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
    }


def keep(results: Path, measurement: str, row: dict[str, Any]) -> None:
    """Add a row to the results; a row of the same size is replaced."""
    known = json.loads(results.read_text()) if results.exists() else {}
    rows = [
        old for old in known.get(measurement, []) if abs(old["words"] / row["words"] - 1) > 0.01
    ]
    known[measurement] = sorted([*rows, row], key=lambda r: r["words"])
    results.write_text(json.dumps(known, indent=1) + "\n")


def draw(results: Path) -> None:
    """Write the pictures of time, space, memory and search."""
    known = json.loads(results.read_text())

    def points(what: str, *keys: str, scale: float = 1.0) -> list[tuple[float, float]]:
        values = []
        for row in known.get(what, []):
            value = row
            for key in keys:
                value = value[key]
            if value is not None:
                values.append((row["words"], value * scale))
        return values

    pictures = {
        "cpu": (
            "CPU seconds",
            [Series("index", points("index", "cpu_s")), Series("embed", points("embed", "cpu_s"))],
        ),
        "bytes": (
            "Megabytes on disk",
            [
                Series("text", points("index", "text_bytes", scale=1e-6)),
                Series("index", points("index", "bytes", scale=1e-6)),
                Series("vectors, all layers", points("embed", "bytes", scale=1e-6)),
            ],
        ),
        "memory": (
            "Memory at most, MB",
            [
                Series("index", points("index", "memory_mb")),
                Series("embed", points("embed", "memory_mb")),
            ],
        ),
        "search": (
            "Count and 50 lines, CPU ms",
            [
                Series(f"“{word}”", points("index", word, "cpu_ms_median"))
                for word in ("bank", "the")
            ],
        ),
    }
    for name, (label, series) in pictures.items():
        file = results.with_name(f"scaling-{name}.svg")
        file.write_text(chart(label, "words", series), encoding="utf-8")
        print(file)


if __name__ == "__main__":
    main()
