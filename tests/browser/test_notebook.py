"""The notebook of the docs in JupyterLab, in Chromium: drawn, linked, and live in Python."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(900)]


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab that has the notebook, and no network."""
    pytest.importorskip("jupyterlab", reason="pip install jupyterlab to drive the notebook in it")
    shutil.copy(ROOT / "docs" / "explore.ipynb", tmp_path)
    with socket.socket() as found:
        found.bind(("localhost", 0))
        port = found.getsockname()[1]
    # Off the screen JupyterLab takes cells out of the page, unless it is told to keep them all.
    settings = tmp_path / "settings" / "@jupyterlab"
    for plugin, values in {
        "notebook-extension/tracker": {"windowingMode": "none"},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }.items():
        file = settings / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(values))
    environment = os.environ | {
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    options = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={tmp_path}"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://localhost:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{url}/api", timeout=2).close()
            break
        except OSError:
            time.sleep(0.5)
    yield url
    process.terminate()
    process.wait(30)


def test_the_notebook_is_drawn_and_linked_in_jupyterlab(browser, lab):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(240_000)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{lab}/lab/tree/explore.ipynb")
    page.locator(".jp-Notebook-cell").nth(3).wait_for()
    # Cells that are run before the kernel is there are left out.
    page.get_by_text("(ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Run All Cells")).first.click()
    view = page.locator(".elmo-explorer").first
    view.locator(".line").first.wait_for()
    view.locator(".line[aria-pressed=true]").nth(1).wait_for()  # what the second cell selected
    view.locator(".line").nth(6).click()
    page.wait_for_function(
        "document.querySelector('.elmo-explorer').explorer.scene.state.selection.length === 1"
    )
    cell = page.locator(".jp-Notebook-cell.jp-CodeCell").last
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nprint('selected', view.selection, view.representation)")
    page.keyboard.press("Shift+Enter")
    chosen = page.evaluate(
        "document.querySelector('.elmo-explorer').explorer.scene.state.selection"
    )
    page.get_by_text(f"selected {chosen} layer 2").wait_for()
    assert not [problem for problem in problems if "elmo" in problem.lower()], problems
    page.close()
