"""The cloud of dots: layers by a press, zoom and choice by mouse and keyboard."""

import pytest

from tests.browser.conftest import ROOT, served, settled

DOTS = "document.querySelector('.cloud') ?? [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.cloud')).find(Boolean)"

_PIXELS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const count = [0, 0];
  for (let p = 0; p < data.length; p += 4) if (data[p + 3]) count[data[p] > data[p + 2] ? 1 : 0]++;
  return count;
}"""
"""Pixels that are blue, and that are orange."""


def drawn(page):
    """The map's canvas; the table of sentences has canvases, too."""
    return page.locator("canvas[aria-label^='Map of']")


@pytest.fixture(scope="module")
def cloud_url():
    yield from served(script=str(ROOT / "tests" / "browser" / "cloud_app.py"), PYTHONPATH=str(ROOT))


def test_layers_zoom_and_choice(browser, cloud_url):
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.set_default_timeout(60_000)
    page.goto(cloud_url)
    settled(page)
    cloud = page.wait_for_function(f"() => ({DOTS})?.cloud")
    assert cloud.evaluate("c => [c.n, c.layer, c.layers.length]") == [2000, 2, 4]
    page.get_by_role("button", name="Layer 0").click()
    page.wait_for_function(
        "c => c.layer === 0 && Math.abs(c.now[0] - c.layers[0][0]) < 1", arg=cloud
    )
    assert page.get_by_role("button", name="Layer 0").get_attribute("aria-pressed") == "true"
    assert "50 % of the variance" in page.get_by_role("status").first.inner_text()
    # Both groups are in the middle now, and neither is painted over the other.
    page.wait_for_function(
        "c => c.now.every((value, i) => Math.abs(value - c.layers[0][i]) < 1)", arg=cloud
    )
    blue, orange = drawn(page).evaluate(_PIXELS)
    assert 0.45 < blue / (blue + orange) < 0.55
    page.get_by_role("button", name="Layer 2").click()
    page.wait_for_function("c => Math.abs(c.now[0] - c.layers[2][0]) < 1", arg=cloud)
    # A press in the middle of the right group chooses its dots, and their sentences come.
    box = drawn(page).bounding_box()
    side = min(box["width"], box["height"]) / 2
    page.mouse.click(box["x"] + box["width"] / 2 + 0.58 * side, box["y"] + box["height"] / 2)
    page.get_by_text("The 30 dots nearest").wait_for()
    near = cloud.evaluate("c => c.near")
    assert len(near) == 30 and all(i % 2 for i in near), "all of the group on the right"
    # By keyboard: zoom in, go left, choose at the cross.
    drawn(page).focus()
    page.keyboard.press("+")
    assert cloud.evaluate("c => c.view.zoom") == 1.5
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_function("([c, old]) => String(c.near) !== String(old)", arg=[cloud, near])
    assert cloud.evaluate("c => c.near.filter((i) => i % 2 === 0).length") > 15
    # A document alone: the other's dots cannot be chosen.
    page.get_by_role("button", name="1.txt").click()
    drawn(page).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("c => c.near.every((i) => i % 2)", arg=cloud)
    page.close()
