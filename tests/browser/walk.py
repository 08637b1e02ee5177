"""A random walk over all controls of a page, with Back, Forward and Reload: nothing fails on the way.

The same seed takes the same walk. ELMO_WALK_STEPS and ELMO_WALK_SEED take another one.
"""

import logging
import os
import random
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, TimeoutError

from tests.browser.conftest import settled

_log = logging.getLogger(__name__)
SEED = int(os.environ.get("ELMO_WALK_SEED", "13"))
STEPS = int(os.environ.get("ELMO_WALK_STEPS", "200"))
PARTS = ("[data-testid=stMain]", "[data-testid=stSidebarContent]", "[data-testid=stPopoverBody]")
LEFT_OUT = ("Train", "Measure", "Download", "Go on", "Copy link")
"""Buttons that start minutes of work or ask for a permission; tests of their own press them."""

TEXTS = (
    "",
    "bank",
    "The bank of the river was muddy .",
    "The bank lent money . | money\nThe river bank . | river\nA bank .",
    "<b>x</b> ![i](http://example.invalid/i.png) $x$ [[[[",
    "zzzz " * 60,
)
NUMBERS = ("0", "1", "7", "-5", "99999999999", "2.5")
KEYS = ("ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "ArrowUp")


def press(page: Page, control: Locator, rng: random.Random) -> None:
    """Click."""
    control.click(timeout=2000)


def pick(page: Page, control: Locator, rng: random.Random) -> None:
    """Open a list and take one of its first options."""
    control.click(timeout=2000)
    for _ in range(rng.randrange(5)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def take(page: Page, control: Locator, rng: random.Random) -> None:
    """Take an option of a browser's own list."""
    values = control.locator("option:not([disabled])").evaluate_all("a => a.map((o) => o.value)")
    if not values:
        raise TimeoutError("The picture has not filled its list yet.")
    control.select_option(rng.choice(values), timeout=2000)


def slide(page: Page, control: Locator, rng: random.Random) -> None:
    """Move a slider by a key."""
    control.focus(timeout=2000)
    page.keyboard.press(rng.choice(KEYS))


def write(page: Page, control: Locator, rng: random.Random) -> None:
    """Type a text and send it."""
    texts = NUMBERS if control.get_attribute("type", timeout=2000) == "number" else TEXTS
    control.fill(rng.choice(texts), timeout=2000)
    page.keyboard.press("Control+Enter" if rng.random() < 0.5 else "Enter")


def draw(page: Page, control: Locator, rng: random.Random) -> None:
    """Press a picture somewhere, or draw a line over it."""
    control.scroll_into_view_if_needed(timeout=2000)
    box = control.bounding_box(timeout=2000)
    places = [
        (box["x"] + rng.random() * box["width"], box["y"] + rng.random() * box["height"])
        for _ in range(4)
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    if rng.random() < 0.5:
        for place in places[1:]:
            page.mouse.move(*place, steps=3)
    page.mouse.up()


KINDS = {
    "button, summary, [role=tab], [role=radio]": press,
    "button[kind=segmented_control], button[kind=pills], [role=tab], [role=radio]": press,
    ".modebar-btn": press,
    "[role=switch], [role=checkbox], input[type=checkbox]": press,
    "[role=combobox]": pick,
    "select": take,
    "[role=slider], input[type=range]": slide,
    "input[type=text], input[type=search], input[type=number], textarea": write,
    ".nsewdrag, canvas, svg[role=img], .frame svg": draw,
}
"""CSS of the controls of a kind -> how they are used. Kinds are as likely as each other."""


def step(page: Page, rng: random.Random) -> str | None:
    """Use one control, or go through the history.

    Returns:
        What was done, in words; None if it could not be done.
    """
    dice = rng.random()
    if dice < 0.06:
        move = rng.choice(("go_back", "go_forward", "reload"))
        getattr(page, move)()
        return move
    css = rng.choice(list(KINDS))
    found = page.locator(", ".join(f"{p} :is({css}):visible:not(:disabled)" for p in PARTS))
    n = found.count()
    if not n:
        return None
    control = found.nth(rng.randrange(n))
    try:
        name = control.evaluate(
            "e => (e.getAttribute('aria-label') || e.innerText || e.dataset.title || e.className || e.tagName)"
            ".toString().trim().slice(0, 60)",
            timeout=2000,
        )
        if name.startswith(LEFT_OUT):
            return None
        KINDS[css](page, control, rng)
    except TimeoutError:  # covered by something, or gone
        page.keyboard.press("Escape")
        return None
    return f"{KINDS[css].__name__} {name!r}"


FAULTS = """() => {
  const found = [...document.querySelectorAll("[data-testid=stException]")].map((e) => e.innerText);
  const look = (root) => {
    const text = root.textContent ?? "";
    for (const bad of ["cannot be drawn", "mistake in the program", "Traceback (most"])
      if (text.includes(bad)) found.push(bad + text.split(bad)[1].slice(0, 160));
    root.querySelectorAll("*").forEach((e) => e.shadowRoot && look(e.shadowRoot));
  };
  document.querySelectorAll("[data-testid=stApp]").forEach(look);
  return found;
}"""
"""What a fault shows on the page, in all its components."""


def walk(page: Page, address: str, n_steps: int, seed: int) -> None:
    """Take steps on an open page; where one leads away, open the page again.

    Raises:
        AssertionError: something failed; the message lists the steps.
    """
    rng = random.Random(f"{address} {seed}")
    steps: list[str] = []
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    settled(page)
    tries = 0
    while len(steps) < n_steps:
        tries += 1
        assert tries < 10 * n_steps + 50, f"too few controls can be used: {steps}"
        done = step(page, rng)
        if done is None:
            continue
        steps.append(done)
        _log.info("%d: %s", len(steps), done)
        page.wait_for_timeout(100)  # until the server has heard of it
        if urlsplit(page.url).path != urlsplit(address).path:
            page.goto(address)
        settled(page)
        faults = page.evaluate(FAULTS) + said
        assert not faults, f"{address}, seed {seed}, after {steps}: {faults}"
