"""Word in context in Chromium: what is set in the linked pictures, and what follows without the server."""

import numpy as np
import pytest
from playwright.sync_api import expect

from elmo.explore.odd_uses import odd_uses
from tests.browser.conftest import address_has, no_exception_box, settled, state

pytestmark = pytest.mark.browser


def opened(page, address: str) -> None:
    page.goto(address)
    page.locator(".explorer-place canvas").first.wait_for()
    settled(page)


def press_cell(page, row: int, column: int) -> None:
    """Press a cell of the matrix."""
    canvas = page.locator("[data-picture=matrix] canvas")
    canvas.scroll_into_view_if_needed()
    left, up, unit = page.locator(".explorer-place").evaluate(
        "root => { const { left, up, unit } = root.explorer.panels.matrix.cells; return [left, up, unit]; }"
    )
    canvas.click(position={"x": left + (column + 0.5) * unit, "y": up + (row + 0.5) * unit})


LAYER_2 = "word_layer=Layer+2&word_compare=the+word"


def test_changes_do_not_wait_for_the_server_and_the_address_restores_them(page):
    received = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    opened(page, f"/word?example=spring&word_matrix_order=as+given&{LAYER_2}")
    first = sum(received)
    press_cell(page, 0, 1)
    pair = page.locator(".pair")
    expect(pair).to_contain_text("By the time spring came")
    expect(pair).to_contain_text("I always get hay fever in spring")
    expect(pair).to_contain_text("Their cosine at Layer 2 is")
    expect(pair).to_contain_text("Alike because both could be: ")
    layer_1 = page.get_by_role("button", name="Layer 1", exact=True)
    at_once = "button => { button.click(); return button.getRootNode().querySelector('.pair').textContent; }"
    assert "Their cosine at Layer 1 is" in layer_1.evaluate(at_once)
    # The answers above the pictures follow too. Nothing is asked of the server.
    answers = page.locator(".answers")
    expect(answers).not_to_contain_text("compared by layer 2:")
    page.get_by_role("button", name="Layer 2", exact=True).click()
    expect(answers).to_contain_text("compared by layer 2:")
    layer_1.click()
    page.wait_for_timeout(600)
    assert sum(received) == first
    page.get_by_role("button", name="minus the word's average", exact=True).click()
    page.get_by_label("Order of the lines").select_option("right")
    page.get_by_label("Under each line").select_option("substitutes")
    page.get_by_label("Colour", exact=True).select_option("position")
    expect(page.locator(".under").first).to_contain_text("could stand there: ")
    for name, value in {
        "word_layer": "Layer 1",
        "word_compare": "minus the word's average",
        "word_order_by": "words after",
        "word_matrix_order": "as given",
        "selected": "1,2",
    }.items():
        address_has(page, name, value)
    set_here = state(page)
    # What Streamlit writes into the address leaves what the pictures wrote, and the other way round.
    page.get_by_role("tab", name="Groups").click()
    page.get_by_text("Number of groups", exact=True).wait_for()
    address_has(page, "word_tab", "Groups")
    address_has(page, "selected", "1,2")
    settled(page)
    address = page.url
    opened(page, address)
    assert state(page) == set_here
    page.get_by_text("Number of groups", exact=True).wait_for()
    # The groups are those of what the pictures show, and follow them.
    page.get_by_role("button", name="Layer 0", exact=True).click()
    page.get_by_test_id("stTabs").get_by_text("uses are not cut into groups").wait_for()
    no_exception_box(page)


def test_a_pressed_line_is_the_chosen_sentence_everywhere(page):
    opened(page, f"/word?example=spring&word_order_by=similarity+to+the+chosen+line&{LAYER_2}")
    page.locator(".line").nth(6).click()  # as given, so sentence 7
    expect(page.locator(".nearest h3")).to_have_text("Nearest to 7, Layer 2")
    expect(page.locator(".line").first).to_contain_text("Push the battery down against the")
    expect(page.locator(".line").first).to_have_attribute("aria-pressed", "true")
    no_exception_box(page)


def test_senses_edited_in_the_pictures_are_tested_when_asked(page):
    opened(page, f"/word?example=bat&{LAYER_2}")
    page.locator(".line").first.click()
    page.get_by_label("Sense", exact=True).fill("mammal")
    page.get_by_role("button", name="Set sense").click()
    expect(page.locator(".findings")).to_contain_text("Senses were changed here")
    page.get_by_role("button", name="Intervals and tests for these senses").click()
    expect(page.locator(".answers")).to_contain_text("3 senses of “bat”")
    assert state(page)["selection"] == [0]
    assert page.locator(".explorer-place").evaluate("root => root.explorer.scene.data.senses") == [
        "mammal",
        "animal",
        "club",
    ]
    page.get_by_role("button", name="Undo all edits").wait_for()
    no_exception_box(page)


def test_a_file_of_sentences_is_compared_and_its_matrix_pressed(page):
    page.goto("/word?source=A+file&word=bank&word_matrix_order=as+given")
    settled(page)
    rows = (
        "sentence,sense\nThe bank lent money.,money\nA muddy bank.,river\nThe bank failed.,money\n"
    )
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator("[data-picture=matrix] canvas").wait_for()
    settled(page)
    press_cell(page, 0, 1)
    expect(page.locator(".pair")).to_contain_text("lent money.")
    expect(page.locator(".pair")).to_contain_text("A muddy")
    no_exception_box(page)


def test_a_row_of_the_odd_sentences_selects_its_line(page):
    opened(page, f"/word?example=bank&{LAYER_2}")
    page.locator(".odd details").evaluate(
        "fold => (fold.open = true)"
    )  # closed where no sentence is odd
    rows = page.locator(".odd tbody tr")
    numbers = [int(text) - 1 for text in rows.locator("td:first-child").all_inner_texts()]
    made = page.locator(".explorer-place").evaluate(
        "root => [[...root.explorer.scene.now.cosines], root.explorer.scene.data.uses.map((use) => root.explorer.scene.data.senses[use.sense])]"
    )
    cosines, labels = made
    matrix = np.eye(len(labels))
    matrix[np.triu_indices(len(labels), 1)] = cosines
    matrix = np.maximum(matrix, matrix.T)
    assert numbers == [odd.use for odd in odd_uses(matrix, labels)]
    rows.first.locator("button").click()
    assert state(page)["selection"] == numbers[:1]
    expect(page.locator(".line[aria-pressed=true]")).to_have_count(1)
    page.locator(".odd").get_by_role("button", name="number").click()
    expect(rows.first.locator("td").first).to_have_text(str(len(labels)))
    no_exception_box(page)
