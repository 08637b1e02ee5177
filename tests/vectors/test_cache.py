"""The cache of vectors: equal to computing, computed once, bounded, and safe when things go wrong."""

import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from elmo import Elmo
from elmo.errors import InputError
from elmo.model.weights import write_model
from elmo.representation import read_uses
from elmo.usages import Usage
from elmo.vectors.cache import VectorCache
from tests.conftest import random_model, small_options

ROWS = [["The", "river", "bank"], [], ["a", "\0b"], ["The", "river", "bank"], ["", "東京"]]


@pytest.fixture
def elmo(small_model_files) -> Elmo:
    return Elmo(*small_model_files)


@pytest.fixture
def cache(tmp_path):
    cache = VectorCache(tmp_path / "vectors")
    yield cache
    cache.close()


class Counting:
    """Counts the sentences that a model really embeds."""

    def __init__(self, elmo: Elmo, monkeypatch) -> None:
        self.sentences: list = []
        real = elmo.embed

        def embed(sentences, batch_tokens=4096):
            sentences = list(sentences)
            self.sentences += sentences
            return real(sentences, batch_tokens)

        monkeypatch.setattr(elmo, "embed", embed)


def test_kept_vectors_equal_computed_ones_and_are_computed_once(elmo, cache, monkeypatch):
    want = [e.layers for e in elmo.embed(ROWS)]
    counting = Counting(elmo, monkeypatch)
    first = cache.embed(elmo, ROWS)
    assert len(counting.sentences) == 4, "equal sentences are computed once"
    again = cache.embed(elmo, ROWS)
    assert len(counting.sentences) == 4, "the second look computes nothing"
    for a, b, c in zip(want, first, again, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
        np.testing.assert_array_equal(b, c)
        assert c.dtype == np.float32
    again[0][:] = 0
    assert cache.embed(elmo, ROWS)[0].any(), "a caller's change does not reach the cache"


def test_uses_of_each_sentence(elmo, cache, monkeypatch):
    rows = [("The", "bank"), ("bank", "The", "bank"), ("bank", "The", "bank")]
    uses = [
        Usage("", rows[0], 1),
        Usage("", rows[1], 0),
        Usage("", rows[2], 1, length=2),
    ]
    constants = elmo.constants
    want = read_uses(cache.embed(elmo, rows), uses, rows, constants)
    got = cache.read_uses(elmo, uses, constants)
    assert got.layers.shape == (3, 3, 12)
    for name in ("layers", "around", "words"):
        np.testing.assert_allclose(getattr(got, name), getattr(want, name), atol=1e-5)
    counting = Counting(elmo, monkeypatch)
    again = cache.read_uses(elmo, uses, constants)
    np.testing.assert_array_equal(got.around, again.around)
    assert counting.sentences == []
    assert cache.read_uses(elmo, [], constants).layers.shape == (3, 0, 12)


def test_another_model_or_session_has_its_own(elmo, cache, tmp_path, monkeypatch):
    cache.embed(elmo, ROWS)
    write_model(random_model(small_options(), seed=5), tmp_path / "o.json", tmp_path / "w.hdf5")
    other = Elmo(tmp_path / "o.json", tmp_path / "w.hdf5")
    counting = Counting(other, monkeypatch)
    cache.embed(other, ROWS)
    assert len(counting.sentences) == 4
    one, two = VectorCache.for_session(), VectorCache.for_session()
    one.embed(elmo, ROWS)
    assert one.n_bytes() > 0
    assert two.n_bytes() == 0
    one.close(), two.close()


def test_the_oldest_go_first(elmo, tmp_path, monkeypatch):
    rows = [[f"word{i}", "bank"] for i in range(10)]
    one = 3 * 2 * 12 * 4 + 32
    cache = VectorCache(tmp_path, max_bytes=4 * one)
    for row in rows[:4]:
        cache.embed(elmo, [row])
    cache.embed(elmo, [rows[0]])  # used again, so the second is the oldest now
    cache.embed(elmo, [rows[4]])
    assert cache.n_bytes() <= 4 * one
    counting = Counting(elmo, monkeypatch)
    cache.embed(elmo, [rows[i] for i in (0, 2, 3, 4)])
    assert counting.sentences == []
    cache.embed(elmo, [rows[1]])
    assert counting.sentences == [tuple(rows[1])]
    cache.embed(elmo, rows)
    assert cache.n_bytes() <= 4 * one
    cache.close()


def test_damaged_entries_are_computed_again(elmo, cache, tmp_path):
    want = cache.embed(elmo, ROWS)
    with sqlite3.connect(tmp_path / "vectors" / "vectors.sqlite") as connection:
        connection.execute("UPDATE vectors SET data = zeroblob(length(data)) WHERE length(data)")
        connection.execute("UPDATE vectors SET shape = '[9, 9'")
    connection.close()
    for _ in range(2):
        for a, b in zip(want, cache.embed(elmo, ROWS), strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("damage", [b"not a database at all" * 500, b""])
def test_a_damaged_file_begins_anew(elmo, tmp_path, damage, monkeypatch):
    first = VectorCache(tmp_path)
    first.embed(elmo, ROWS)
    first.close()
    (tmp_path / "vectors.sqlite").write_bytes(damage)
    cache = VectorCache(tmp_path)
    cache.embed(elmo, ROWS)
    counting = Counting(elmo, monkeypatch)
    cache.embed(elmo, ROWS)
    assert counting.sentences == [], "it is kept again"
    cache.close()


def test_without_a_place_to_write_vectors_are_computed(elmo, tmp_path):
    (tmp_path / "file").write_text("a file where a folder is wanted")
    cache = VectorCache(tmp_path / "file" / "vectors")
    assert cache.embed(elmo, ROWS)[0].shape == (3, 3, 12)
    assert cache.n_bytes() == 0


def test_progress_reaches_the_end_and_errors_name_the_sentence(elmo, cache):
    cache.embed(elmo, ROWS[:2])
    calls = []
    cache.embed(elmo, [*ROWS, ["new"]], progress=lambda done, total: calls.append((done, total)))
    assert calls[0] == (3, 6)
    assert calls[-1] == (6, 6)
    assert calls == sorted(calls)
    with pytest.raises(InputError, match="sentence 1 has 5,001 words"):
        cache.embed(elmo, [ROWS[0], ["a"] * 5001])


def test_two_processes_share_it(elmo, small_model_files, tmp_path, monkeypatch):
    code = f"""
from elmo import Elmo
from elmo.representation import read_uses
from elmo.usages import Usage
from elmo.vectors.cache import VectorCache
from pathlib import Path
elmo, cache = Elmo(*{[str(f) for f in small_model_files]!r}), VectorCache(Path({str(tmp_path)!r}))
for i in range(20):
    cache.embed(elmo, [[f"word{{j}}", "bank"] for j in range(i, i + 5)])
"""
    processes = [subprocess.Popen([sys.executable, "-W", "error", "-c", code]) for _ in range(2)]
    assert [p.wait(100) for p in processes] == [0, 0]
    cache, counting = VectorCache(tmp_path), Counting(elmo, monkeypatch)
    rows = [[f"word{j}", "bank"] for j in range(24)]
    got = cache.embed(elmo, rows)
    assert counting.sentences == []
    for array, embedded in zip(got, Elmo(*small_model_files).embed(rows), strict=True):
        np.testing.assert_allclose(array, embedded.layers, atol=1e-5)
    cache.close()
