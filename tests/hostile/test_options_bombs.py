"""No number in options.json makes the program take memory or time before it is refused."""

import subprocess
import sys

from tests.conftest import ROOT

_WORKER = """
import json, sys, time
from pathlib import Path
from hypothesis import given, settings, strategies as st
from benchmarks.processes import peak_bytes
from elmo import Elmo
from elmo.errors import ModelFileError, OptionsError
from elmo.model.options import Options
from elmo.store.store import Store

options_file, weights, folder = map(Path, sys.argv[1:])
good = json.loads(options_file.read_text())
spoiled = folder / "options.json"
(folder / "weights.hdf5").symlink_to(weights)
Elmo(options_file, weights)
before = peak_bytes()

def fields(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(inner, dict | list):
            yield from fields(inner, (*path, key))
        yield (*path, key)

numbers = st.one_of(
    st.integers(-10**6, 10**12),
    st.sampled_from([10**400, -10**400, 10**9, 10**6, 15_000, 4000, 999, 1000, 0, -1, 2**31, 2**63]),
    st.floats(allow_nan=True),
    st.sampled_from([0.5, 1.5, 1e300, -1e300, 1e-300, float("inf")]),
)
refused = 0

@settings(max_examples=400, deadline=1000, database=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(list(fields(good))), numbers), min_size=1, max_size=4))
def no_number_is_taken_on_trust(changes):
    global refused
    data = json.loads(options_file.read_text())
    for path, number in changes:
        place = data
        try:
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = number
        except (KeyError, TypeError):
            pass  # a change before has put a number where this one's section was
    spoiled.write_text(json.dumps(data))
    try:
        Options.read(spoiled)
    except OptionsError:
        refused += 1
        return
    try:
        Elmo(spoiled, weights)
    except ModelFileError:
        refused += 1

no_number_is_taken_on_trust()
assert refused > 300, refused

for section, key, value in [
    ("lstm", "n_layers", 10**6), ("char_cnn", "n_highway", 10**9), ("char_cnn", "n_highway", 64),
    ("char_cnn", "max_characters_per_token", 10**8), ("char_cnn", "filters", [[1, 15_000]]),
    ("lstm", "dim", 32_000), ("lstm", "cell_clip", 10**400), ("lstm", "n_layers", 64),
]:
    data = json.loads(options_file.read_text())
    data[section][key] = value
    spoiled.write_text(json.dumps(data))
    began = time.monotonic()
    try:
        Store(folder / "store", session=folder / "visit").add_folder("bomb", folder, "uploaded")
    except ModelFileError as error:
        assert "options.json" in str(error) or "weights.hdf5" in str(error), error
    else:
        raise AssertionError(f"{key} {value} was taken")
    assert time.monotonic() - began < 1, key
print(peak_bytes() - before)
"""


def test_every_number_is_bounded_before_anything_is_built(small_model_files, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _WORKER, *map(str, small_model_files), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) < 200e6
