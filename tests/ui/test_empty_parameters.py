"""A link whose parameters are empty, or name what is not there, opens the page all the same."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.hostile.test_pages import MISTAKE, PARAMETERS
from ui.shared.screens import SCREENS

BOUND = ("how_direction", "how_lstm_layer", "mixing_edge", "uses_occurrence", "downstream_task")


@pytest.mark.parametrize("value", ["", "none of them"])
@pytest.mark.parametrize("page", [screen.file for screen in SCREENS], ids=lambda p: p.stem)
def test_all_at_once(page, value):
    app = AppTest.from_file(str(page), default_timeout=60)
    for name in (*PARAMETERS, *BOUND):
        if name != "text":
            app.query_params[name] = value
    app.run()
    assert not app.exception
    assert not [box.value for box in app.error if MISTAKE in box.value]


@pytest.mark.parametrize("parameter", [*BOUND, "start_layer", "word_layer", "layers_axes"])
@pytest.mark.parametrize("page", [screen.file for screen in SCREENS], ids=lambda p: p.stem)
def test_one_alone(page, parameter):
    app = AppTest.from_file(str(page), default_timeout=60)
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
