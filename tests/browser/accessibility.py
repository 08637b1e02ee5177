"""What axe-core says of an open page, and controls whose keyboard focus cannot be seen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import settled

ACCEPTED = {
    "scrollable-region-focusable": "Streamlit's tables and code scroll in a narrow window; browsers let the "
    "keyboard scroll what has no control in it (Chromium since 130)",
}
"""Rule of axe-core -> why Streamlit's own elements break it and the app cannot change that."""

_SERIOUS = ("serious", "critical")
_STILL = "*, *::before, *::after { transition: none !important; animation: none !important }"

_UNSEEN = """async () => {
  const all = [];
  const look = (root) => root.querySelectorAll("*").forEach((e) => {
    if (e.shadowRoot) look(e.shadowRoot);
    if (e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true })) all.push(e);
  });
  look(document.body);
  const around = (e) => {
    const near = [e, ...e.children, e.nextElementSibling, e.previousElementSibling];
    for (let up = 0, node = e.parentElement; node && up < 5; up++, node = node.parentElement) near.push(node);
    return near.filter(Boolean);
  };
  const look_of = (e) => around(e).map((node) => {
    const s = getComputedStyle(node);
    return [s.stroke, s.outlineStyle, s.outlineColor, s.outlineWidth, s.boxShadow, s.borderColor, s.backgroundColor, s.color, s.opacity].join();
  }).join("|");
  const unseen = [];
  for (const e of all) {
    document.activeElement?.blur();
    const before = look_of(e);
    e.focus({ preventScroll: true });
    if (e.getRootNode().activeElement !== e || look_of(e) !== before) continue;
    await new Promise((done) => setTimeout(done, 60)); // some are drawn anew for it
    if (look_of(e) === before) unseen.push(e.outerHTML.slice(0, 200));
  }
  return unseen;
}"""
"""Elements that look the same with the focus of the keyboard and without it."""


def findings(page: Page, within: str | None = None) -> list[str]:
    """Serious and critical findings of axe-core on the page as it is, or within elements of a CSS selector.

    Elements fade while the app runs again by itself; what is found then is looked at once more.
    """
    page.add_style_tag(content=_STILL)
    found: list[str] = []
    for _ in range(12):
        found = _findings(page, within)
        if not found:
            return []
        page.wait_for_timeout(3000)
        settled(page)
    return found


def _findings(page: Page, within: str | None) -> list[str]:
    result = Axe().run(page, context=within, options={"resultTypes": ["violations"]}).response
    return [
        f"{page.url}: {rule['id']} ({rule['impact']}): {node['target']} {node['html'][:200]} "
        + " ".join(check["message"] for check in node["any"][:1])
        for rule in result["violations"]
        if rule["impact"] in _SERIOUS and rule["id"] not in ACCEPTED
        for node in rule["nodes"]
    ]


def without_visible_focus(page: Page) -> list[str]:
    """Controls that look the same with the keyboard's focus and without."""
    page.add_style_tag(content=_STILL)
    page.keyboard.press("Tab")  # from now on focus comes from the keyboard
    return page.evaluate(_UNSEEN)
