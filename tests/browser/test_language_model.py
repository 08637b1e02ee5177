"""The Language model page in Chromium: a click in a picture, and training with real processes."""

import re
from collections.abc import Iterator

import pytest

from tests.browser.conftest import no_exception_box, served, settled

TRAINING_MS = 240_000


@pytest.fixture(scope="module")
def app_url(tmp_path_factory) -> Iterator[str]:
    """A server of its own, whose jobs and models go into a folder of the test."""
    yield from served(ELMO_HOME=str(tmp_path_factory.mktemp("home")))


def start_training(page, name: str, *, shortest: bool) -> None:
    """Train on the example sentences, for three minutes or for the shortest time there is."""
    page.goto("/language-model?lm_part=train")
    settled(page)
    text = "This project's example sentences"
    page.locator(".st-key-lm_text_kind").get_by_text(text, exact=True).click()
    slider = page.locator(".st-key-lm_minutes").get_by_role("slider")
    slider.wait_for(state="attached")
    settled(page)
    if shortest:
        slider.focus()
        for _ in range(4):
            slider.press("ArrowLeft")
        page.get_by_text("in 15 seconds it reads your text").wait_for()
    box = page.get_by_label("Name of the model")
    box.fill(name)
    box.press("Enter")
    settled(page)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile("job="))


def test_a_click_in_the_picture_shows_that_words_predictions(page):
    page.goto("/language-model")
    no_exception_box(page)
    box = page.get_by_label("A sentence", exact=True)
    box.fill("The river bank was muddy .")
    box.press("Enter")
    page.get_by_text("muddy").first.wait_for()
    settled(page)
    points = page.locator(".st-key-lm_surprisal .scatterlayer .trace").first.locator(".point")
    assert points.count() == 6
    box = points.nth(2).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_text("“bank” stands here").nth(1).wait_for()  # both directions
    page.wait_for_url(re.compile("place=2"))
    no_exception_box(page)


@pytest.mark.soak
def test_a_model_is_trained_to_the_end_and_used_on_word_in_context(page):
    start_training(page, "quick", shortest=True)
    page.get_by_text("Finished.").wait_for(timeout=TRAINING_MS)
    settled(page)
    page.get_by_text("Held-out perplexity").first.wait_for()
    page.get_by_role("button", name="Use it on every page").click()
    page.get_by_text("In use:").wait_for()
    page.get_by_role("link", name="Word in context").first.click()
    page.get_by_role("heading", name="Word in context").wait_for()
    no_exception_box(page)
    page.get_by_role("button", name="About it").click()
    page.get_by_text("quick (yours)").first.wait_for()


def test_a_training_is_stopped_and_its_owner_comes_back_by_the_link(new_page):
    first = new_page()
    start_training(first, "hidden-name", shortest=False)
    first.get_by_text("Training, pass").first.wait_for(timeout=TRAINING_MS)
    link = first.url
    assert "job=" in link
    first.close()

    again = new_page()
    again.goto(link)
    settled(again)
    again.get_by_test_id("stMain").get_by_role("button", name="Stop").click()  # not Streamlit's own
    again.get_by_text("Stopped.").wait_for(timeout=TRAINING_MS)
    again.get_by_role("button", name="Use it on every page").wait_for()
    again.get_by_role("button", name="Go on").wait_for()
    no_exception_box(again)

    stranger = new_page()
    stranger.goto("/language-model?lm_part=train")
    settled(stranger)
    assert stranger.get_by_text("hidden-name").count() == 0
