"""The address is the link: it always holds what is on the screen, and a button copies it.

Sentences are put into it only when asked, as addresses end up in histories and logs.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from elmo.errors import InputError
from ui.shared import keys
from ui.shared.screens import SCREENS

MAX_TEXT_CHARACTERS = 6_000
"""Of sentences in an address; browsers and proxies cut longer ones."""

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""JSON can hold half of a character (a lone surrogate), which cannot be shown."""

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
    """A script of ui/shared/components."""
    return (_COMPONENTS / f"{name}.js").read_text(encoding="utf-8")


@cache
def stylesheet(name: str) -> str:
    """A style sheet of ui/shared/components."""
    return (_COMPONENTS / f"{name}.css").read_text(encoding="utf-8")


PRIVATE = ("visit", "job")
"""Parts of the address that own a person's files, texts and jobs: never in a copied link."""

OPENED = "share_opened"
"""Key: the sentences of the exploration that was opened last."""

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
    """Copy the address, save what is seen as a file, and open such a file. Once a run, in the sidebar.

    Args:
        lacks: what no link can hold on any page, in words.
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
            "most": MAX_TEXT_CHARACTERS,
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
    """Tell what the page shows of a person's own, which the address does not hold.

    Args:
        sentences: for a link "with my sentences", and for a saved file.
        instead: parameters of the address that such a link and file change, so that the sentences are
            read: those of an upload are pasted text for whoever opens the link.
        lacks: what neither link nor file can hold, in words.
    """
    with st.sidebar:
        _own_data(
            data={"sentences": list(sentences), "instead": dict(instead or {}), "lacks": lacks},
            key="share_offer",
        )


def _open(content: bytes) -> None:
    """Open the page of a saved exploration as it was.

    Raises:
        InputError: it is none.
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
    st.switch_page(str(page.file), query_params=params)


def link(params: Mapping[str, object]) -> None:
    """Keep the address equal to the view: call it on every run, with all that the view depends on.

    Args:
        params: name -> value, for what no widget binds by itself; None takes a name out.
    """
    for name, value in params.items():
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != str(value):
            st.query_params[name] = str(value)


def sentences() -> list[str] | None:
    """The sentences of the address, or of the exploration opened last, or None.

    Raises:
        InputError: they cannot be read.
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
