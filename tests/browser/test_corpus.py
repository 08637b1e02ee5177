"""From a file to a map in three clicks: the source, the file, the word."""

from tests.browser.conftest import no_exception_box, no_sideways_scroll, settled

LINES = [
    f"The {kind} bank was {state} ."
    for kind in ("river", "old", "new")
    for state in ("muddy", "open", "shut", "far")
]


def test_from_file_to_map_in_three_clicks(new_page, empty_app_url, tmp_path):
    (tmp_path / "trip.txt").write_text("\n".join(LINES), encoding="utf-8")
    page = new_page(width=400, dark=True)
    page.set_default_timeout(120_000)
    page.goto(f"{empty_app_url}/layers")
    settled(page)
    page.get_by_role("radio", name="a word in a corpus").click()
    uploader = page.get_by_test_id("stMain").locator("input[type=file]")
    uploader.set_input_files(tmp_path / "trip.txt")
    page.get_by_text("Type the word to look for").wait_for()
    page.get_by_label("Word", exact=True).fill("bank")
    page.keyboard.press("Enter")
    page.get_by_text("12 uses of “bank” in 72 words; all are taken").wait_for()
    page.locator("[data-picture=map] canvas").wait_for()
    no_exception_box(page)
    no_sideways_scroll(page)
