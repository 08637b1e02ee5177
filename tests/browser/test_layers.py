"""Layers in Chromium: a lasso filters the lines, the slider keeps the selection, UMAP can be stopped."""

import re

import pytest

from tests.browser.conftest import address_has, no_exception_box, settled

pytestmark = pytest.mark.browser
LARGE = ".st-key-picture-layers-large .js-plotly-plot .nsewdrag"
LINES = ".st-key-layers_rows_box"


def opened(page, address: str = "/layers") -> None:
    page.goto(address)
    page.locator(LARGE).first.wait_for()
    settled(page)
    page.wait_for_timeout(500)


def lasso(page, left: float, right: float) -> None:
    """Draw around the dots between two shares of the width of the large map."""
    page.locator(LARGE).first.scroll_into_view_if_needed()
    box = page.locator(LARGE).first.bounding_box()
    corners = [(left, 0.02), (right, 0.02), (right, 0.98), (left, 0.98), (left, 0.03)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def count_selected(page) -> tuple[int, int]:
    """What the page says: (selected, of all)."""
    label = page.locator(".st-key-layers-counts").get_by_text(re.compile(r"\d+ of \d+ selected"))
    label.wait_for()
    found = re.search(r"(\d+) of (\d+) selected", label.inner_text())
    return int(found[1]), int(found[2])


def test_lasso_filters_the_concordance_and_the_slider_keeps_the_selection(page):
    opened(page, "/layers?example=spring")
    lines = page.locator(f"{LINES} li")
    assert lines.count() == 18
    lasso(page, 0.62, 0.99)
    selected, total = count_selected(page)
    assert total == 18
    assert 0 < selected < 18
    settled(page)
    assert lines.count() == selected
    kept = lines.all_inner_texts()
    words = [re.sub(r"[\d.]+", "", text) for text in kept]
    slider = page.get_by_role("slider").last
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_text("From layer 0 to layer 1").wait_for()
    settled(page)
    assert count_selected(page) == (selected, total)
    assert [re.sub(r"[\d.]+", "", text) for text in lines.all_inner_texts()] == words
    address_has(page, "layers_layer", "Layer 1")
    assert "selected=" in page.url and "layers_layer=Layer" in page.url
    address = page.url
    page.get_by_role("button", name="Clear selection").click()
    page.get_by_text("Draw around dots to select them").wait_for()
    settled(page)
    assert lines.count() == 18
    no_exception_box(page)
    opened(page, address)
    assert count_selected(page) == (selected, total)
    page.get_by_text("From layer 0 to layer 1").wait_for()
    no_exception_box(page)


def test_a_fit_of_umap_shows_its_progress_and_can_be_stopped(page):
    opened(page, "/layers?layers_method=UMAP")
    stop = page.locator(".st-key-layers-stop-umap button")
    page.get_by_text("PCA is shown meanwhile").wait_for()
    page.locator(f"{LINES} li").first.click()  # the page answers while it runs
    stop.click()
    page.get_by_text("UMAP was stopped; these maps are drawn by PCA.").wait_for()
    no_exception_box(page)
