"""The words that `embed` reads: one rule for blanks, and a file that has them with their places."""

import json

import h5py
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo import Elmo
from elmo.cli import main
from elmo.vectors.file import embed_file
from elmo.vectors.tokens import words_of

BLANKS = " \t\u00a0\u3000\u2003\x1c\x1f"


@given(st.text(st.sampled_from("ab’." + BLANKS), max_size=30))
@settings(deadline=None)
def test_every_blank_separates_and_none_is_part_of_a_word(line):
    words = words_of(line, text=False)
    assert [word.text for word in words] == line.split()
    for word in (*words, *words_of(line, text=True)):
        written = line[word.start : word.end]
        assert written.replace("’", "'") == word.text.replace("’", "'")
        assert not any(map(str.isspace, word.text))


def test_the_words_are_kept_beside_the_vectors(tmp_path, small_model_files, capsys):
    lines = ["Price : 10\u00a0000 people", "file\x1cname here", "A \u3000 b", "", "plain words"]
    (tmp_path / "in.txt").write_text("\n".join(lines), encoding="utf-8")
    options, weights = map(str, small_model_files)
    out, tokens = str(tmp_path / "out.hdf5"), tmp_path / "words.jsonl"
    command = ["embed", str(tmp_path / "in.txt"), out, "--options", options, "--weights", weights]
    assert main([*command, "--tokens", str(tokens)]) == 0
    rows = [json.loads(row) for row in tokens.read_text(encoding="utf-8").splitlines()]
    assert [row["tokens"] for row in rows] == [line.split() for line in lines]
    with h5py.File(out) as file:
        for row, line in zip(rows, lines, strict=True):
            assert file[str(row["index"])].shape[1] == len(row["tokens"])
            assert [line[start:end] for start, end in row["offsets"]] == row["tokens"]
    assert "3 lines (number 1, 2, 3) have blanks other" in capsys.readouterr().err
    assert main([*command, "--tokens", str(tokens), "--text"]) == 0
    rows = [json.loads(row) for row in tokens.read_text(encoding="utf-8").splitlines()]
    assert rows[1]["tokens"] == ["file", "name", "here"]
    (tmp_path / "mine.txt").write_text("not to be lost")
    assert main([*command, "--tokens", str(tmp_path / "mine.txt")]) == 1
    assert (tmp_path / "mine.txt").read_text() == "not to be lost"


def test_boundaries_that_are_typed_are_words_unless_asked_for(tmp_path, small_model_files):
    elmo = Elmo(*small_model_files)
    (tmp_path / "in.txt").write_text("the <S> bank </S>\n")
    words = "the <S> bank </S>".split()
    (as_boundaries,) = elmo.embed([words])
    (as_words,) = elmo.embed([words], boundaries=False)
    assert not np.allclose(as_words.layers[0, 1], as_boundaries.layers[0, 1])
    np.testing.assert_array_equal(as_words.layers[0, [0, 2]], as_boundaries.layers[0, [0, 2]])
    (same,), (plain,) = elmo.embed([["a"]], boundaries=False), elmo.embed([["a"]])
    np.testing.assert_array_equal(same.layers, plain.layers)
    for boundaries, expected in ((False, as_words), (True, as_boundaries)):
        out = tmp_path / f"{boundaries}.hdf5"
        embed_file(elmo, tmp_path / "in.txt", out, boundaries=boundaries)
        with h5py.File(out) as file:
            np.testing.assert_allclose(file["0"][()], expected.layers, atol=1e-6)
