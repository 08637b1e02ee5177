"""Tokens a second of this project and of simple_elmo (TensorFlow), measured in turns in one run.

    python -m benchmarks.inference [--sizes small original] [--rounds 3] [--peer-python PYTHON]

Both read the same random weights and the same sentences with two threads; each pass of this project begins with an
empty word cache. A round is one pass of each. Ratios are computed within a round; the table has their median, smallest
and largest. The run takes about four minutes. The small size reads 512 sentences; the original size reads 256, and 32
one by one. Fewer sentences repeat fewer words, which is a disadvantage for this project.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.random_model import make
from benchmarks.texts import sentences
from elmo import Elmo
from elmo.explore.similarity import paired_cosine

GOALS = {  # (size, batch): ratio to simple_elmo in float32 and in reduced precision
    ("small", 32): (2.0, 4.0),
    ("small", 1): (3.0, None),
    ("original", 32): (1.5, 3.0),
    ("original", 1): (1.5, 2.5),
}


N_SENTENCES = {("small", 32): 512, ("small", 1): 512, ("original", 32): 256, ("original", 1): 32}


class Peer:
    """simple_elmo in a process of its own."""

    def __init__(self, python: str, folder: Path, texts: Path, batch: int) -> None:
        script = Path(__file__).with_name("simple_elmo_worker.py")
        self.vectors_file = texts.with_suffix(".npy")
        self.process = subprocess.Popen(
            [python, str(script), str(folder), str(texts), str(batch), str(self.vectors_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "2", "TF_USE_LEGACY_KERAS": "1"},
        )
        self.ask(None)

    def ask(self, number: int | None) -> str:
        """Send a number of sentences, and return the worker's next line; None only reads a line."""
        if number is not None:
            self.process.stdin.write(f"{number}\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("simple_elmo did not start; see requirements/bench.txt")
        return line.strip()

    def close(self) -> None:
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def one_pass(elmo: Elmo, texts: list[list[str]], batch: int) -> float:
    """Seconds to embed all sentences, `batch` at a time, from an empty word cache."""
    elmo.clear_word_cache()
    start = time.perf_counter()
    for at in range(0, len(texts), batch):
        elmo.embed_batch(texts[at : at + batch])
    return time.perf_counter() - start


def smallest_cosine(one: Elmo, other: Elmo, texts: list[list[str]]) -> float:
    """The smallest cosine between the vectors of two models, over all tokens and layers."""
    least = 1.0
    for a, b in zip(one.embed(texts), other.embed(texts), strict=True):
        least = min(least, float(paired_cosine(a.layers, b.layers).min()))
    return least


def measure(size: str, batch: int, n: int, rounds: int, peer_python: str, folder: Path) -> None:
    """Print the rows of one size and batch."""
    texts = sentences()[:n]
    n_tokens = sum(map(len, texts))
    print(
        f"\n{size}, {batch} a batch, {n} sentences, {n_tokens:,} tokens, {rounds} rounds",
        flush=True,
    )
    texts_file = folder / "sentences.json"
    texts_file.write_text(json.dumps(texts))
    files = [make(size, folder) / name for name in ("options.json", "weights.hdf5")]
    ours = {
        "float32": Elmo(*files),
        "reduced": Elmo(*files, reduced_precision=True),
    }
    difference = max(
        float(np.abs(a.layers - b.layers).max())
        for a, b in zip(
            ours["float32"].embed(texts[:16]),
            Elmo(*files, fast=False).embed(texts[:16]),
            strict=True,
        )
    )
    peer = Peer(peer_python, files[0].parent, texts_file, batch)
    for elmo in ours.values():
        one_pass(elmo, texts[: 2 * batch], batch)
    seconds: dict[str, list[float]] = {name: [] for name in ("simple_elmo", *ours)}
    for _ in range(rounds):
        seconds["simple_elmo"].append(float(peer.ask(n)))
        for name, elmo in ours.items():
            seconds[name].append(one_pass(elmo, texts, batch))
    peer.ask(-1)
    peer.close()
    theirs = np.load(peer.vectors_file)
    # simple_elmo: (sentences, layers, tokens, dim)
    mine = next(ours["float32"].embed(texts[:1])).layers
    apart = float(np.abs(theirs[0] - mine).max())
    print(f"  fast path to definition: {difference:.1e}; to simple_elmo: {apart:.1e} (largest)")
    print(
        f"  smallest cosine, reduced to float32: {smallest_cosine(*ours.values(), texts[:64]):.6f}"
    )
    base = np.array(seconds["simple_elmo"])
    print(f"  {'simple_elmo':12}{n_tokens / np.median(base):10,.0f} tok/s")
    for name, goal in zip(ours, GOALS.get((size, batch), (None, None)), strict=True):
        ratio = base / np.array(seconds[name])
        print(
            f"  {name:12}{n_tokens / np.median(seconds[name]):10,.0f} tok/s   ratio "
            f"{np.median(ratio):.2f} [{ratio.min():.2f}, {ratio.max():.2f}]"
            + (f"   goal {goal}" if goal else ""),
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", nargs="+", default=["small", "original"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer-python", default=os.environ.get("PEER_PYTHON", sys.executable))
    args = parser.parse_args()
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as folder:
        for size in args.sizes:
            for batch in (32, 1):
                n = N_SENTENCES[size, batch]
                measure(size, batch, n, args.rounds, args.peer_python, Path(folder))


if __name__ == "__main__":
    main()
