"""Get vectors: from sentences to a file, by AppTest."""

import io

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.jobs import jobs
from elmo.store.store import Store
from elmo.tokenizer import tokenize
from tests.ui.pages import checked, page_of, words
from ui.vectors import ask, work

LINES = ["The bank raised its rates.", "", "  We sat on   the bank. "]


@pytest.fixture
def app(tmp_path, monkeypatch, small_model_files) -> AppTest:
    """The page with a small model."""
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    Store().add_folder("small", small_model_files[0].parent, "trained")
    app = page_of("vectors", 120)
    app.session_state["model"] = "small"
    return app


def test_pasted_sentences_become_a_file(app, small_model_files):
    checked(app.run())
    assert app.button("vectors_make").disabled
    app.text_area("vectors_text").set_value("\n".join(LINES)).run()
    app.segmented_control("vectors_of").set_value(ask.SENTENCES)
    app.segmented_control("vectors_format").set_value("npz").run()
    assert any("2 sentences" in info.value for info in app.info)
    app.button("vectors_make").click().run()
    job = jobs.get(app.session_state["vectors_job"])
    assert job.wait(100) == "finished", job.error()
    checked(app.run())
    assert "2 sentences, 10 words between blanks; one vector a sentence, layer 2, small" in words(
        app
    )
    assert not job.folder.exists()
    made = _made(app)
    with np.load(io.BytesIO(made)) as file:
        assert file["sentences.txt"].decode().split("\n") == [
            "The bank raised its rates.",
            "We sat on the bank.",
        ]
        found = Elmo(*small_model_files).embed([tokenize(LINES[0]).forms])
        expected = next(iter(found)).layers[2].mean(axis=0)
        np.testing.assert_allclose(file["vectors"][0], expected, atol=1e-5)
    app.button("vectors_delete").click().run()
    assert "MB**" not in words(checked(app))


def _made(app: AppTest) -> bytes:
    """The content of the file that the page offers."""
    from ui.shared import visit

    token = app.session_state["visit_token"]
    (path,) = (visit._folder_of(token) / "vectors").glob("vectors.npz")
    return path.read_bytes()


def test_a_file_too_large_for_a_browser_is_refused_with_the_command(app, monkeypatch):
    monkeypatch.setattr(ask, "MAX_VECTOR_FILE_BYTES", 100)
    app.session_state["vectors_text"] = "One sentence here ."
    app.run()
    app.button("vectors_make").click().run()
    (error,) = app.error
    assert "this page makes at most 0 MB" in error.value and "elmo embed" in error.value
    assert "vectors_job" not in app.session_state


def test_a_command_line_gives_the_same():
    request = ask.Request(("A b c .",), "halves added", False, "csv", "x")
    assert request.command("mine") == (
        "python -m elmo embed sentences.txt vectors.hdf5 --text --layers 'halves added' --model mine"
    )
    assert request.n_bytes(3, 100) == 5 * 100 * 13
    assert ask.Request(("A b",) * 10, ask.ALL, True, "npz", "x").n_bytes(3, 100) == 10 * 3 * 100 * 4


def test_the_mix_set_on_mixing_is_offered(app):
    app.session_state["mix_weights"] = (0.2, 0.3, 0.5)
    app.run()
    box = next(box for box in app.selectbox if box.label == "Vectors")
    assert "Your mix (0.2,0.3,0.5)" in box.options and "Substitutes" not in box.options
    assert work._saved_file() is None
