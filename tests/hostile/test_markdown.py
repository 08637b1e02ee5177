"""A picture in Markdown, given as a word, a sentence, a sense, a model or a search, stays text."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ui.shared.screens import SCREENS

IMAGE = "![i](http://example.invalid/x.png)"
LINES = [
    f"The bank {IMAGE} was closed | {IMAGE}",
    f"We sat on the bank of {IMAGE} | river",
    f"{IMAGE} bank lent money | {IMAGE}",
    "The muddy bank | river",
]
PLACES = {
    "a link's parameters": {"model": IMAGE, "word": IMAGE, "source": "Your own text"},
    "sentences and senses": {
        "word": "bank",
        "source": "Your own text",
        "text": json.dumps(LINES),
    },
    "a word that does not stand in the text": {
        "word": IMAGE,
        "source": "Your own text",
        "text": json.dumps(["The bank was closed."]),
    },
    "one sentence": {"text": json.dumps([f"The bank {IMAGE} was closed"])},
}
_FIELDS = ("body", "label", "help", "caption", "placeholder_text")


def written(app: AppTest) -> Iterator[str]:
    """Every text of the page that the browser reads as Markdown: bodies, labels, options, help."""

    def walk(block: Any) -> Iterator[Any]:
        for child in getattr(block, "children", {}).values():
            yield getattr(child, "proto", None)
            yield from walk(child)

    for proto in walk(app._tree):
        if proto is None or type(proto).__name__ in (
            "Text",
            "Code",
            "Html",
            "TextArea",
            "TextInput",
        ):
            continue
        for name in _FIELDS:
            value = getattr(proto, name, "")
            if isinstance(value, str):
                yield value
        for option in getattr(proto, "options", ()):
            content = getattr(option, "content", "")
            if type(proto).__name__ == "ButtonGroup" and isinstance(content, str):
                yield content


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_picture_stays_text(screen, place):
    if screen.name in ("start", "downstream", "change") and "text" in PLACES[place]:
        pytest.skip("this page reads no sentences from a link")
    app = AppTest.from_file(str(screen.file), default_timeout=120)
    for name, value in PLACES[place].items():
        app.query_params[name] = value
    app.run()
    app.text_input(key="search").set_value(IMAGE).run()
    assert not app.exception
    assert not [text[:200] for text in written(app) if "![" in text]
