"""The worst strings through each page in Chromium: no exception box, no script run, no changed page."""

import json
from urllib.parse import quote, urlencode

import pytest

from tests.browser.conftest import settled
from tests.hostile.nasty import NASTY

pytestmark = pytest.mark.browser

WORST = [name for name, text in NASTY.items() if 0 < len(text) < 12_000][:56]
PAGES = {
    "word": {"source": "Your own text", "word": "bank"},
    "word?word_part=Edit+one+word": {},
    "layers": {"source": "Your own text", "word": "bank"},
    "layers?layers_draw=every+word+of+a+text": {},
    "mixing": {"source": "Your own text", "word": "bank"},
    "language-model": {},
    "language-model?lm_part=words": {},
    "how": {},
    "downstream": {},
    "change": {},
    "vectors": {},
}
FOREIGN = """() => {
  const found = [];
  const bad = 'img[src="x"], img[src*="example.invalid"], iframe, script:not([src]), svg[onload],'
    + '[onerror], [onmouseover], a[href^="javascript"], a[href*="example.invalid"]';
  const look = (root) => {
    root.querySelectorAll(bad).forEach((e) => {
      // an address in a text is shown as a link to what it says, which nobody has to press
      if (e.tagName !== "A" || e.textContent !== decodeURI(e.getAttribute("href")))
        found.push(e.outerHTML.slice(0, 200));
    });
    root.querySelectorAll("*").forEach((e) => e.shadowRoot && look(e.shadowRoot));
  };
  look(document.querySelector("[data-testid=stApp]"));
  return found;
}"""
"""Elements that a string would have made, in all components of the page."""


def clean(name: str) -> str:
    """The string as a browser can send it."""
    return NASTY[name].encode("utf-8", "replace").decode()[:1500]


def opened(page, path: str, names: list[str]) -> None:
    """Open a page with strings in its sentences, its search box and its parameters."""
    texts = [clean(name) for name in names]
    lines = [f"The bank {text}" for text in texts] + [f"{t} bank | {t[:30]}" for t in texts]
    link = PAGES[path] | {"text": json.dumps(lines), "place": texts[0][:50]}
    separator = "&" if "?" in path else "?"
    page.goto(f"/{path}{separator}{urlencode(link, quote_via=quote)}")
    settled(page)


def check(page, names: list[str]) -> None:
    """Nothing of these strings has become part of the page."""
    boxes = page.locator("[data-testid=stException]").all_inner_texts()
    boxes += [
        text
        for text in page.locator("[data-testid=stAlertContentError]").all_inner_texts()
        if "mistake in the program" in text
    ]
    assert boxes == [], names
    assert page.evaluate(FOREIGN) == [], names
    assert "owned" not in page.title(), names
    assert page.locator("h1").first.is_visible(), names
    assert page.get_by_role("link", name="Word in context").first.is_visible(), names


@pytest.mark.parametrize("path", ["word", "how"])
def test_script_and_markdown(page, path):
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    names = ["script", "image with an error handler", "Markdown image", "style", "broken tags"]
    opened(page, path, names)
    check(page, names)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("path", PAGES)
def test_the_worst(page, path):
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    for start in range(0, len(WORST), 4):
        names = WORST[start : start + 4]
        opened(page, path, names)
        check(page, names)
        box = page.get_by_label("Search", exact=True).first
        box.fill(clean(names[0])[:200].replace("\n", " "))
        box.press("Enter")
        settled(page)
        check(page, names)


@pytest.mark.soak
def test_the_worst_edit_of_a_word(page):
    """Typed, and not only by a link."""
    page.goto("/how")
    settled(page)
    for name in WORST:
        field = page.get_by_label("Your sentence", exact=True)
        field.fill(clean(name)[:380].replace("\n", " ") or "a")
        field.press("Enter")
        settled(page)
        check(page, [name])
