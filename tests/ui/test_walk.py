"""From every page to every other in one visit: each opens as it would have by itself."""

import pytest
from streamlit.testing.v1 import AppTest

from ui.shared.screens import PAGES, SCREENS

APP = str(PAGES / "navigation.py")
NAMES = [screen.name for screen in SCREENS]
FAULT = "mistake in the program"


def opened() -> AppTest:
    """The app at Start."""
    app = AppTest.from_file(APP, default_timeout=120).run()
    check(app, "start")
    return app


def go(app: AppTest, name: str) -> None:
    """Open a page, as a press on its name does."""
    app.switch_page(str(PAGES / f"{name}.py")).run()
    check(app, name)


def check(app: AppTest, name: str) -> None:
    """Assert that the page has its heading, shows something, and no fault."""
    assert not app.exception and not [box for box in app.error if FAULT in box.value], name
    titles = [title.value for title in app.title]
    assert len(titles) == 1 and (name == "start" or name in titles[0].replace(" ", "_").lower())
    assert app.main.children, name


def circuit(names: list[str]) -> list[str]:
    """A walk that takes each step from one of the names to another exactly once."""
    left = {(a, b) for a in names for b in names if a != b}
    path, stack = [], [names[0]]
    while stack:
        here = stack[-1]
        steps = [b for a, b in sorted(left) if a == here]
        if steps:
            left.remove((here, steps[0]))
            stack.append(steps[0])
        else:
            path.append(stack.pop())
    return path[::-1]


@pytest.mark.parametrize("part", ["Edit one word", "Two models"])
def test_a_part_of_word_in_context_leaves_the_language_model_as_it_is(part):
    app = opened()
    go(app, "word")
    app.segmented_control(key="word_part").set_value(part).run()
    go(app, "language_model")
    assert app.segmented_control(key="lm_part").value == "predict"
    assert app.text_input(key="lm_sentence").value
    go(app, "word")
    assert app.segmented_control(key="word_part").value in (part, "Uses of a word")


@pytest.mark.soak
def test_every_page_after_every_other():
    path = circuit(NAMES)
    assert len(path) == len(NAMES) * (len(NAMES) - 1) + 1
    app = opened()
    for name in path[1:]:
        go(app, name)
