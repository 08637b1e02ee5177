"""The mixing bench in Chromium: by mouse, touch and keyboard, with numbers equal to Python's."""

import io
import logging
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

import numpy as np
import pytest
from playwright.sync_api import expect
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity

from elmo import Elmo, mix_layers
from elmo.explore.mixing import layer_coordinates, layer_normalized
from elmo.usages import read_examples
from tests.browser.conftest import ROOT, address_has, no_exception_box, no_sideways_scroll, settled
from ui.mixing.uses import by_sense

pytestmark = pytest.mark.browser

STATE = "frame => { const s = frame.bench.state; return [...s.weights, s.gamma]; }"
VALUES = """(frame, [weights, norm]) => {
  const bench = frame.bench;
  bench.state.norm = norm;
  bench.setWeights(weights);
  bench.draw();
  const mix = bench.view.mix;
  return {
    cosines: [...mix.cosines], coordinates: [...mix.coordinates], lengths: [...mix.lengths],
    auc: mix.auc, nearest: mix.nearest(3), shares: mix.layerShares(weights),
  };
}"""
PLACE = """(frame, weights) => {
  const box = frame.querySelector(".triangle-box svg").getBoundingClientRect();
  const [x, y] = [0, 1].map((axis) =>
    weights.reduce((sum, w, l) => sum + w * [[34, 300], [326, 300], [180, 47.1]][l][axis], 0));
  return [box.x + (x / 360) * box.width, box.y + (y / 348) * box.height];
}"""


def opened(page, address: str = "/mixing?example=bank"):
    """The bench of an open page, drawn."""
    page.goto(address)
    frame = page.locator(".frame")
    frame.locator(".n-length dd").wait_for()
    settled(page)
    frame.scroll_into_view_if_needed()
    return frame


def weights_of(frame) -> list[float]:
    return frame.evaluate(STATE)[:-1]


@pytest.fixture(scope="module")
def example() -> tuple[np.ndarray, np.ndarray]:
    """The vectors of the example's uses, and whether the uses of each pair have one sense."""
    uses = by_sense(read_examples("bank"))
    sentences = Elmo().embed([use.tokens for use in uses])
    layers = [s.layers[:, u.position] for s, u in zip(sentences, uses, strict=True)]
    senses = np.array([use.sense for use in uses])
    first, second = np.triu_indices(len(uses), 1)
    return np.stack(layers, axis=1), senses[first] == senses[second]


def test_values_equal_pythons_at_twenty_random_weights(page, example) -> None:
    vectors, same = example
    frame = opened(page)
    rng = np.random.default_rng(6)
    pairs = np.triu_indices(vectors.shape[1], 1)
    for number, weights in enumerate(rng.dirichlet([1, 1, 1], size=20).tolist()):
        norm = number % 2 == 1
        found = frame.evaluate(VALUES, [weights, norm])
        used = layer_normalized(vectors) if norm else vectors.astype(np.float64)
        mixed = mix_layers(used, weights)
        cosines = cosine_similarity(mixed)
        np.testing.assert_allclose(found["cosines"], cosines[pairs], atol=1e-5)
        np.testing.assert_allclose(found["lengths"], np.linalg.norm(mixed, axis=1), rtol=1e-5)
        place = np.tensordot(weights, layer_coordinates(used), 1)
        np.testing.assert_allclose(
            found["coordinates"], place.ravel(), atol=1e-5 * np.abs(place).max()
        )
        assert found["auc"] == pytest.approx(roc_auc_score(same, cosines[pairs].round(6)), abs=1e-5)
        nearest = [i for i in np.argsort(-cosines[3].round(6), kind="stable") if i != 3]
        assert found["nearest"] == nearest
        parts = np.einsum("l,lud,ud->lu", weights, used, mixed) / (mixed**2).sum(axis=1)
        np.testing.assert_allclose(found["shares"], parts.mean(axis=1), atol=1e-5)


def test_mouse_keyboard_fields_and_presets_set_the_weights(page) -> None:
    frame = opened(page, "/mixing?example=bank&weights=0.2,0.3,0.5&gamma=2.5&norm=off&use=4")
    np.testing.assert_allclose(frame.evaluate(STATE), [0.2, 0.3, 0.5, 2.5])
    assert frame.locator(".nearest select").input_value() == "3"
    normalized = frame.get_by_label("normalized weight of layer 0")
    raw = frame.get_by_label("raw weight of layer 0")
    assert normalized.input_value() == "0.2"

    # Mouse: the pictures follow during the drag, the server hears at its end.
    before = (
        frame.locator(".n-auc dd").inner_text(),
        frame.locator(".map-box g.use").first.get_attribute("transform"),
    )
    page.mouse.move(*frame.evaluate(PLACE, [0.2, 0.3, 0.5]))
    page.mouse.down()
    page.mouse.move(*frame.evaluate(PLACE, [0.1, 0.8, 0.1]), steps=8)
    page.wait_for_function(
        "frame => frame.bench.state.weights[1] > 0.7", arg=frame.element_handle()
    )
    during = frame.locator(".map-box g.use").first.get_attribute("transform")
    assert during != before[1] and "weights=0.2%2C0.3%2C0.5" in page.url.replace(",", "%2C")
    page.mouse.up()
    np.testing.assert_allclose(weights_of(frame), [0.1, 0.8, 0.1], atol=0.02)
    text = ",".join(f"{w:.4f}".rstrip("0").rstrip(".") for w in weights_of(frame))
    address_has(page, "weights", text)

    # Keyboard.
    dot = frame.locator(".dot")
    dot.focus()
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    np.testing.assert_allclose(weights_of(frame), [0.99, 0.01, 0], atol=1e-9)
    page.keyboard.press("Shift+ArrowRight")
    np.testing.assert_allclose(weights_of(frame), [0.94, 0.06, 0], atol=1e-9)
    page.keyboard.press("ArrowUp")
    np.testing.assert_allclose(weights_of(frame), [0.935, 0.055, 0.01], atol=1e-9)
    # Read out with the next frame, so that holding a key down does not fill the screen reader's queue.
    expect(dot).to_have_attribute("aria-valuetext", re.compile(r"layer 2 0\.01"))
    page.keyboard.press("2")
    address_has(page, "weights", "0,0,1")
    assert raw.input_value() == "" and raw.get_attribute("placeholder") == "−∞"

    # Fields: one normalized weight leaves the others' proportions; a raw weight is a softmax's.
    page.keyboard.press("Home")
    normalized.fill("0.5")
    np.testing.assert_allclose(weights_of(frame), [0.5, 0.25, 0.25], atol=1e-3)
    raw.fill("3")
    others = frame.evaluate("frame => frame.bench.state.raw")
    expected = np.exp(others) / np.exp(others).sum()
    np.testing.assert_allclose(weights_of(frame), expected, atol=1e-9)
    assert others[0] == 3 and expected[0] > 0.9

    # Presets, gamma and layer norm.
    frame.get_by_role("button", name="Layer 1", exact=True).click()
    address_has(page, "weights", "0,1,0")
    cosine = frame.evaluate("frame => frame.bench.view.mix.cosine(0, 1)")
    length = float(frame.locator(".n-length dd").inner_text())
    gamma = frame.get_by_label("gamma", exact=True)
    gamma.fill("5")
    gamma.press("Enter")
    address_has(page, "gamma", "5")
    assert frame.evaluate("frame => frame.bench.view.mix.cosine(0, 1)") == cosine
    assert float(frame.locator(".n-length dd").inner_text()) == pytest.approx(2 * length, rel=0.01)
    frame.get_by_label("layer norm").check()
    address_has(page, "norm", "on")
    assert frame.evaluate("frame => frame.bench.view.mix.cosine(0, 1)") != cosine
    no_exception_box(page)


def test_two_hundred_uses_follow_at_thirty_frames_a_second(page) -> None:
    page.goto("/mixing?source=Your+own+text&word=bank")
    settled(page)
    nasty = "<img src=x onerror=document.title='hacked'>"
    senses = nasty, "flooded"
    lines = [
        f"The {i} bank {'lent' if i % 2 else 'was wet'} . | {senses[i % 2]}" for i in range(200)
    ]
    box = page.get_by_role("textbox", name="Sentences", exact=True)
    box.fill("\n".join(lines))
    box.press("Control+Enter")
    frame = page.locator(".frame")
    frame.locator(".n-length dd").wait_for(timeout=240_000)
    settled(page)
    assert frame.evaluate("frame => frame.bench.data.uses.length") == 200
    frame.scroll_into_view_if_needed()
    page.mouse.move(*frame.evaluate(PLACE, [0.4, 0.3, 0.3]))
    page.mouse.down()
    for step in range(60):
        share = step / 60
        page.mouse.move(*frame.evaluate(PLACE, [0.4 - 0.3 * share, 0.3, 0.3 + 0.3 * share]))
    times = np.array(frame.evaluate("frame => frame.bench.frames"))[-50:]
    page.mouse.up()
    told = f"median {np.median(times):.1f} ms, 95 % under {np.percentile(times, 95):.1f} ms"
    logging.getLogger(__name__).info("a frame with 200 uses: %s", told)
    assert len(times) >= 30
    assert np.median(times) < 1000 / 30, told
    assert page.title() != "hacked" and frame.locator("img").count() == 0
    assert nasty in frame.locator(".senses").inner_text()


def test_touch_dark_and_four_hundred_pixels(new_page) -> None:
    page = new_page(width=400, height=900, dark=True, has_touch=True)
    frame = opened(page)
    no_sideways_scroll(page)
    frame.locator(".triangle-box").scroll_into_view_if_needed()
    client = page.context.new_cdp_session(page)

    def touch(kind: str, weights: list[float] | None) -> None:
        points = (
            []
            if weights is None
            else [dict(zip("xy", frame.evaluate(PLACE, weights), strict=True))]
        )
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", [0.3, 0.4, 0.3])
    for share in (0.2, 0.5, 0.8):
        touch("touchMove", [0.3 * (1 - share), 0.4 * (1 - share), 0.3 + 0.7 * share])
    touch("touchEnd", None)
    np.testing.assert_allclose(weights_of(frame), [0.06, 0.08, 0.86], atol=0.02)
    page.wait_for_function("() => location.search.includes('weights=')")
    colour = frame.evaluate("frame => getComputedStyle(frame.querySelector('.bench')).color")
    assert min(int(value) for value in re.findall(r"\d+", colour)[:3]) > 180
    no_exception_box(page)


def test_what_is_saved_can_be_read_and_computed_again(page, tmp_path) -> None:
    frame = opened(page, "/mixing?example=spring&weights=0.1,0.2,0.7")
    for name in ("mix-triangle", "mix-similarity", "mix-map"):
        for kind in ("SVG", "PNG"):
            with page.expect_download() as saved:
                frame.get_by_role("button", name=f"Save as {kind}: {name}").click()
            content = saved.value.path().read_bytes()
            if kind == "SVG":
                root = ElementTree.fromstring(content)
                assert root.tag.endswith("svg") and len(list(root.iter())) > 2
            else:
                assert content.startswith(b"\x89PNG\r\n") and len(content) > 2000
    with page.expect_download() as saved:
        page.get_by_role("button", name="Reproduction pack").click()
    zipfile.ZipFile(io.BytesIO(saved.value.path().read_bytes())).extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "reproduce.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "held_out_auc: the same" in done.stdout and "triangle_auc: the same" in done.stdout
