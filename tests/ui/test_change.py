"""Change: the example's verdicts, a word without change, a list, controls, and what is wrong."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import page_of, words


@pytest.fixture(scope="module")
def app() -> AppTest:
    return page_of("change", 120).run()


def test_the_page_shows_a_planted_change_without_a_press(app):
    assert not app.exception
    assert not app.error
    assert "visit" not in app.query_params  # nothing was given
    assert "The word is used differently in new than in old" in words(app)
    assert any("40 on each side are compared" in caption.value for caption in app.caption)
    typical = app.dataframe[0].value
    assert list(typical.columns) == ["side", "group", "left", "word", "right"]
    assert {name[0] for name in typical["group"]} >= {"A", "B"}
    assert any("·" in name for name in typical["group"])  # groups are named by words


def test_a_word_that_did_not_change_says_so_and_controls_are_counted(app):
    app.text_input(key="change_word_example").set_value("coat").run()
    assert "No change that can be told from chance" in words(app)
    app.toggle(key="change_controls").set_value(True).run()
    assert "words as frequent, by its APD" in words(app)
    app.toggle(key="change_controls").set_value(False).run()
    app.text_input(key="change_word_example").set_value("zebra").run()
    assert "stands 0 times in old and 0 times in new" in app.error[0].value


def test_a_list_is_ranked_and_its_words_told_from_chance(app):
    app.segmented_control(key="change_part").set_value("A list of words").run()
    app.text_area(key="change_words").set_value("mouse\ncoat\nzebra")
    next(button for button in app.button if button.label == "Measure").click().run()
    assert not app.exception
    said = words(app)
    assert "1 of 2 words changed" in said
    assert "mouse" in said
    assert "1 words have too few uses" in said


def test_other_sources_ask_for_what_they_need(app):
    app.segmented_control(key="change_part").set_value("One word").run()
    for source, asked in (
        ("Two files", "Give two files"),
        ("A table", None),
        ("A corpus", "No corpus is indexed here yet"),
    ):
        app.segmented_control(key="change_source").set_value(source).run()
        assert not app.exception
        assert not app.error
        if asked and source == "Two files":
            assert asked in app.info[0].value
