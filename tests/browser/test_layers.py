"""Layers in Chromium: a lasso selects lines, the slider keeps the selection, UMAP can be stopped."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import address_has, no_exception_box, settled, state

pytestmark = pytest.mark.browser


def opened(page, address: str = "/layers") -> None:
    page.goto(address)
    page.locator("[data-picture=map] canvas").wait_for()
    settled(page)


def lasso(page, left: float, right: float) -> None:
    """Draw around the dots between two shares of the width of the large map."""
    canvas = page.locator("[data-picture=map] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    corners = [(left, 0.08), (right, 0.08), (right, 0.94), (left, 0.94), (left, 0.09)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def test_lasso_slider_colours_and_groups_ask_nothing_and_the_address_restores_them(page):
    asked = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: asked.append(frame)))
    opened(page, "/layers?example=spring")
    before = len(asked)
    lasso(page, 0.5, 0.999)
    selected = state(page)["selection"]
    assert 0 < len(selected) < 18
    expect(page.locator(".line[aria-pressed=true]")).to_have_count(len(selected))
    page.get_by_label("Representation, as a slider").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".movement")).to_contain_text("From layer 0 to layer 1 the dots move")
    assert state(page)["selection"] == selected
    page.get_by_label("Colour", exact=True).select_option("cluster")
    page.get_by_label("Lines to").select_option("5")
    assert len(asked) == before
    address_has(page, "layers_layer", "Layer 1")
    address_has(page, "layers_n_movers", "5")
    address_has(page, "selected", ",".join(str(use + 1) for use in selected))
    here, address = state(page), page.url
    page.get_by_label("Colour", exact=True).select_option("sense")
    page.get_by_label("Select a group").select_option(label="coil")
    expect(page.locator(".line[aria-pressed=true]")).to_have_count(6)
    assert len(asked) == before
    no_exception_box(page)
    opened(page, address)
    assert state(page) == here


@pytest.mark.soak
def test_an_earlier_link_is_followed_while_umap_is_fitted(page):
    opened(
        page,
        "/layers?layers_layer=Equal+mix&layers_beside=Equal+mix&layers_colour=position+in+the+sentence"
        "&selected=2,5,900&layers_method=UMAP",
    )
    shown = state(page)
    assert (shown["representation"], shown["colour"]) == ("equal mix", "position")
    assert shown["selection"] == [1, 4]
    page.get_by_role("button", name="Layer 0", exact=True).click()  # the page answers meanwhile
    expect(page.get_by_text("PCA is shown meanwhile")).to_be_hidden(timeout=120_000)
    assert state(page)["method"] == "UMAP"
    assert state(page)["representation"] == "layer 0"
    no_exception_box(page)
