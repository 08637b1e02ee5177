"""The button that saves the linked pictures as a page, and the view of a saved page."""

from collections.abc import Sequence

import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_EXPLORATION_BYTES, MAX_EXPLORATION_USES
from elmo.usages import Usage
from elmo.views.numbers import whole
from elmo.views.page import page as html_page
from elmo.views.page import read_text
from ui.shared import explorer, model
from ui.uses import first


def save_button(model_name: str, uses: Sequence[Usage], *, word: str, seed: int, key: str) -> None:
    """Draw the button that saves every picture of the uses as one HTML page; the page is made at the press."""
    if not 2 <= len(uses) <= MAX_EXPLORATION_USES:
        return
    elmo = model.elmo(model_name)

    def make() -> bytes:
        from elmo.views.of_model import explore_model

        with model.turn():
            exploration = explore_model(
                uses,
                elmo,
                word=word,
                whole_sentences=True,
                seed=seed,
                reference=first.reference(model_name),
            )
        return html_page(exploration).encode()

    st.download_button(
        "Save this page (HTML)",
        make,
        f"{word}-in-context.html",
        "text/html",
        key=key,
        icon=":material/captive_portal:",
        on_click="ignore",
        help="One file with every layer, mix, map and sentence, linked: it opens in any browser, without "
        "a network and without this app. The file holds your sentences. “A saved page” on Word in context "
        "opens it again.",
    )


def show_saved_page() -> None:
    """Ask for a saved page, and show its pictures."""
    file = st.file_uploader(
        "A page saved here (HTML), or an exploration (JSON)",
        type=["html", "json"],
        key="uses_saved_page",
        max_upload_size=MAX_EXPLORATION_BYTES // 1024**2,
        help="From “Save this page”, `python -m elmo report` or a notebook. Only the numbers and sentences of the "
        "file are read; no script in it runs.",
    )
    if file is None:
        return
    if file.size > MAX_EXPLORATION_BYTES:
        raise InputError(
            f"{file.name} has {whole(file.size / 1024**2)} MB, a saved page has at most "
            f"{MAX_EXPLORATION_BYTES // 1024**2} MB."
        )
    explorer.show(_read(file.getvalue(), file.name), key="uses_explorer")


@st.cache_data(max_entries=4, show_spinner="Reading the page…")
def _read(content: bytes, name: str) -> explorer.EncodedExploration:
    return explorer.EncodedExploration.of(read_text(content, name))
