"""Start: what it shows is what the model gives, it needs no torch, and its controls respond."""

import subprocess
import sys
import threading

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo.model.options import Options
from elmo.usages import Usage, read_examples
from elmo.views.exploration import THE_WORD, Drawn, Exploration, Figure, Map, use_records
from elmo.views.numbers import short
from tests.conftest import ROOT
from tests.ui.pages import checked, page_of, pictured, sent_to_pictures
from ui.shared import warm_up
from ui.shared.screens import SCREENS
from ui.start import data as start_data

APP = str(ROOT / "pages" / "navigation.py")
HEAVY = ("torch", "umap", "numba", "spacy", "sklearn")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(APP, default_timeout=120).run()


@pytest.fixture(scope="module")
def kept() -> start_data.StartData:
    found = start_data.read()
    assert found is not None, "run `make start-data`"
    return found


def test_file_is_what_the_model_gives(kept):
    fresh = start_data.from_model()
    assert kept.weights_sha256 == fresh.weights_sha256, "another model: run `make start-data`"
    assert kept.chosen == fresh.chosen and kept.rule == fresh.rule
    assert kept.exploration.uses == fresh.exploration.uses
    for old, new in zip(kept.exploration.drawn, fresh.exploration.drawn, strict=True):
        assert (old.name, old.sentences) == (new.name, new.sentences)
        cosines = (shown.exploration.cosines(old.name) for shown in (kept, fresh))
        np.testing.assert_allclose(*cosines, rtol=0, atol=1e-5)
        np.testing.assert_allclose(
            old.maps["PCA"].points, new.maps["PCA"].points, rtol=0, atol=1e-4
        )


def test_the_rule_takes_the_best_word_whose_interval_excludes_06(rng):
    def uses(word: str) -> list[Usage]:
        return [Usage(word, (word,), 0, sense) for sense in "aaaabbbb"]

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
        "assert any('gives a word its vector' in m.value for m in app.markdown)\n"
        "assert [e for e in app.get('bidi_component') if e.proto.component_name == 'explorer']\n"
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
    assert sent_to_pictures(app)["start"] == {"start_layer": kept.chosen}
    shown = pictured(app)
    (drawn,) = (one for one in shown.drawn if one.label == kept.chosen)
    labels, n = shown.labels, len(shown.uses)
    points = drawn.maps["PCA"].points.astype(float)
    distance = ((points[:, None] - points[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(distance, np.inf)
    on_map = sum(labels[i] == labels[j] for i, j in enumerate(distance.argmin(axis=1)))
    matrix = shown.matrix(drawn.name) - 2 * np.eye(n)
    in_all = sum(labels[i] == labels[j] for i, j in enumerate(matrix.argmax(axis=1)))
    (said,) = drawn.sentences
    assert f"{in_all} of {n} sentences have their nearest use in their own sense" in said
    assert (f"dimensions, {on_map}." in said) if on_map != in_all else ("on the map too." in said)
    auc = drawn.figures["pair_auc"]
    assert (
        f"pair AUC {short(auc.value)} (95 % interval {short(auc.low)} to {short(auc.high)}" in said
    )
    told = " ".join(caption.value for caption in app.caption)
    assert f"{kept.rule.n_words} common example words, “{shown.word}”" in told
    intro = next(m.value for m in app.markdown if "gives a word its vector" in m.value)
    assert f"**{shown.word}** in {n} sentences" in intro


def test_every_representation_has_its_sentence(app):
    said = {one.label: one.sentences[0] for one in pictured(app).drawn}
    assert "the word has the same vector in every sentence" in said["Layer 0"]
    assert said["Equal mix"].startswith("Compared by equal mix, ")
    assert len(set(said.values())) == len(said)


def test_another_model_is_shown_the_same_sentences(small_model_files, kept):
    app = page_of("start")
    app.query_params["model"] = "small (yours)"
    app.session_state["own_models"] = {"session:small": str(small_model_files[0].parent)}
    checked(app.run())
    top = Options.read(small_model_files[0]).n_layers
    assert sent_to_pictures(app)["start"] == {"start_layer": f"Layer {top}"}
    assert pictured(app).representation(f"layer {top}").sentences[0].startswith("Compared by layer")
    assert any("chosen for the bundled model" in caption.value for caption in app.caption)


def test_own_word_opens_word_in_context(app):
    app.text_input(key="start_own_word").set_value("spring")
    app.button(key="FormSubmitter:own_word-Compare its uses").click().run()
    assert app.query_params["word"] == ["spring"] or app.query_params["word"] == "spring"
    assert [title.value for title in app.title] == [":material/format_quote: Word in context"]


def test_every_page_has_a_door(app):
    labels = {element.proto.label for element in app.get("page_link")}
    assert {screen.title for screen in SCREENS if screen.address} <= labels


def _told(same: float, different: float, p: float, smallest_p: float = 0.03) -> str:
    """The sentence on one representation of three uses of two senses, whose map parts the senses."""
    words = tuple(Usage(text, (text,), 0, sense) for text, sense in zip("xyz", "aab", strict=True))
    uses, senses = use_records(words)
    values = {"same_sense": same, "different_sense": different, "p": p, "smallest_p": smallest_p}
    figures = {name: Figure(value) for name, value in (values | {"nearest_same": 2}).items()}
    figures["pair_auc"] = Figure(0.6, 0.4, 0.8)
    points = np.array([[0, 0], [0.1, 0], [2, 2]], np.float32)
    none = np.zeros((3, 0))
    drawn = Drawn(
        "layer 2", "Layer 2", THE_WORD, 4, True, None, np.zeros(3, np.float32), none.astype(int), none,
        np.arange(3), np.zeros(3, int), (), {"PCA": Map(points, "PCA")}, figures, None, (),
    )  # fmt: skip
    return start_data.separation(Exploration("x", uses, senses, (drawn,), np.arange(3), {}), drawn)


def test_sentence_says_what_the_verdict_is():
    told = _told(0.7, 0.4, 0.01)
    assert told.startswith(
        "Compared by layer 2, 2 of 3 sentences have their nearest use in their own sense; on the map too."
    )
    assert "Shuffled senses do as well in 1.0 % of trials" in told
    assert "cosine .70, different-sense pairs .40; pair AUC .60 (95 % interval .40 to .80" in told
    assert "The senses are not separated: shuffled" in _told(0.7, 0.69, 0.2)
    assert "Too few" in _told(0.7, 0.4, 0.01, smallest_p=0.2)
    assert "all 3 pairs have cosine 1.00" in _told(1, 1, 0.5)


def test_libraries_are_imported_once_after_the_first_page(monkeypatch):
    monkeypatch.setattr(warm_up, "_LIBRARIES", ("this_library", "that_library"))
    monkeypatch.setattr(warm_up, "_begun", threading.Event())
    imported = []
    done = threading.Semaphore(0)

    def note(name: str) -> None:
        imported.append(name)
        done.release()

    monkeypatch.setattr(warm_up, "import_module", note)
    warm_up.import_libraries(0.0)  # ELMO_WARM_UP is 0
    monkeypatch.setenv("ELMO_WARM_UP", "1")
    for _ in range(2):
        warm_up.import_libraries(0.0)
    assert done.acquire(timeout=10) and done.acquire(timeout=10)
    assert imported == ["this_library", "that_library"]
