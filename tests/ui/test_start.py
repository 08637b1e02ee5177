"""Start: what it shows is what the model gives, it needs no torch, and its controls respond."""

import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from ui.shared.screens import SCREENS
from ui.start import data as start_data
from ui.start.data import View
from ui.start.screen import nearest, separation

APP = str(ROOT / "pages" / "navigation.py")
HEAVY = ("torch", "umap", "numba", "spacy", "sklearn")


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(APP, default_timeout=120).run()


def _findings(app: AppTest) -> str:
    return " ".join(
        markdown.value for markdown in app.markdown if markdown.value.startswith("**At ")
    )


def test_file_is_what_the_model_gives():
    kept, fresh = start_data.read(), start_data.from_model()
    assert kept is not None, "run `make start-data`"
    assert kept.weights_sha256 == fresh.weights_sha256, "another model: run `make start-data`"
    assert kept.uses == fresh.uses
    for old, new in zip(kept.views, fresh.views, strict=True):
        for name, value in asdict(new).items():
            if isinstance(value, str):
                assert getattr(old, name) == value
            else:
                np.testing.assert_allclose(
                    getattr(old, name), value, rtol=0, atol=1e-5, err_msg=name
                )


def test_first_paint_needs_nothing_heavy():
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({APP!r}, default_timeout=120).run()\n"
        "assert not app.exception and not app.error, (app.exception, app.error)\n"
        "assert any(m.value.startswith('**At ') for m in app.markdown)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "[]"


def test_the_sentence_has_this_models_numbers(app):
    kept = start_data.read()
    assert kept is not None and not app.exception
    top = kept.views[-2]
    assert top.n_same + top.n_different == 28
    said = _findings(app)
    assert said.startswith(f"**At {top.title.lower()}:**")
    assert (
        f"{top.same:.2f}".removeprefix("0") in said
        and f"{top.different:.2f}".removeprefix("0") in said
    )
    assert "28 pairs" in said


def test_the_layer_control_changes_the_sentence(app):
    before = _findings(app)
    app.segmented_control(key="start_layer").set_value("Layer 0").run()
    after = _findings(app)
    assert after != before and "All 28 pairs have cosine 1.00" in after
    app.segmented_control(key="start_layer").set_value("Equal mix").run()
    assert "At equal mix" in _findings(app) and not app.exception


def test_own_word_opens_word_in_context(app):
    app.text_input(key="start_own_word").set_value("spring")
    app.button(key="FormSubmitter:own_word-Compare its uses").click().run()
    assert app.query_params["word"] == ["spring"] or app.query_params["word"] == "spring"
    assert [title.value for title in app.title] == [":material/format_quote: Word in context"]


def test_every_page_has_a_door(app):
    labels = {element.proto.label for element in app.get("page_link")}
    assert {screen.title for screen in SCREENS if screen.address} <= labels


def _view(same: float, different: float, verdict: str, p: float = 0.2) -> View:
    return View(
        "Layer 2",
        [],
        [[1, 0.3, 0.9], [0.3, 1, 0.2], [0.9, 0.2, 1]],
        same,
        different,
        12,
        16,
        0.6,
        p,
        verdict,
    )


def test_sentence_says_what_the_verdict_is():
    assert "are separated" in separation(_view(0.7, 0.4, "separated", 0.01))
    assert "are not separated" in separation(_view(0.7, 0.69, "not separated"))
    assert "Too few" in separation(_view(0.7, 0.4, "too few sentences"))
    assert separation(_view(0.71, 0.42, "separated")).startswith(
        "same-sense pairs .71, different-sense .42, 28 pairs"
    )


def test_nearest_use():
    assert nearest(_view(0, 1, ""), 0) == (2, 0.9)
    assert nearest(_view(0, 1, ""), 1) == (0, 0.3)
