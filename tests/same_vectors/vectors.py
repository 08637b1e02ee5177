"""The same words give the same vectors, whatever else differs: vectors to keep, and the measure.

`python -m tests.same_vectors.vectors --write` (part of `make start-data`) stores the bundled
model's vectors of a few sentences; without --write they are computed again in many ways and the
largest differences are printed.
"""

import argparse
import io
import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from elmo import Elmo

FILE = Path(__file__).with_name("vectors.npz")
ROOT = Path(__file__).parent.parent.parent
SENTENCES = (
    "We sat on the river bank .".split(),
    "The bank raised its rates .".split(),
    ["naïve", "東京", "🙂", "Supercalifragilistic"],
)
OTHERS = (
    "A much longer sentence stands beside them in the batch , so that all are padded .".split(),
    ["Short"],
    [],
    ["the"] * 70,
)

Vectors = list[np.ndarray]


def write() -> None:
    """Store the bundled model's vectors, whole or not at all."""
    elmo = Elmo()
    arrays = {str(i): vectors for i, vectors in enumerate(_embed(elmo))}
    part = FILE.with_suffix(".part")
    with part.open("wb") as out:
        np.savez_compressed(out, fingerprint=elmo.fingerprint, **arrays)
    part.replace(FILE)


def stored() -> tuple[str, Vectors]:
    """The fingerprint of the model that the stored vectors are of, and the vectors."""
    with np.load(FILE, allow_pickle=False) as arrays:
        return str(arrays["fingerprint"]), [arrays[str(i)] for i in range(len(SENTENCES))]


def ways() -> dict[str, list[Vectors]]:
    """The vectors again, over batches, orders, threads, restarts and processes."""
    import torch

    elmo = Elmo()
    found = {"alone": [[_one(elmo, s) for s in SENTENCES]]}
    found["batches of 1 to 4,096 words"] = [_embed(elmo, n) for n in (1, 7, 30, 4096)]
    found["orders and neighbours"] = [_among_others(elmo, seed) for seed in range(12)]
    before = torch.get_num_threads()
    found["1, 2 and 4 threads of torch"] = []
    for n in (1, 2, 4):
        torch.set_num_threads(n)
        found["1, 2 and 4 threads of torch"].append(_embed(elmo))
    torch.set_num_threads(before)
    with ThreadPoolExecutor(8) as pool:
        found["8 callers at once"] = list(pool.map(lambda _: _embed(elmo), range(16)))
    found["without the fast path"] = [_elsewhere(ELMO_FAST="0")]
    with ThreadPoolExecutor(2) as pool:
        found["2 new processes at once, of 1 and 2 threads"] = list(
            pool.map(lambda n: _elsewhere(OMP_NUM_THREADS=n), ("1", "2"))
        )
    return found


def differences(found: dict[str, list[Vectors]], want: Vectors) -> dict[str, float]:
    """The largest difference of each way, as a share of the 1e-5 + 1e-5 · |value| of allclose."""
    return {
        name: max(
            float((np.abs(a - b) / (1e-5 + 1e-5 * np.abs(b))).max())
            for vectors in several
            for a, b in zip(vectors, want, strict=True)
        )
        for name, several in found.items()
    }


def _embed(elmo: Elmo, batch_tokens: int = 4096) -> Vectors:
    return [embedded.layers for embedded in elmo.embed(SENTENCES, batch_tokens)]


def _one(elmo: Elmo, sentence: list[str]) -> np.ndarray:
    (embedded,) = elmo.embed([sentence])
    return embedded.layers


def _among_others(elmo: Elmo, seed: int) -> Vectors:
    mixed = [*SENTENCES, *OTHERS]
    order = list(range(len(mixed)))
    random.Random(seed).shuffle(order)
    layers = [embedded.layers for embedded in elmo.embed([mixed[i] for i in order], 100)]
    return [layers[order.index(i)] for i in range(len(SENTENCES))]


def _elsewhere(**environment: str) -> Vectors:
    """In a new process, read from its output."""
    code = (
        "import sys, numpy; from elmo import Elmo; from tests.same_vectors import vectors;"
        "numpy.savez(sys.stdout.buffer, *vectors._embed(Elmo()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        check=True,
    )
    with np.load(io.BytesIO(done.stdout), allow_pickle=False) as arrays:
        return [arrays[f"arr_{i}"] for i in range(len(SENTENCES))]


def main() -> None:
    """Store the vectors, or print how far each way is from them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="store the bundled model's vectors")
    if parser.parse_args().write:
        write()
        return
    fingerprint, want = stored()
    shares = differences(ways(), want)
    largest = {name: f"{share:.3f}" for name, share in shares.items()}
    print(json.dumps({"model": fingerprint, "share of the tolerance used": largest}, indent=2))


if __name__ == "__main__":
    main()
