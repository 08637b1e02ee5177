"""The cloze and a teacher's substitutes, against NumPy in float64, and a learner that has both."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import log_softmax, softmax
from sklearn.metrics.pairwise import cosine_similarity

from elmo.training import learner
from elmo.training.cloze import vectors_around
from elmo.training.data.batches import make_batch
from elmo.training.data.vocabulary import build_vocabulary
from elmo.training.objective import Rows, batch_loss, correlation_metric, read_directions
from elmo.training.teacher import distillation, substitutes
from elmo.training.teacher.distillation import TeacherSet
from elmo.training.teacher.substitutes import (
    TEMPERATURE,
    Candidates,
    choose_uses,
    substitutes_loss,
    teacher_log_q,
)

from .tiny import RECIPE, grammar_corpus, make_trainer

TEACHER_DIM = 6


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return grammar_corpus(tmp_path_factory.mktemp("grammar"))


@pytest.fixture
def teacher(corpus, tmp_path, monkeypatch):
    """Random vectors for every word of the training sentences."""
    numbers = corpus.sentence_numbers()
    np.save(tmp_path / "000.num.npy", numbers)
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((corpus.lengths[numbers].sum(), TEACHER_DIM))
    np.save(tmp_path / "000.vec.npy", vectors.astype(np.float16))
    for module in (distillation, substitutes, learner):
        monkeypatch.setattr(module, "FREQUENT", 2)
    monkeypatch.setattr(distillation, "LENGTH_BIN", 10)
    monkeypatch.setattr(distillation, "FEW_GROUPS", 1)
    return TeacherSet(tmp_path, corpus)


def tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(array).float()


def test_around_a_word_are_the_outputs_before_and_after_it():
    batch = make_batch([np.array([5, 6, 7]), np.array([8])])
    forward = torch.arange(4 * 2).view(4, 2, 1).float()  # value 2 t + row
    backward = 100 * forward
    # first sentence: forward before word i is step i; backward after word i is step 2 - i
    expected = [0 + 100 * 4, 2 + 100 * 2, 4 + 100 * 0, 1 + 100 * 1]
    assert vectors_around(forward, backward, batch)[:, 0].tolist() == expected
    assert batch.codes().tolist() == [5, 6, 7, 8]


def test_the_cloze_is_the_full_softmax_of_both_sides(corpus):
    trainer = make_trainer(corpus, 1)
    numbers = corpus.sentence_numbers()[:5]
    codes = trainer.batches.codes(numbers)
    batch = make_batch(codes)
    x = trainer.token_vectors(batch)
    everything = torch.arange(len(trainer.W))
    rows = Rows(everything, trainer.W, trainer.b, everything, torch.ones(len(trainer.W)))
    row_of_code = trainer.vocabulary.row_of_code
    rng = np.random.default_rng(0)
    loss, parts = batch_loss(trainer.model, x, batch, row_of_code, rows, trainer.recipe, rng)
    with torch.no_grad():
        f, b = (d[-1].double().numpy() for d in read_directions(trainer.model, x, 0.0))
    W, bias = trainer.W.double().numpy(), trainer.b.double().numpy()
    losses = []
    for row, sentence in enumerate(codes):
        for place, code in enumerate(sentence):
            around = f[place, row] + b[len(sentence) - 1 - place, row]
            losses.append(-log_softmax(W @ around + bias)[row_of_code[code]])
    assert parts["cloze"] == pytest.approx(np.mean(losses), abs=1e-5)
    assert loss.item() == pytest.approx(
        (parts["forward"] + parts["backward"]) / 2 + parts["cloze"], abs=1e-5
    )
    off = replace(trainer.recipe, cloze_weight=0.0)
    assert "cloze" not in batch_loss(trainer.model, x, batch, row_of_code, rows, off, rng)[1]


def test_substitutes_are_the_stated_divergence():
    rng = np.random.default_rng(0)
    uses, means = rng.standard_normal((5, 8)), rng.standard_normal((7, 8))
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    share = rng.dirichlet(np.ones(7))
    around, W, b = (rng.standard_normal(shape) for shape in ((5, 4), (7, 4), (7,)))
    expected = []
    for use, hidden in zip(uses, around, strict=True):
        q = share * np.exp(means @ use / np.linalg.norm(use) / TEMPERATURE)
        q /= q.sum()
        expected.append((q * np.log(q / softmax(W @ hidden + b))).sum())
    log_q = teacher_log_q(tensor(uses), tensor(means), tensor(np.log(share)))
    value = substitutes_loss(tensor(around), tensor(W), tensor(b), log_q)
    assert value.item() == pytest.approx(np.mean(expected), rel=1e-4)
    itself = substitutes_loss(torch.eye(5), log_q.t(), torch.zeros(7), log_q)
    assert itself.item() == pytest.approx(0, abs=1e-5)


def test_the_correlation_metric_compares_what_two_vectors_say_of_all_words():
    rng = np.random.default_rng(0)
    x, W = rng.standard_normal((6, 4)), rng.standard_normal((50, 4))
    log_odds = x @ W.T
    expected = cosine_similarity(log_odds - log_odds.mean(1, keepdims=True))
    found = cosine_similarity(x @ correlation_metric(tensor(W)).double().numpy())
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_candidates_are_words_of_the_softmax_with_enough_uses(corpus, teacher):
    vocabulary = build_vocabulary(corpus.words, corpus.counts, 360, 40)
    candidates = Candidates.of(teacher, vocabulary)
    words = [vocabulary.words[row] for row in candidates.rows]
    assert {"cats", "purr", "often"} <= set(words)
    assert not {corpus.words[0], corpus.words[1], "<UNK>", "<S>"} & set(words)
    word = corpus.words.index("cats")
    stored = np.load(teacher.folder / "000.vec.npy").astype(np.float64)
    of_word = teacher.words(np.arange(len(teacher.numbers))) == word
    mean = stored[of_word].mean(0) - stored.mean(0)
    place = words.index("cats")
    np.testing.assert_allclose(candidates.means[place], mean / np.linalg.norm(mean), atol=1e-4)
    share = of_word.sum() / (stored.shape[0] + 2 * 360)
    assert candidates.log_share[place] == pytest.approx(np.log(share), abs=1e-5)
    drawn = candidates.draw(4, np.random.default_rng(0))
    assert len(drawn) == 4 and (np.diff(drawn) > 0).all()
    assert len(candidates.draw(999, np.random.default_rng(0))) == len(words)


def test_the_loss_of_sentences_compares_each_layers_means_with_the_teachers(corpus, teacher):
    recipe = replace(RECIPE, substitutes_weight=0.0, sentences_weight=2.0, order_added_weight=0.0)
    trainer = make_trainer(corpus, 1, recipe=recipe, teacher=teacher)
    rows = np.arange(6)
    codes = teacher.codes(rows)
    batch = make_batch(codes)
    x = trainer.token_vectors(batch)
    everything = torch.arange(len(trainer.W))
    of_all = Rows(everything, trainer.W, trainer.b, everything, torch.ones(len(trainer.W)))
    chosen = np.arange(len(trainer.candidates.rows))
    lesson = trainer._lesson(rows, chosen, of_all)
    arguments = (trainer.model, x, batch, trainer.vocabulary.row_of_code, of_all)

    def measure(recipe) -> tuple[float, dict[str, float]]:
        loss, parts = batch_loss(*arguments, recipe, np.random.default_rng(0), lesson)
        return loss.item(), parts

    loss, parts = measure(recipe)
    with torch.no_grad():
        forward, backward = read_directions(trainer.model, x, 0.0)
    pairs = np.triu_indices(len(rows), 1)
    stored = np.load(teacher.folder / "000.vec.npy").astype(np.float64)
    lengths = [len(sentence) for sentence in codes]
    of_teacher = np.array([stored[sum(lengths[:r]) :][: lengths[r]].mean(0) for r in rows])
    everywhere = corpus.lengths[teacher.numbers]
    means = [part.mean(0) for part in np.split(stored, np.cumsum(everywhere)[:-1])]
    of_teacher = (of_teacher - stored.mean(0)) / np.sqrt(np.std(means, axis=0))
    for layer in (0, 1):
        f, b = forward[layer].double().numpy(), backward[layer].double().numpy()
        of_layer = np.array(
            [
                np.concatenate([f[1 : n + 1, row].mean(0), b[1 : n + 1, row].mean(0)])
                for row, n in enumerate(lengths)
            ]
        )
        cosines = [cosine_similarity(v)[pairs] for v in (of_layer - of_layer.mean(0), of_teacher)]
        expected = 1 - np.corrcoef(cosines)[0, 1]
        assert parts[f"sentences_{layer + 1}"] == pytest.approx(expected, abs=1e-3)
    without, of_without = measure(replace(recipe, sentences_weight=0.0))
    assert loss - without == pytest.approx(
        2 * (parts["sentences_1"] + parts["sentences_2"]), abs=1e-5
    )
    assert "sentences_1" not in of_without


def test_a_learner_with_a_teacher_follows_all_losses_and_resumes_to_the_same(
    corpus, teacher, tmp_path
):
    recipe = replace(
        RECIPE,
        teacher_share=0.5,
        n_candidates=5,
        teacher_words=30,
        order_added_weight=0.5,
        sentences_weight=1.0,
    )
    told: list[dict] = []
    whole = make_trainer(corpus, 30, tmp_path / "whole", recipe, teacher=teacher)
    whole.run(report_seconds=0, report=told.append)
    with_teacher = [entry for entry in told if "substitutes" in entry]
    assert 5 < len(with_teacher) < 25
    names = {"cloze", "order_1", "order_2", "order_added", "order_around"}
    assert names | {"sentences_1", "sentences_2"} <= with_teacher[0].keys()
    assert np.mean([e["order_2"] for e in with_teacher[-4:]]) < np.mean(
        [e["order_2"] for e in with_teacher[:4]]
    )
    first = make_trainer(corpus, 30, tmp_path / "cut", recipe, teacher=teacher)
    first.run(should_stop=lambda: first.step == 11)
    second = make_trainer(corpus, 30, tmp_path / "cut", recipe, teacher=teacher)
    second.resume()
    second.run()
    assert torch.equal(whole.W, second.W)


def test_the_language_model_is_alone_at_first_and_a_resumed_training_knows_it(
    corpus, teacher, tmp_path
):
    recipe = replace(RECIPE, language_model_alone=0.5, teacher_share=1.0, n_candidates=5)

    def train(folder, stop=None) -> list[dict]:
        told: list[dict] = []
        trainer = make_trainer(corpus, 20, folder, recipe, teacher=teacher)
        if stop is None and (folder / "checkpoint.pt").exists():
            trainer.resume()
        trainer.run(report_seconds=0, report=told.append, should_stop=lambda: trainer.step == stop)
        return told

    whole = train(tmp_path / "whole")
    assert [("cloze" in e, "substitutes" in e) for e in whole] == [(False, False)] * 11 + [
        (True, True)
    ] * 9
    cut = train(tmp_path / "cut", stop=15) + train(tmp_path / "cut")
    assert [e["loss"] for e in cut] == [e["loss"] for e in whole]


def test_uses_are_drawn_without_replacement():
    known = np.array([3, 5, 9, 20])
    chosen = choose_uses(known, 3, np.random.default_rng(0))
    assert len(set(chosen)) == 3 and set(chosen) <= set(known)
    assert choose_uses(known, 10, np.random.default_rng(0)).tolist() == known.tolist()
