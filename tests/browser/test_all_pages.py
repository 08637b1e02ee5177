"""What all pages promise: one entry in the history each, a title of their own, nothing sent away."""

import re

import pytest

from tests.browser.accessibility import findings
from tests.browser.conftest import no_exception_box, settled
from ui.shared.screens import SCREENS

pytestmark = pytest.mark.browser
NO_ADDRESS = ("javascript:void(0)", "", "#")


def test_each_page_adds_one_entry_and_back_and_forward_restore_it(page):
    missing: list[str] = []
    page.on("response", lambda answer: answer.status >= 400 and missing.append(answer.url))
    page.goto("/word")  # a deep link first: the server must be found at once
    settled(page)
    order = [screen for screen in SCREENS if screen.name != "word"]
    titles = [page.title()]
    for number, screen in enumerate(order, 2):
        page.get_by_test_id("stTopNavLink").get_by_text(screen.title, exact=True).click()
        page.get_by_role("heading", level=1).filter(
            has_text=screen.title if screen.address else "ELMo Explorer"
        ).wait_for()
        no_exception_box(page)
        _nothing_leaves(page)
        titles.append(page.title())
        assert page.evaluate("history.length") == number + 1, (
            screen.name
        )  # about:blank is the first
    assert len(set(titles)) == len(SCREENS)
    for go, expected in ((page.go_back, titles[-2:-5:-1]), (page.go_forward, titles[-3:])):
        for title in expected:
            go()
            page.wait_for_function("title => document.title === title", arg=title)
            settled(page)
    assert page.evaluate("history.length") == len(SCREENS) + 1
    assert not missing


def test_a_control_adds_no_entry_and_back_restores_it(page):
    page.goto("/mixing")
    settled(page)
    before = page.evaluate("history.length")
    page.get_by_role("spinbutton", name="Seed").fill("7")
    page.get_by_role("spinbutton", name="Seed").press("Enter")
    page.wait_for_function("location.search.includes('seed=7')")
    page.get_by_role("combobox", name=re.compile("Example")).fill("spring")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('example=spring')")
    settled(page)
    assert page.evaluate("history.length") == before
    page.get_by_test_id("stTopNavLink").get_by_text("Downstream", exact=True).click()
    page.wait_for_url("**/downstream*")
    settled(page)
    page.go_back()
    page.wait_for_url("**/mixing?*example=spring*")
    settled(page)
    page.get_by_text("Which weights separate “spring” best").first.wait_for()
    page.wait_for_function(_SEED_IS_7)
    page.go_forward()
    page.wait_for_function("document.title.startsWith('Downstream')")
    settled(page)
    page.wait_for_function(_SEED_IS_7)
    assert page.evaluate("location.pathname + location.search") == "/downstream?seed=7"
    assert page.evaluate("history.length") == before + 1


_SEED_IS_7 = (
    "new URLSearchParams(location.search).get('seed') === '7' && "
    "document.querySelector('input[aria-label=Seed]').value === '7'"
)


def test_on_a_phone_the_sidebar_gives_way_to_the_page_that_was_chosen(new_page):
    page = new_page(width=400)
    page.goto("/vectors")
    settled(page)
    sidebar = page.get_by_test_id("stSidebar")
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_function(
        "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().left === 0"
    )
    sidebar.get_by_role("link", name="Downstream", exact=True).click()
    page.get_by_role("heading", level=1).filter(has_text="Downstream").wait_for()
    page.wait_for_function(
        "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right <= 0"
    )


def test_enter_in_the_search_box_opens_the_first_hit(page):
    page.goto("/downstream")
    settled(page)
    page.get_by_label("Search", exact=True).first.press_sequentially("umap")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).filter(has_text="Layers").wait_for()
    page.wait_for_url("**layers_method=UMAP**")


def test_the_layers_are_within_ten_tabs(page):
    page.goto("/layers")
    settled(page)
    page.locator(".explorer-place button").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip to the pictures
    stops = []
    for _ in range(9):
        stops.append(page.evaluate(_FOCUS))
        page.keyboard.press("Tab")
    assert "Layer 2" in stops and any("slider" in stop for stop in stops), stops


def test_what_opens_over_a_page_can_be_read(page):
    """Layers has every popover of the sidebar and one of its own."""
    page.goto("/layers")
    settled(page)
    found, body = [], "[data-testid=stPopoverBody]"
    names = page.get_by_test_id("stPopoverButton").all_inner_texts()
    assert len(names) >= 4, names
    for number in range(len(names)):
        page.get_by_test_id("stPopoverButton").nth(number).click()
        page.locator(body).wait_for()
        settled(page)
        page.emulate_media(color_scheme=("light", "dark")[number % 2])
        settled(page)
        found += findings(page, body)
        page.keyboard.press("Escape")
        page.locator(body).wait_for(state="detached")
    assert not found, "\n".join(found)


_FOCUS = """() => {
  let e = document.activeElement;
  while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
  return e.ariaLabel || e.innerText || e.tagName;
}"""


def _nothing_leaves(page) -> None:
    """No button, link or script of a page's charts has an address outside this machine."""
    charts = page.locator(".js-plotly-plot").all()
    for chart in charts:
        settings = chart.evaluate(
            "({_context: c}) => [c.showSendToCloud, c.plotlyServerURL, c.displaylogo]"
        )
        assert settings == [False, "", False]
    found = page.evaluate(
        """() => [...document.querySelectorAll(".modebar-btn, a[href], script[src], iframe[src]")].map(
            (node) => [node.title || node.dataset.title || "", node.href ?? node.src ?? ""])"""
    )
    host = page.evaluate("location.origin")
    for title, address in found:
        assert "cloud" not in title.lower() and "share" not in title.lower()
        assert address in NO_ADDRESS or address.startswith((host, "blob:", "data:")), address
