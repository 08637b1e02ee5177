"""Get vectors in Chromium: sentences are pasted, the file is downloaded and read."""

import numpy as np
import pytest

from elmo import Elmo
from elmo.tokenizer import tokenize
from tests.browser.conftest import no_exception_box, no_sideways_scroll, settled

pytestmark = pytest.mark.browser

LINES = ["The bank raised its rates.", "We sat on the bank of the river."]


@pytest.mark.soak
def test_pasted_sentences_are_downloaded_as_vectors(new_page, tmp_path):
    page = new_page(width=400, dark=True)
    page.goto("/vectors")
    settled(page)
    box = page.get_by_role("textbox", name="One sentence a line")
    box.fill("\n".join(LINES))
    box.press("Control+Enter")
    page.get_by_text("2 sentences, about").wait_for()
    page.get_by_text("NPZ (NumPy)").click()
    page.wait_for_function("location.search.includes('vectors_format=NPZ')")
    no_sideways_scroll(page)
    page.get_by_role("button", name="Get vectors").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download vectors.npz").click()
    with np.load(saved.value.path()) as file:
        tokens = [tokenize(line).forms for line in LINES]
        assert file["words.txt"].decode().split("\n") == [word for row in tokens for word in row]
        expected = np.concatenate([found.layers[2] for found in Elmo().embed(tokens)])
        np.testing.assert_allclose(file["vectors"], expected, atol=1e-5)
    page.reload()
    page.get_by_role("button", name="Download vectors.npz").wait_for()
    no_exception_box(page)
