"""Links and saved files: the address always holds the state of the page, and a button copies the address.

Sentences are added only on request, since addresses are written into histories and logs.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from elmo.errors import InputError
from ui.shared import history, keys
from ui.shared.screens import SCREENS

_MAX_LINK_CHARACTERS = 6_000
"""The most characters of sentences in an address; browsers and proxies cut longer addresses."""

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""Lone surrogates: JSON can hold these halves of a character, and no text can."""

_UNREADABLE = "The sentences in this link cannot be read. Ask for the link again."
_COMPONENTS = Path(__file__).parent / "components"
_BUTTONS_CSS = """
button { font: inherit; font-size: .875rem; color: var(--st-text-color); cursor: pointer;
  background: transparent; border: 1px solid var(--st-border-color); border-radius: .4rem;
  padding: .3rem .7rem; min-height: 2.25rem; }
button:hover, button:focus-visible { border-color: var(--st-link-color);
  color: var(--st-link-color); outline-color: var(--st-link-color); }
.row { display: flex; flex-wrap: wrap; gap: .4rem; margin-bottom: .3rem; }
.plain button { border: 0; padding: .2rem .45rem; min-height: 1.75rem; opacity: .8;
  text-decoration: underline; text-underline-offset: .2em; text-decoration-thickness: 1px; }
input { width: 100%; margin-top: .4rem; box-sizing: border-box; }
span { font-size: .875rem; color: var(--st-text-color); }
"""


@cache
def script(name: str) -> str:
    """The text of a script in ui/shared/components."""
    return (_COMPONENTS / f"{name}.js").read_text(encoding="utf-8")


@cache
def stylesheet(name: str) -> str:
    """The text of a style sheet in ui/shared/components."""
    return (_COMPONENTS / f"{name}.css").read_text(encoding="utf-8")


PRIVATE = ("visit", "job")
"""Parameters that give access to a person's files, texts and jobs; a copied link never has them."""

OPENED = "share_opened"
"""Key in st.session_state: the sentences of the saved file that was opened last."""

_KIND = "ELMo Explorer exploration"
_MAX_FILE_BYTES = 5 * 1024**2

_copy_link = component(
    "copy_link",
    html='<div class="row"><button type="button" class="copy">Copy link</button>'
    '<button type="button" class="save">Save as a file</button></div>'
    '<span role="status"></span><input hidden readonly aria-label="The address">',
    css=_BUTTONS_CSS,
    js=script("copy_link"),
)
_own_data = component("share_offer", html="", js=script("share_offer"))


def buttons(lacks: str = "") -> None:
    """Draw the buttons that copy the address, save the view as a file and open such a file; once a run.

    Args:
        lacks: a thing that no link can hold, on any page, as words for the screen.
    """
    wanted = st.toggle(
        "with my sentences",
        key="share_sentences",
        help="Puts the sentences of this page into the link. Whoever has the link can read them.",
    )
    _copy_link(
        data={
            "wanted": wanted,
            "drop": PRIVATE,
            "most": _MAX_LINK_CHARACTERS,
            "kind": _KIND,
            "lacks": lacks,
        },
        key="copy_link",
    )
    with st.popover("Open a saved file", type="tertiary"):
        st.markdown("An exploration that was saved with “Save as a file”.")
        file = st.file_uploader("Exploration", type=["json"], key="share_file", max_upload_size=5)
    if file is not None and st.session_state.get("share_file_seen") != file.file_id:
        st.session_state["share_file_seen"] = file.file_id
        _open(file.getvalue())


def offer(
    sentences: Sequence[str] = (), *, instead: Mapping[str, str] | None = None, lacks: str = ""
) -> None:
    """Give the buttons the person's sentences on this page, which the address does not hold.

    Args:
        sentences: go into a link "with my sentences", and into a saved file.
        instead: parameters that such a link or file changes, so that the sentences are read: the sentences
            of an upload become pasted text.
        lacks: a thing on this page that neither link nor file can hold, as words for the screen.
    """
    with st.sidebar:
        _own_data(
            data={"sentences": list(sentences), "instead": dict(instead or {}), "lacks": lacks},
            key="share_offer",
        )


def _open(content: bytes) -> None:
    """Open the page of a saved exploration with its parameters and sentences.

    Raises:
        InputError: the file is no saved exploration.
    """
    try:
        if len(content) > _MAX_FILE_BYTES:
            raise ValueError
        saved = json.loads(content)
        if saved["kind"] != _KIND:
            raise ValueError
        page = {screen.address: screen for screen in SCREENS}[saved["page"]]
        params = {str(k): str(v) for k, v in dict(saved["parameters"]).items() if k not in PRIVATE}
        own = _check_sentences(saved["sentences"])
    except (ValueError, KeyError, TypeError, RecursionError, InputError):
        raise InputError(
            "This file is no exploration saved with “Save as a file”; choose another."
        ) from None
    for key in keys.TYPED:
        if key not in keys.JOBS and key != keys.OWN_MODELS:
            st.session_state.pop(key, None)
    st.session_state[OPENED] = own
    history.release_parameters(params)
    st.switch_page(str(page.file), query_params=params)


def link(params: Mapping[str, object]) -> None:
    """Write parameters into the address; each run writes all parameters that no widget writes by itself.

    Args:
        params: name -> value; None removes a parameter.
    """
    for name, value in params.items():
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != str(value):
            st.query_params[name] = str(value)


def sentences() -> list[str] | None:
    """The sentences of the address, else of the saved file that was opened last, else None.

    Raises:
        InputError: the sentences cannot be read.
    """
    text = st.query_params.get("text")
    if text is None:
        return st.session_state.get(OPENED) or None
    try:
        return _check_sentences(json.loads(text))
    except (ValueError, RecursionError):
        raise InputError(_UNREADABLE) from None


def _check_sentences(values: object) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError(_UNREADABLE)
    return [_HALF_CHARACTER.sub("\ufffd", value) for value in values]
