"""Predictions of the language model against softmaxes made by hand and vectors got another way."""

import json
import math
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.cli import main
from elmo.errors import InputError
from elmo.model.softmax import Softmax
from elmo.predict import predict
from elmo.training.perplexity import measure_perplexity

WORDS = ["<S>", "</S>", "<UNK>", "the", "bank", "river", "of", "money"]
SENTENCE = ["the", "bank", "of", "the", "river"]


def softmax_of(W: np.ndarray, b: np.ndarray, words=WORDS) -> Softmax:
    softmax = Softmax(words, W.shape[1])
    softmax.load_state_dict({"W": torch.tensor(W).float(), "b": torch.tensor(b).float()})
    return softmax.requires_grad_(False).eval()


@pytest.fixture(scope="module")
def softmax() -> Softmax:
    rng = np.random.default_rng(1)
    return softmax_of(rng.normal(size=(len(WORDS), 6)), rng.normal(size=len(WORDS)))


def probabilities(softmax: Softmax, hidden: np.ndarray) -> np.ndarray:
    scores = softmax.W.numpy().astype(np.float64) @ hidden + softmax.b.numpy()
    shares = np.exp(scores - scores.max())
    return shares / shares.sum()


def test_a_softmax_made_by_hand_gives_the_numbers_one_would_write_down(elmo):
    # W is 0, so every place expects the same: money 1/2, the 1/4, and so on.
    shares = np.array([1 / 64, 1 / 64, 1 / 32, 1 / 4, 1 / 8, 1 / 16, 0, 1 / 2])
    softmax = softmax_of(np.zeros((8, 6)), np.log(np.maximum(shares, 1e-30)))
    result = predict(elmo, softmax, ["the", "money", "vanished", "of"], top=3)
    for place in result.places:
        for direction in (place.forward, place.backward):
            assert [guess.word for guess in direction.top] == ["money", "the", "bank"]
            assert [guess.probability for guess in direction.top] == pytest.approx(
                [1 / 2, 1 / 4, 1 / 8]
            )
    the, money, vanished, of = result.places
    assert (the.forward.rank, the.forward.surprisal_bits) == (2, pytest.approx(2))
    assert the.backward.surprisal_nats == pytest.approx(2 * math.log(2))
    assert (money.forward.rank, money.backward.surprisal_bits) == (1, pytest.approx(1))
    assert (vanished.in_vocabulary, of.in_vocabulary) == (False, True)
    assert vanished.forward.surprisal_bits == pytest.approx(5), "counted as <UNK>"
    assert of.forward.rank == 8
    assert result.end.surprisal_bits == result.begin.surprisal_bits == pytest.approx(6)


def test_forward_sees_the_left_context_alone_and_backward_the_right(elmo, softmax):
    """Each prediction again, from the vectors of the words on that side and nothing else."""
    result = predict(elmo, softmax, SENTENCE, top=len(WORDS))
    for k, place in enumerate(result.places):
        sides = (
            (place.forward, SENTENCE[:k], -1, slice(None, 6)),
            (place.backward, SENTENCE[k + 1 :], 0, slice(6, None)),
        )
        for direction, context, row, half in sides:
            if not context:
                continue
            (embedded,) = elmo.embed([context])
            expected = probabilities(softmax, embedded.layers[-1, row, half])
            given_here = {guess.word: guess.probability for guess in direction.top}
            assert [given_here[word] for word in WORDS] == pytest.approx(list(expected), abs=1e-6)
            actual = expected[WORDS.index(place.token)]
            assert direction.surprisal_nats == pytest.approx(-math.log(actual), abs=1e-5)
            assert direction.rank == 1 + (expected > actual + 1e-9).sum()
    (whole,) = elmo.embed([SENTENCE])
    end = probabilities(softmax, whole.layers[-1, -1, :6])[1]
    begin = probabilities(softmax, whole.layers[-1, 0, 6:])[0]
    assert result.end.surprisal_nats == pytest.approx(-math.log(end), abs=1e-5)
    assert result.begin.surprisal_nats == pytest.approx(-math.log(begin), abs=1e-5)


def test_surprisals_sum_to_the_perplexity_that_the_command_measures(elmo, softmax):
    sentences = [SENTENCE, ["money"], ["bank", "vanished", "of", "money"]]
    measured = measure_perplexity(elmo, softmax, sentences)
    found = [predict(elmo, softmax, sentence, 1) for sentence in sentences]
    forward = [p.forward.surprisal_nats for f in found for p in f.places]
    forward += [f.end.surprisal_nats for f in found]
    backward = [p.backward.surprisal_nats for f in found for p in f.places]
    backward += [f.begin.surprisal_nats for f in found]
    assert math.exp(sum(forward) / len(forward)) == pytest.approx(measured.forward, rel=1e-5)
    assert math.exp(sum(backward) / len(backward)) == pytest.approx(measured.backward, rel=1e-5)
    assert measured.n_tokens == sum(map(len, sentences))


def test_a_carried_state_changes_the_prediction_of_the_first_word(elmo, softmax):
    _, state = elmo.embed_batch([["money", "of", "the"]])
    fresh, warm = predict(elmo, softmax, SENTENCE, 1), predict(elmo, softmax, SENTENCE, 1, state)
    (embedded,), _ = elmo.embed_batch([SENTENCE], state)
    end = probabilities(softmax, embedded.layers[-1, -1, :6])[1]
    assert warm.end.surprisal_nats == pytest.approx(-math.log(end), abs=1e-5)
    first = [read.places[0].forward.surprisal_nats for read in (fresh, warm)]
    assert abs(first[0] - first[1]) > 1e-3


@settings(deadline=None, max_examples=20)
@given(st.lists(st.sampled_from([*WORDS[3:], "bnak"]), min_size=1, max_size=8), st.data())
def test_a_word_changes_no_prediction_that_cannot_see_it(elmo, softmax, words, data):
    k = data.draw(st.integers(0, len(words) - 1))
    changed = [*words[:k], "Überraschung", *words[k + 1 :]]
    before, after = (predict(elmo, softmax, s, top=8).places for s in (words, changed))
    for i, (a, b) in enumerate(zip(before, after, strict=True)):
        for side, sees in (("forward", k < i), ("backward", k > i)):
            one = {g.word: g.probability for g in getattr(a, side).top}
            other = {g.word: g.probability for g in getattr(b, side).top}
            assert sum(one.values()) == pytest.approx(1, abs=1e-5)
            if not sees:
                assert one == pytest.approx(other, abs=1e-6)


def test_a_long_sentence_is_predicted_in_parts_with_the_same_numbers(elmo, softmax, monkeypatch):
    words = SENTENCE * 5
    whole = predict(elmo, softmax, words, top=2)
    monkeypatch.setattr("elmo.predict._PLACES", 4)
    parts = predict(elmo, softmax, words, top=2)
    for a, b in zip(whole.places, parts.places, strict=True):
        assert a.forward.top[0].word == b.forward.top[0].word
        assert a.backward.surprisal_nats == pytest.approx(b.backward.surprisal_nats, abs=1e-5)


@pytest.mark.parametrize(
    ("tokens", "top", "message"),
    [
        ([], 3, "no words"),
        (["a"], 0, "top is 0, expected a whole number from 1 to 8"),
        (["a"], 9, "top is 9"),
        (["a"], True, "top is True"),
    ],
)
def test_wrong_input_is_named(elmo, softmax, tokens, top, message):
    with pytest.raises(InputError, match=message):
        predict(elmo, softmax, tokens, top)


def test_another_models_softmax_is_refused(elmo):
    with pytest.raises(InputError, match="vectors of 7 values, this model's have 6"):
        predict(elmo, softmax_of(np.zeros((8, 7)), np.zeros(8)), ["the"], 1)


@pytest.fixture
def model_folder(small_model_files, softmax, tmp_path) -> Path:
    for file in small_model_files:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with h5py.File(tmp_path / "softmax.hdf5", "w") as file:
        file["W"], file["b"] = softmax.W.numpy(), softmax.b.numpy()
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    return tmp_path


def test_the_command_gives_the_same_numbers(elmo, softmax, model_folder, capsys):
    arguments = ["predict", "the bank of mud", "--model", str(model_folder), "--top", "2"]
    assert main([*arguments, "--json"]) == 0
    given_here = json.loads(capsys.readouterr().out)
    expected = predict(elmo, softmax, ["the", "bank", "of", "mud"], 2)
    assert [place["token"] for place in given_here] == ["the", "bank", "of", "mud"]
    for got, place in zip(given_here, expected.places, strict=True):
        for name, direction in (("forward", place.forward), ("backward", place.backward)):
            assert [g["word"] for g in got[name]["top"]] == [g.word for g in direction.top]
            assert [g["probability"] for g in got[name]["top"]] == pytest.approx(
                [g.probability for g in direction.top], abs=1e-5
            )
            assert got[name]["rank"] == direction.rank
            assert got[name]["surprisal_nats"] == pytest.approx(direction.surprisal_nats, abs=1e-5)
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert "mud (not in the vocabulary; as <UNK>)" in text and "nats" in text and "bits" in text


def test_a_model_without_softmax_says_so_and_what_to_do(small_model_files, capsys):
    options, weights = map(str, small_model_files)
    assert main(["predict", "the bank", "--options", options, "--weights", weights]) == 1
    told = capsys.readouterr().err
    assert "has no softmax.hdf5 and vocab.txt" in told and "bundled" in told
