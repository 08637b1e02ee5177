"""An official model downloaded in the app, from a mirror on the loopback address."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from elmo.store.official import OFFICIAL
from elmo.store.store import Store
from tests.hostile_server import HostileServer


def script() -> None:
    import streamlit as st

    from ui.shared import model_download

    model_download.form()
    st.text(f"model: {st.session_state.get('model')}")


@pytest.fixture
def server(tmp_path, monkeypatch, small_model_files):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    server = HostileServer()
    monkeypatch.setenv("ELMO_MIRROR", server.url)
    official = OFFICIAL["small"]
    server.serve(f"/{official.options_path}", small_model_files[0].read_bytes())
    server.serve(f"/{official.weight_path}", small_model_files[1].read_bytes())
    yield server
    server.close()


def wait(app: AppTest) -> None:
    """Run the page again and again until the download is over."""
    until = time.time() + 120
    while not (app.success or app.error or app.info) and time.time() < until:
        time.sleep(0.5)
        app.run()


def test_a_press_downloads_and_another_uses_it(server):
    app = AppTest.from_function(script, default_timeout=30).run()
    assert "127.0.0.1" in app.caption[0].value
    assert not server.paths[f"/{OFFICIAL['small'].weight_path}"].requests, (
        "nothing before the press"
    )
    app.button("download_start").click().run()
    wait(app)
    assert app.success[0].value == "small is in the store."
    assert "small" in Store().names()
    app.button("download_use").click().run()
    assert app.text[0].value == "model: small"
    assert "small" not in app.selectbox[0].value


def test_a_failure_is_told(server):
    server.serve(f"/{OFFICIAL['small'].weight_path}", b"", status=500)
    app = AppTest.from_function(script, default_timeout=30).run()
    app.button("download_start").click().run()
    wait(app)
    assert "answered 500" in app.error[0].value
    app.button("download_again").click().run()
    assert app.selectbox[0].value == "small"
