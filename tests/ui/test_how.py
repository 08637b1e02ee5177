"""How it works: its numbers are the model's, its code is the program's, its controls respond."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.errors import InputError
from tests.conftest import ROOT
from ui.how import code as how_code
from ui.how import pictures as how_pictures
from ui.how import walk as how
from ui.how.text import MISTAKES, STEPS

WORDS = ("We", "sat", "on", "the", "bank", ".")


@pytest.fixture(scope="module")
def app() -> AppTest:
    return AppTest.from_file(str(ROOT / "pages" / "how.py"), default_timeout=240).run()


def _text(app: AppTest) -> str:
    return "\n".join(markdown.value for markdown in app.markdown)


def test_all_steps_are_there(app):
    assert not app.exception and not app.error
    titles = [element.value for element in app.subheader]
    assert titles == [f"{number}. {step.title}" for number, step in enumerate(STEPS, 1)]
    assert len(app.latex) >= sum(len(step.equations) for step in STEPS)


def test_every_step_shows_code_that_is_in_the_program(app):
    shown = [block.value for block in app.code]
    for step in STEPS:
        assert step.sources, step.title
        for arguments in step.sources:
            found = how_code.source(*arguments)
            assert found.code in shown
            line = (ROOT / found.file).read_text(encoding="utf-8").splitlines()[found.line - 1]
            assert line.strip() == found.code.splitlines()[0].strip()


def test_missing_code_is_an_error():
    with pytest.raises(LookupError, match="no line of .* begins with 'no such line'"):
        how_code.source("elmo/model/lstm.py", "Lstm.forward", "no such line")
    with pytest.raises(LookupError, match="has no Lstm.backward"):
        how_code.source("elmo/model/lstm.py", "Lstm.backward", "h = ")


def test_numbers_are_the_models(app):
    words = how.words_of(how.SENTENCE)
    (expected,) = Elmo().embed([words])
    lengths = np.linalg.norm(expected.layers[:, words.index("bank")], axis=1)
    said = re.search(
        r"Lengths: layer 0 (\d+\.\d), layer 1 (\d+\.\d), layer 2 (\d+\.\d)", _text(app)
    )
    assert said is not None
    np.testing.assert_allclose([float(x) for x in said.groups()], lengths, atol=0.051)


def test_mistakes_are_told_with_their_effect(app):
    table = next(m.value for m in app.markdown if m.value.startswith("| often written"))
    rows = table.splitlines()[2:]
    assert len(rows) == len(MISTAKES)
    cosines = [float(row.rstrip(" |").rsplit("|", 1)[1]) for row in rows]
    assert all(-1 <= c <= 1 for c in cosines) and min(cosines) < 0.9


def test_another_word_sentence_and_weights_change_the_page():
    app = AppTest.from_file(str(ROOT / "pages" / "how.py"), default_timeout=240).run()
    app.text_input(key="how_sentence").set_value("We sat on the bank .").run()
    assert "“bank” is 4 bytes" in _text(app)
    app.pills(key="how_word_6").set_value(1).run()
    assert "“sat” is 3 bytes" in _text(app) and "“bank” is" not in _text(app)
    app.number_input(key="how_w0").set_value(20.0).run()
    assert "are 1.000, 0.000, 0.000 after the softmax" in _text(app)
    app.segmented_control(key="how_direction").set_value("Backward").run()
    assert not app.exception and not app.error
    app.text_input(key="how_sentence").set_value("word " * 50).run()
    assert "at most 40 fit" in app.error[0].value
    assert "text" not in app.query_params  # sentences only when asked


def test_start_word():
    assert how.start_word(WORDS, None) == 4
    assert how.start_word(WORDS, "1") == 1
    assert how.start_word(WORDS, "99") == how.start_word(WORDS, "x") == 4
    assert how.start_word(("a", "river"), None) == 1
    with pytest.raises(InputError, match="empty"):
        how.words_of("  ")


def test_markup_in_a_word_is_shown_not_run():
    html = how_pictures.characters_html(("<img src=x>", "b"), (1, 2), 2)
    assert "<img" not in html and "&lt;img" in html


def test_filters_point_at_their_letters():
    fig = how_pictures.filters([(3, 7, 1.5, 2)], ("⟨w⟩", "b", "a", "n", "k", "⟨/w⟩"))
    bar = go.Figure(fig).data[0]
    assert bar.base[0] == 1.5 and bar.x[0] == 3
    assert "“ank” gives 1.500" in bar.hovertext[0]
