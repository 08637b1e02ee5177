"""Spoiled model files are refused by name, or read rightly; memory and other files are safe.

Each batch runs in a process of its own with a limit on its memory, so that a crash of the HDF5
library or a file that unpacks without end is seen, and seen here only.
"""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

MEMORY_BYTES = 6 * 1024**3  # address space; torch alone reserves about 3 GB of it

_WORKER = """
import json, resource, sys
from pathlib import Path
import numpy as np
from elmo import Elmo
from elmo.errors import ModelFileError
from benchmarks.processes import peak_bytes
from tests.hostile.mutations import spoiled

resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
pair = Path(sys.argv[1]), Path(sys.argv[2])
folder = Path(sys.argv[3])
for number in range(int(sys.argv[4]), int(sys.argv[5])):
    options, weights, way = spoiled(pair, folder / str(number), number)
    try:
        elmo = Elmo(options, weights)
        layers = next(elmo.embed([["the", "bank"]])).layers
        result = "read" if np.isfinite(layers).all() else "not finite"
    except ModelFileError as error:
        message = str(error)
        named = options.name in message or weights.name in message
        result = "refused" if named else "refused without a name: " + message
    print(json.dumps([number, way, result]), flush=True)
print(json.dumps(["peak", peak_bytes(), ""]))
"""


def run(pair, folder, first, last):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            _WORKER.replace("{memory}", str(MEMORY_BYTES)),
            *map(str, pair),
            str(folder),
            str(first),
            str(last),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1200,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    last_seen = lines[-1] if lines else None
    assert done.returncode == 0, f"after {last_seen}: {done.stderr[-1500:]}"
    return lines[:-1], lines[-1][1]


def check(pair, folder, first, last):
    lines, peak = run(pair, folder, first, last)
    assert len(lines) == last - first
    wrong = [line for line in lines if line[2] not in ("read", "refused")]
    assert wrong == []
    must_refuse = (
        "link",
        "virtual",
        "external",
        "reference",
        "bomb",
        "huge",
        "text",
        "not numbers",
        "empty",
        "group",
        "deep",
        "too long",
        "folder",
        "variable",
        "swapped",
    )
    slipped = [
        line for line in lines if line[2] == "read" and any(word in line[1] for word in must_refuse)
    ]
    assert slipped == []
    assert peak < 1.5 * 1024**3, f"{peak:,} bytes"
    return lines


def test_each_way_of_spoiling_twice(small_model_files, tmp_path):
    check(small_model_files, tmp_path, 0, 52)


@pytest.mark.soak
def test_five_hundred_spoiled_pairs(small_model_files, tmp_path):
    lines = check(small_model_files, tmp_path, 52, 552)
    assert sum(line[2] == "refused" for line in lines) > 300
