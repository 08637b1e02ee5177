"""Static vectors: both text formats, streamed; unknown words; errors that name the line."""

import gzip

import numpy as np
import pytest

from elmo.errors import InputError
from elmo.tasks.static_vectors import WordVectors, read_bundled_vectors, read_text_vectors

LINES = "bank 1 2 3\nriver 0.5 -1 1e-2\n. . . 4 5 6\nBerlin 7 8 9\n"


@pytest.mark.parametrize("header", ["", "4 3\n"])
@pytest.mark.parametrize("suffix", [".txt", ".txt.gz", ".VEC.GZ", ".gz.txt"])
def test_word2vec_and_glove(tmp_path, header, suffix):
    path = tmp_path / f"vectors{suffix}"
    data = (header + LINES).encode("utf-8" if header else "utf-8-sig")
    path.write_bytes(gzip.compress(data) if "gz" in suffix.lower() else data)
    vectors = read_text_vectors(path, {"Bank", "Berlin", "unseen", ". . ."})
    assert len(vectors) == 3, "only words that are needed are kept"
    np.testing.assert_array_equal(vectors["bank"], [1, 2, 3])
    np.testing.assert_array_equal(vectors["BANK"], vectors["bank"])
    np.testing.assert_array_equal(vectors[". . ."], [4, 5, 6])
    assert "berlin" not in vectors, "a capital in the file is not made lower case"


def test_unknown_words_are_left_out_of_the_mean():
    vectors = WordVectors(["a", "b"], np.array([[1.0, 0], [0, 1]]))
    np.testing.assert_array_equal(vectors.mean(["a", "zzz"]), [1, 0])
    np.testing.assert_array_equal(vectors.mean(["zzz"]), [0, 0])
    np.testing.assert_array_equal(vectors.of(["zzz", "B"]), [[0, 0], [0, 1]])
    assert vectors.coverage(["a", "zzz", "b", "A"]) == 0.75


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a 1 2\nb 1 2 3\n", "line 2: 'b 1 2 3.n' has 3 numbers, the lines before it 2"),
        ("a 1 2\nb 1\n", "line 2: 'b 1.n' has 1 numbers, the lines before it 2"),
        ("a 1 2\nb 1 x\n", "line 2: a value is not a number"),
        ("a 1 2\na nan 2\n", "line 2: a value is not finite"),
        ("just some words\n", "line 1: a value is not a number|none of the"),
        ("", "none of the 2 words"),
    ],
)
def test_errors(tmp_path, text, words):
    path = tmp_path / "v.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_text_vectors(path, {"a", "b"})


def test_a_file_cut_short(tmp_path):
    path = tmp_path / "v.txt.gz"
    path.write_bytes(gzip.compress(LINES.encode() * 2000)[:-200])
    with pytest.raises(InputError, match=r"v.txt.gz cannot be read to its end"):
        read_text_vectors(path, {"bank"})


def test_npz_in_either_form(tmp_path):
    plain, rounded = tmp_path / "a.npz", tmp_path / "b.npz"
    np.savez(plain, words=np.array(["x", "y"]), vectors=np.eye(2, dtype=np.float16))
    words = np.frombuffer(b"x\ny", np.uint8)
    np.savez(
        rounded, words=words, vectors=np.eye(2, dtype=np.int8) * 127, scale=np.full((2, 1), 1 / 127)
    )
    for path in (plain, rounded):
        np.testing.assert_allclose(read_bundled_vectors(path)["y"], [0, 1], atol=1e-6)
    with pytest.raises(InputError, match=r"none.npz was not found"):
        read_bundled_vectors(tmp_path / "none.npz")
