"""The Ray engine against one process, with two workers, one of which is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import h5py
import numpy as np
import pytest

from elmo import Elmo
from elmo.errors import CorpusError, InputError
from elmo.vectors.file import embed_file
from elmo.vectors.ray_engine import EmbedShard, Manifest, cut, write_lines

LINES = ["", "naïve 東京 .", *(f"Sentence {i} of the river bank ." for i in range(120))]
RUN = """
import sys
from pathlib import Path
from elmo.vectors.ray_engine import embed_on_ray
from elmo.store.store import entry_of_folder
model, sentences, out = sys.argv[1:4]
import ray
real = ray.init
ray.init = lambda **options: real(**(options | {"num_cpus": 2, "object_store_memory": 100_000_000}))
said = []
print(embed_on_ray(entry_of_folder(model), sentences, out, shard_words=100, progress=said.append))
print(sum(said))
"""


def start(small_model_files, sentences: Path, out: Path) -> subprocess.Popen:
    model = str(small_model_files[0].parent)
    return subprocess.Popen(
        [sys.executable, "-c", RUN, model, str(sentences), str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ
        | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
    )


def actors(parent: int) -> list[int]:
    """Processes of the cluster that `parent` began and that hold a model."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes()
            if b"EmbedShard" in command and parent in _ancestors(int(folder.name)):
                found.append(int(folder.name))
        except (OSError, ValueError):
            continue
    return found


def _ancestors(pid: int) -> list[int]:
    line = []
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        line.append(pid)
    return line


@pytest.mark.soak  # a cluster starts twice: about a minute
def test_two_workers_of_which_one_is_killed_give_what_one_process_gives(
    tmp_path, small_model_files
):
    pytest.importorskip("ray", reason="Ray is not installed (requirements/ray.txt)")
    sentences, out = tmp_path / "sentences.txt", tmp_path / "out"
    sentences.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    process = start(small_model_files, sentences, out)
    killed = None
    until = time.time() + 200
    while process.poll() is None and time.time() < until and killed is None:
        if len(list(out.glob("shard-*.hdf5"))) >= 1 and (found := actors(process.pid)):
            killed = found[0]
            os.kill(killed, signal.SIGKILL)
        time.sleep(0.02)
    stdout, stderr = process.communicate(timeout=250)
    assert process.returncode == 0, stderr[-3000:]
    assert killed is not None, "a worker was killed while it worked"
    n_words = sum(len(line.split()) for line in LINES)
    assert stdout.split()[-2:] == [str(len(LINES)), str(n_words)], "no sentence counted twice"
    check(out, sentences, small_model_files, tmp_path)
    # A second call does only what is missing.
    shards = sorted(out.glob("shard-*.hdf5"))
    kept = {shard.name: shard.stat().st_mtime_ns for shard in shards[1:]}
    shards[0].unlink()
    process = start(small_model_files, sentences, out)
    _, stderr = process.communicate(timeout=250)
    assert process.returncode == 0, stderr[-3000:]
    check(out, sentences, small_model_files, tmp_path)
    assert {name: (out / name).stat().st_mtime_ns for name in kept} == kept


def test_an_actor_writes_what_one_process_writes(tmp_path, small_model_files):
    sentences, out = tmp_path / "sentences.txt", tmp_path / "out"
    sentences.write_text("\ufeff" + "\n".join(LINES) + "\n", encoding="utf-8")
    out.mkdir()
    lines = tmp_path / "lines.txt"
    write_lines(sentences, lines, None)
    actor = EmbedShard(
        *map(str, (*small_model_files, lines, sentences.name, out)), "all", False, False, 64
    )
    manifest = Manifest(out, {"asked": 1})
    shards = list(cut(lines, 100))
    for shard in [*shards, shards[0]]:  # the first twice, as after a worker's death
        done = actor(asdict(shard))
        manifest.add(done["file"], done["sha256"])
    (out / "shard-00000.hdf5.99.part").write_bytes(b"half")
    manifest.finish(len(LINES))
    check(out, sentences, small_model_files, tmp_path)
    assert all(Manifest(out, {"asked": 1}).has(shard) for shard in shards)
    (out / shards[1].file_name).write_bytes(b"damaged")
    (out / shards[2].file_name).unlink()
    missing = [shard for shard in shards if not Manifest(out, {"asked": 1}).has(shard)]
    assert missing == shards[1:3]
    with pytest.raises(InputError, match="begun with another model"):
        Manifest(out, {"asked": 2})


@pytest.mark.parametrize("boundaries", [False, True])
def test_boundaries_are_words_unless_asked_for(tmp_path, small_model_files, boundaries):
    sentences = tmp_path / "a.txt"
    sentences.write_text("<S> The bank </S>\n")
    actor = EmbedShard(
        *map(str, (*small_model_files, sentences, "a.txt", tmp_path)), "all", False, boundaries, 64
    )
    (shard,) = cut(sentences, 100)
    actor(asdict(shard))
    elmo = Elmo(*small_model_files)
    (expected,) = elmo.embed([["<S>", "The", "bank", "</S>"]], boundaries=boundaries)
    with h5py.File(tmp_path / shard.file_name) as file:
        np.testing.assert_allclose(file["0"][...], expected.layers, atol=1e-6)
    (other,) = elmo.embed([["<S>", "The", "bank", "</S>"]], boundaries=not boundaries)
    assert not np.allclose(other.layers, expected.layers)


def check(out: Path, sentences: Path, small_model_files, tmp_path: Path) -> None:
    """OUT holds each line once, with the vectors that one process gives."""
    embed_file(Elmo(*small_model_files), sentences, tmp_path / "one.hdf5")
    seen: list[str] = []
    with h5py.File(tmp_path / "one.hdf5") as one:
        for shard in sorted(out.glob("shard-*.hdf5")):
            with h5py.File(shard) as file:
                for name, item in file.items():
                    seen.append(name)
                    np.testing.assert_allclose(item[...], one[name][...], atol=1e-5)
    assert sorted(seen, key=int) == [str(i) for i in range(len(LINES))]
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["finished"] and manifest["n_lines"] == len(LINES)
    assert not list(out.glob("*.part"))


def test_shards_hold_every_line_once(tmp_path):
    path = tmp_path / "s.txt"
    path.write_bytes("\n".join(LINES).encode())
    shards = list(cut(path, 50))
    assert [s.first_line for s in shards] == list(np.cumsum([0, *(s.n_lines for s in shards)])[:-1])
    assert sum(s.n_lines for s in shards) == len(LINES)
    data = path.read_bytes()
    for shard in shards:
        first = data[shard.offset :].split(b"\n", 1)[0].decode()
        assert first == LINES[shard.first_line]
    (tmp_path / "utf16.txt").write_bytes("\r".join(LINES).encode("utf-16"))
    write_lines(tmp_path / "utf16.txt", tmp_path / "lines.txt", None)
    assert (tmp_path / "lines.txt").read_text("utf-8").split("\n")[:-1] == LINES
    with pytest.raises(CorpusError, match="cannot be read"):
        write_lines(tmp_path / "missing", tmp_path / "lines.txt", None)
