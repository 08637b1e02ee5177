"""The frame around every page, and the parts that pages share."""

import ast
import io
import json
import logging
import re
import threading
import time
import tomllib
from dataclasses import replace
from types import SimpleNamespace

import h5py
import numpy as np
import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from elmo.errors import BusyError
from elmo.store.store import Store
from tests.conftest import ROOT
from ui.shared import charts, downloads, inputs, matrix, model, progress, screens, search
from ui.shared.glossary import GLOSSARY
from ui.shared.turns import Turns
from ui.shared.vector_memory import VectorMemory


def _page() -> None:
    import streamlit as st

    from elmo import errors
    from ui.shared import page, share

    context = page.begin("word", "What it answers.", "A page")
    with page.guard():
        st.write(f"model {context.model}, seed {context.seed}")
        what = st.text_input("what", key="what")
        share.link({"word": what or None})
        share.offer(["secret sentence"])
        if what == "bad *input*":
            raise errors.InputError("weights has 2 values, expected *3*.")
        if what == "mistake":
            raise ZeroDivisionError("the user typed 4711")
        page.finding("It goes on.")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(_page, default_timeout=60).run()


def test_frame(app):
    assert not app.exception and not app.error
    assert [title.value for title in app.title] == ["A page"]
    assert any(m.value == "model bundled, seed 13" for m in app.markdown)
    app.number_input(key="seed").set_value(7).run()
    assert any(m.value == "model bundled, seed 7" for m in app.markdown)


def test_seed_comes_from_the_address():
    app = AppTest.from_function(_page, default_timeout=60)
    app.query_params["seed"] = "99"
    app.run()
    assert any(m.value == "model bundled, seed 99" for m in app.markdown)


@pytest.mark.parametrize(("kind", "as_text"), [("bundled", False), ("folder", True)])
def test_the_card_of_a_stranger_s_model_is_shown_as_text(monkeypatch, kind, as_text):
    """Its Markdown could load a picture from elsewhere."""
    card = "![a picture](http://example.invalid/x.png)"
    found = replace(Store().get("bundled"), kind=kind, card=card)
    monkeypatch.setattr(model, "entry", lambda name: found)
    app = AppTest.from_function(_page, default_timeout=60).run()
    assert not app.exception
    assert (card in [text.value for text in app.text]) == as_text
    assert (card in [text.value for text in app.markdown]) != as_text


def test_unknown_model_in_the_address_is_told():
    app = AppTest.from_function(_page, default_timeout=60)
    app.query_params["model"] = "nowhere"
    app.run()
    assert any("nowhere" in warning.value for warning in app.warning)
    assert any("model bundled" in m.value for m in app.markdown)


def test_an_error_is_told_once_and_the_page_stops(app):
    app.text_input(key="what").set_value("bad *input*").run()
    assert [error.value for error in app.error] == [r"weights has 2 values, expected \*3\*."]
    assert not app.exception and not any(m.value == "It goes on." for m in app.markdown)


def test_our_mistakes_are_logged_without_what_people_typed(app, caplog):
    with caplog.at_level(logging.ERROR):
        app.text_input(key="what").set_value("mistake").run()
    assert len(app.error) == 1 and "4711" not in app.error[0].value and not app.exception
    ours = [record.getMessage() for record in caplog.records if record.name == "ui.shared.page"]
    assert len(ours) == 1 and "4711" not in caplog.text
    line = json.loads(ours[0])
    assert (line["event"], line["error"]) == ("mistake", "ZeroDivisionError")
    assert line["places"] and all(" in " in place for place in line["places"])


def test_sentences_are_never_in_the_page_s_own_address(app):
    app.text_input(key="what").set_value("bank").run()
    app.toggle(key="share_sentences").set_value(True).run()
    assert "text" not in app.query_params and "bank" in str(app.query_params["word"])


def test_search_box(app):
    app.text_input(key="search").set_value("bark").run()
    assert any(m.value.startswith("bark:") for m in app.markdown)
    app.text_input(key="search").set_value("xyzzy").run()
    assert any("No page, term or example has “xyzzy”" in caption.value for caption in app.caption)


def _mix_page() -> None:
    import streamlit as st

    from ui.shared import inputs

    choice = inputs.layer_or_mix(3, "word_layer", in_address=True)
    st.write(f"{choice.label} {choice.weights}")


def test_a_link_restores_layer_and_weights():
    app = AppTest.from_function(_mix_page, default_timeout=60)
    app.query_params["word_layer"] = "Your mix"
    app.query_params["weights"] = ".2,.2,.6"
    app.run()
    assert not app.exception
    assert app.markdown[0].value == "your mix (.20, .20, .60) (0.2, 0.2, 0.6)"


def test_wrong_weights_in_a_link_are_left_out():
    assert inputs.weights_of("1,1,2") == (0.25, 0.25, 0.5)
    for text in ("", "a,b", "0,0,0", "-1,1,1", "nan,1,1", "inf,1"):
        assert inputs.weights_of(text) is None


def test_start_runs_from_app_and_has_its_name():
    app = AppTest.from_file(str(ROOT / "pages" / "navigation.py"), default_timeout=60).run()
    assert not app.exception and [title.value for title in app.title] == ["ELMo Explorer"]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("gamma", "Mixing"),
        ("umap", "Layers"),
        ("forget gate", None),
        ("surprisal", "Language model"),
        ("How", "How it works"),
    ],
)
def test_search_finds_pages(query, title):
    titles = [hit.title for hit in search.find(query)]
    assert title is None or title in titles


def test_search_knows_every_term_in_any_letter_case():
    for term in GLOSSARY:
        screens.screen(term.page)
        for name in term.names:
            for query in (name, name.upper(), name.title()):
                found = search.find(query)
                assert term.meaning in [hit.meaning for hit in found], query
    assert search.find("Pair auc")[0].page == "word"
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text[text.index("## Glossary") : text.index("## Decisions")]
    terms = re.findall(r"^\| ([^|]+?) \|", table, re.M)[2:]
    assert len(terms) > 5
    for term in terms:
        for name in re.split(r", | \((?=gamma)|\)| … n", term):
            assert not name.strip() or search.find(name), name


def test_search_finds_examples_by_word_sense_and_sentence():
    assert search.find("bank")[0].params == {"example": "bank"}
    assert "bank" in [hit.params.get("example") for hit in search.find("kingfishers")]
    assert search.find("   ") == []


def test_turns_are_few_fair_and_bounded():
    turns, order, go = Turns(1, 2), [], threading.Event()

    def work(name: str) -> None:
        with turns():
            order.append(name)
            go.wait(10)

    threads = []
    for name in ("first", "second", "third"):
        threads.append(threading.Thread(target=work, args=(name,)))
        threads[-1].start()
        deadline = time.monotonic() + 10
        while len(order) + len(turns._queue) < len(threads) and time.monotonic() < deadline:
            time.sleep(0.005)
    assert order == ["first"]
    with (
        pytest.raises(
            BusyError, match="Busy, 3 before you: 1 computations are running and 2 are waiting"
        ),
        turns(),
    ):
        pass
    go.set()
    for thread in threads:
        thread.join(10)
    assert order == ["first", "second", "third"]
    with turns(), turns():  # asked again from within: no waiting for oneself
        order.append("inside")
    assert order[-1] == "inside"


def test_a_failed_computation_gives_its_place_back():
    turns = Turns(1, 1)
    for _ in range(3):
        with pytest.raises(ValueError), turns():
            raise ValueError
    with turns():
        pass


def test_vector_cache_is_bounded_and_read_only():
    cache = VectorMemory(1000)
    for number in range(10):
        cache.put(("model", (str(number),)), np.zeros(50, np.float32))
    assert cache.n_bytes <= 1000
    assert cache.get(("model", ("0",))) is None
    kept = cache.get(("model", ("9",)))
    assert kept is not None
    with pytest.raises(ValueError, match="read-only"):
        kept[0] = 1
    assert cache.get(("other model", ("9",))) is None
    cache.put(("model", ("large",)), np.zeros(500, np.float32))
    assert cache.get(("model", ("large",))) is None


def test_csv_runs_no_formula():
    data = downloads.csv_bytes(pd.DataFrame({"=x": ["=1+1", "plain", "@a"], "n": [-1.5, 2, 3]}))
    text = data.decode("utf-8-sig")
    assert text.splitlines() == ["'=x,n", "'=1+1,-1.5", "plain,2.0", "'@a,3.0"]


def test_a_workbook_holds_the_tables_values():
    table = pd.DataFrame(
        {
            "text": ["=1+1", "a\x07b", "x" * 40_000],
            "n": [-1.5, np.nan, 3],
            "own": [True, None, 2**40],
        }
    )
    (names, *rows) = openpyxl.load_workbook(io.BytesIO(downloads.xlsx_bytes(table))).active.values
    assert names == ("text", "n", "own")
    assert rows[0] == ("'=1+1", -1.5, True)
    assert rows[1] == ("ab", None, None)
    assert len(rows[2][0]) == 32_767 and rows[2][0].endswith("…") and rows[2][1:] == (3, 2**40)


def test_a_picture_saved_as_a_page_offers_no_upload():
    fig = charts.point_map(np.zeros((3, 2)), ["a private sentence"] * 3)
    page = downloads.html_bytes(fig).decode()
    settings = json.loads(re.findall(r"\{[^{}]*showSendToCloud[^{}]*\}", page)[-1])
    assert settings["showSendToCloud"] is False and "cloud.plotly.com" not in page
    tags = re.sub(r"(<script[^>]*>).*?</script>", r"\1", page, flags=re.DOTALL)
    assert not re.search(r"(src|href)=", tags)


def test_downloads_parse(rng):
    vectors = rng.normal(size=(4, 3)).astype(np.float32)
    read = np.loadtxt(
        downloads.vectors_tsv(vectors).decode().splitlines(), dtype=np.float32, delimiter="\t"
    )
    np.testing.assert_array_equal(read, vectors)
    labels = pd.DataFrame({"word": ["a\tb", "c\nd", "e", "f"], "sense": list("wxyz")})
    lines = downloads.metadata_tsv(labels).decode().splitlines()
    assert lines == ["word\tsense", "a b\tw", "c d\tx", "e\ty", "f\tz"]
    assert downloads.metadata_tsv(labels[["word"]]).decode().splitlines() == [
        "a b",
        "c d",
        "e",
        "f",
    ]
    import io

    with h5py.File(
        io.BytesIO(downloads.hdf5_bytes({"v": vectors, "words": ["ä", "b"], "note": "n"}))
    ) as file:
        np.testing.assert_array_equal(file["v"][()], vectors)
        assert file["words"].asstr()[0] == "ä" and file["note"].asstr()[()] == "n"


def test_a_matrix_takes_only_presses_on_its_cells():
    fig = matrix.figure(np.arange(6.0).reshape(2, 3), ["<r0>", "r1"], column_labels=["a", "b", "c"])
    cells = go.Figure(fig).data[0]
    assert cells.z[1][2] == 5 and cells.y == ("&lt;r0&gt;", "r1")
    assert matrix.cell_of([1, 2], (2, 3)) == (1, 2)
    for told in ([2, 0], [0, 3], [-1, 0], [0], ["0", 1], [0.5, 1], None, "01"):
        assert matrix.cell_of(told, (2, 3)) is None


def test_no_two_groups_look_alike():
    looks = {(charts.colour(i), charts.symbol(i)) for i in range(56)}
    assert len(looks) == 56


def test_chart_labels_are_no_markup():
    assert charts.escape("<a href=x>") == "&lt;a href=x&gt;"
    assert charts.escape("one<br>two") == "one<br>two"


@pytest.mark.parametrize("file", sorted((ROOT / "pages").glob("*.py")), ids=lambda file: file.name)
def test_a_page_shows_nothing_that_stands_alone(file):
    """Streamlit writes a string or a name on a line of its own into the page, unless its magic is off."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["runner"]["magicEnabled"] is False
    _, *statements = ast.parse(file.read_text(encoding="utf-8")).body  # the first is the docstring
    alone = [
        s.lineno
        for s in statements
        if isinstance(s, ast.Expr) and not isinstance(s.value, ast.Call)
    ]
    assert alone == []


def test_reading_says_what_for_and_soon_how_long(monkeypatch):
    said: list[str] = []
    bar = SimpleNamespace(progress=lambda share, text: said.append(text))
    monkeypatch.setattr(progress, "row", lambda *values, **named: bar)
    now = iter([0.0, 0.0, 10.0, 20.0])
    monkeypatch.setattr(
        progress, "time", SimpleNamespace(monotonic=lambda: next(now), monotonic_ns=lambda: 0)
    )
    with progress.reading(SimpleNamespace(empty=lambda: None), "Once for a model.") as tell:
        for done in (0, 10, 40):
            tell(done, 40)
    assert said == ["Once for a model. Reading sentence 10 of 40 · about 30 seconds left"]
    sizes = [sum(map(len, part)) for part in model._parts([("word",) * 8] * 200)]
    assert sizes[0] < 80 and max(sizes) < 610 and sum(sizes) == 1600
