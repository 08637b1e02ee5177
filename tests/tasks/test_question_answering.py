"""Question answering: the scores equal those made the long way, ties are shared, a mix is learned."""

import numpy as np
import pytest

from elmo import Elmo
from elmo.tasks.datasets import Passage, Question, read_passages
from elmo.tasks.ladder.results import Settings
from elmo.tasks.questions.answer_mix import Match, Matches
from elmo.tasks.questions.question_answering import hits_at, run, samples


def long_way(question, sentences, rarity, weights, static=None):
    """Scores by mixing the vectors themselves."""
    unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)  # noqa: E731
    q = unit(np.tensordot(weights, question, 1))
    scores, start = [], 0
    for layers in sentences:
        cosines = q @ unit(np.tensordot(weights, layers, 1)).T
        if static is not None:
            cosines = (cosines + static[:, start : start + cosines.shape[1]]) / 2
        start += cosines.shape[1]
        scores.append((rarity / rarity.sum()) @ cosines.max(axis=1))
    return np.array(scores)


def test_scores_equal_those_made_the_long_way(rng):
    matches, expected, expected_joined = [], [], []
    weights = np.array([0.2, 0.5, 0.3], np.float32)
    for n_words, lengths in ((4, (3, 5)), (2, (6, 1, 4))):
        question = rng.normal(size=(3, n_words, 8)).astype(np.float32)
        sentences = [rng.normal(size=(3, n, 8)).astype(np.float32) for n in lengths]
        rarity = rng.uniform(0.1, 1, n_words)
        static_q, static_s = (
            rng.normal(size=(n_words, 5)),
            [rng.normal(size=(n, 5)) for n in lengths],
        )
        match = Match.of(question, sentences, rarity, 0).with_static(static_q, static_s)
        matches.append(match)
        expected.append(long_way(question, sentences, rarity, weights))
        expected_joined.append(long_way(question, sentences, rarity, weights, match.static))
    together = Matches(matches)
    for found, wanted in zip(together.scores(weights), expected, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    for found, wanted in zip(together.scores(weights, joined=True), expected_joined, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_ties_are_shared():
    scores = np.array([0.5, 0.9, 0.5, 0.5])
    assert hits_at(scores, 1, 1) == 1
    assert hits_at(scores, 0, 1) == 0
    assert hits_at(scores, 0, 3) == pytest.approx(2 / 3)
    assert hits_at(np.zeros(5), 2, 1) == pytest.approx(0.2)


def test_the_mix_learns_which_layer_answers(rng):
    matches = []
    for answer in [0, 1, 2] * 6:
        question = rng.normal(size=(3, 3, 16)).astype(np.float32)
        sentences = [rng.normal(size=(3, 4, 16)).astype(np.float32) for _ in range(3)]
        sentences[answer][2, :3] = question[2]  # layer 2 alone knows
        matches.append(Match.of(question, sentences, np.ones(3), answer))
    learned = Matches(matches).learn()
    assert np.argmax(learned.normalized) == 2
    assert sum(learned.normalized) == pytest.approx(1)


def test_the_whole_task_on_a_small_model(small_model_files):
    elmo = Elmo(*small_model_files)
    passages = [
        Passage(
            f"p{i}",
            ("The cat sat on the mat.", f"Number {i} is my lucky number.", "Rain fell."),
            (
                Question(f"Which is my lucky number, number {i}?", 1),
                Question("Where sat the cat?", 0),
            ),
        )
        for i in range(6)
    ]
    ladder = run(samples(passages, elmo), Settings(n_folds=3, seeds=(0, 1)))
    assert [row.name for row in ladder.rows] == [
        "majority",
        "tfidf",
        "layer0",
        "layer1",
        "layer2",
        "equal",
        "learned",
    ]
    assert ladder.row("majority").measures["recall at 1"].value == pytest.approx(1 / 3)
    assert ladder.row("tfidf").measures["recall at 1"].value == 1.0
    assert ladder.row("layer0").measures["recall at 3"].value == 1.0
    assert ladder.row("layer0").predictions[1] == "The cat sat on the mat."
    assert len(ladder.row("learned").learned.in_folds) == 6


def test_tfidf_neither_fails_nor_solves_the_bundled_passages(small_model_files):
    elmo = Elmo(*small_model_files)
    ladder = run(samples(read_passages(), elmo), Settings(seeds=(0,), rows=("majority", "tfidf")))
    chance, tfidf = (row.measures["recall at 1"].value for row in ladder.rows)
    assert chance < 0.2
    assert chance + 0.05 < tfidf < 0.6
