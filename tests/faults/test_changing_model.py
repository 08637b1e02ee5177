"""A model's file that changes or goes while it is in use."""

import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.model.weights import write_model
from elmo.store.store import Store
from tests.conftest import random_model, small_options

WORDS = [["The", "river", "bank"]]


def _page() -> None:
    import streamlit as st

    from ui.shared import model, page

    context = page.begin("word", "With a model.", "A page")
    with page.guard():
        (layers,) = model.vectors(context.model, (("The", "river", "bank"),))
        st.text(f"{layers.sum():.4f}")


@pytest.fixture
def mine(tmp_path, monkeypatch, small_model_files):
    """The folder of a model in the store, named "mine"."""
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    Store().add_folder("mine", small_model_files[0].parent, "trained")
    return tmp_path / "models" / "mine"


@pytest.fixture
def app(mine) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=60)
    app.query_params["model"] = "mine"
    return app.run()


def total(files) -> str:
    (embedded,) = Elmo(*files).embed(WORDS)
    return f"{embedded.layers.sum():.4f}"


def test_what_is_loaded_stays_as_it_was(small_model_files, tmp_path):
    files = [shutil.copy(file, tmp_path) for file in small_model_files]
    elmo = Elmo(*files)
    (before,) = elmo.embed(WORDS)
    with open(files[1], "r+b") as file:
        file.truncate(100)
    (after,) = elmo.embed([*WORDS, ["new", "words"]][:1])
    np.testing.assert_array_equal(before.layers, after.layers)
    (more,) = elmo.embed([["other", "words"]])
    (want,) = Elmo(*small_model_files).embed([["other", "words"]])
    np.testing.assert_allclose(more.layers, want.layers, atol=1e-6)


def test_another_model_in_its_place_gives_its_own_vectors(app, mine, small_model_files):
    assert app.text[0].value == total(small_model_files)
    write_model(random_model(small_options(), seed=9), mine / "options.json", mine / "weights.hdf5")
    app.run()
    new = total((mine / "options.json", mine / "weights.hdf5"))
    assert app.text[0].value == new != total(small_model_files)


def test_a_file_that_is_damaged_now_is_named(app, mine):
    (mine / "weights.hdf5").write_bytes(b"gone wrong")
    app.run()
    assert [error.value for error in app.error] and "weights.hdf5" in app.error[0].value
    assert not app.exception and not app.main.text


def test_files_that_are_gone_are_told_and_the_bundled_model_goes_on(app, mine):
    shutil.rmtree(mine)
    app.run()
    assert not app.exception
    told = [box.value for box in [*app.error, *app.warning]]
    assert any("mine" in text for text in told), told
    app.run()
    assert app.text and not app.error


def test_a_weight_file_that_goes_at_this_moment_is_told(app, mine, monkeypatch):
    """The list of models still has it, and then it cannot be opened."""
    from elmo.store import entry as model_files
    from elmo.store import store

    monkeypatch.setattr(store, "is_model", lambda folder: True)
    assert model_files.is_model(mine)
    (mine / "weights.hdf5").unlink()
    app.run()
    assert not app.exception
    assert [error.value for error in app.error] and "weights" in app.error[0].value
