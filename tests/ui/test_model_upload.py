"""A model in the official format, added for one visit."""

import io
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from elmo.store.store import Store


def _page() -> None:
    import streamlit as st

    from ui.shared import model, page

    context = page.begin("word", "With a model.", "A page")
    with page.guard():
        (layers,) = model.vectors(context.model, (("a", "word"),))
        st.write(f"{context.model} gives {layers.shape}")


def _upload(path) -> SimpleNamespace:
    file = io.BytesIO(path.read_bytes())
    return SimpleNamespace(name=path.name, size=path.stat().st_size, read=file.read, seek=file.seek)


def _added(app: AppTest, options, weights, name: str) -> AppTest:
    """The form's callback, with files in place of the browser's uploads, which AppTest lacks."""
    from unittest.mock import patch

    from ui.shared import model_upload

    files = {
        "options.json": options,
        "weights.hdf5": weights,
        "softmax.hdf5": None,
        "vocab.txt": None,
    }
    real = model_upload._store
    with patch.object(model_upload, "_store", lambda _uploads, _name: real(files, name)):
        button = next(b for b in app.button if b.label == "Add")
        return button.click().run()


def test_added_used_and_not_in_everybodys_store(small_model_files):
    options, weights = (_upload(path) for path in small_model_files)
    app = _added(AppTest.from_function(_page, default_timeout=60).run(), options, weights, "tiny")
    assert not app.exception and not app.error
    assert any(m.value == "tiny gives (3, 2, 12)" for m in app.markdown)
    assert "tiny" in app.selectbox(key="model").options
    assert "tiny" not in Store().names()  # what everybody sees


def test_wrong_files_are_told(small_model_files, tmp_path):
    broken = tmp_path / "weights.hdf5"
    broken.write_bytes(b"not a model")
    app = AppTest.from_function(_page, default_timeout=60).run()
    app = _added(app, _upload(small_model_files[0]), _upload(broken), "broken")
    assert any("weights.hdf5 is not an HDF5 file" in error.value for error in app.error)
    app = _added(app, None, _upload(broken), "half")
    assert any("options.json missing" in error.value for error in app.error)
