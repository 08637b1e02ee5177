"""A link whose parameters are empty, or name what is not there, opens the page all the same."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.hostile.test_pages import MISTAKE, PARAMETERS
from ui.shared.screens import SCREENS

PAGES_OF = {
    "how_direction": ["how"],
    "how_lstm_layer": ["how"],
    "mixing_edge": ["mixing"],
    "uses_occurrence": ["word", "layers", "mixing"],
    "downstream_task": ["downstream"],
    "start_layer": ["start"],
    "word_layer": ["word"],
    "layers_axes": ["layers"],
}
FILES = {screen.name: screen.file for screen in SCREENS}


@pytest.mark.parametrize("value", ["", "none of them"])
@pytest.mark.parametrize("page", [screen.file for screen in SCREENS], ids=lambda p: p.stem)
def test_all_at_once(page, value):
    app = AppTest.from_file(str(page), default_timeout=60)
    for name in {*PARAMETERS, *PAGES_OF}:
        if name != "text":
            app.query_params[name] = value
    app.run()
    assert not app.exception
    assert not [box.value for box in app.error if MISTAKE in box.value]


@pytest.mark.parametrize(
    ("parameter", "page"), [(name, page) for name, pages in PAGES_OF.items() for page in pages]
)
def test_one_alone(parameter, page):
    app = AppTest.from_file(str(FILES[page]), default_timeout=60)
    app.query_params[parameter] = ""
    app.run()
    assert not app.exception
    assert not [box.value for box in app.error if MISTAKE in box.value]


def test_the_default_stands_for_an_empty_value():
    def script():
        import streamlit as st

        from ui.shared import choices

        st.write(choices.one_of("Layer", ["0", "1"], default="1", key="layer"))

    app = AppTest.from_function(script)
    app.query_params["layer"] = ""
    assert app.run().markdown[0].value == "1"
