"""How it works: its numbers are the model's, its code is the program's, its controls respond."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.errors import InputError
from elmo.explore.similarity import cosine_matrix
from elmo.representation import by_name, read_uses
from elmo.usages import Usage
from elmo.views.numbers import short
from tests.conftest import ROOT
from ui.how import code as how_code
from ui.how import halves as how_halves
from ui.how import sentence_pictures, word_pictures
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
    table = next(m.value for m in app.markdown if m.value.startswith("| mistake"))
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
    assert "are 1.000, .000, .000 after the softmax" in _text(app)
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
    html = word_pictures.characters_html(("<img src=x>", "b"), (1, 2), 2)
    assert "<img" not in html and "&lt;img" in html


def test_filters_point_at_their_letters():
    fig = word_pictures.filters([(3, 7, 1.5, 2)], ("⟨w⟩", "b", "a", "n", "k", "⟨/w⟩"))
    bar = go.Figure(fig).data[0]
    assert bar.base[0] == 1.5 and bar.x[0] == 3
    assert "“ank” gives 1.500" in bar.hovertext[0]


def test_two_uses_have_the_cosines_of_their_representations(app):
    first, second = how.words_of(how_halves.FIRST), how.words_of(how_halves.SECOND)
    elmo = Elmo()
    uses = [Usage(" ".join(w), w, w.index("spring")) for w in (first, second)]
    read = read_uses(
        [e.layers for e in elmo.embed([first, second])], uses, [first, second], elmo.constants
    )
    joined, added = (
        float(cosine_matrix(by_name(name, 3).vectors(read))[0, 1])
        for name in ("layer 2", "halves added")
    )
    said = _text(app)
    assert f"the two uses have cosine {short(joined)}" in said
    assert f"they have {short(added)}" in said


def test_four_halves_make_the_joined_and_the_added_cosine(rng):
    top, metric = rng.normal(size=(2, 12)), rng.normal(size=(6, 6))
    found = how_halves.compare(top, metric)
    f, b = top[:, :6], top[:, 6:]
    lengths = np.linalg.norm(f, axis=1), np.linalg.norm(b, axis=1)
    dots = found.cosines[0, 0] * np.prod(lengths[0]) + found.cosines[1, 1] * np.prod(lengths[1])
    assert found.joined == pytest.approx(dots / np.prod(np.linalg.norm(top, axis=1)))
    x, y = (f + b) @ metric
    assert found.added == pytest.approx(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
    plain = how_halves.compare(top, None)
    np.testing.assert_array_equal(plain.cosines, plain.in_metric)
    assert "no softmax" in how_halves.finding(plain)
    fig = go.Figure(
        sentence_pictures.four_halves([(("x", "a"), 1)] * 2, found.cosines, found.in_metric)
    )
    assert sum("joined" in note.text for note in fig.layout.annotations) == 2


def test_a_person_types_two_sentences():
    app = AppTest.from_file(str(ROOT / "pages" / "how.py"), default_timeout=240)
    app.session_state["how_first_use"] = "A dog barked at the cat ."
    app.session_state["how_second_use"] = "Nothing here at all ."
    assert re.search("the text (left|right) of the first use", _text(app.run()))  # "at" is common
    app.text_input(key="how_second_use").set_value("Nothing in common .").run()
    assert not app.exception
    assert any("a common word" in info.value for info in app.info)


def test_common_words_are_told_the_longest_first():
    words = how_halves.common_words(("The", "Spring", "is", "."), ("the", "spring", "."))
    assert words == ["spring", "the"]
