"""The Language model page by AppTest; what is clicked in charts is in tests/browser."""

import io
import secrets
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.jobs import jobs
from elmo.jobs.worker import Report
from elmo.model.options import Options
from elmo.predict import Guess, Place, Prediction, Predictions, predict
from elmo.store.store import Store
from elmo.training.own import own_text
from elmo.whole_files import write_json
from tests.training.test_own_text import grammar
from tests.ui.pages import checked, opened, words
from ui.language_model import figures as language_model_figures
from ui.language_model import predictions as language_model
from ui.language_model.training import curves as training_curves
from ui.language_model.training import next as training_next


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    return tmp_path


open_page = partial(opened, "language_model", 300)


def button(app: AppTest, label: str):
    return next(b for b in app.button if b.label == label)


# ---- predictions


def test_predictions_are_those_of_the_library_and_follow_the_sentence():
    app = open_page()
    app.text_input(key="lm_sentence").set_value("The bank raised its rates .").run()
    checked(app)
    store = Store()
    found = predict(
        store.load("bundled"), store.load_softmax("bundled"), "The bank raised its rates .".split()
    )
    assert language_model_figures.summary(found, "nats") in words(app)
    app.pills(key="lm_place").set_value(1).run()
    place = found.places[1]
    assert f"rank {place.forward.rank:,}, probability" in words(checked(app))
    assert f"surprisal {place.backward.surprisal_nats:.2f} nats" in words(app)
    assert app.query_params["place"] in (["1"], "1")
    app.segmented_control(key="lm_unit").set_value("bits").run()
    assert language_model_figures.summary(found, "bits") in words(checked(app))
    assert "python -m elmo predict 'The bank raised its rates .' --top 10" in app.code[0].value


def test_a_word_outside_the_vocabulary_and_signs_of_markdown_are_told_as_they_are():
    app = open_page()
    app.text_input(key="lm_sentence").set_value("The *bnakqz* cost $5 [so] ~~much~~ : x").run()
    assert "Not in the vocabulary" in words(checked(app))
    assert "bnakqz" in words(app)


def test_without_a_sentence_nothing_is_predicted():
    app = open_page()
    app.text_input(key="lm_sentence").set_value("   ").run()
    assert "Type a sentence" in checked(app).info[0].value


def test_an_example_replaces_the_sentence():
    app = open_page()
    app.pills(key="lm_example").set_value(2).run()
    assert checked(app).text_input(key="lm_sentence").value == language_model.EXAMPLES[2]


def test_a_model_without_a_softmax_offers_one_that_has_it(small_model_files):
    Store().add_folder("vectors-only", small_model_files[0].parent, "uploaded")
    app = open_page(model="vectors-only")
    assert "cannot predict words" in app.info[0].value
    button(app, "Use Bundled model here").click().run()
    assert "first guess" in words(checked(app))


def direction(rank: int, nats: float, *top: tuple[str, float]) -> Prediction:
    return Prediction(tuple(Guess(*guess) for guess in top), rank, nats)


def test_the_bars_end_with_the_word_that_stands_there_where_it_is_not_among_the_first():
    rare = direction(40, 6.0, ("the", 0.5), ("<UNK>", 0.2))
    fig = go.Figure(
        language_model_figures.guesses_figure(Place("river", True, rare, rare), rare, "#000")
    )
    assert list(fig.data[0].x) == pytest.approx([0.5, 0.2, np.exp(-6)])
    assert [label.strip() for label in fig.layout.yaxis.ticktext] == [
        "the",
        "⟨a rarer word⟩",
        "▸ river",
    ]
    first = direction(1, 0.7, ("the", 0.5), ("a", 0.2))
    fig = go.Figure(
        language_model_figures.guesses_figure(Place("the", True, first, first), first, "#000")
    )
    assert [label.strip() for label in fig.layout.yaxis.ticktext] == ["▸ the", "a"]


def test_the_summary_counts_first_guesses_and_names_the_biggest_surprise():
    one, two = direction(1, 0.5, ("a", 0.6)), direction(900, 8.0, ("a", 0.6))
    places = (Place("the", True, one, two), Place("end", True, two, two))
    text = language_model_figures.summary(Predictions(places, one, one), "nats")
    assert "From the left, 1 of 2 words" in text and "“end” (8.0 nats, rank 900)" in text
    assert "mean is 4.25 nats a word, perplexity 70" in text
    assert "From the right, 0 of 2 words" in text


# ---- words never seen


def test_forms_of_a_word_are_compared_in_place():
    app = open_page(lm_part="words")
    assert "“bnak” is not in the vocabulary" in words(app)
    assert "random word" in words(app) and "Nearest to “bnak” by letters" in words(app)
    app.text_input(key="lm_forms").set_value("banks").run()
    assert "“banks” is in the vocabulary" in words(checked(app))


def test_a_word_that_is_not_in_the_sentence_is_named():
    app = open_page(lm_part="words")
    app.text_input(key="lm_meant").set_value("harbour").run()
    assert (
        "harbour" in app.error[0].value and "does not stand in the sentence" in app.error[0].value
    )


# ---- carried state


def test_fresh_readings_are_equal_and_warm_ones_differ():
    app = open_page(lm_part="state")
    assert "Read fresh twice, the largest difference of any number is 0." in words(app)
    before = words(app)
    app.segmented_control(key="lm_state_kind").set_value("another text").run()
    app.text_area(key="lm_state_before").set_value("Interest rates rose again .").run()
    assert words(checked(app)) != before


# ---- training


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """A job's folder as a training leaves it."""
    folder = tmp_path_factory.mktemp("trained")
    tiny = own_text.PRESETS["tiny"]
    options = Options(8, 16, 2, ((1, 4), (2, 6), (3, 8)), n_highway=1, char_dim=4)
    recipe = replace(tiny.recipe, batch_tokens=256, n_sampled=64)
    args = {"preset": "tiny", "minutes": 60, "seed": 1, "name": "mine", "word": "river"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            own_text.PRESETS,
            "tiny",
            replace(tiny, options=options, recipe=recipe, checkpoint_seconds=0.0),
        )
        (folder / "text.txt").write_text(grammar(100), encoding="utf-8")
        for n in (2, 5):
            report = Report(folder)
            asked = iter([*[False] * n, *[True] * 9])
            report.should_stop = lambda asked=asked: next(asked)  # type: ignore[method-assign]
            result = own_text.run_job(args, report, folder)
    write_json(folder / "job.json", {"kind": "train", "args": args, "owner": "me", "created": 1})
    write_json(folder / "state.json", {"status": "stopped"})
    write_json(folder / "result.json", result)
    return folder


@pytest.fixture
def job(trained, home) -> jobs.Job:
    """That job in this test's own data folder."""
    import shutil

    token = secrets.token_urlsafe(16)
    shutil.copytree(trained, home / "jobs" / token)
    return jobs.get(token)


def test_a_training_is_found_by_its_link_and_shows_what_it_did(job):
    app = open_page(lm_part="train", job=job.token)
    labels = {metric.label for metric in app.metric}
    assert {"Forward perplexity", "Backward perplexity", "Words a second"} <= labels
    assert "training perplexity went from" in words(app)
    assert "uses of “river”" in words(app)
    steps = app.select_slider(key="lm_step")
    assert steps.value == 9
    steps.set_value(3).run()
    assert "At step 3 the mean surprisal" in words(checked(app))


def test_the_model_is_used_on_every_page_and_kept_by_name(job):
    app = open_page(lm_part="train", job=job.token)
    button(app, "Use it on every page").click().run()
    assert checked(app).session_state["model"] == "session:mine"
    app.segmented_control(key="lm_part").set_value("predict").run()
    assert "first guess" in words(checked(app))
    app.segmented_control(key="lm_part").set_value("train").run()
    next(t for t in app.text_input if t.value == "mine").set_value("kept-model")
    button(app, "Keep").click().run()
    assert "is in the store" in checked(app).success[0].value
    assert Store().get("kept-model").kind == "trained"


def test_text_and_model_are_deleted_when_asked(job):
    app = open_page(lm_part="train", job=job.token)
    button(app, "Delete text and model").click().run()
    assert not job.folder.exists()
    assert "Paste or upload a text" in words(checked(app))


def test_the_zip_holds_the_official_format(job, tmp_path):
    with zipfile.ZipFile(io.BytesIO(training_next.zip_bytes(job.folder))) as file:
        file.extractall(tmp_path / "zip")
    elmo = Elmo(tmp_path / "zip" / "options.json", tmp_path / "zip" / "weights.hdf5")
    (mine,) = elmo.embed([["The", "river"]])
    (same,) = Elmo(job.folder / "model/options.json", job.folder / "model/weights.hdf5").embed(
        [["The", "river"]]
    )
    assert (mine.layers == same.layers).all()
    assert (tmp_path / "zip" / "vocab.txt").read_text().startswith("<S>\n</S>\n<UNK>\n")


def test_a_link_to_nothing_says_so_and_shows_the_form():
    app = open_page(lm_part="train", job="x" * 22)
    assert "no job under this token" in app.warning[0].value
    assert "Paste or upload a text" in words(app)


def test_a_small_text_gets_advice_and_too_small_a_one_no_button():
    app = open_page(lm_part="train")
    app.text_area(key="lm_text").set_value("Too short. Far too short.").run()
    assert "Too small to train on: 7 words" in app.error[0].value
    assert not any(b.label == "Train" for b in app.button)


def test_train_starts_a_job_with_what_was_chosen(monkeypatch, job):
    monkeypatch.setattr(
        "elmo.training.own.own_text.measure_speed",
        lambda preset, text: own_text.Speed(1250.0, 3.0, preset),
    )
    started = []
    monkeypatch.setattr(
        jobs, "start", lambda kind, args, owner, files: started.append((kind, args, files)) or job
    )
    app = open_page(lm_part="train", seed="5")
    app.text_area(key="lm_text").set_value(grammar(50)).run()
    checked(app)
    assert any(m.label == "Words" and m.value == "650" for m in app.metric)
    assert "by heart" in app.info[0].value
    # 3 minutes: 12 seconds between checkpoints of 3 seconds, so that four fifths of the time are for learning
    assert "**1,000 words a second**" in words(app) and "your text about **277 times**" in words(
        app
    )
    app.select_slider(key="lm_minutes").set_value(1).run()
    assert "**781 words a second**" in words(app) and "**72 times**" in words(app)
    app.text_input(key="lm_name").set_value("My model!")
    button(app, "Train").click().run()
    ((kind, args, files),) = started
    assert kind == "train" and files == {"text.txt": grammar(50)}
    assert args == {
        "preset": "tiny",
        "minutes": 1,
        "seed": 5,
        "name": "My-model-",
        "word": "Paul",
        "sentence": None,
    }
    assert checked(app).session_state["lm_job"] == job.token


def test_learning_by_heart_is_told():
    losses = [
        {"tokens": n, "seconds": 1.0, "forward_perplexity": 90.0, "backward_perplexity": 80.0}
        for n in (10, 20)
    ]
    held_out = [
        {"tokens": n, "held_out_forward_perplexity": f, "held_out_backward_perplexity": f}
        for n, f in ((10, 50.0), (20, 70.0))
    ]
    text = training_curves.summary(losses, held_out, 60.0)
    assert "70 for both directions together, not less than word frequencies alone give (60)" in text
    assert "It was 50 after 10 words and has risen since" in text
    assert "risen" not in training_curves.summary(losses, held_out[:1], 60.0)
