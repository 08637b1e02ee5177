"""No text breaks the engine: it gives vectors, or a message that names what is wrong."""

import json
import re
import subprocess
import sys

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elmo.errors import ElmoError, InputError
from elmo.limits import MAX_SENTENCE_TOKENS
from tests.conftest import ROOT
from tests.hostile.nasty import A_MILLION_WORDS, NASTY


def read(elmo, text):
    """Vectors that fit the text, or an error in words."""
    try:
        result = elmo.process(text)
    except ElmoError as error:
        assert str(error).endswith(".") or "(" in str(error)
        return None
    assert result.layers.shape == (3, len(result.tokens), 12)
    assert np.isfinite(result.layers).all()
    for token, (start, end) in zip(result.tokens, result.spans, strict=True):
        assert text[start:end] == token
    return result


@pytest.mark.parametrize("name", NASTY)
def test_the_list_through_the_engine(elmo, name):
    text = NASTY[name]
    result = read(elmo, text)
    if result is None:
        assert len(text.split()) > MAX_SENTENCE_TOKENS or len(text) >= 10_000
    # The text as one single word is a word, whatever it holds.
    alone = next(elmo.embed([[text]])).layers
    assert alone.shape == (3, 1, 12) and np.isfinite(alone).all()


def test_a_million_words_are_refused_by_name_and_limit(elmo):
    with pytest.raises(InputError, match=r"sentence 0 has 1,000,000 words, at most 5,000"):
        list(elmo.embed([A_MILLION_WORDS.split()]))


anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)
mixed = st.lists(
    st.one_of(anything, st.sampled_from(sorted(NASTY.values(), key=len)[:45])), max_size=4
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parts=mixed)
def test_generated_text(elmo, parts):
    read(elmo, " ".join(parts))


@pytest.mark.soak
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(parts=mixed)
def test_two_thousand_generated_texts(elmo, parts):
    read(elmo, " ".join(parts))


def test_the_list_through_the_command_line(small_model_files, tmp_path):
    """All of it in one file: a line a string (line breaks inside become lines of their own)."""
    texts = [
        text for text in NASTY.values() if len(text) < MAX_SENTENCE_TOKENS and "\0" not in text
    ]
    source = tmp_path / "nasty.txt"
    source.write_bytes("\n".join(texts).encode("utf-8", "replace"))
    options, weights = small_model_files
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "elmo",
            "embed",
            str(source),
            str(tmp_path / "out.hdf5"),
            "--text",
            "--options",
            str(options),
            "--weights",
            str(weights),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr[-500:]
    n_lines = len(re.split("\r\n|\r|\n", source.read_bytes().decode("utf-8")))
    with h5py.File(tmp_path / "out.hdf5") as file:
        index = json.loads(file["sentence_to_index"][0])
        assert str(n_lines - 1) in file and str(n_lines) not in file
        assert all(np.isfinite(file[key][...]).all() for key in file if key != "sentence_to_index")
        assert max(int(i) for i in index.values()) < n_lines
