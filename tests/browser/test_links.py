"""“Copy link” restores what was seen, or says what it cannot hold and offers a file."""

import json
import re

import pytest

from tests.browser.conftest import no_exception_box, settled

pytestmark = pytest.mark.browser
LINES = [
    "The quaxolotl bank was closed . | money",
    "She sat on the bank of the river . | river",
    "The bank lent him a fortune . | money",
    "We fished from the muddy bank . | river",
]
TEXT = "\n".join(LINES)
TABLE = "sentence,sense\n" + "\n".join(line.replace(" | ", ",") for line in LINES)

CASES = {
    "word, pasted": ("/word?source=Your+own+text&word=bank", "Sentences"),
    "word, a file": ("/word?source=A+file&word=bank", "file"),
    "edit one word": ("/word?word_part=Edit+one+word", "Sentence"),
    "two models": ("/word?word_part=Two+models&source=Your+own+text&word=bank", "Sentences"),
    "get vectors": ("/vectors", "One sentence a line"),
    "layers, pasted": ("/layers?source=Your+own+text&word=bank&layers_axes=3-D", "Sentences"),
    "layers, a file": ("/layers?source=A+file&word=bank", "file"),
    "layers, a whole text": (
        "/layers?layers_draw=every+word+of+a+text&layers_text_of=your+own+text",
        "Your text",
    ),
    "mixing, pasted": ("/mixing?source=Your+own+text&word=bank", "Sentences"),
    "mixing, a file": ("/mixing?source=A+file&word=bank", "file"),
    "predict": ("/language-model?lm_part=predict", "A sentence"),
    "words never seen": ("/language-model?lm_part=words", "A sentence in which it stands"),
    "carried state": ("/language-model?lm_part=state", "The sentence"),
    "how": ("/how", "Your sentence"),
}
FEW = ("word, a file",)


def give(page, address: str, field: str) -> None:
    """Open a page and give it the sentences."""
    page.goto(address)
    settled(page)
    if field == "file":
        page.locator("[data-testid=stMain] input[type=file]").set_input_files(
            {"name": "mine.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
        )
        page.get_by_text("mine.csv").first.wait_for()
    else:
        place = page.get_by_role("textbox", name=field, exact=True)
        is_long = place.evaluate("node => node.tagName === 'TEXTAREA'")
        place.fill(TEXT if is_long else LINES[0].split(" | ")[0])
        place.press("Control+Enter" if is_long else "Enter")
    page.wait_for_function("location.search.includes('visit=')")
    settled(page)


def own_words(page) -> bool:
    """Whether the odd word of the sentences comes onto the page, in a field or as text."""
    shown = page.locator("[data-testid=stMain]")
    for _ in range(60):
        values = shown.locator("input, textarea").evaluate_all("all => all.map((n) => n.value)")
        if "quaxolotl" in " ".join(values) or shown.get_by_text("quaxolotl").count():
            return True
        page.wait_for_timeout(250)
    return False


def copied(page, with_sentences: bool) -> str:
    toggle = page.get_by_role("switch", name="with my sentences")
    if toggle.is_checked() != with_sentences:
        page.get_by_text("with my sentences").click()
        settled(page)
    if with_sentences:  # the button knows the switch's new state when its note is gone
        page.get_by_text("The link leaves your sentences out.").wait_for(state="hidden")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text(re.compile("Copied.")).wait_for()
    return page.evaluate("navigator.clipboard.readText()")


def check(new_page, case: str) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    give(page, *CASES[case])
    assert own_words(page)
    without = copied(page, False)
    assert "visit=" not in without and "quaxolotl" not in without
    link = copied(page, True)
    assert "visit=" not in link
    other = new_page()
    other.goto(link)
    no_exception_box(other)
    assert own_words(other), case
    for axes in page.get_by_test_id("stBaseButton-segmented_controlActive").all_inner_texts():
        if axes != "A file":
            assert (
                axes
                in other.get_by_test_id("stBaseButton-segmented_controlActive").all_inner_texts()
            ), f"{case}: {axes}"


@pytest.mark.parametrize("case", FEW)
def test_a_link_restores_what_was_seen(new_page, case):
    check(new_page, case)


@pytest.mark.soak
@pytest.mark.parametrize("case", [case for case in CASES if case not in FEW])
def test_a_link_restores_what_was_seen_everywhere(new_page, case):
    check(new_page, case)


@pytest.mark.soak
def test_too_long_sentences_are_offered_as_a_file_that_opens(new_page, tmp_path):
    page = new_page()
    give(page, *CASES["word, pasted"])
    long = page.get_by_role("textbox", name="Sentences", exact=True)
    long.fill(TEXT + "\nThe bank of the river was wide . | river" * 200)
    long.press("Control+Enter")
    page.get_by_text("with my sentences").click()
    page.get_by_text(re.compile("a link holds 6,000: save them as a file")).wait_for()
    assert page.get_by_role("button", name="Copy link").is_disabled()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    saved.value.save_as(tmp_path / "saved.json")
    told = json.loads((tmp_path / "saved.json").read_text(encoding="utf-8"))
    assert told["page"] == "word" and "visit" not in told["parameters"]
    other = new_page()
    other.goto("/")
    settled(other)
    other.get_by_role("button", name="Open a saved file").click()
    other.locator("[data-testid=stPopoverBody] input[type=file]").set_input_files(
        tmp_path / "saved.json"
    )
    other.get_by_role("heading", name="Word in context").wait_for()
    no_exception_box(other)
    assert own_words(other)
