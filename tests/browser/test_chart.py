"""A chart takes a new figure in place, follows the theme, and says so when it cannot be drawn."""

import pytest

from tests.browser.conftest import no_exception_box, settled

pytestmark = pytest.mark.browser
LARGE = ".st-key-picture-layers-large .js-plotly-plot"


def test_a_new_layer_moves_the_dots_of_the_same_chart(page):
    page.goto("/layers")
    settled(page)
    page.locator(f"{LARGE} .point").first.wait_for()
    page.evaluate(f"document.querySelector('{LARGE} .main-svg').isTheFirst = true")
    before = page.locator(f"{LARGE} .point").first.get_attribute("transform")
    page.get_by_role("slider").last.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "([chart, before]) => document.querySelector(`${chart} .point`).getAttribute('transform') !== before",
        arg=[LARGE, before],
    )
    settled(page)
    assert page.evaluate(f"document.querySelector('{LARGE} .main-svg').isTheFirst") is True
    no_exception_box(page)


def test_charts_below_the_screen_are_drawn_too(page):
    page.goto("/layers")
    settled(page)
    last = page.locator(".chart-place").last
    assert last.bounding_box()["y"] > 900
    last.locator(".main-svg").first.wait_for(state="attached")


def test_colours_follow_the_theme_and_the_file_is_named(new_page):
    papers = {}
    for dark in (False, True):
        page = new_page(dark=dark)
        page.goto("/word")
        settled(page)
        chart = page.locator(".st-key-picture-word-matrix .js-plotly-plot")
        papers[dark] = chart.evaluate("chart => chart._fullLayout.paper_bgcolor")
        assert papers[dark].lower() == ("#15181d" if dark else "#fdfcfa")
        assert chart.evaluate("chart => chart._context.toImageButtonOptions.filename")


def test_without_the_drawing_script_the_page_says_so(browser, app_url):
    page = browser.new_page(base_url=app_url)
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto("/")
    page.get_by_text("This picture cannot be drawn").first.wait_for()
    page.close()


def test_the_table_behind_a_picture_is_made_when_it_is_unfolded(page):
    page.goto("/layers")
    settled(page)
    fold = (
        page.locator("[data-testid=stExpander]")
        .filter(has_text="The numbers behind this picture")
        .first
    )
    assert fold.locator("[data-testid=stDataFrame]").count() == 0
    fold.locator("summary").click()
    fold.locator("[data-testid=stDataFrame]").wait_for()
    fold.get_by_test_id("stBaseButton-secondary").get_by_text("CSV").wait_for()
    no_exception_box(page)
