"""Change: the example's verdicts, a word without change, a list, controls, and what is wrong."""

import builtins
import json
from dataclasses import astuple
from types import FunctionType

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.tasks.change.exploration import explore_word
from elmo.tasks.change.sides import draw
from elmo.tasks.change.texts import open_side
from elmo.usages import EXAMPLES
from elmo.views import read, save
from elmo.views.exploration import SIDES
from tests.ui.pages import page_of, pictured, words
from ui.change import pack


@pytest.fixture(scope="module")
def app() -> AppTest:
    return page_of("change", 120).run()


def test_the_page_shows_a_planted_change_without_a_press(app):
    assert not app.exception
    assert not app.error
    assert "visit" not in app.query_params  # nothing was given
    assert "The word is used differently in new than in old" in words(app)
    assert any("40 on each side are compared" in caption.value for caption in app.caption)
    assert "In new, the likeliest words in its place" in words(app)
    exploration = pictured(app)
    assert (exploration.labels_are, exploration.senses) == (SIDES, ("old", "new"))
    (drawn,) = exploration.drawn
    assert all(drawn.group_names)  # groups are named by words
    gains = [group.new.value - group.old.value for group in drawn.sides]
    assert gains[0] > 0 > gains[-1]
    assert sum(group.n_new for group in drawn.sides) == 40


def test_the_pack_and_the_saved_page_have_the_numbers_of_the_page(app, tmp_path):
    elmo = Elmo()
    shown = pictured(app).drawn[0]
    sides = [
        open_side(EXAMPLES / "change" / f"{name}.txt", None, tmp_path) for name in ("old", "new")
    ]
    seed = app.number_input(key="seed").value
    drawn = draw("mouse", (sides[0], sides[1]), seed=seed)
    save(explore_word(drawn, elmo, seed=seed), tmp_path / "mouse.html")
    saved = read(tmp_path / "mouse.html")
    assert saved.uses == pictured(app).uses and len(saved.drawn) > 5
    assert saved.representation(shown.name).sides == shown.sides
    sentences = [use.forms for use in drawn.uses]
    vectors = [embedded.layers for embedded in elmo.embed(sentences)]
    # The script of a pack has the source of the recipe only: no name from outside.
    recipe = FunctionType(pack.results.__code__, {"__builtins__": builtins})
    settings = json.loads(json.dumps(pack.settings_of(drawn, shown.name, seed)))
    results = recipe(vectors, settings, elmo.constants, sentences)
    for name in ("apd", "prt", "jsd"):
        for figures in (shown.figures, saved.representation(shown.name).figures):
            expected = [*astuple(figures[name]), figures[f"p_{name}"].value]
            np.testing.assert_allclose(results[name], expected, atol=1e-5)
    shares = {tuple(row) for row in results["group_shares"].round(6)}
    assert shares == {
        tuple(np.round([*astuple(group.old), *astuple(group.new)], 6)) for group in shown.sides
    }


def test_a_word_that_did_not_change_says_so_and_controls_are_counted(app):
    app.text_input(key="change_word_example").set_value("coat").run()
    assert "No change that can be told from chance" in words(app)
    app.toggle(key="change_controls").set_value(True).run()
    assert "words of the same frequency used in similar places, by its APD" in words(app)
    app.toggle(key="change_controls").set_value(False).run()
    app.text_input(key="change_word_example").set_value("zebra").run()
    assert "stands 0 times in old and 0 times in new" in app.error[0].value


def test_a_list_is_ranked_and_its_words_told_from_chance(app):
    app.segmented_control(key="change_part").set_value("A list of words").run()
    assert "visit" not in app.query_params  # nothing is kept before Measure
    app.text_area(key="change_words_example").set_value("mouse\ncoat\nzebra")
    next(button for button in app.button if button.label == "Measure").click().run()
    assert not app.exception
    said = words(app)
    assert "1 of 2 words changed" in said
    assert "mouse" in said
    assert "Too few uses: zebra" in said
    assert not any(button.label == "Measure" for button in app.button)  # the rows are known now
    app.text_area(key="change_words_example").set_value("mouse\nriver\ncell\nzebra").run()
    (go_on,) = (button for button in app.button if button.label.startswith("Continue"))
    assert go_on.label == "Continue: 2 of 4 are measured"
    go_on.click().run()
    assert "2 of 3 words changed" in words(app)


def test_other_sources_ask_for_what_they_need(app):
    app.segmented_control(key="change_part").set_value("One word").run()
    for source, asked in (
        ("Two files", "Give two files"),
        ("A table", None),
        ("A corpus", "There is no indexed corpus"),
    ):
        app.segmented_control(key="change_source").set_value(source).run()
        assert not app.exception
        assert not app.error
        if asked and source == "Two files":
            assert asked in app.info[0].value


def _ask_split():
    import streamlit as st

    from ui.change import split

    values = st.session_state["values"]
    chosen = split.ask(values, "rows", "change_test")
    if chosen:
        is_new, names = chosen
        st.session_state["sides"] = names, [is_new(value) for value in values]


def test_a_column_is_split_in_the_middle_or_by_its_values():
    app = AppTest.from_function(_ask_split)
    app.session_state["values"] = ["2001", "1900", "n.d.", "1950", "2002"]
    app.run()
    names, is_new = app.session_state["sides"]
    assert names == ("texts before 2001", "texts from 2001")
    assert is_new == [True, False, None, False, True]
    assert app.caption[0].value == "2 rows are old, 2 are new; 1 are left out."
    app.text_input[0].set_value("yes").run()
    assert "the border is 'yes'" in app.error[0].value and not app.exception
    app.text_input[0].set_value("3000").run()
    assert "One side is empty" in app.info[0].value
    app = AppTest.from_function(_ask_split)
    app.session_state["values"] = ["news", "fiction", "news", "letters"]
    app.run()
    assert app.session_state["sides"] == (("news", "fiction"), [False, True, False, None])
    app.multiselect[0].set_value([]).run()
    assert "at least one value for each side" in app.info[0].value
