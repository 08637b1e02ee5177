"""Open a page by AppTest and read what it says."""

import json

from streamlit.testing.v1 import AppTest

from elmo.views.encoding import from_json
from elmo.views.exploration import Exploration
from tests.conftest import ROOT


def page_of(name: str, timeout: float = 180) -> AppTest:
    """The page of this name, not run yet."""
    return AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=timeout)


def opened(name: str, timeout: float = 180, **params: str) -> AppTest:
    """The page of this name, run with these parameters in its address; no error is on it."""
    app = page_of(name, timeout)
    for key, value in params.items():
        app.query_params[key] = value
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    """The page, on which there is no error."""
    assert not app.exception and not app.error, [*app.exception, *app.error]
    return app


def words(app: AppTest) -> str:
    """All of the page's text."""
    return "\n".join(element.value for element in app.markdown)


def pictured(app: AppTest) -> Exploration:
    """What the linked pictures of the page hold."""
    return from_json(sent_to_pictures(app)["exploration"])


def sent_to_pictures(app: AppTest) -> dict:
    """All that the page sends to its linked pictures."""
    (found,) = (e for e in app.get("bidi_component") if e.proto.component_name == "explorer")
    return json.loads(found.proto.json)


def said(app: AppTest, compared: str = "the word") -> str:
    """All of the page's text, and what its pictures say of all representations."""
    return "\n".join([words(app), *pictured(app).findings[compared]])
