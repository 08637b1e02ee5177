"""Two of the visitors come with Chromium: they click, upload a model, and fit UMAP."""

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Error as PlaywrightError

from tests.load.session import Seen
from tests.load.visitors import Visitor


class StuckError(Exception):
    """What a visitor waited for did not come; the message has what the page shows instead."""


_READY = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
_FITTED = "!document.body.innerText.includes('PCA is shown meanwhile')"
_EVERYTHING = """() => {
  const parts = [document.documentElement.outerHTML];
  const look = (root) => root.querySelectorAll("*").forEach((element) => {
    if ("value" in element) parts.push(String(element.value));
    if (element.shadowRoot) { parts.push(element.shadowRoot.innerHTML); look(element.shadowRoot); }
  });
  look(document);
  return parts.join("\\n");
}"""
"""What a page holds, with its components' own parts and what stands in its fields."""

_WAIT_MS = 150_000


async def click_around(
    page: Any, url: str, visitor: Visitor, model_files: tuple[Path, Path], pause
) -> AsyncIterator[tuple[str, Seen]]:
    """Compare, with the bundled and with an uploaded model, project and mix, once.

    Yields:
        What was done, and the findings on the page.
    """

    async def step(act) -> Seen:
        await pause()
        began = time.monotonic()
        try:
            await act()
            await page.wait_for_function(_READY, timeout=_WAIT_MS)
            await page.wait_for_timeout(300)
            await page.wait_for_function(_READY, timeout=_WAIT_MS)
        except PlaywrightError as error:
            shown = await page.locator("[data-testid=stMain]").inner_text()
            raise StuckError(f"{str(error)[:200]}; the page shows: {shown[:1500]}") from None
        return await _seen(page, time.monotonic() - began - 0.3)

    def link(path: str, **more: str):
        return lambda: page.goto(f"{url}/{path}?{urlencode(visitor.link | more)}")

    async def found(text: str, act) -> None:
        await act()
        await page.get_by_text(re.compile(text)).first.wait_for(timeout=_WAIT_MS)

    yield "browser word", await step(link("word"))
    yield (
        "browser layer 1",
        await step(
            lambda: found(
                "compared by layer 1",
                page.get_by_role("button", name="Layer 1", exact=True).first.click,
            )
        ),
    )
    name = f"guest-{visitor.name}"
    await page.get_by_role("button", name="Add a model").click()
    for number, file in enumerate(model_files):
        await page.locator("input[type=file]").nth(number).set_input_files(str(file))
        await page.get_by_text(file.name, exact=True).first.wait_for(timeout=_WAIT_MS)
    await page.get_by_label("Name", exact=True).fill(name)
    add = page.get_by_role("button", name="Add", exact=True).click

    async def added() -> None:
        await found("is added and in use|Busy, ", add)
        while await page.get_by_text("Busy, ").count():
            await page.wait_for_timeout(2000)
            await found("is added and in use|Busy, ", add)

    yield "browser own model", await step(added)
    umap = link("layers", method="UMAP")

    async def fitted() -> None:
        await umap()
        await page.wait_for_function(_READY, timeout=_WAIT_MS)
        await page.wait_for_function(_FITTED, timeout=_WAIT_MS)

    yield "browser UMAP", await step(fitted)
    yield "browser mixing", await step(link("mixing", weights=",".join(map(str, visitor.weights))))


async def _seen(page: Any, seconds: float) -> Seen:
    """The findings, the boxes, and the whole page to search in."""
    elements = []
    for kind, place in (
        ("exception", "[data-testid=stException]"),
        ("alert ERROR", "[data-testid=stAlertContentError]"),
        ("text", "[class*=st-key-finding-], .answers > p"),
    ):
        texts = await page.locator(place).all_inner_texts()
        # UMAP turns a last bit of a vector into another map, so its movers are not compared
        elements += [(kind, text) for text in texts if not text.startswith("From layer")]
    return Seen(elements, (await page.evaluate(_EVERYTHING)).encode(), seconds)
