"""The Downstream page: inputs, a run from start to finish with Stop, results, and what it says of errors."""

import time
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from elmo.corpus.uses import read_usages
from elmo.explore.bootstrap import Interval
from elmo.jobs import jobs
from elmo.store.store import Store
from elmo.tasks import classification, measured
from elmo.tasks.ladder.features import Samples
from elmo.tasks.ladder.results import Ladder, Learned, Settings
from elmo.usages import read_examples, usages_table
from elmo.views.sentences import plain
from tests.conftest import ROOT
from ui.downstream import cases as downstream_cases
from ui.downstream import curve as downstream_curve
from ui.downstream import measure as downstream_measure
from ui.downstream import results as downstream_results
from ui.downstream import tasks as downstream_tasks
from ui.downstream import weights as downstream_weights
from ui.downstream.measure import Outcome

PAGE = str(ROOT / "pages" / "downstream.py")


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    """A ladder on made-up items whose class layer 1 knows."""
    rng = np.random.default_rng(0)
    labels = np.tile(["ham", "spam"], 30)
    layers = rng.normal(size=(60, 3, 6)).astype(np.float32)
    layers[:, 1, 0] += 3 * np.where(labels == "spam", 1, -1)
    bags = tuple(" ".join(rng.choice(list("abcdef"), 4)) for _ in labels)
    texts = tuple(f"text {i}" for i in range(60))
    items = Samples("classification", "made", texts, tuple(labels.tolist()), bags, layers, None)
    return classification.run(items, Settings(n_folds=3, seeds=(4, 5), curve=(0.3,)))


@pytest.fixture
def app(tmp_path, monkeypatch, small_model_files) -> AppTest:
    """The page with a small model, and no jobs yet."""
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    Store().add_folder("small", small_model_files[0].parent, "trained")
    app = AppTest.from_file(PAGE, default_timeout=120)
    app.session_state["model"] = "small"
    return app


def shown(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.info])


ARGS = {
    "task": "classification", "data": "intent", "model": "bundled", "static": None,
    "settings": {"n_folds": 3, "seeds": [4, 5], "curve": [0.3]},
}  # fmt: skip


def test_results_say_what_was_found_and_weights_go_to_mixing(app, ladder):
    app.session_state["downstream_outcome"] = Outcome(ladder, ARGS, b"zip")
    app.run()
    assert not app.exception
    assert ladder.summary() in shown(app)
    assert (
        "Among single layers layer 1 has the highest figure, clearly above the context-free layer 0"
        in shown(app)
    )
    assert "the mix gives layer 1 most weight" in shown(app)
    app.button("downstream_send_weights").click().run()
    sent = app.session_state["learned_weights"]
    learned = ladder.row("learned").learned
    assert sent["weights"] == learned.normalized and sent["gamma"] == learned.gamma
    app.selectbox("downstream_cases_classification_made").set_value("Layer 0").run()
    assert "The most frequent error of Layer 0" in shown(app)
    assert not app.exception


def test_a_mix_that_stays_equal_prefers_no_layer():
    equal = Learned([0.0] * 3, [1 / 3] * 3, 1.0, [[0.3, 0.3, 0.4], [0.35, 0.35, 0.3]])
    said = downstream_weights.weights_sentence(equal)
    assert "the mix stays the equal mix" in said and "most weight" not in said
    assert "differs by up to .10, so they are stable" in said


def test_the_measure_and_the_curve_follow_their_inputs(app, ladder):
    app.session_state["downstream_outcome"] = Outcome(ladder, ARGS, None)
    app.run()
    before = shown(app)
    app.multiselect[0].set_value(["Layer 0"]).run()
    assert shown(app) != before
    assert "training texts Layer 0 has the highest figure of these" in shown(app)
    app.multiselect[0].set_value([]).run()
    assert "Choose at least one row" in shown(app)


def test_a_task_is_measured_from_press_to_result(app):
    app.query_params["downstream_task"] = "Tag a word's sense"
    app.run()
    app.slider("downstream_n_seeds").set_value(1).run()
    app.slider("downstream_folds").set_value(2).run()
    app.toggle("downstream_curve").set_value(False).run()
    app.button("downstream_measure").click().run()
    token = app.session_state["downstream_job"]
    assert app.query_params["run"] in (token, [token])
    jobs.get(token).wait(100)
    app.run()
    outcome = app.session_state["downstream_outcome"]
    assert outcome.ladder.name == "bank"
    assert outcome.ladder.settings.seeds == (13,)
    assert "Tag a word's sense: bank" in [s.value for s in app.subheader]
    again = AppTest.from_file(PAGE, default_timeout=60)
    again.session_state["model"] = "small"
    again.query_params["run"] = token
    again.run()
    assert again.session_state["downstream_outcome"].ladder == outcome.ladder, (
        "the link finds it again"
    )


def test_the_page_opens_with_the_bundled_result_and_says_whose_it_is(app, ladder, monkeypatch):
    monkeypatch.setattr(measured, "read", lambda: ladder)
    downstream_measure._bundled_ladder.clear()
    app.run()
    assert not app.exception and not app.error
    assert ladder.summary() in shown(app)
    assert "is of the bundled model (fingerprint" in shown(app)
    own = replace(ladder, fingerprint=Store().load("small").fingerprint)
    monkeypatch.setattr(measured, "read", lambda: own)
    downstream_measure._bundled_ladder.clear()
    assert "python -m elmo.tasks.measured" in shown(app.run())
    app.segmented_control("downstream_task").set_value("sense tagging").run()
    assert ladder.summary() not in shown(app) and "Press Measure" in shown(app)
    downstream_measure._bundled_ladder.clear()


def test_the_stored_result_is_of_a_bundled_model_and_has_a_curve():
    stored = measured.read()
    assert stored is not None and len(stored.fingerprint) >= 16
    assert stored.best() is not None and all(len(row.curve) == 3 for row in stored.rows)
    assert "evaluate classification intent" in downstream_cases.command(measured.request(stored))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"rows": 3}'])
def test_a_damaged_stored_result_is_none(tmp_path, monkeypatch, content):
    monkeypatch.setattr(measured, "FILE", tmp_path / "x.json")
    measured.FILE.write_text(content)
    assert measured.read() is None


def test_columns_of_a_table_are_chosen(app):
    lines = ["id;Satz;Klasse"] + [f"{i};Text {i} here;{'ab'[i % 2]}" for i in range(12)]
    lines += ["13;No class here;", "14;;a"]
    app.query_params["downstream_data_classification"] = "Your own"
    app.run()
    uploaders = [u for u in app.file_uploader if "labels" in u.label]
    uploaders[0].upload("mine.csv", "\n".join(lines).encode(), "text/csv").run()
    columns = {box.label: box for box in app.selectbox if box.label.startswith("Column")}
    columns["Column of labels"].set_value("Klasse").run()
    assert not app.exception and not app.error, app.error
    assert plain("12 texts, 2 classes: a, b") in shown(app)
    assert "1 rows are left out: they have no label." in shown(app)
    assert not app.button("downstream_measure").disabled


def test_the_senses_of_a_word_are_read_from_a_table_whose_columns_are_chosen(app):
    rows = [("The spring dried up.", "water"), ("Springs  are made of steel.", "coil")] * 6
    lines = ["no;text;meaning"] + [f"{i};{text};{sense}" for i, (text, sense) in enumerate(rows)]
    lines += ["12;Nothing here.;water", "13;A spring without a sense.;"]
    app.query_params["downstream_task"] = "Tag a word's sense"
    app.query_params["downstream_data_sense_tagging"] = "Your own"
    app.run()
    uploader = next(u for u in app.file_uploader if "senses" in u.label)
    uploader.upload("mine.csv", "\n".join(lines).encode(), "text/csv").run()
    columns = {box.label: box for box in app.selectbox if box.label.startswith("Column")}
    columns["Column of sentences"].set_value("text").run()
    columns["Column of labels"].set_value("meaning").run()
    assert "Type the word whose sense is labelled" in shown(app)
    app.text_input("downstream_own_word").set_value("spring").run()
    assert not app.exception and not app.error, app.error
    assert "12 uses, 2 senses: water, coil" in shown(app)
    assert "1 sentences are left out" in shown(app) and "1 rows are left out" in shown(app)
    assert not app.button("downstream_measure").disabled
    app.text_input("downstream_own_word").set_value("autumn").run()
    assert "stands in none of the 13 sentences" in app.error[0].value


def test_uses_are_written_as_the_table_that_is_read(tmp_path):
    rows = [("A bank is no Bank, said the bank.", "a"), ("Banks, banked: the bank\t's bank", "b")]
    uses, left_out = downstream_tasks.labelled_uses([*rows, ("None.", "c")], "bank")
    assert left_out == 1 and [use.form for use in uses] == ["bank", "Banks"]
    every = [*read_examples("spring"), *read_examples("bank"), *uses]
    (tmp_path / "uses.tsv").write_text(usages_table(every), encoding="utf-8")
    again = read_usages(tmp_path / "uses.tsv")
    assert [replace(use, genre=None) for use in every] == list(again)


def test_no_difference_is_said_in_words(ladder):
    same = Interval(0.0, -0.0001, 0.0002)
    rows = [replace(r, over_tfidf=r.over_tfidf and same) for r in ladder.rows]
    told = replace(ladder, rows=tuple(rows)).summary()
    assert "the two answer alike" in told and "0.0% to" not in told.replace("100.0% to", "")


def test_stop_ends_the_job(app):
    app.run()
    app.button("downstream_measure").click().run()
    job = jobs.get(app.session_state["downstream_job"])
    app.button("downstream_stop_measuring").click().run()
    end = time.monotonic() + 60
    while not job.is_over() and time.monotonic() < end:
        time.sleep(0.3)
    assert job.status() == "stopped"
    app.run()
    assert not app.exception
    assert not app.button("downstream_measure").disabled


def test_confusion_counts_every_text_once(ladder):
    row = ladder.row("layer0")
    classes, counts = downstream_cases.confusion(ladder.labels, row.predictions)
    assert classes == ["ham", "spam"]
    assert counts.sum() == 60
    right = sum(a == b for a, b in zip(ladder.labels, row.predictions, strict=True))
    assert np.trace(counts) == right
    assert counts[0, 1] == sum(
        (a, b) == ("ham", "spam") for a, b in zip(ladder.labels, row.predictions, strict=True)
    )


def test_figures_show_the_ladders_numbers(ladder):
    fig = go.Figure(downstream_results.ladder_figure(ladder, "accuracy"))
    np.testing.assert_allclose(
        fig.data[0].x, [100 * row.measures["accuracy"].value for row in ladder.rows]
    )
    assert list(fig.data[0].y) == [row.label for row in ladder.rows]
    curve = go.Figure(downstream_curve.curve_figure([ladder.row("layer1")], "accuracy"))
    assert list(curve.data[0].x) == [12, 40]


def test_the_command_is_the_one_that_measures_the_same():
    line = downstream_cases.command(ARGS)
    assert line == (
        "python -m elmo evaluate classification intent --folds 3 --seeds 4 5 --curve 0.3 --static none"
    )
    compile(downstream_cases.python(ARGS), "shown", "exec")
