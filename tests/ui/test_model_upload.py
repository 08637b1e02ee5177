"""A model in the official format, added for one visit."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from elmo.store.store import Store
from tests.conftest import ROOT
from ui.shared import temporary


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


def _added(app: AppTest, options, weights, name: str, archive=None) -> AppTest:
    """The form's callback, with files in place of the browser's uploads, which AppTest lacks."""
    from unittest.mock import patch

    from ui.shared import model_upload

    files = {
        "model.zip": archive,
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


def test_a_zip_of_a_model_is_read_as_it_is(small_model_files, tmp_path):
    options, weights = small_model_files
    with zipfile.ZipFile(tmp_path / "144.zip", "w") as packed:
        packed.write(options, "144/options.json")
        packed.write(weights, "144/model.hdf5")
        packed.writestr("144/README", "made elsewhere")
    app = AppTest.from_function(_page, default_timeout=60).run()
    app = _added(app, _upload(options), None, "both", _upload(tmp_path / "144.zip"))
    assert "give the ZIP alone" in app.error[0].value
    app = _added(app, None, None, "", _upload(tmp_path / "144.zip"))
    assert not app.exception and not app.error
    assert any(m.value == "144 gives (3, 2, 12)" for m in app.markdown)
    with zipfile.ZipFile(tmp_path / "langs.zip", "w") as packed:
        packed.writestr("144/encoder.pkl", "x")
    app = _added(app, None, None, "langs", _upload(tmp_path / "langs.zip"))
    assert "ELMoForManyLangs" in app.error[0].value
    (tmp_path / "none.zip").write_bytes(b"PK")
    app = _added(app, None, None, "none", _upload(tmp_path / "none.zip"))
    assert "none.zip is not a ZIP file" in app.error[0].value


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (RuntimeError("a secret sentence"), "mistake in the program"),
    ],
)
def test_what_fails_in_the_callback_is_shown_once_and_logged_without_texts(
    monkeypatch, caplog, error, message
):
    def fails(*_):
        raise error

    app = AppTest.from_function(_page, default_timeout=60).run()
    monkeypatch.setattr("ui.shared.model_upload._store", fails)
    next(button for button in app.button if button.label == "Add").click().run()
    assert not app.exception and len(app.error) == 1 and message in app.error[0].value
    (line,) = [record.getMessage() for record in caplog.records if "mistake" in record.getMessage()]
    assert json.loads(line)["error"] == type(error).__name__
    assert "secret" not in caplog.text
    assert not app.run().error


def test_the_folders_of_a_killed_server_are_deleted_at_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = (
        "import os; from ui.shared import temporary; folder = temporary.folder('visit');"
        "open(folder.name + '/weights.hdf5', 'w').close(); print(folder.name, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as server:  # fmt: skip
        assert server.stdin and server.stdout
        folder = Path(server.stdout.readline().strip())
        os.utime(folder.parent, (1, 1))
        temporary.delete_abandoned()
        assert folder.exists(), "its server lives"
        server.kill()
    temporary.delete_abandoned()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "elmo-app-new").mkdir()
    temporary.delete_abandoned()
    assert (tmp_path / "elmo-app-new").exists(), "just made, not locked yet"


def test_wrong_files_are_told(small_model_files, tmp_path):
    broken = tmp_path / "weights.hdf5"
    broken.write_bytes(b"not a model")
    app = AppTest.from_function(_page, default_timeout=60).run()
    app = _added(app, _upload(small_model_files[0]), _upload(broken), "broken")
    assert any("weights.hdf5 is not an HDF5 file" in error.value for error in app.error)
    app = _added(app, None, _upload(broken), "half")
    assert any("options.json missing" in error.value for error in app.error)
