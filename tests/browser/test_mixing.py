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
from elmo.tasks.senses.word_senses import LabelledWord, measure_senses, use_vectors
from elmo.usages import read_examples
from tests.browser.conftest import ROOT, address_has, no_exception_box, no_sideways_scroll, settled
from ui.mixing.uses import by_sense

pytestmark = pytest.mark.browser

STATE = "root => [...root.explorer.scene.state.weights, root.explorer.gamma]"
VALUES = """(root, weights) => {
  const { scene } = root.explorer;
  scene.setWeights(weights);
  const { mix } = scene.mixed;
  return {
    cosines: [...mix.cosines], coordinates: [...mix.coordinates], lengths: [...mix.lengths],
    auc: mix.auc, nearest: mix.nearest(3), shares: mix.layerShares(weights),
  };
}"""
PLACE = """(root, weights) => {
  const box = root.querySelector("[data-picture=triangle] canvas").getBoundingClientRect();
  const [x, y] = [0, 1].map((axis) =>
    weights.reduce((sum, w, l) => sum + w * [[34, 300], [326, 300], [180, 47.1]][l][axis], 0));
  return [0, 1].map((axis) => [box.x, box.y][axis] + ([x, y][axis] / 360) * box.width);
}"""


def opened(page, address: str = "/mixing?example=bank"):
    """The bench of an open page, drawn."""
    page.goto(address)
    root = page.locator(".explorer-place")
    root.locator(".numbers dd").first.wait_for()
    settled(page)
    return root


def weights_of(root) -> list[float]:
    return root.evaluate(STATE)[:-1]


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
    rng = np.random.default_rng(6)
    pairs = np.triu_indices(vectors.shape[1], 1)
    for norm in ("off", "on"):
        root = opened(page, f"/mixing?example=bank&norm={norm}")
        used = layer_normalized(vectors) if norm == "on" else vectors.astype(np.float64)
        for weights in rng.dirichlet([1, 1, 1], size=10).tolist():
            found = root.evaluate(VALUES, weights)
            mixed = mix_layers(used, weights)
            cosines = cosine_similarity(mixed)
            np.testing.assert_allclose(found["cosines"], cosines[pairs], atol=1e-5)
            np.testing.assert_allclose(found["lengths"], np.linalg.norm(mixed, axis=1), rtol=1e-5)
            place = np.tensordot(weights, layer_coordinates(used), 1)
            np.testing.assert_allclose(
                found["coordinates"], place.ravel(), atol=1e-5 * np.abs(place).max()
            )
            auc = roc_auc_score(same, cosines[pairs].round(6))
            assert found["auc"] == pytest.approx(auc, abs=1e-5)
            nearest = [i for i in np.argsort(-cosines[3].round(6), kind="stable") if i != 3]
            assert found["nearest"] == nearest
            parts = np.einsum("l,lud,ud->lu", weights, used, mixed) / (mixed**2).sum(axis=1)
            np.testing.assert_allclose(found["shares"], parts.mean(axis=1), atol=1e-5)


def test_the_engine_has_the_pair_auc_of_evaluate_at_each_layer(page) -> None:
    uses = by_sense(read_examples("bank"))
    elmo = Elmo()
    figures = measure_senses([LabelledWord("bank", (), uses)], lambda u: use_vectors(elmo, u), 2)
    root = opened(page)
    ranked = "(root, name) => { const { scene } = root.explorer; return scene.counts.of(scene.byName.get(name).cosines).auc; }"
    for layer, name in enumerate(("layer 0", "layer 1", "layer 2", "equal mix")):
        expected = figures[name].words["bank"][0]
        weights = [1 / 3] * 3 if name == "equal mix" else np.eye(3)[layer].tolist()
        assert root.evaluate(VALUES, weights)["auc"] == pytest.approx(expected, abs=1e-5)
        assert root.evaluate(ranked, name) == pytest.approx(expected, abs=1e-5)


def test_the_bench_is_whole_on_a_laptops_screen(page) -> None:
    root = opened(page)
    bottoms = root.evaluate(
        "root => ['.scale', '[data-picture=matrix]', '[data-picture=map]']"
        ".map((part) => root.querySelector(part).getBoundingClientRect().bottom)"
    )
    assert max(bottoms) <= 900


def test_mouse_keyboard_fields_and_presets_set_the_weights(page) -> None:
    root = opened(page, "/mixing?example=bank&weights=0.2,0.3,0.5&gamma=2.5&norm=off&use=4")
    np.testing.assert_allclose(root.evaluate(STATE), [0.2, 0.3, 0.5, 2.5])
    assert root.evaluate("root => root.explorer.scene.chosen") == 3
    normalized = root.get_by_label("normalized weight of layer 0")
    raw = root.get_by_label("raw weight of layer 0")
    assert normalized.input_value() == "0.2"

    # Mouse: the pictures follow during the drag.
    points = "root => [...root.explorer.panels.map.points]"
    before = root.evaluate(points)
    page.mouse.move(*root.evaluate(PLACE, [0.2, 0.3, 0.5]))
    page.mouse.down()
    page.mouse.move(*root.evaluate(PLACE, [0.1, 0.8, 0.1]), steps=8)
    page.wait_for_function(
        "root => root.explorer.scene.state.weights[1] > 0.7", arg=root.element_handle()
    )
    assert root.evaluate(points) != before
    page.mouse.up()
    np.testing.assert_allclose(weights_of(root), [0.1, 0.8, 0.1], atol=0.02)
    text = ",".join(f"{w:.4f}".rstrip("0").rstrip(".") for w in weights_of(root))
    address_has(page, "weights", text)

    # Keyboard.
    triangle = root.locator("[data-picture=triangle] canvas")
    triangle.focus()
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    np.testing.assert_allclose(weights_of(root), [0.99, 0.01, 0], atol=1e-9)
    page.keyboard.press("Shift+ArrowRight")
    np.testing.assert_allclose(weights_of(root), [0.94, 0.06, 0], atol=1e-9)
    page.keyboard.press("ArrowUp")
    np.testing.assert_allclose(weights_of(root), [0.935, 0.055, 0.01], atol=1e-9)
    expect(triangle).to_have_attribute("aria-label", re.compile(r"Layer 2 \.01"))
    page.keyboard.press("2")
    address_has(page, "weights", "0,0,1")
    assert raw.input_value() == "" and raw.get_attribute("placeholder") == "−∞"

    # Fields: one normalized weight leaves the others' proportions; a raw weight is a softmax's.
    page.keyboard.press("Home")
    normalized.fill("0.5")
    np.testing.assert_allclose(weights_of(root), [0.5, 0.25, 0.25], atol=1e-3)
    raw.fill("3")
    others = root.evaluate("root => root.explorer.panels.weights.raw")
    np.testing.assert_allclose(weights_of(root), np.exp(others) / np.exp(others).sum(), atol=1e-9)
    assert others[0] == 3 and weights_of(root)[0] > 0.9

    # Presets, gamma and layer norm.
    root.get_by_role("button", name="Layer 1 alone", exact=True).click()
    address_has(page, "weights", "0,1,0")
    first_cosine = "root => root.explorer.scene.mixed.cosine(0, 1)"
    cosine = root.evaluate(first_cosine)
    length = float(root.locator(".numbers dd").last.inner_text())
    gamma = root.get_by_label("gamma", exact=True)
    gamma.fill("5")
    gamma.press("Enter")
    address_has(page, "gamma", "5")
    assert root.evaluate(first_cosine) == cosine
    assert float(root.locator(".numbers dd").last.inner_text()) == pytest.approx(
        2 * length, rel=0.01
    )
    root.get_by_label("layer norm").check()
    address_has(page, "norm", "on")
    page.wait_for_function(
        "([root, cosine]) => root.explorer.scene.mixed.cosine(0, 1) !== cosine",
        arg=[root.element_handle(), cosine],
    )
    assert root.evaluate("root => root.explorer.layerNorm")
    np.testing.assert_allclose(root.evaluate(STATE), [0, 1, 0, 5])
    no_exception_box(page)


@pytest.mark.soak
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
    root = page.locator(".explorer-place")
    root.locator(".numbers dd").first.wait_for(timeout=240_000)
    settled(page)
    assert root.evaluate("root => root.explorer.scene.n") == 200
    root.scroll_into_view_if_needed()
    page.mouse.move(*root.evaluate(PLACE, [0.4, 0.3, 0.3]))
    page.mouse.down()
    for step in range(60):
        share = step / 60
        page.mouse.move(*root.evaluate(PLACE, [0.4 - 0.3 * share, 0.3, 0.3 + 0.3 * share]))
    times = np.array(root.evaluate("root => root.explorer.times"))[-50:]
    page.mouse.up()
    told = f"median {np.median(times):.1f} ms, 95 % under {np.percentile(times, 95):.1f} ms"
    logging.getLogger(__name__).info("a change with 200 uses: %s", told)
    assert len(times) >= 30
    assert np.median(times) < 1000 / 30, told
    assert page.title() != "hacked" and root.locator("img").count() == 0
    assert nasty in root.evaluate("root => root.explorer.scene.senses")


@pytest.mark.soak
def test_touch_dark_and_four_hundred_pixels(new_page) -> None:
    page = new_page(width=400, height=900, dark=True, has_touch=True)
    root = opened(page)
    no_sideways_scroll(page)
    root.locator("[data-picture=triangle]").scroll_into_view_if_needed()
    client = page.context.new_cdp_session(page)

    def touch(kind: str, weights: list[float] | None) -> None:
        points = (
            [] if weights is None else [dict(zip("xy", root.evaluate(PLACE, weights), strict=True))]
        )
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", [0.3, 0.4, 0.3])
    for share in (0.2, 0.5, 0.8):
        touch("touchMove", [0.3 * (1 - share), 0.4 * (1 - share), 0.3 + 0.7 * share])
    touch("touchEnd", None)
    np.testing.assert_allclose(weights_of(root), [0.06, 0.08, 0.86], atol=0.02)
    page.wait_for_function("() => location.search.includes('weights=')")
    colour = root.evaluate("root => getComputedStyle(root).color")
    assert min(int(value) for value in re.findall(r"\d+", colour)[:3]) > 180
    no_exception_box(page)


def test_what_is_saved_can_be_read_and_computed_again(page, tmp_path) -> None:
    root = opened(page, "/mixing?example=spring&weights=0.1,0.2,0.7")
    root.locator(".save summary").click()
    for picture in ("triangle", "matrix", "map"):
        root.get_by_label("Picture", exact=True).select_option(picture)
        for kind in ("SVG", "PNG"):
            with page.expect_download() as saved:
                root.get_by_label(f"Save the picture as {kind}").click()
            content = saved.value.path().read_bytes()
            if kind == "SVG":
                drawn = ElementTree.fromstring(content)
                assert drawn.tag.endswith("svg") and len(list(drawn.iter())) > 2
            else:
                assert content.startswith(b"\x89PNG\r\n") and len(content) > 2000
    page.get_by_text("Save the mixed vectors").click()
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
