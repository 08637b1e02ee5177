"""Start: what it shows is what the model gives, it needs no torch, and its controls respond."""

import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo.model.options import Options
from elmo.usages import read_examples
from elmo.views.numbers import short
from tests.conftest import ROOT
from tests.ui.pages import checked, page_of
from ui.shared.screens import SCREENS
from ui.start import data as start_data
from ui.start.data import Use, View
from ui.start.screen import nearest, separation

APP = str(ROOT / "pages" / "navigation.py")
HEAVY = ("torch", "umap", "numba", "spacy", "sklearn")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(APP, default_timeout=120).run()


def _findings(app: AppTest) -> str:
    return " ".join(
        markdown.value for markdown in app.markdown if markdown.value.startswith("**Compared by ")
    )


@pytest.fixture(scope="module")
def kept() -> start_data.StartData:
    found = start_data.read()
    assert found is not None, "run `make start-data`"
    return found


def test_file_is_what_the_model_gives(kept):
    fresh = start_data.from_model()
    assert kept.weights_sha256 == fresh.weights_sha256, "another model: run `make start-data`"
    assert kept.uses == fresh.uses and kept.chosen == fresh.chosen and kept.rule == fresh.rule
    for old, new in zip(kept.views, fresh.views, strict=True):
        for name, value in asdict(new).items():
            if isinstance(value, str):
                assert getattr(old, name) == value
            else:
                np.testing.assert_allclose(
                    getattr(old, name), value, rtol=0, atol=1e-5, err_msg=name
                )


def test_the_rule_takes_the_best_word_whose_interval_excludes_06(rng):
    def uses(word: str) -> list[Use]:
        return [Use((word,), 0, sense, "", "") for sense in "aaaabbbb"]

    def vectors(distance: float) -> np.ndarray:
        centre = np.r_[np.ones((4, 1)), -np.ones((4, 1))] * distance
        return np.hstack([centre, rng.normal(size=(8, 30))])

    words = {"far": 30.0, "farther": 60.0, "not": 0.0}
    ready = {word: (uses(word), vectors(distance)) for word, distance in words.items()}
    word, n_clear = start_data._best(ready)
    assert word in ("far", "farther") and n_clear == 2
    assert start_data._best({"not": ready["not"]}) == ("not", 0)


def test_candidates_are_the_first_sentences_of_two_senses():
    found = start_data.candidates(("bank", "star", "zebra"))
    assert set(found) == {"bank", "star"}
    senses = [use.sense for use in found["bank"]]
    assert senses == [senses[0]] * 4 + [senses[4]] * 4 and senses[0] != senses[4]
    every = read_examples("bank")
    for sense in (senses[0], senses[4]):
        first = [use for use in every if use.sense == sense][:4]
        assert first == [use for use in found["bank"] if use.sense == sense]


def test_first_paint_needs_nothing_heavy():
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({APP!r}, default_timeout=120).run()\n"
        "assert not app.exception and not app.error, (app.exception, app.error)\n"
        "assert any(m.value.startswith('**Compared by ') for m in app.markdown)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "[]"


def test_the_sentence_counts_what_the_picture_shows(app, kept):
    view = next(view for view in kept.views if view.title == kept.chosen)
    assert app.segmented_control(key="start_layer").value == kept.chosen
    labels = [use.sense for use in kept.uses]
    points = np.array(view.points)
    distance = ((points[:, None] - points[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(distance, np.inf)
    on_map = sum(labels[i] == labels[j] for i, j in enumerate(distance.argmin(axis=1)))
    in_all = sum(labels[i] == labels[nearest(view, i)[0] or 0] for i in range(len(labels)))
    said = _findings(app)
    assert f"{in_all} of {len(labels)} sentences have their nearest use in their own sense" in said
    assert (f"{on_map}." in said) if on_map != in_all else ("on the map too" in said)
    assert (
        f"pair AUC {short(view.auc)} (95 % interval {short(view.low)} to {short(view.high)}" in said
    )
    told = " ".join(caption.value for caption in app.caption)
    assert f"{kept.rule.n_words} common example words, “{kept.word}”" in told
    intro = next(m.value for m in app.markdown if "gives a word its vector" in m.value)
    assert f"**{kept.word}** in {len(labels)} sentences" in intro


def test_the_layer_control_changes_the_sentence(app):
    before = _findings(app)
    app.segmented_control(key="start_layer").set_value("Layer 0").run()
    after = _findings(app)
    assert after != before and "Compared by layer 0" in after
    app.segmented_control(key="start_layer").set_value("Equal mix").run()
    assert "Compared by equal mix" in _findings(app) and not app.exception


def test_another_model_is_shown_the_same_sentences(small_model_files, kept):
    app = page_of("start")
    app.query_params["model"] = "small (yours)"
    app.session_state["own_models"] = {"session:small": str(small_model_files[0].parent)}
    checked(app.run())
    top = Options.read(small_model_files[0]).n_layers
    assert f"Compared by layer {top}" in _findings(app)
    assert any("chosen for the bundled model" in caption.value for caption in app.caption)


def test_own_word_opens_word_in_context(app):
    app.text_input(key="start_own_word").set_value("spring")
    app.button(key="FormSubmitter:own_word-Compare its uses").click().run()
    assert app.query_params["word"] == ["spring"] or app.query_params["word"] == "spring"
    assert [title.value for title in app.title] == [":material/format_quote: Word in context"]


def test_every_page_has_a_door(app):
    labels = {element.proto.label for element in app.get("page_link")}
    assert {screen.title for screen in SCREENS if screen.address} <= labels


def _view(same: float, different: float, verdict: str, p: float = 0.2, on_map: int = 2) -> View:
    similarity = [[1, 0.3, 0.9], [0.3, 1, 0.2], [0.9, 0.2, 1]]
    return View(
        "Layer 2", [], similarity, same, different, 12, 16, 0.6, 0.4, 0.8, p, verdict, 2, on_map
    )


def test_sentence_says_what_the_verdict_is():
    told = separation(_view(0.7, 0.4, "separated", 0.01))
    assert told.startswith(
        "**Compared by layer 2, 2 of 3 sentences have their nearest use in their own sense**; on the map too."
    )
    assert "Shuffled senses do as well in 1.0 % of trials" in told
    assert "cosine .70, different-sense pairs .40; pair AUC .60 (95 % interval .40 to .80" in told
    assert "two of many dimensions, 1." in separation(_view(0.7, 0.4, "separated", on_map=1))
    assert "are **not separated**" in separation(_view(0.7, 0.69, "not separated"))
    assert "Too few" in separation(_view(0.7, 0.4, "too few sentences"))
    assert "all 28 pairs have cosine 1.00" in separation(_view(1, 1, "not separated"))


def test_nearest_use():
    assert nearest(_view(0, 1, ""), 0) == (2, 0.9)
    assert nearest(_view(0, 1, ""), 1) == (0, 0.3)
