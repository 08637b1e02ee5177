"""Open a page by AppTest and read what it says."""

from streamlit.testing.v1 import AppTest

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
