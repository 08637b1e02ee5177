"""The ladder finds what is there, and nothing where nothing is."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from elmo.errors import InputError
from elmo.explore.bootstrap import bootstrap, macro_recall, mean_of, of_all
from elmo.tasks import pack
from elmo.tasks.classification import run
from elmo.tasks.ladder.features import Samples, Stop
from elmo.tasks.ladder.ladder import fold_of_each, training_part
from elmo.tasks.ladder.mix_classifier import MixClassifier
from elmo.tasks.ladder.results import Ladder, Settings
from elmo.tasks.ladder.rungs import _best_penalty, _search

QUICK = Settings(n_folds=3, seeds=(0,), curve=())


def made(n=80, dim=6, signal=2.0, seed=0) -> Samples:
    """Items whose class stands in layer 1 alone, and nowhere else."""
    rng = np.random.default_rng(seed)
    labels = np.tile(["no", "yes"], n // 2)
    layers = rng.normal(size=(n, 3, dim)).astype(np.float32)
    layers[:, 1, 0] += signal * np.where(labels == "yes", 1, -1)
    static = rng.normal(size=(n, 4)).astype(np.float32)
    bags = tuple(" ".join(rng.choice(list("abcdefgh"), 5)) for _ in range(n))
    texts = tuple(f"text {i}" for i in range(n))
    return Samples("classification", "made", texts, tuple(labels.tolist()), bags, layers, static)


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    return run(made(), Settings(n_folds=2, seeds=(0, 1), curve=(0.2,)))


def test_the_signal_is_found_where_it_is(ladder):
    value = {row.name: row.measures["accuracy"].value for row in ladder.rows}
    assert value["layer1"] > 0.9
    assert value["static+layer1"] > 0.85
    assert (
        max(
            value[name]
            for name in ("majority", "tfidf", "static", "layer0", "layer2", "static+layer0")
        )
        < 0.7
    )
    assert value["learned"] >= value["equal"]
    assert ladder.best().name in {"layer1", "learned", "static+layer1", "static+learned"}
    assert "ELMo is better" in ladder.summary()


def test_the_learned_mix_finds_the_layer(ladder):
    learned = ladder.row("learned").learned
    assert np.argmax(learned.normalized) == 1
    np.testing.assert_allclose(
        np.exp(learned.raw) / np.exp(learned.raw).sum(), learned.normalized, rtol=1e-5
    )
    assert len(learned.in_folds) == 4


def test_every_number_has_its_interval(ladder):
    for row in ladder.rows:
        for interval in [*row.measures.values(), *(point.measure for point in row.curve)]:
            assert interval.low <= interval.value <= interval.high
        assert row.curve[-1].measure == row.measures["accuracy"]
        assert [point.n_training for point in row.curve] == [8, 40]
        assert len(row.by_seed) == 2
        assert (row.over_tfidf is None) == (row.name in ("majority", "tfidf"))


def test_with_shuffled_labels_every_row_is_at_chance():
    # More dimensions than items: whatever sees a test item in training gets it right.
    items = made(n=90, dim=120, signal=5.0)
    shuffled = replace(
        items, labels=tuple(np.random.default_rng(3).permutation(items.labels).tolist())
    )
    for row in run(shuffled, Settings(n_folds=3, seeds=(0, 1), curve=())).rows:
        interval = row.measures["accuracy"]
        assert abs(interval.value - 0.5) < 0.13, row.name


def test_copies_share_a_fold_and_teach_nothing():
    texts = [f"text {i // 2}" for i in range(60)]
    labels = np.random.default_rng(0).permutation(np.repeat(["a", "b"], 15)).repeat(2)
    for seed in range(5):
        folds = fold_of_each(texts, labels.tolist(), 3, seed)
        assert (folds[::2] == folds[1::2]).all()
    rng = np.random.default_rng(1)
    layers = rng.normal(size=(30, 2, 100)).astype(np.float32).repeat(2, axis=0)
    items = Samples(
        "classification", "copies", tuple(texts), tuple(labels.tolist()), tuple(texts), layers, None
    )
    for row in run(items, Settings(n_folds=3, seeds=(0, 1), curve=())).rows:
        assert row.measures["accuracy"].value < 0.75, row.name


def test_folds_are_stratified_and_small_classes_refused():
    labels = ["a"] * 30 + ["b"] * 15
    folds = fold_of_each([str(i) for i in range(45)], labels, 5, 0)
    assert [sum(folds[:30] == f) for f in range(5)] == [6] * 5
    assert [sum(folds[30:] == f) for f in range(5)] == [3] * 5
    with pytest.raises(
        InputError, match="5 folds need at least 5 different texts a class: 'b' has 4"
    ):
        fold_of_each([str(i) for i in range(34)], ["a"] * 30 + ["b"] * 4, 5, 0)


def test_training_parts_are_nested():
    labels = np.array(["a"] * 20 + ["b"] * 20)
    train = np.arange(2, 38)
    parts = [
        set(training_part(train, labels, share, 7).tolist()) for share in (0.05, 0.3, 0.7, 1.0)
    ]
    assert parts[0] < parts[1] < parts[2] < parts[3] == set(train.tolist())
    assert len(parts[0]) == 4


def test_stop_keeps_the_rows_so_far():
    def progress(fraction, message):
        if "Layer 1" in message:
            raise Stop

    stopped = run(made(), QUICK, progress)
    assert [row.name for row in stopped.rows] == ["majority", "tfidf", "static", "layer0"]
    assert stopped.notices == ("Stopped after 4 of 15 rows.",)


def test_unknown_rows_are_named():
    with pytest.raises(InputError, match="no rows .'layer9'.; there are majority, tfidf"):
        run(made(), Settings(rows=("layer9", "tfidf")))


def test_a_ladder_survives_json(ladder):
    assert Ladder.from_dict(json.loads(json.dumps(ladder.to_dict()))) == ladder


def test_a_pack_reruns_to_the_same_numbers(tmp_path):
    items = made()
    quick = Settings(
        n_folds=2, seeds=(0,), curve=(0.5,), rows=("tfidf", "layer1", "static+learned")
    )
    ladder = run(items, quick)
    path = tmp_path / "pack.zip"
    path.write_bytes(pack.write_pack(items, ladder))
    again = pack.rerun(path)
    assert pack.differences(pack.read_pack(path)[1], again) == []
    other = run(replace(items, labels=(items.labels[1], *items.labels[1:])), quick)
    assert any("predictions differ" in line for line in pack.differences(ladder, other))
    path.write_bytes(b"no zip")
    with pytest.raises(InputError, match=r"pack.zip is not a reproduction pack"):
        pack.read_pack(path)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("beside", [False, True])
def test_a_mix_held_equal_is_the_classifier_of_the_equal_row(n_classes, beside):
    items = made(signal=0.7)
    labels = (
        np.where(np.arange(80) % 5 == 0, "maybe", items.labels)
        if n_classes == 3
        else np.array(items.labels)
    )
    static = items.static if beside else None
    model = MixClassifier(C=0.1, mix_penalty=1e4).fit(items.layers, labels, static)
    equal = items.layers.mean(axis=1)
    vectors = equal if static is None else np.concatenate([static, equal], axis=1)
    scaled = StandardScaler().fit_transform(vectors)
    exact = LogisticRegression(C=0.1, tol=1e-8, max_iter=1000).fit(scaled, labels)
    with torch.no_grad():
        scores = model._scores(*model._inputs(items.layers, static))
    np.testing.assert_allclose(scores.softmax(1).numpy(), exact.predict_proba(scaled), atol=0.01)


def test_long_vectors_do_not_draw_the_mix():
    """A layer whose vectors are long would weaken the classifier's penalty, were it not for the spread."""
    items, rng = made(signal=0.0), np.random.default_rng(1)
    layers, labels = items.layers.copy(), np.array(items.labels)
    layers += np.where(labels == "yes", 0.5, -0.5)[:, None, None]
    fitted = MixClassifier(C=0.01).fit(layers, labels).weights
    np.testing.assert_allclose(
        MixClassifier(C=0.01).fit(layers * 50, labels).weights["normalized"],
        fitted["normalized"],
        atol=0.02,
    )
    assert fitted["gamma"] == 1.0
    layers[:, 2] = 20 * rng.normal(size=layers[:, 2].shape)  # long, and says nothing
    assert MixClassifier(C=0.01).fit(layers, labels).weights["normalized"][2] < 0.2


def test_words_that_tell_and_vectors_that_tell_are_joined():
    items = made(n=200, signal=1.5)
    hints = ["good" if label == "yes" else "bad" for label in items.labels]
    heard = np.random.default_rng(2).random(len(hints)) < 0.5
    bags = tuple(
        f"{bag} {hint if h else 'so'}"
        for bag, hint, h in zip(items.bags, hints, heard, strict=True)
    )
    settings = replace(QUICK, rows=("tfidf", "equal", "tfidf+static", "tfidf+equal"))
    rows = run(replace(items, bags=bags), settings).rows
    value = {row.name: row.measures["accuracy"].value for row in rows}
    assert value["tfidf+equal"] > max(value["tfidf"], value["equal"]) + 0.03
    assert value["tfidf+static"] < value["tfidf+equal"]


@pytest.mark.parametrize("n", [300, 2400])
def test_the_classifier_is_trained_to_its_minimum(n):
    # Rare features of small size, as TF-IDF has: a loose optimizer stops on them before it begins.
    rng = np.random.default_rng(0)
    features = rng.uniform(size=(n, 40)) * (rng.uniform(size=(n, 40)) < 0.1)
    labels = np.where(features[:, 0] - features[:, 1] + 0.05 * rng.normal(size=n) > 0, "a", "b")
    search = _search((0.01, 30.0), labels, 0).fit(features, labels)
    exact = LogisticRegression(C=_best_penalty(search), max_iter=5000, tol=1e-8).fit(
        features, labels
    )
    np.testing.assert_allclose(
        search.best_estimator_.coef_, exact.coef_, atol=0.05 * np.abs(exact.coef_).max()
    )


def test_bootstrap_interval_of_a_mean():
    values = np.random.default_rng(0).normal(size=400)
    interval = bootstrap(mean_of(values), 400)
    error = values.std() / 20
    assert interval.value == pytest.approx(values.mean())
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    groups = np.repeat(np.arange(20), 20)
    alike = np.random.default_rng(0).normal(size=20).repeat(20)
    wide, narrow = bootstrap(mean_of(alike), 400, groups), bootstrap(mean_of(alike), 400)
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_macro_recall_counts_rare_classes_as_much():
    classes = np.array([0] * 8 + [1] * 2)
    correct = np.array([1.0] * 8 + [0.0, 1.0])
    assert of_all(macro_recall(correct, classes), 10) == pytest.approx(0.75)
