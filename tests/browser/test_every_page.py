"""Every page is drawn without an error. `make installed` runs this against an installed copy, at ELMO_APP_URL."""

import pytest

from tests.browser.conftest import no_exception_box
from ui.shared.screens import SCREENS


@pytest.mark.browser
@pytest.mark.soak
@pytest.mark.parametrize("name", [screen.address for screen in SCREENS])
def test_the_page_is_drawn(new_page, name):
    page = new_page()
    page.goto(f"/{name}")
    no_exception_box(page)
