"""Word in context in Chromium: what is pressed, and what follows."""

import pytest

from tests.browser.conftest import no_exception_box, settled

pytestmark = pytest.mark.browser


def press_cell(page, row: int, column: int, n: int) -> None:
    """Press a cell of the matrix of n uses."""
    area = page.locator(".st-key-picture-word-matrix .nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    x = box["x"] + box["width"] * (column + 0.5) / n
    y = box["y"] + box["height"] * (row + 0.5) / n
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    page.mouse.click(x, y)


def test_a_press_on_the_matrix_opens_its_two_sentences(page):
    page.goto("/word?example=spring&word_matrix_order=as+given")
    settled(page)
    press_cell(page, 0, 1, 18)
    pair = page.locator(".st-key-word-pair")
    pair.wait_for()
    text = pair.inner_text()
    assert "By the time spring came" in text and "I always get hay fever in spring" in text
    assert "Their cosine at layer 2 is" in text
    # It stays, with its new number, when the layer changes.
    page.get_by_role("radio", name="Layer 1").or_(
        page.get_by_text("Layer 1", exact=True)
    ).first.click()
    page.get_by_text("Their cosine at layer 1 is").wait_for()
    no_exception_box(page)


def test_a_pressed_line_is_the_chosen_sentence_everywhere(page):
    page.goto(
        "/word?example=spring&word_order_by=similarity+to+the+chosen+line&word_tab=Like+one+sentence"
    )
    settled(page)
    lines = page.locator(".st-key-word-lines button")
    lines.nth(6).click()  # as given, so sentence 7
    page.get_by_text("Most like sentence 7 at layer 2").wait_for()
    assert "Push the battery down against the" in lines.first.inner_text()
    assert lines.first.get_attribute("aria-pressed") == "true"
    no_exception_box(page)


def test_the_address_restores_the_view(page):
    page.goto("/word?example=bat")
    settled(page)
    page.get_by_role("tab", name="Groups").click()
    page.get_by_text("do not fall into groups").or_(
        page.get_by_text("fall into groups")
    ).first.wait_for()
    page.wait_for_url("**tab=Groups**")
    address = page.url
    page.goto(address)
    settled(page)
    page.get_by_text("Number of groups", exact=True).wait_for()
    assert "“bat”" in page.locator("[class*=st-key-finding-]").first.inner_text()
    no_exception_box(page)


def test_a_file_of_sentences_is_compared_and_its_matrix_pressed(page):
    page.goto("/word?source=A+file&word=bank&word_matrix_order=as+given")
    settled(page)
    rows = (
        "sentence,sense\nThe bank lent money.,money\nA muddy bank.,river\nThe bank failed.,money\n"
    )
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator(".st-key-picture-word-matrix .nsewdrag").wait_for()
    settled(page)
    press_cell(page, 0, 1, 3)
    page.locator(".st-key-word-pair").wait_for()
    text = page.locator(".st-key-word-pair").inner_text()
    assert "lent money." in text and "A muddy" in text
    no_exception_box(page)
