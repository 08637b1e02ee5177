"""The teacher's losses, the token layer's lessons, and static vectors."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import cosine_similarity

from elmo.model.char_cnn import CharCnn
from elmo.model.characters import char_ids
from elmo.training.data.prepare import prepare
from elmo.training.start import token_layer
from elmo.training.start.token_layer import (
    encode_words,
    fit_token_layer,
    join_vectors,
    mean_cosine,
    token_table,
)
from elmo.training.start.word_vectors import read_static_file, write_static
from elmo.training.teacher import distillation
from elmo.training.teacher.distillation import (
    TeacherSet,
    choose_words,
    order_loss,
    same_words,
    sentences_loss,
)
from elmo.training.teacher.shards import teachable_sentences

from .tiny import OPTIONS, grammar_corpus


def test_order_loss_is_one_less_the_correlation_within_words():
    rng = np.random.default_rng(0)
    student, teacher = rng.normal(size=(9, 5)), rng.normal(size=(9, 4))
    words = [3, 3, 3, 3, 8, 8, 8, 6, 1]  # the pairs of 3 weigh 1/4, those of 8 weigh 1/3
    s, t, weights = [], [], []
    for word, n in ((3, 4), (8, 3)):
        of_word = np.flatnonzero(np.array(words) == word)
        pairs = np.triu_indices(n, 1)
        for rows, kept in ((student, s), (teacher, t)):
            cosines = cosine_similarity(rows[of_word])[pairs]
            kept.append(cosines - cosines.mean())
        weights.append(np.full(len(pairs[0]), 1 / n))
    s, t, w = map(np.concatenate, (s, t, weights))
    expected = 1 - (w * s * t).sum() / np.sqrt((w * s * s).sum() * (w * t * t).sum())
    given = [torch.from_numpy(x).float() for x in (student, teacher)]
    assert order_loss(*given, same_words(words)).item() == pytest.approx(expected, abs=1e-5)
    assert order_loss(given[0], 7 * given[0], same_words(words)).item() == pytest.approx(
        0, abs=1e-5
    )
    assert torch.isfinite(order_loss(given[0][:2], given[1][:2], same_words([1, 2])))  # no pair


def test_sentences_are_compared_by_the_means_of_their_words():
    rng = np.random.default_rng(0)
    lengths = np.array([3, 1, 4, 2, 6])
    student, teacher = rng.normal(size=(lengths.sum(), 7)), rng.normal(size=(5, 3))
    means = np.array([part.mean(0) for part in np.split(student, np.cumsum(lengths)[:-1])])
    pairs = np.triu_indices(5, 1)
    cosines = [cosine_similarity(x)[pairs] for x in (means - means.mean(0), teacher)]
    given = [torch.from_numpy(x).float() for x in (student, teacher)]
    value = sentences_loss(given[0], lengths, given[1]).item()
    assert value == pytest.approx(1 - np.corrcoef(cosines)[0, 1], abs=1e-5)
    alone = sentences_loss(given[0][:3], lengths[:1], given[1][:1])  # no pair
    assert torch.isfinite(alone)


def test_words_that_recur_are_compared_first_and_the_most_frequent_last():
    words = np.array([1, 1, 1, 1, 500, 600, 600, 700, 2])
    chosen = choose_words(words, 4, np.random.default_rng(0))
    assert sorted(words[chosen]) == [500, 600, 600, 700]
    assert len(choose_words(words, 100, np.random.default_rng(0))) == len(words)


def test_a_teacher_set_gives_each_word_its_vector(tmp_path, monkeypatch):
    corpus = grammar_corpus(tmp_path)
    numbers = corpus.sentence_numbers()
    rng = np.random.default_rng(0)
    folder = tmp_path / "teacher"
    folder.mkdir()
    stored = []
    for shard, part in enumerate(np.array_split(numbers, 2)):
        np.save(folder / f"{shard:03d}.num.npy", part)
        stored.append(rng.standard_normal((corpus.lengths[part].sum(), 12)).astype(np.float16))
        np.save(folder / f"{shard:03d}.vec.npy", stored[-1])
    monkeypatch.setattr(distillation, "FREQUENT", 2)
    monkeypatch.setattr(distillation, "KEPT_OF_MEAN", 1.0)
    monkeypatch.setattr(distillation, "LENGTH_BIN", 10)
    monkeypatch.setattr(distillation, "FEW_GROUPS", 1)
    teacher = TeacherSet(folder, corpus)
    everything = np.concatenate(stored).astype(np.float32)
    assert np.allclose(teacher.vectors(np.arange(len(numbers))), everything)
    last = corpus.lengths[numbers[-1]]
    assert np.allclose(teacher.vectors(np.array([len(numbers) - 1])), everything[-last:])
    means = np.array(
        [part.mean(0) for part in np.split(everything, np.cumsum(corpus.lengths[numbers])[:-1])]
    )
    spread = np.sqrt(means.std(0))
    found = teacher.sentence_vectors(np.arange(len(numbers)))
    assert np.allclose(found, (means - everything.mean(0)) / spread, atol=1e-4)
    # case is folded where the corpus has both forms; it has only "The" here
    assert (teacher.folded == np.arange(len(teacher.folded))).all()
    drawn = teacher.draw(np.random.default_rng(1), 120, uses=5)
    words, times = np.unique(teacher.words(drawn), return_counts=True)
    assert times[words >= 2].max() >= 5
    assert len(np.concatenate(teacher.codes(drawn))) == len(teacher.vectors(drawn))


def test_the_fast_encoder_is_the_token_layer():
    torch.manual_seed(0)
    encoder = CharCnn(OPTIONS)
    for words in (["a", "bank", "über", "<S>", ""], ["bank", "z" * 60]):
        ids = torch.from_numpy(char_ids(words))
        torch.testing.assert_close(encode_words(encoder, ids), encoder(ids))


def test_the_token_layer_learns_the_vectors_of_words():
    torch.manual_seed(0)
    encoder = CharCnn(replace(OPTIONS, filters=((1, 16), (2, 32), (3, 32)), char_dim=8))
    words = ["bank", "banks", "river", "rivers", "of", "the"]
    vectors = np.random.default_rng(0).standard_normal((6, 12)).astype(np.float32)
    cosine = fit_token_layer(
        encoder, words, vectors, np.array([5, 4, 3, 2, 50, 90]), 3000, batch_words=32
    )
    assert cosine > 0.9
    table = token_table(encoder, [*words, "z" * 60]).float().numpy()
    found = (
        (table[:6] * vectors).sum(1)
        / np.linalg.norm(table[:6], axis=1)
        / np.linalg.norm(vectors, axis=1)
    )
    assert found.min() > 0.9
    assert mean_cosine(encoder, words, vectors) == pytest.approx(float(found.mean()), abs=1e-6)
    assert np.isfinite(table).all()


def test_lessons_gone_on_with_after_an_interruption_end_as_without(tmp_path):
    words = ["bank", "banks", "river", "rivers", "of", "the"]
    vectors = np.random.default_rng(0).standard_normal((6, 12)).astype(np.float32)
    counts = np.array([5, 4, 3, 2, 50, 90])
    kept = tmp_path / "token_layer.pt"

    def learn(state_file=None) -> dict[str, torch.Tensor]:
        torch.manual_seed(0)
        encoder = CharCnn(OPTIONS)
        fit_token_layer(
            encoder,
            words,
            vectors,
            counts,
            600,
            batch_words=32,
            state_file=state_file,
            save_seconds=0.0,
        )
        return encoder.state_dict()

    expected = learn()
    steps = 0

    def stop_in_the_middle(*args, **kwargs):
        nonlocal steps
        steps += 1
        if steps == 77:
            raise KeyboardInterrupt
        return encode_words(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(token_layer, "encode_words", stop_in_the_middle)
        with pytest.raises(KeyboardInterrupt):
            learn(kept)
    assert torch.load(kept, weights_only=True)["step"] == 76
    found = learn(kept)
    for name, value in expected.items():
        assert torch.equal(found[name], value), name


def test_the_teacher_reads_as_many_words_in_short_sentences_as_in_long_ones(tmp_path):
    text = tmp_path / "text.txt"
    rng = np.random.default_rng(0)
    lines = [" ".join(["word"] * n) for n in rng.integers(2, 41, 3000)]
    text.write_text("\n".join(lines), encoding="utf-8")
    corpus = prepare([text], tmp_path / "corpus", processes=1)
    lengths = corpus.lengths[teachable_sentences(corpus, 8000, seed=1)]
    assert lengths.min() == 5
    assert lengths.max() == 32
    for some in (lengths[lengths <= 16], lengths[lengths > 16]):
        assert some.sum() == pytest.approx(4000, abs=32)
    assert (np.diff(lengths) < 0).any()  # shuffled, so that each shard has both
    assert (np.diff(lengths[:200]) > 0).any()


def test_joined_vectors_mix_the_parts_cosines():
    rng = np.random.default_rng(0)
    one, two = rng.standard_normal((30, 5)), rng.standard_normal((30, 4))
    joined = join_vectors([one, two], [1.0, 0.5], 9, norm=2.0)
    unit = [part - part.mean(0) for part in (one, two)]
    unit = [part / np.linalg.norm(part, axis=1, keepdims=True) for part in unit]
    both = np.concatenate([unit[0], 0.5 * unit[1]], axis=1)
    both -= both.mean(0)
    both *= 2 / np.linalg.norm(both, axis=1, keepdims=True)
    assert np.allclose(joined @ joined.T, both @ both.T, atol=1e-4)


def test_static_vectors_are_read_as_written(tmp_path):
    words = ["bank", "naïve", "the"]
    vectors = np.random.default_rng(0).standard_normal((3, 16)).astype(np.float32)
    write_static(tmp_path / "static.npz", words, vectors)
    found, unit = read_static_file(tmp_path / "static.npz")
    assert found == words
    assert np.allclose(unit, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), atol=5e-3)
