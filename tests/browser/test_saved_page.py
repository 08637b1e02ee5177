"""A saved page in Chromium, from file:// with the network cut off: linked, by mouse and keyboard."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from sklearn.metrics import roc_auc_score

from elmo.explore.mixing import LayerProducts
from elmo.views import build
from elmo.views.page import read, save
from tests.browser import accessibility
from tests.browser.conftest import no_exception_box, settled
from tests.views.conftest import explored, made_up_layers, made_up_uses, of_two_sides

pytestmark = pytest.mark.browser
HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'//"
EXPLORER = "document.querySelector('#explorer').explorer"


@pytest.fixture(scope="module")
def layers():
    return made_up_layers(13)


@pytest.fixture(scope="module")
def exploration(layers):
    made = explored(made_up_uses(13), layers)
    uses = (replace(made.uses[0], text=HOSTILE, tokens=(HOSTILE,) * 8), *made.uses[1:])
    return replace(made, uses=uses)


@pytest.fixture(scope="module")
def file(exploration, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "bank.html"
    save(exploration, path)
    return path


@pytest.fixture
def opened(browser, file):
    """A function that opens the page; the test fails when it asks for anything or logs an error."""
    contexts, problems = [], []

    def open_page(address: str = "", width: int = 1300, **more):
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, reduced_motion="reduce", **more)  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda r: r.url.startswith(("file:", "blob:", "data:")) or problems.append(r.url))  # fmt: skip
        page.goto(f"file://{file}{address}")
        page.wait_for_function(EXPLORER)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, problems


def state(page) -> dict:
    return page.evaluate(f"{EXPLORER}.state")


def test_it_shows_the_exploration_s_numbers_and_answers_who_is_best_and_who_is_odd(opened, exploration):  # fmt: skip
    page = opened()
    assert page.title() == "“bank” in context"
    answers = page.locator(".answers")
    expect(answers).to_contain_text(exploration.findings["the word"][0])
    best = state(page)["representation"]
    for question in ("without labels", "with labels"):
        expect(answers).to_contain_text("".join(exploration.representation(best).answers[question]))
    odd = exploration.representation(best).odd
    expect(page.locator(".odd tbody td").first).to_have_text(str(odd + 1))
    page.locator("summary", has_text="In words").click()
    for said in exploration.representation(best).sentences:
        expect(page.locator(".findings")).to_contain_text(re.sub(r"\s+", " ", said))
    shown = page.evaluate(
        f"""() => {{ const {{ scene }} = {EXPLORER}; return [...scene.byName.values()].filter((one) => !one.isMix)
        .map((one) => [one.name, scene.figures(one), [...one.cosines], [...one.map("PCA").points]]); }}"""
    )
    assert [name for name, *_ in shown] == [drawn.name for drawn in exploration.drawn]
    for name, figures, cosines, points in shown:
        drawn = exploration.representation(name)
        assert figures["auc"] == pytest.approx(drawn.figures["pair_auc"].value)
        assert figures["low"] == pytest.approx(drawn.figures["pair_auc"].low)
        np.testing.assert_allclose(cosines, exploration.cosines(name).astype(float), atol=1e-6)
        np.testing.assert_array_equal(points, drawn.maps["PCA"].points.ravel().astype(float))
    page.locator("summary", has_text="The numbers").click()
    row = page.locator(".numbers tr", has_text="Layer 2")
    expect(row).to_contain_text(f"{exploration.representation('layer 2').figures['pair_auc'].value:.3f}"[1:])  # fmt: skip


def test_one_selection_is_seen_everywhere_and_the_address_restores_it(opened):
    page = opened()
    page.get_by_role("button", name="Layer 1", exact=True).click()
    page.locator(".line").nth(3).click()
    page.locator(".line").nth(5).click(modifiers=["Shift"])
    selected = state(page)["selection"]
    assert len(selected) == 2
    expect(page.locator(".line[aria-pressed=true]")).to_have_count(2)
    expect(page.locator(".pair")).to_contain_text("Their cosine at Layer 1 is")
    expect(page.locator(".nearest h3")).to_have_text(f"Nearest to {selected[0] + 1}, Layer 1")
    page.get_by_label("Colour", exact=True).select_option("similarity")
    page.get_by_label("Order of the lines").select_option("similarity")
    expect(page).to_have_url(re.compile("order=similarity"))
    again = opened(page.url[page.url.index("#") :])
    assert state(again) == state(page)
    expect(again.locator(".line").first).to_have_attribute("aria-pressed", "true")
    wrong = opened("#representation=none&selection=99,x&weights=1,2&colour=%3Cb%3E&order=")
    expect(wrong.locator("p.note").first).to_have_text(
        "The link has “<b>” for “Colour”, which these pictures do not have; they show “sense”."
    )
    assert state(wrong)["colour"] == "sense" and state(wrong)["selection"] == []


def test_lasso_matrix_triangle_and_keyboard(opened, layers):
    page = opened()
    large = page.locator("[data-picture=map] canvas")
    large.scroll_into_view_if_needed()
    box = large.bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 24)
    page.mouse.down()
    for x, y in ((0.999, 0.05), (0.999, 0.94), (0.001, 0.94)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
    page.mouse.up()
    assert len(state(page)["selection"]) == 13
    page.keyboard.press("Tab")
    large.focus()
    page.keyboard.press("Escape")
    assert state(page)["selection"] == []
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert len(state(page)["selection"]) == 1
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+Enter")
    assert len(state(page)["selection"]) == 2
    matrix = page.locator("[data-picture=matrix] canvas")
    cells = page.evaluate(f"{EXPLORER}.panels.matrix.cells")
    matrix.click(position={"x": cells["left"] + 2.5 * cells["unit"], "y": cells["up"] + 0.5 * cells["unit"]})  # fmt: skip
    order = page.evaluate(f"{EXPLORER}.panels.matrix.order")
    assert state(page)["selection"] == [order[0], order[2]]
    page.locator("summary", has_text="All mixes of the layers").click()
    page.locator("[data-picture=triangle] canvas").focus()
    page.keyboard.press("1")
    page.keyboard.press("Shift+ArrowUp")
    weights = state(page)["weights"]
    assert state(page)["representation"] == "a mix" and weights[1] < 1 and sum(weights) == pytest.approx(1)  # fmt: skip
    cosines = page.evaluate(f"[...{EXPLORER}.scene.now.cosines]")
    expected = LayerProducts.of(layers).cosines(np.array([weights]))[0]
    np.testing.assert_allclose(cosines, expected, atol=1e-6)


def test_senses_edited_in_the_browser_give_the_figures_of_scikit_learn(opened, exploration):
    page = opened()
    page.get_by_role("button", name="Layer 2", exact=True).click()
    for use in (2, 12):
        page.evaluate(f"(use) => {EXPLORER}.scene.set({{ selection: [use] }})", use)
        page.get_by_label("Sense", exact=True).fill("<b>third</b>" if use == 12 else "money")
        page.get_by_role("button", name="Set sense").click()
    labels = [*exploration.labels]
    labels[2], labels[12] = "money", "<b>third</b>"
    first, second = np.triu_indices(13, 1)
    same = [labels[i] == labels[j] for i, j in zip(first, second, strict=True)]
    expected = roc_auc_score(same, exploration.cosines("layer 2").round(6))
    shown = page.evaluate(f"{EXPLORER}.scene.figures({EXPLORER}.scene.now).auc")
    assert shown == pytest.approx(expected)
    expect(page.locator(".findings")).to_contain_text("Senses were changed here")
    page.get_by_role("button", name="As given").click()
    expect(page.locator(".findings")).not_to_contain_text("Senses were changed here")


def test_a_narrow_dark_page_and_pictures_for_papers(opened, exploration, tmp_path):
    page = opened(width=400, color_scheme="dark", bypass_csp=True)  # axe-core adds a style
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert accessibility.findings(page) == []
    assert accessibility.without_visible_focus(page) == []
    page.locator("summary", has_text="Save a picture").click()
    for picture in ("map", "all-maps", "matrix", "separation", "triangle"):
        page.get_by_label("Picture", exact=True).select_option(picture)
        page.get_by_label("Width (mm)").fill("85")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save the picture as SVG").click()
        download.value.save_as(tmp_path / f"{picture}.svg")
        root = ElementTree.parse(tmp_path / f"{picture}.svg").getroot()
        assert root.get("width") == "85mm" and float(root.get("height")[:-2]) > 10
        texts = ["".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text")]
        wanted = {"map": "money", "all-maps": "Layer 1", "matrix": "13", "separation": "Layer 2", "triangle": "layer 0 alone"}  # fmt: skip
        assert any(wanted[picture] in text for text in texts), (picture, texts)
        assert "money" in texts or picture in ("separation", "triangle"), "the words of the legend"
        assert texts[-1].endswith("model made up")
        assert ("layer" in texts[-1]) == (picture in ("map", "matrix"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Sentences (XLSX)").click()
    download.value.save_as(tmp_path / "sentences.xlsx")
    head, *rows = load_workbook(tmp_path / "sentences.xlsx").active.iter_rows(values_only=True)
    assert head[:4] == ("number", "word", "sense", "nearest") and len(rows) == 13
    matrix = exploration.matrix(state(page)["representation"]) - 2 * np.eye(13)
    assert [row[3] - 1 for row in rows] == matrix.argmax(axis=1).tolist()
    np.testing.assert_allclose([row[5] for row in rows], matrix.max(axis=1), atol=1e-5)
    page.evaluate("window.print = () => {}")
    page.get_by_role("button", name=re.compile("^Print the picture")).click()
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    width, height = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
    assert width == pytest.approx(85 / 25.4 * 72, abs=1.5) and height < 1.3 * width


def test_the_app_saves_the_page_and_opens_it_with_the_same_numbers(new_page, tmp_path):
    page = new_page()
    page.goto("/word?example=bank")
    settled(page)
    button = page.get_by_role("button", name="Save this page (HTML)")
    button.scroll_into_view_if_needed()
    with page.expect_download(timeout=200_000) as download:
        button.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    saved = read(file)
    assert file.name == "bank-in-context.html" and file.stat().st_size < 8e6
    auc = saved.representation("layer 2").figures["pair_auc"]
    shown = page.locator(".explorer-place").evaluate(
        "root => root.explorer.scene.byName.get('layer 2').figures.pair_auc"
    )
    assert shown == [auc.value, auc.low, auc.high]

    page.goto("/word?word_part=A+saved+page")
    settled(page)
    page.locator("input[type=file]").set_input_files(file)
    place = page.locator(".explorer-place")
    expect(place.locator(".answers")).to_contain_text(saved.findings["the word"][0])
    shown = place.evaluate("""root => { const { scene } = root.explorer; return [...scene.byName.values()]
        .filter((one) => !one.isMix).map((one) => [one.name, scene.figures(one).auc, [...one.cosines]]); }""")
    assert [name for name, *_ in shown] == [drawn.name for drawn in saved.drawn]
    for name, value, cosines in shown:
        assert value == saved.representation(name).figures["pair_auc"].value
        np.testing.assert_allclose(cosines, saved.cosines(name), atol=1e-6)
    place.locator(".line").nth(4).click()
    expect(place.locator(".nearest h3")).to_contain_text("Nearest to")
    no_exception_box(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "x.html", "mimeType": "text/html", "buffer": b"<p>no"}
    )
    page.get_by_text("holds no exploration").wait_for()


def test_a_mix_of_more_uses_than_have_their_pairs(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "MAX_EXPLORATION_PAIRS_OF", 10)
    save(explored(made_up_uses(30), made_up_layers(30)), tmp_path / "many.html")
    page = opened()
    page.goto(f"file://{tmp_path / 'many.html'}")
    page.wait_for_function(EXPLORER)
    page.get_by_role("button", name="A mix", exact=True).click()
    expect(page.locator(".line .note", has_text="·")).to_have_count(10)
    page.locator(".line", has=page.locator(".note:empty")).first.click()
    page.get_by_label("Colour", exact=True).select_option("similarity")
    assert state(page)["representation"] == "a mix" and len(state(page)["selection"]) == 1


def test_a_comparison_is_coloured_by_side_and_a_group_s_lines_are_read_alone(opened, tmp_path):
    exploration = of_two_sides()
    save(exploration, tmp_path / "change.html")
    page = opened()
    page.goto(f"file://{tmp_path / 'change.html'}")
    page.wait_for_function(EXPLORER)
    assert page.title() == "“bank” in old and new"
    assert state(page)["colour"] == "side" and state(page)["representation"] == "layer 2"
    group = exploration.representation("layer 2").sides[0]
    expect(page.locator(".pick em").first).to_have_text("only in new")
    expect(page.locator(".group .share").nth(1)).to_contain_text(f", {group.n_new}")
    page.locator(".pick").first.click()
    expect(page.locator(".line")).to_have_count(group.n_new)
    expect(page.locator(".line[aria-description=new]")).to_have_count(group.n_new)
    page.locator(".pick").first.click()
    expect(page.locator(".line")).to_have_count(len(exploration.uses))
    offered = page.get_by_label("Picture", exact=True).locator("option")
    assert [offered.nth(k).get_attribute("value") for k in range(offered.count())] == [
        "map",
        "all-maps",
        "matrix",
    ]
    page.locator("summary", has_text="The figures of change").click()
    apd = exploration.representation("layer 2").figures["apd"].value
    expect(page.locator(".numbers tr", has_text="Layer 2")).to_contain_text(f"{apd:.3f}"[1:])
