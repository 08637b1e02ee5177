"""What every page keeps to, and each part of a page that is drawn by itself.

No fault, no sideways scroll at 400 and 1400 pixels, nothing serious by axe-core in the dark and in the
light, a keyboard focus that can be seen, and no fault after some random steps. `make installed` runs
this against an installed copy, at ELMO_APP_URL.
"""

import pytest

from tests.browser.accessibility import findings, without_visible_focus
from tests.browser.conftest import no_exception_box, no_sideways_scroll
from tests.browser.walk import SEED, STEPS, walk
from ui.shared.screens import SCREENS

pytestmark = pytest.mark.browser

ADDRESSES = (
    *(f"/{screen.address}" for screen in SCREENS),
    "/word?word_part=Edit+one+word",
    "/language-model?lm_part=words",
    "/language-model?lm_part=train",
    "/language-model?lm_part=state",
)
_FEW_STEPS = 30 // len(ADDRESSES)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_fits_can_be_read_and_is_reached_by_keyboard(new_page, address):
    page = new_page(width=400, dark=True)
    page.goto(address)
    found = []
    for width, colours in ((400, "dark"), (1400, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours)
        no_exception_box(page)
        no_sideways_scroll(page)
        ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).colorScheme")
        assert ground == colours
        found += findings(page)
    found += without_visible_focus(page)
    assert not found, "\n".join(found)
    walk(page, address, _FEW_STEPS, SEED)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_long_walk(page, screen):
    page.goto(f"/{screen.address}")
    walk(page, f"/{screen.address}", STEPS, SEED)
