"""Training on a person's own text: what is counted, what is written, stop and going on."""

import json
import math
import random
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from elmo import Elmo
from elmo.errors import InputError, TrainingError
from elmo.jobs.worker import Report
from elmo.model.options import Options
from elmo.model.softmax import read_softmax
from elmo.predict import predict
from elmo.tokenizer import process
from elmo.training import card
from elmo.training.data.corpus import Corpus
from elmo.training.data.documents import read_documents
from elmo.training.data.prepare import prepare
from elmo.training.own import own_text
from elmo.training.own.text import TextFacts, look_at, write_corpus
from elmo.training.own.watched import read_log, read_snapshot, read_watched, snapshot_steps
from elmo.training.perplexity import measure_perplexity
from elmo.training.trainer import Limit

ARGS = {"preset": "tiny", "minutes": 60, "seed": 3, "name": "mine", "word": "river"}


def grammar(n_sentences: int, seed: int = 0) -> str:
    """Sentences of a grammar so small that a model learns it in a second or two."""
    rng = random.Random(seed)
    sentences = []
    for _ in range(n_sentences):
        animal, place = rng.choice(["dog", "cat", "bird"]), rng.choice(["river", "forest"])
        verb = "swims in" if place == "river" else "sleeps in"
        sentences.append(f"The {animal} {verb} the {place} and Paul's friend sees it.")
    return "\n".join(sentences)


@pytest.fixture
def quick(monkeypatch, tmp_path) -> Path:
    """The folder of a job with a grammar as its text; "tiny" is tinier still."""
    tiny = own_text.PRESETS["tiny"]
    small = Options(8, 16, 2, ((1, 4), (2, 6), (3, 8)), n_highway=1, char_dim=4)
    recipe = replace(tiny.recipe, batch_tokens=256, n_sampled=64, learning_rate=1e-2)
    tinier = replace(tiny, options=small, recipe=recipe, checkpoint_seconds=1e9)
    monkeypatch.setitem(own_text.PRESETS, "tiny", tinier)
    (tmp_path / "text.txt").write_text(grammar(300), encoding="utf-8")
    return tmp_path


class Asked(Report):
    """A report that wishes to stop after so many questions, and keeps what it was told."""

    def __init__(self, folder: Path, stop_after: int | None = None) -> None:
        super().__init__(folder)
        self.told: list[tuple[float, dict]] = []
        self.questions, self.stop_after = 0, stop_after

    def __call__(self, fraction, message="", extra=None, *, seconds_left=None) -> None:
        self.told.append((fraction, dict(extra or {})))
        super().__call__(fraction, message, extra, seconds_left=seconds_left)

    def should_stop(self) -> bool:
        self.questions += 1
        return self.stop_after is not None and self.questions > self.stop_after


def test_a_text_is_counted_before_anything_is_trained():
    facts = look_at("The river rose. " * 6 + "It fell.")
    assert (facts.n_words, facts.n_distinct, facts.n_sentences) == (27, 6, 7)
    assert facts.candidates == (("river", 6), ("rose", 6))
    shares = np.array([6, 6, 6, 7, 1, 1]) / 27
    assert facts.frequency_perplexity == pytest.approx(math.exp(-(shares * np.log(shares)).sum()))
    assert "27 words in 7 sentences, at least 200 words and 20 sentences" in facts.advice


@pytest.mark.parametrize(
    ("n_words", "said"),
    [(3_000, "by heart"), (100_000, "tell senses apart takes millions"), (900_000, None)],
)
def test_advice_goes_by_the_size_of_the_text(n_words, said):
    facts = TextFacts(n_words, 100, n_words // 20, (), 50.0)
    assert facts.advice is None if said is None else said in facts.advice


def test_the_corpus_has_the_texts_words_and_documents_to_hold_out(tmp_path):
    text = grammar(100) + "\n\n" + grammar(7)
    write_corpus(text, tmp_path / "corpus.txt")
    documents = list(read_documents(tmp_path / "corpus.txt"))
    assert len(documents) > 40
    words = [w for d in documents for s in d for w in process(s)[0].tokens]
    assert words == [word for sentence in process(text) for word in sentence.tokens]
    assert len(documents[-1]) < 7, "a blank line ends a document"


def test_too_little_text_is_refused_with_its_size(tmp_path):
    with pytest.raises(InputError, match=r"39 words in 3 sentences, at least 200"):
        write_corpus(grammar(3), tmp_path / "corpus.txt")


def test_frequencies_alone_are_the_yardstick(quick, tmp_path):
    write_corpus(grammar(60), tmp_path / "corpus.txt")
    corpus = prepare([tmp_path / "corpus.txt"], tmp_path / "prepared", 20, processes=1)
    job = own_text._pipeline_job("tiny", 1, Limit(steps=1), tmp_path)
    found = own_text._frequency_perplexity(job, corpus)
    words = corpus.words
    n_sentences = len(corpus.sentence_numbers())
    counts = dict(zip(words, corpus.counts, strict=True)) | {"</S>": n_sentences}
    total = sum(counts.values()) + n_sentences + 0.5 * (len(counts) + 2)  # <S> and <UNK> as well
    nats = []
    for number in corpus.sentence_numbers(held_out=True):
        for word in [*(words[i] for i in corpus.sentence(number)), "</S>"]:
            nats.append(-math.log((counts[word] + 0.5) / total))
    assert found == pytest.approx(math.exp(np.mean(nats)), abs=0.01)


def test_a_training_ends_with_a_model_that_has_learned_the_text(quick):
    report = Asked(quick, stop_after=100)
    result = own_text.run_job(ARGS, report, quick)
    model = quick / result["model"]
    elmo = Elmo(model / "options.json", model / "weights.hdf5")
    softmax = read_softmax(model / "softmax.hdf5", model / "vocab.txt", 8)
    assert softmax.words[:3] == ("<S>", "</S>", "<UNK>")
    held_out = [s.tokens for s in process(grammar(30, seed=9))]
    yardstick = next(
        x["frequency_perplexity"] for _, x in report.told if "frequency_perplexity" in x
    )
    measured = measure_perplexity(elmo, softmax, held_out)
    assert measured.both < 0.8 * yardstick
    log = read_log(quick)
    losses = [entry for entry in log if "loss" in entry]
    assert losses[-1]["forward_perplexity"] < yardstick
    assert losses[-1]["backward_perplexity"] < yardstick
    assert any("held_out_forward_perplexity" in entry for entry in log)
    assert [f for f, _ in report.told] == sorted(f for f, _ in report.told)
    card = (model / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "seed 3" in card and "Paul" not in card

    watched, steps = read_watched(quick), snapshot_steps(quick)
    assert watched["word"] == "river"
    assert {use["tokens"][use["position"]] for use in watched["uses"]} == {"river"}
    last = read_snapshot(quick, steps[-1])
    assert last.vectors.shape == (3, len(watched["uses"]), 16)
    (embedded,) = elmo.embed([watched["uses"][0]["tokens"]])
    place = watched["uses"][0]["position"]
    assert last.vectors[:, 0] == pytest.approx(embedded.layers[:, place], abs=1e-4)
    expected = predict(elmo, softmax, watched["sentence"], 8).to_list()
    for kept, now in zip(last.predictions, expected, strict=True):
        assert kept["token"] == now["token"]
        assert kept["forward"]["surprisal_nats"] == pytest.approx(
            now["forward"]["surprisal_nats"], abs=1e-4
        )


def test_stop_keeps_the_model_and_more_time_goes_on_from_it(quick):
    first = own_text.run_job(ARGS, Asked(quick, stop_after=5), quick)
    assert first["last"]["step"] == 6
    assert (quick / "model" / "weights.hdf5").exists()
    steps = snapshot_steps(quick)
    assert steps == [6]
    Elmo(quick / "model" / "options.json", quick / "model" / "weights.hdf5")
    again = own_text.run_job(ARGS, Asked(quick, stop_after=4), quick)
    assert again["last"]["step"] == 11
    assert [entry["step"] for entry in read_log(quick) if "loss" in entry][-1] == 11
    assert snapshot_steps(quick) == [6, 11]
    assert Corpus(quick / "model" / "training" / "corpus").info["source"]["held_out_every"] == 20


def test_speed_is_measured_and_leaves_nothing_behind(quick, monkeypatch):
    folders = []
    make = own_text._pipeline_job
    monkeypatch.setattr(own_text, "_pipeline_job", lambda *a: folders.append(a[3]) or make(*a))
    speed = own_text.measure_speed("tiny", grammar(100))
    assert speed.words_a_second > 10 and speed.checkpoint_seconds > 0
    assert folders and not folders[0].exists()


def test_the_promise_leaves_out_the_time_of_checkpoints(quick, monkeypatch):
    measure = own_text.pipeline.held_out_perplexity

    def slow(trainer, n_sentences=240):
        time.sleep(0.2)
        return measure(trainer, n_sentences)

    monkeypatch.setattr(own_text.pipeline, "held_out_perplexity", slow)
    speed = own_text.measure_speed("tiny", grammar(300))
    assert speed.checkpoint_seconds >= 0.2
    # as seconds between checkpoints and of one: 15 checkpoints, or so many as their least distance allows
    between = own_text.seconds_between_checkpoints("tiny", 30)
    assert between == own_text.PRESETS["tiny"].checkpoint_seconds
    even = own_text.Speed(100.0, between, "tiny")
    assert even.words_in(30) == pytest.approx(100 * 60 * 30 / 2)
    assert own_text.Speed(100.0, 0.0, "tiny").words_in(30) == pytest.approx(100 * 60 * 30)


def test_the_bundled_model_goes_on_only_with_a_vocabulary_that_fits(tmp_path, monkeypatch):
    monkeypatch.setattr(own_text, "BUNDLED", tmp_path)
    (tmp_path / "vocab.txt").write_text("<UNK>\nthe\n", encoding="utf-8")
    (tmp_path / "softmax.hdf5").touch()
    assert not own_text.can_go_on_from(tmp_path)
    with pytest.raises(TrainingError, match="does not begin with <S>, </S>, <UNK>"):
        own_text._pipeline_job("further", 1, Limit(steps=1), tmp_path)


def test_the_bundled_model_taught_further_keeps_its_vocabulary(quick, tmp_path, monkeypatch):
    bundled = tmp_path / "bundled"
    own_text.run_job(ARGS, Asked(quick, stop_after=2), quick)
    (quick / "model").rename(bundled)
    (quick / "watched.json").unlink()
    monkeypatch.setattr(own_text, "BUNDLED", bundled)
    monkeypatch.setattr(card, "BUNDLED", bundled)
    other = "\n".join(f"A zebra number {i} runs over the old river." for i in range(40))
    (quick / "text.txt").write_text(other, encoding="utf-8")
    args = ARGS | {"preset": "further", "sentence": "The dog swims"}
    result = own_text.run_job(args, Asked(quick, stop_after=2), quick)
    same = (bundled / "vocab.txt").read_bytes()
    assert (quick / result["model"] / "vocab.txt").read_bytes() == same
    assert read_snapshot(quick, 3).predictions[1]["token"] == "dog"
    assert "began from ELMo Explorer's bundled model" in (
        quick / "model" / "MODEL_CARD.md"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"minutes": 0}, "minutes is 0, expected a number above 0"),
        ({"minutes": "x"}, "minutes is 'x'"),
        ({"preset": "huge"}, "no preset 'huge'; there are tiny, small, further"),
    ],
)
def test_wrong_arguments_are_named(quick, change, message):
    with pytest.raises(InputError, match=message):
        own_text.run_job(ARGS | change, Asked(quick), quick)


def test_a_line_of_the_log_that_is_half_written_is_left_for_later(tmp_path):
    assert read_log(tmp_path) == []
    log = tmp_path / "model" / "training" / "log.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(json.dumps({"step": 1}) + "\n" + '{"step": 2, "lo', encoding="utf-8")
    assert read_log(tmp_path) == [{"step": 1}]
