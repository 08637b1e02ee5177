"""Downstream from the press on Measure to the texts behind a cell, and the weights sent to Mixing."""

import pytest

from tests.browser.conftest import no_exception_box, no_sideways_scroll, settled

pytestmark = pytest.mark.browser


def measured(page, url: str) -> None:
    """Measure the senses of "bank" under one seed, without a learning curve."""
    page.goto(f"{url}/downstream?downstream_task=Tag+a+word%27s+sense")
    settled(page)
    page.get_by_text("Folds, seeds, learning curve").click()
    page.get_by_role("slider", name="Seeds").focus()
    page.keyboard.press("Home")
    page.get_by_text("Learning curve", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Measure").click()
    page.get_by_test_id("stMain").get_by_role(
        "button", name="Stop"
    ).wait_for()  # not Streamlit's own
    page.get_by_text("The texts behind the numbers").wait_for()
    settled(page)


@pytest.mark.soak
def test_a_cell_shows_its_texts_and_the_weights_go_to_mixing(new_page, empty_app_url):
    page = new_page()
    measured(page, empty_app_url)
    page.set_viewport_size({"width": 400, "height": 900})
    settled(page)
    no_sideways_scroll(page)
    page.set_viewport_size({"width": 1400, "height": 900})
    settled(page)
    area = page.locator(".st-key-picture-downstream_confusion .nsewdrag").first
    area.scroll_into_view_if_needed()
    chosen = page.get_by_role("combobox", name="Cell (or click one)")
    chosen.wait_for()
    box = area.bounding_box()
    for name, across, down in (("money", 0.25, 0.25), ("river", 0.75, 0.75)):
        x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
        page.mouse.move(x - 2, y - 2)  # a chart hears a press where it knows the pointer to be
        page.mouse.move(x, y)
        page.mouse.click(x, y)
        page.wait_for_function(
            "([e, name]) => `${e.value ?? ''} ${e.innerText}`.includes(`${name}: correct (`)",
            arg=[chosen.element_handle(), name],
        )
        settled(page)
    page.get_by_role("button", name="Send these weights to Mixing").click()
    page.get_by_text("Sent: Tag a word's sense, bank.").wait_for()
    page.get_by_role("link", name="Open Mixing").click()
    page.get_by_role("heading", name="Mixing").first.wait_for()
    settled(page)
    page.get_by_role("button", name="Learned: Tag a word's sense, bank").wait_for()
    no_exception_box(page)
