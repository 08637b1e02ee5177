"""What a person gave stays for the visit, on all pages, through a reload, until it is deleted."""

import json
import os
import time

import pytest
from streamlit.testing.v1 import AppTest

from elmo import limits
from tests.ui.pages import opened as page_opened
from tests.ui.test_walk import APP, go
from ui.shared import visit

TEXT = "The spring broke. | coil\nA spring of water. | water\nThis spring is warm. | season"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(visit, "_all", lambda: tmp_path)


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def token_of(app: AppTest) -> str:
    """The token in the address, or ""."""
    value = app.query_params.get(visit.PARAMETER, "")
    return value[0] if isinstance(value, list) else value


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.info])


def test_nothing_given_leaves_the_address_as_it_is():
    app = opened()
    go(app, "language_model")
    app.run()
    assert token_of(app) == ""


def test_a_pasted_text_and_a_file_are_on_all_pages_and_survive_a_reload():
    app = opened()
    go(app, "word")
    app.segmented_control(key="source").set_value("A file").run()
    app.text_input(key="word").set_value("spring")
    rows = "sentence,sense\n" + TEXT.replace(" | ", ",")
    app.file_uploader[0].upload("mine.csv", rows.encode(), "text/csv").run()
    assert not app.exception and "mine.csv" in texts(app)
    app.segmented_control(key="source").set_value("Your own text").run()
    app.text_area(key="uses_text").set_value(TEXT).run()
    app.run()
    token = token_of(app)
    assert token
    for name in ("layers", "mixing"):
        go(app, name)
        app.segmented_control(key="source").set_value("Your own text").run()
        assert app.text_area(key="uses_text").value == TEXT
        app.segmented_control(key="source").set_value("A file").run()
        assert "mine.csv" in texts(app)

    again = opened(visit=token)
    go(again, "word")
    assert token_of(again) == token
    again.segmented_control(key="source").set_value("Your own text").run()
    assert again.text_area(key="uses_text").value == TEXT
    again.segmented_control(key="source").set_value("A file").run()
    assert "mine.csv" in texts(again)
    again.button(key="delete-file-word-upload").click().run()
    assert "mine.csv" not in texts(again) and not again.exception

    stranger = opened(visit="another")
    go(stranger, "word")
    stranger.segmented_control(key="source").set_value("Your own text").run()
    assert stranger.text_area(key="uses_text").value in (None, "")


TYPED_ON = {
    "layers_text": (
        "layers",
        {"layers_draw": "every word of a text", "layers_text_of": "your own text"},
    ),
    "word_edit_before": ("word", {"word_part": "Edit one word"}),
    "word_edit_after": ("word", {"word_part": "Edit one word"}),
    "how_sentence": ("how", {}),
    "lm_sentence": ("language_model", {}),
    "lm_forms": ("language_model", {"lm_part": "words"}),
    "lm_state_sentence": ("language_model", {"lm_part": "state"}),
    "lm_state_before": ("language_model", {"lm_part": "state", "lm_state_kind": "another text"}),
    "vectors_text": ("vectors", {}),
}
"""The key of a field -> its page, and the parameters with which the page shows it."""


@pytest.mark.soak
@pytest.mark.parametrize("key", TYPED_ON)
def test_what_was_typed_survives_a_reload(key):
    name, params = TYPED_ON[key]
    text = "sprng" if key == "lm_forms" else "The spring broke ."
    app = page_opened(name, **params)
    field(app, key).set_value(text).run()
    app.run()
    again = page_opened(name, **params, visit=token_of(app))
    assert field(again, key).value == text
    stranger = page_opened(name, **params)
    assert field(stranger, key).value != text


def field(app: AppTest, key: str):
    """The field of text with this key."""
    return next(each for each in [*app.text_input, *app.text_area] if each.key == key)


def test_a_visit_s_size_is_limited_and_an_old_one_is_deleted(monkeypatch):
    app = opened()
    monkeypatch.setattr(visit, "MAX_VISIT_BYTES", 10)
    go(app, "word")
    app.segmented_control(key="source").set_value("A file").run()
    app.file_uploader[0].upload("large.txt", b"the spring broke\n" * 5, "text/plain").run()
    assert any("this visit has" in box.value for box in app.error)
    places = list(visit._all().iterdir())
    assert len(places) == 1
    then = time.time() - limits.VISIT_KEPT_SECONDS - 60
    os.utime(places[0], (then, then))
    visit._delete_old()
    assert places[0].exists(), "it is open"
    visit._open.clear()
    visit._delete_old()
    assert not places[0].exists()


@pytest.mark.parametrize("on", ["start", "word"])
def test_a_saved_exploration_opens_as_it_was(on):
    app = opened()
    if on == "word":  # whose own widgets have the file's parameters
        go(app, "word")
        app.segmented_control(key="source").set_value("A file").run()
        app.number_input(key="seed").set_value(7).run()
    saved = {
        "kind": "ELMo Explorer exploration",
        "page": "layers",
        "parameters": {
            "source": "Your own text",
            "word": "spring",
            "seed": "5",
            "visit": "stolen",
        },
        "sentences": TEXT.splitlines(),
    }
    place = next(u for u in app.file_uploader if u.label == "Exploration")
    place.upload("x.json", json.dumps(saved).encode(), "application/json").run()
    assert not app.exception and "Layers" in app.title[0].value
    assert app.text_area(key="uses_text").value == TEXT and token_of(app) != "stolen"
    assert app.number_input(key="seed").value == 5


@pytest.mark.parametrize("content", [b"", b"[" * 100_000, b"{}", b'{"kind": 1}', b"\xff"])
def test_a_file_that_is_no_exploration_says_so(content):
    app = opened()
    place = next(u for u in app.file_uploader if u.label == "Exploration")
    place.upload("x.json", content, "application/json").run()
    assert any("no exploration" in box.value for box in app.error) and not app.exception


@pytest.mark.parametrize("text", ["[" * 50_000, "{", '"x"', "[1]"])
def test_sentences_of_a_link_that_cannot_be_read_are_told(text):
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.query_params["text"] = text
    app.switch_page(str(visit.Path(APP).parent / "how.py"))
    app.query_params["text"] = text
    app.run()
    assert any("cannot be read" in box.value for box in app.error) and not app.exception
