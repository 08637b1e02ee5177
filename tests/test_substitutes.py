"""Both directions together: the metric, substitutes and halves, against slow definitions."""

import numpy as np
import pytest
import torch

from elmo.errors import InputError
from elmo.explore.similarity import cosine_matrix
from elmo.model.softmax import Softmax
from elmo.representation import Output, by_name, read_tokens, read_uses
from elmo.representation.output import RIDGE, softmax_metric
from elmo.substitutes import of_sides, read_sides, substitutes
from elmo.usages import PATTERN_SIDE, Usage, symmetric_pattern
from elmo.vectors.cache import VectorCache

WORDS = ["<S>", "</S>", "<UNK>", *(f"w{i}" for i in range(20))]
SENTENCE = ("the", "old", "bank", "raised", "rates")


@pytest.fixture(scope="module")
def softmax() -> Softmax:
    generator = torch.Generator().manual_seed(3)
    made = Softmax(WORDS, 6)
    made.W.data = torch.randn(made.W.shape, generator=generator)
    made.b.data = torch.randn(made.b.shape, generator=generator)
    return made.requires_grad_(False)


@pytest.fixture(scope="module")
def constants(elmo, softmax):
    return elmo.constants_with(softmax)


def log_p(softmax: Softmax, hidden) -> np.ndarray:
    """log p of the real words, by the softmax itself."""
    values = softmax(torch.as_tensor(hidden)[None])[0].numpy()[3:]
    return values - np.log(np.exp(values).sum())


@pytest.mark.parametrize(("position", "length"), [(0, 1), (2, 1), (4, 1), (1, 2), (0, 5)])
def test_each_side_is_read_up_to_the_use_boundaries_included(
    elmo, softmax, constants, position, length
):
    use = Usage(" ".join(SENTENCE), SENTENCE, position, length=length)
    rows = elmo.read_batch([SENTENCE]).layers[-1, 0].numpy()  # row 0 is <S>
    forward, backward = rows[position, :6], rows[position + length + 1, 6:]
    left, right = log_p(softmax, forward), log_p(softmax, backward)
    unigram = softmax.b.numpy()[3:]
    both = left + right - unigram
    both -= np.log(np.exp(both).sum())
    (found,) = substitutes(elmo, [use], n=20, constants=constants)
    for side, expected in (("left", left), ("right", right), ("both", both)):
        given = {s.word: s.log_p for s in getattr(found, side)}
        np.testing.assert_allclose([given[word] for word in WORDS[3:]], expected, atol=1e-4)
        values = [s.log_p for s in getattr(found, side)]
        assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(("position", "length"), [(0, 1), (2, 1), (4, 1), (1, 2)])
def test_in_the_pattern_each_direction_reads_its_side_the_word_and_one_and(
    elmo, constants, position, length
):
    use = Usage(" ".join(SENTENCE), SENTENCE, position, length=length)
    word = SENTENCE[position : use.end]
    left = [*SENTENCE[:position], *word, "and"]
    right = ["and", *word, *SENTENCE[use.end :]]
    (around,) = read_sides(elmo, constants, [symmetric_pattern(use)])
    forward = elmo.read_batch([left]).layers[-1, 0].numpy()[len(left), :6]  # row 0 is <S>
    backward = elmo.read_batch([right]).layers[-1, 0].numpy()[1, 6:]
    np.testing.assert_allclose(around, [*forward, *backward], atol=1e-5)
    long = Usage("", ("word",) * 3000, 1500)
    assert len(symmetric_pattern(long).tokens) == 2 * PATTERN_SIDE + 5


def test_the_metric_by_its_definition(softmax):
    W = softmax.W.numpy().astype(np.float64)
    G = Output(WORDS, softmax.W.numpy(), softmax.b.numpy()).metric
    C, F = (np.cov(rows.T, bias=True) for rows in (W[3:], W[3:9]))
    m = np.trace(np.linalg.inv(C) @ F) / 6
    np.testing.assert_allclose(G @ G, C @ np.linalg.inv(F + RIDGE * m * C) @ C, atol=1e-9)
    np.testing.assert_allclose(G, G.T, atol=1e-12)


def test_a_cosine_in_the_metric_does_not_depend_on_the_basis(softmax):
    W = softmax.W.numpy().astype(np.float64)
    rng = np.random.default_rng(0)
    M, h = rng.normal(size=(6, 6)), rng.normal(size=(5, 6))
    found = [
        cosine_matrix(x @ Output(WORDS, rows, softmax.b.numpy()).metric)
        for x, rows in ((h, W), (h @ M, W @ np.linalg.inv(M).T))
    ]
    np.testing.assert_allclose(found[0], found[1], atol=1e-9)


def test_what_tells_frequent_words_apart_counts_less_in_the_metric():
    """Frequent words differ along the first axis alone; the other words as much along the first as along the second."""
    rng = np.random.default_rng(1)
    W = rng.normal(size=(4000, 2))
    W[:2] = [[3, 0], [-3, 0]]
    G = softmax_metric(W, np.arange(len(W)))
    plain = np.cov(W.T, bias=True)
    assert plain[0, 0] == pytest.approx(plain[1, 1], rel=0.1)
    assert G[0, 0] < 0.2 * G[1, 1]


def test_fewer_words_than_numbers_give_a_finite_metric():
    G = softmax_metric(np.random.default_rng(2).normal(size=(5, 8)), np.arange(5))
    assert np.isfinite(G).all() and np.linalg.matrix_rank(G) == 8


def test_equal_rows_give_a_finite_metric():
    W = np.ones((9, 2))
    assert not softmax_metric(W, np.arange(9)).any()
    W[2:] = np.random.default_rng(3).normal(size=(7, 2))  # the frequent words' rows are equal
    C = np.cov(W.T, bias=True)
    G = softmax_metric(W, np.arange(9))
    np.testing.assert_allclose(G @ G, C, atol=1e-9)


def test_halves_by_hand(elmo, softmax, constants):
    (embedded,) = elmo.embed([SENTENCE])
    use = Usage("", SENTENCE, 1)
    reading = read_uses([embedded.layers], [use], [SENTENCE], constants)
    top, G = embedded.layers[-1], constants.output.metric
    added, around = top[1, :6] + top[1, 6:], top[0, :6] + top[2, 6:]
    np.testing.assert_allclose(by_name("halves added", 3).vectors(reading)[0], added @ G, atol=1e-4)
    np.testing.assert_allclose(
        by_name("around the word", 3).vectors(reading)[0], around @ G, atol=1e-4
    )
    joined = by_name("added and around", 3).vectors(reading)[0]
    assert np.linalg.norm(joined) == pytest.approx(2**0.5, abs=1e-5)
    without = read_uses([embedded.layers], [use], [SENTENCE], elmo.constants)
    np.testing.assert_allclose(by_name("halves added", 3).vectors(without)[0], added, atol=1e-5)


def test_substitutes_as_vectors_are_square_roots(elmo, constants):
    reading = read_tokens(next(iter(elmo.embed([SENTENCE]))).layers, SENTENCE, constants)
    rows = by_name("substitutes", 3).vectors(reading, fixed=True)
    assert rows.shape == (5, 20)
    np.testing.assert_allclose((rows**2).sum(axis=1), 1, atol=1e-5)
    best = of_sides(reading.around, constants, 1)
    assert [WORDS[3:][i] for i in rows.argmax(axis=1)] == [found.both[0].word for found in best]


def test_words_around_leaves_the_use_out_and_weighs_rare_and_near_words_more(elmo, softmax):
    constants = elmo.constants_with(softmax)
    (embedded,) = elmo.embed([("w0", "bank", "w19", "w19")])
    words = read_uses(
        [embedded.layers], [Usage("", embedded.tokens, 1)], [embedded.tokens], constants
    ).words[0]
    share = [1e-4 / (1e-4 + 0.1 / rank) / distance for rank, distance in ((1, 4), (20, 4), (20, 5))]
    rows = embedded.layers[0, [0, 2, 3], :6]
    np.testing.assert_allclose(words, np.array(share) @ rows / sum(share), atol=1e-5)
    (alone,) = elmo.embed([("bank",)])
    reading = read_uses([alone.layers], [Usage("", ("bank",), 0)], [("bank",)], constants)
    assert not reading.words.any()


def test_a_model_without_a_softmax_says_so_and_names_one(elmo):
    constants, use = elmo.constants, Usage("", SENTENCE, 2)
    with pytest.raises(InputError, match=r"(?i)no softmax.*bundled model"):
        substitutes(elmo, [use])
    reading = read_uses([next(iter(elmo.embed([SENTENCE]))).layers], [use], [SENTENCE], constants)
    with pytest.raises(InputError, match=r"(?i)no softmax.*bundled model"):
        by_name("substitutes", 3).vectors(reading)


def test_a_softmax_of_another_model_is_refused(elmo):
    with pytest.raises(InputError, match="belongs to another model"):
        elmo.constants_with(Softmax(WORDS, 7))


def test_kept_on_disk(elmo, constants, tmp_path, monkeypatch):
    cache, use = VectorCache(tmp_path), Usage("", SENTENCE, 2)
    first = substitutes(elmo, [use], constants=constants, cache=cache)
    monkeypatch.setattr(elmo, "embed", lambda *_: iter(()))
    assert substitutes(elmo, [use], constants=constants, cache=cache) == first
    assert read_sides(elmo, constants, []).shape == (0, 12)
    cache.close()
