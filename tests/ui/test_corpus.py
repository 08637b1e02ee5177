"""The corpus widget: from a file to drawn uses, with filters and a seed that is announced."""

import pytest
from streamlit.testing.v1 import AppTest

TEXT = "The bank raised rates .\n" * 30 + "We sat on the river bank .\n" * 30


def script() -> None:
    import numpy as np
    import streamlit as st

    from ui.shared import page
    from ui.uses import corpus

    with page.guard():
        found = corpus.choose("c", seed=7, most=40)
    if found is not None:
        st.session_state["found"] = found
        st.text(f"{len(found.uses)} uses")
        if st.toggle("vectors"):
            st.session_state["vectors"] = np.asarray(corpus.read_all("small", found).layers)


@pytest.fixture
def app(tmp_path, monkeypatch, small_model_files) -> AppTest:
    """The widget alone, in a home with a small model and a corpus."""
    from elmo.corpus.build import build_index
    from elmo.store.store import Store

    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    Store().add_folder("small", small_model_files[0].parent, "trained")
    (tmp_path / "home" / "indexes").mkdir()
    (tmp_path / "news.txt").write_text(TEXT)
    (tmp_path / "other.txt").write_text("A bank .\n" * 5)
    files = [tmp_path / "news.txt", tmp_path / "other.txt"]
    build_index(files, tmp_path / "home" / "indexes" / "mine.index").close()
    return AppTest.from_function(script, default_timeout=200)


def test_an_index_of_the_data_folder_is_searched(app):
    app.run()
    assert not app.exception
    assert app.selectbox[0].options == ["mine", "… upload text files"]
    assert "Type the word" in app.info[0].value
    app.text_input("word").set_value("Bank").run()
    assert app.text[0].value == "40 uses"
    assert app.caption[-1].value.startswith(
        "65 uses of “Bank” in 375 words; 40 are drawn at random with seed 7"
    )
    first = app.session_state["found"]
    app.run()
    assert app.session_state["found"] == first, "the same seed draws the same"


def test_filters_count_and_announce(app):
    app.run()
    app.text_input("word").set_value("bank").run()
    app.text_input("c-near").set_value("river").run()
    assert app.caption[-1].value.startswith("30 uses of “bank” in 375 words; all are taken")
    assert all("river" in use.tokens for use in app.session_state["found"].uses)
    app.text_input("c-near").set_value("").run()
    app.toggle("c-even").set_value(True).run()
    genres = [use.genre for use in app.session_state["found"].uses]
    assert genres.count("other.txt") == 5, "all five of the small document"
    assert "as evenly as can be from 2 documents" in app.caption[-1].value
    app.multiselect("c-documents").set_value(["other.txt"]).run()
    assert app.caption[-1].value.startswith("5 uses")
    app.text_input("word").set_value("nowhere").run()
    assert (
        "does not stand in the 375 words of this corpus with these filters" in app.warning[0].value
    )


def test_a_chosen_form_stays_chosen_in_another_index(app, tmp_path):
    from elmo.corpus.build import build_index

    for n_forms in (1, 2):
        (tmp_path / "text.txt").write_text("A bank shut .\n" + "His banks fell .\n" * n_forms)
        build_index(
            [tmp_path / "text.txt"], tmp_path / "home" / "indexes" / f"{n_forms}.index"
        ).close()
    app.run()
    app.text_input("word").set_value("bank")
    app.selectbox[0].set_value("1").run()
    assert app.multiselect[0].options == ["banks"]  # without counts, which differ between indexes
    app.multiselect[0].set_value(["banks"]).run()
    assert app.text[0].value == "2 uses"
    app.selectbox[0].set_value("2").run()
    assert not app.exception and app.multiselect[0].value == ["banks"]
    assert "Forms in the corpus: banks 2" in [c.value for c in app.caption]
    assert app.text[0].value == "3 uses"


def test_vectors_of_the_uses_are_those_of_their_sentences(app, small_model_files):
    import numpy as np

    from elmo import Elmo

    app.run()
    app.text_input("word").set_value("bank").run()
    app.toggle[-1].set_value(True).run()
    assert not app.exception
    found, got = app.session_state["found"], app.session_state["vectors"]
    assert got.shape == (3, 40, 12)
    for i, embedded in enumerate(
        Elmo(*small_model_files).embed([use.tokens for use in found.uses])
    ):
        place = found.uses[i].position
        np.testing.assert_allclose(got[:, i], embedded.layers[:, place], atol=1e-5)


def test_an_upload_is_indexed_in_this_visit_only(app, tmp_path):
    app.run()
    app.selectbox[0].set_value("… upload text files").run()
    app.file_uploader[0].upload(
        "spring.txt", b"The spring broke .\nA cold Spring .\n", "text/plain"
    ).run()
    assert not app.exception
    assert app.selectbox[0].value.startswith("spring (")
    app.text_input("word").set_value("spring").run()
    assert app.text[0].value == "2 uses"
    assert app.session_state["found"].own
    assert [path.name for path in (tmp_path / "home" / "indexes").iterdir()] == ["mine.index"]


def test_the_encoding_of_an_upload_is_asked_for(app):
    app.run()
    app.selectbox[0].set_value("… upload text files").run()
    app.file_uploader[0].upload(
        "a.txt", "The café .\nA Café .\n".encode("cp1252"), "text/plain"
    ).run()
    assert not app.exception and not app.error
    assert "Which encoding" in app.selectbox[1].label
    assert "The café" in app.caption[0].value
    app.button(key="uses-corpus-encoding").click().run()
    assert app.selectbox[0].value.startswith("a (")
    app.text_input("word").set_value("café").run()
    assert app.text[0].value == "2 uses"


def test_a_file_that_is_no_text_is_told(app):
    app.run()
    app.selectbox[0].set_value("… upload text files").run()
    app.file_uploader[0].upload("bad.txt", b"\xff\xfe\x00", "text/plain").run()
    assert "bad.txt, line 1 is not UTF-16" in app.error[0].value
