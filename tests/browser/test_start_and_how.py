"""Start and How it works in Chromium: clicks, saved pictures, restored links."""

import json
import xml.etree.ElementTree as ET

import pytest

from tests.browser.conftest import no_exception_box, settled

pytestmark = pytest.mark.browser


def _open(page, address: str) -> None:
    page.goto(address)
    settled(page)
    page.wait_for_selector(".js-plotly-plot .main-svg")


def test_a_line_stresses_its_dots(page):
    _open(page, "/")
    lines = page.locator("ol li button")
    assert lines.count() == 8
    lines.nth(4).click()
    page.wait_for_function(
        "document.querySelector('.js-plotly-plot').data.some(t => JSON.stringify(t.marker.opacity)?.includes('0.25'))"
    )
    opacity = page.evaluate(
        "document.querySelector('.js-plotly-plot').data.map(t => t.customdata.map((c, i) => [c[0], t.marker.opacity[i]]))"
    )
    assert {number for trace in opacity for number, value in trace if value == 1} == {4}
    page.locator("ol li button[aria-pressed=true]").press("Enter")
    page.wait_for_selector("ol li button[aria-pressed=true]", state="detached")


def test_layer_is_in_the_address_and_comes_back(new_page):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    _open(page, "/")
    page.get_by_text("Layer 1", exact=True).first.click()
    page.wait_for_function("location.search.includes('start_layer=Layer')")
    page.get_by_text("Compared by layer 1,").wait_for()
    said = page.locator("[class*=st-key-finding]").inner_text()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    other = new_page()
    _open(other, address)
    other.get_by_text("Compared by layer 1,").wait_for()
    assert other.locator("[class*=st-key-finding]").inner_text() == said


def test_pictures_are_saved(page, tmp_path):
    _open(page, "/")
    for name, ending in (("PNG", "png"), ("SVG", "svg"), ("HTML", "html")):
        with page.expect_download() as saved:
            page.get_by_role("button", name=name, exact=True).first.click()
        assert saved.value.suggested_filename.endswith(f"-maps.{ending}")
        saved.value.save_as(tmp_path / ending)
    assert (tmp_path / "png").read_bytes().startswith(b"\x89PNG\r\n")
    assert ET.parse(tmp_path / "svg").getroot().tag.endswith("svg")
    assert "Plotly" in (tmp_path / "html").read_text(encoding="utf-8")


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
    _open(page, "/how")
    cell = page.get_by_label("Cell", exact=True)
    cell.fill("3")
    cell.press("Enter")
    page.get_by_text("cell 3 keeps").wait_for()
    no_exception_box(page)
