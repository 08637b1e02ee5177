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
_WAIT_MS = 240_000


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
            lambda: found("At layer 1 the", page.get_by_role("radio", name="Layer 1").first.click)
        ),
    )
    name = f"guest-{visitor.name}"
    await page.get_by_role("button", name="Add a model").click()
    for number, file in enumerate(model_files):
        await page.locator("input[type=file]").nth(number).set_input_files(str(file))
        await page.get_by_text(file.name, exact=True).first.wait_for(timeout=_WAIT_MS)
    await page.get_by_label("Name", exact=True).fill(name)
    yield (
        "browser own model",
        await step(
            lambda: found(
                "is added and in use", page.get_by_role("button", name="Add", exact=True).click
            )
        ),
    )
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
        ("text", "[class*=st-key-finding-]"),
    ):
        elements += [(kind, text) for text in await page.locator(place).all_inner_texts()]
    return Seen(elements, (await page.content()).encode(), seconds)
