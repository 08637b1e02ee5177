"""A chart takes a new figure in place, follows the theme, and says so when it cannot be drawn."""

import pytest
from plotly.offline import get_plotlyjs

from tests.browser.conftest import ROOT, no_exception_box, settled

pytestmark = pytest.mark.browser
TREE = ".st-key-picture-word-tree .js-plotly-plot"


def test_a_chart_is_moved_and_not_built_anew_and_its_table_is_made_when_unfolded(page):
    page.goto("/word?word_tab=Groups")
    settled(page)
    below = page.locator(".chart-place").last
    below.wait_for()
    assert below.bounding_box()["y"] > 900
    below.locator(".main-svg").first.wait_for(state="attached")  # without being scrolled to

    page.evaluate(f"document.querySelector('{TREE} .main-svg').isTheFirst = true")
    cut = f"document.querySelector('{TREE}').layout.shapes[0].x0"
    for number in ("2", "6"):  # if the chart begins with 2, only the second press changes the cut
        before = page.evaluate(cut)
        page.locator(".st-key-word_groups").get_by_text(number, exact=True).click()
        settled(page)
    page.wait_for_function(f"before => {cut} !== before", arg=before)
    settled(page)
    assert page.evaluate(f"document.querySelector('{TREE} .main-svg').isTheFirst") is True

    fold = page.locator("[data-testid=stExpander]").filter(has_text="of each group").first
    assert fold.locator("[data-testid=stDataFrame]").count() == 0
    fold.locator("summary").click()
    fold.locator("[data-testid=stDataFrame]").wait_for()
    fold.get_by_test_id("stBaseButton-secondary").get_by_text("CSV").wait_for()
    no_exception_box(page)


CHART = ".st-key-picture-how_filters"


def test_colours_follow_the_theme_and_pictures_are_saved_light(page):
    page.goto("/how")
    settled(page)
    page.locator(f"{CHART} .js-plotly-plot .main-svg").first.wait_for()
    for colours, ground in (("light", "#fdfcfa"), ("dark", "#15181d")):
        page.emulate_media(color_scheme=colours)
        page.wait_for_function(
            "([chart, ground]) => document.querySelector(chart)._fullLayout.paper_bgcolor.toLowerCase() === ground",
            arg=[f"{CHART} .js-plotly-plot", ground],
        )
        with page.expect_download() as saved:
            page.locator(CHART).get_by_role("button", name="SVG").click()
        assert saved.value.suggested_filename == "filters.svg"
        picture = saved.value.path().read_text(encoding="utf-8")
        assert "rgb(255, 255, 255)" in picture and "rgb(21, 24, 29)" not in picture
        assert "filters · Bundled model" in picture


def test_scripts_are_not_sent_again_with_the_next_page(page):
    sizes = []
    for _ in range(2):
        page.goto("/layers")
        settled(page)
        page.locator("canvas").first.wait_for()
        found = page.evaluate(
            "performance.getEntriesByType('resource').filter((e) => e.name.includes('/scripts/'))"
            ".map((e) => [e.name.split('/').pop().split('-')[0], e.transferSize])"
        )
        sizes.append(dict(found))
    first, second = sizes
    assert first["explorer"] > 1000
    assert "explorer" in second
    assert not any(second[name] for name in first.keys() & second.keys())


def test_without_the_drawing_script_the_page_says_so(browser, app_url):
    page = browser.new_page(base_url=app_url)
    page.route("**/scripts/plotly-*.js", lambda route: route.abort())
    page.goto("/how")
    page.get_by_text("This picture cannot be drawn").first.wait_for()
    page.close()


@pytest.fixture
def source(page) -> str:
    """The component's script; the page is blank but for Plotly."""
    page.goto("about:blank")
    page.set_content('<body class="stApp"></body>')
    page.add_script_tag(content=get_plotlyjs())
    page.evaluate("window.elmoPlotly = Promise.resolve(window.Plotly)")
    return (ROOT / "ui" / "shared" / "components" / "chart.js").read_text(encoding="utf-8")


def test_a_call_that_new_data_overtook_ends_without_ending_the_next(page, source):
    """Streamlit ends such a call at once: before the next one, or after it has begun to draw."""
    drawn = page.evaluate(
        """async ([source, orders]) => {
            const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
            const call = (await import(address)).default;
            const ended = {};
            for (const order of orders) {
                const parent = document.body.appendChild(document.createElement("div"));
                parent.innerHTML = '<div role="figure" style="width: 300px"><div class="chart"></div></div>';
                const place = parent.firstChild;
                const begin = (name) => call({
                    parentElement: parent,
                    data: {
                        figure: JSON.stringify({ data: [{ x: [1, 2], y: [1, 2], name }], layout: { height: 99 } }),
                        alt: name, name, plotly: "", selects: false,
                    },
                });
                const ends = {};
                for (const [what, name] of order) what === "begin" ? (ends[name] = begin(name)) : ends[name]();
                for (let wait = 0; wait < 200 && place.ariaBusy; wait++) await new Promise((go) => setTimeout(go, 50));
                const chart = place.firstChild;
                ended[JSON.stringify(order)] = [place.ariaBusy, chart.data?.[0].name];
                ends.new();
                ended[JSON.stringify(order)].push(chart.data ?? null);
            }
            return Object.values(ended);
        }""",
        [
            source,
            [
                [["begin", "old"], ["end", "old"], ["begin", "new"]],
                [["begin", "old"], ["begin", "new"], ["end", "old"]],
            ],
        ],
    )
    assert drawn == [[None, "new", None], [None, "new", None]]


def test_any_figure_takes_the_place_of_any_other(page, source):
    """Also 3-D axes that of flat ones, and a good figure that of one that cannot be drawn."""
    flat = {"data": [{"type": "scatter", "x": [1, 2], "y": [1, 2]}], "layout": {"xaxis": {}}}
    solid = {
        "data": [{"type": "scatter3d", "x": [1, 2], "y": [1, 2], "z": [1, 2]}],
        "layout": {"scene": {"xaxis": {"title": {"text": ""}}}},
    }
    heat = {"data": [{"type": "heatmap", "z": [[1, 2], [3, 4]]}], "layout": {"coloraxis": {}}}
    broken = {"data": None, "layout": {}}
    figures = [flat, solid, heat, broken]
    order = [flat, *(f for one in figures for two in figures for f in (one, two))]
    drawn = page.evaluate(
        """async ([source, figures]) => {
            const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
            const call = (await import(address)).default;
            const parent = document.body.appendChild(document.createElement("div"));
            parent.innerHTML = '<div role="figure" style="width: 300px"><div class="chart"></div></div>';
            const place = parent.firstChild, chart = place.firstChild;
            const shown = [];
            for (const figure of figures) {
                const data = { figure: JSON.stringify(figure), alt: "", name: "", plotly: "", config: {} };
                call({ parentElement: parent, data });
                for (let wait = 0; wait < 200 && place.ariaBusy; wait++) await new Promise((go) => setTimeout(go, 20));
                shown.push(chart.textContent.includes("cannot be drawn") ? null : chart.data?.[0].type);
            }
            return shown;
        }""",
        [source, order],
    )
    assert drawn == [figure["data"] and figure["data"][0]["type"] for figure in order]
