"""Spoiled softmax, vocabulary, CSV, word-vector, corpus, JSON, ZIP and index files."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.hostile.other_files import KINDS, WAYS

ADDRESS_SPACE = 6 * 1024**3  # torch alone reserves about 3 GB of it
PEAK_BYTES = 1024**3


def check(folder: Path, first: int, last: int) -> list[list]:
    """Spoil and read so many; each was read, or refused with words of the program's own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.other_files", str(folder)]
        + [str(first), str(last), str(ADDRESS_SPACE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1500,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"after {lines[-1:]}: {done.stderr[-1500:]}"
    *lines, (_, _, peak) = lines
    assert len(lines) == last - first
    assert [line for line in lines if line[2].startswith("broke")] == []
    slipped = []
    for number, name, result in lines:
        kind, way = WAYS[number % len(WAYS)]
        if result == "read" and any(word in way for word in kind.refuse):
            slipped.append(name)
    assert slipped == []
    assert peak < PEAK_BYTES, f"{peak:,} bytes"
    return lines


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.name}-{len(kind.ways)}")
def test_a_good_file_is_read(kind, tmp_path):
    if kind.name == "pack.zip":
        pytest.skip("tests/tasks/test_ladder.py reads a good one; here is only a broken one")
    kind.write(tmp_path / kind.name)
    kind.read(tmp_path / kind.name)


def test_each_way_once(tmp_path):
    lines = check(tmp_path, 0, len(WAYS))
    assert sum(line[2].startswith("refused") for line in lines) > len(WAYS) / 2


@pytest.mark.soak
@pytest.mark.timeout(3000)
def test_five_hundred(tmp_path):
    for first in range(len(WAYS), len(WAYS) + 500, 100):
        check(tmp_path, first, first + 100)


def test_nothing_is_unpickled():
    """Everywhere in the program torch.load has weights_only=True; np.load never allows pickles."""
    found = 0
    for file in [*ROOT.glob("elmo/**/*.py"), *ROOT.glob("ui/**/*.py"), *ROOT.glob("pages/*.py")]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"} & set(names), (
                file
            )
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            given = {k.arg: ast.literal_eval(k.value) for k in node.keywords
                     if k.arg in ("weights_only", "allow_pickle")}  # fmt: skip
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            if (owner, node.func.attr) == ("torch", "load"):
                assert given.get("weights_only") is True, f"{file}, line {node.lineno}"
                found += 1
            if (owner, node.func.attr) == ("np", "load"):
                assert not given.get("allow_pickle"), f"{file}, line {node.lineno}"
                found += 1
    assert found > 10
    with pytest.raises(ValueError, match="allow_pickle=False"):  # NumPy's own default
        np.load(_objects())


def _objects():
    import io

    file = io.BytesIO()
    np.save(file, np.array([{}], dtype=object), allow_pickle=True)
    file.seek(0)
    return file
