"""Start and How it works in Chromium: clicks, saved pictures, restored links."""

import json
import xml.etree.ElementTree as ET

import pytest

from tests.browser.conftest import no_exception_box, settled, state

pytestmark = pytest.mark.browser


def _open(page, address: str) -> None:
    page.goto(address)
    page.locator(".explorer-place canvas").first.wait_for()
    settled(page)


def test_a_line_is_selected_in_the_maps_and_no_request_is_made(page):
    _open(page, "/")
    lines = page.locator(".line")
    assert lines.count() == 8
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append("frame")))
    lines.nth(4).click()
    assert state(page)["selection"] == [4]
    page.locator(".line[aria-pressed=true]").press("Enter")
    page.locator(".line[aria-pressed=true]").wait_for(state="detached")
    map = page.locator("[data-picture=map] canvas")
    x, y = page.locator(".explorer-place").evaluate("root => root.explorer.panels.map.at(2)")
    map.click(position={"x": x, "y": y})
    assert state(page)["selection"] == [2]
    assert not sent


def test_large_map_stands_beside_small_ones_of_one_frame(page):
    _open(page, "/")
    boxes = [page.locator(f"[data-picture={name}]").bounding_box() for name in ("map", "all-maps")]
    large, small = boxes
    assert large["x"] + large["width"] <= small["x"] and large["width"] > 1.4 * small["width"]
    assert large["y"] < 700 and small["y"] < 700
    cells = page.locator(".explorer-place").evaluate(
        "root => root.explorer.panels.maps.cells.length"
    )
    assert cells == page.locator(".explorer-place").evaluate(
        "root => root.explorer.scene.family.length"
    )


def test_layer_is_in_the_address_and_comes_back(new_page):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    _open(page, "/")
    page.get_by_role("button", name="Layer 1", exact=True).click()
    page.wait_for_function("location.search.includes('start_layer=Layer')")
    page.get_by_text("Compared by layer 1,").wait_for()
    said = page.locator(".findings").inner_text()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    other = new_page()
    _open(other, address)
    other.get_by_text("Compared by layer 1,").wait_for()
    assert other.locator(".findings").inner_text() == said


def test_pictures_are_saved(page, tmp_path):
    _open(page, "/")
    page.get_by_text("Save a picture for a paper").click()
    for name, begin in (("PNG", b"\x89PNG\r\n"), ("SVG", b"<svg")):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Save the picture as {name}").click()
        assert saved.value.suggested_filename.endswith(f"-map.{name.lower()}")
        saved.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begin)
    assert ET.parse(tmp_path / "SVG").getroot().tag.endswith("svg")


def test_word_in_the_link_is_followed_and_markup_stays_text(page):
    text = json.dumps(["The <b>old</b> <img src=x onerror=alert(1)> bank $x$ *y* ."])
    page.on("dialog", lambda dialog: pytest.fail("a script in a sentence ran"))
    page.goto("/how")
    settled(page)
    field = page.get_by_label("Your sentence")
    field.fill(json.loads(text)[0])
    field.press("Enter")
    page.get_by_text("as the model reads it").wait_for()
    settled(page)
    no_exception_box(page)
    assert page.locator("img[src=x]").count() == 0


def test_another_cell_is_followed(page):
    page.goto("/how")
    settled(page)
    cell = page.get_by_label("Cell", exact=True)
    cell.fill("3")
    cell.press("Enter")
    page.get_by_text("cell 3 keeps").wait_for()
    no_exception_box(page)
