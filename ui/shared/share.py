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

MAX_TEXT_CHARACTERS = 6_000
"""Of sentences in an address; browsers and proxies cut longer ones."""

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""JSON can hold half of a character (a lone surrogate), which cannot be shown."""

_COMPONENTS = Path(__file__).parent / "components"
_BUTTONS_CSS = """
button { font: inherit; font-size: .875rem; color: var(--st-text-color); cursor: pointer;
  background: transparent; border: 1px solid var(--st-border-color); border-radius: .4rem;
  padding: .3rem .7rem; min-height: 2.25rem; }
button:hover, button:focus-visible { border-color: var(--st-primary-color);
  color: var(--st-primary-color); outline-color: var(--st-primary-color); }
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


_copy_link = component(
    "copy_link",
    html='<button type="button"></button> <span role="status"></span><input hidden readonly aria-label="The address">',
    css=_BUTTONS_CSS,
    js=script("copy_link"),
)


def copy_button() -> None:
    """The button that copies the address, and the choice to put sentences into it."""
    st.toggle(
        "with my sentences",
        key="share_sentences",
        help="Puts the sentences of this page into the address. Whoever has the link can read them.",
    )
    _copy_link(data={"label": "Copy link"}, key="copy_link")


def link(params: Mapping[str, object], sentences: Sequence[str] = ()) -> None:
    """Keep the address equal to the view: call it on every run, with all that the view depends on.

    Args:
        params: name -> value, for what no widget binds by itself; None takes a name out.
        sentences: the person's own; written only when they asked for it.
    """
    for name, value in params.items():
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != str(value):
            st.query_params[name] = str(value)
    if not (sentences and st.session_state.get("share_sentences")):
        st.query_params.pop("text", None)
        return
    text = json.dumps(list(sentences), ensure_ascii=False)
    if len(text) > MAX_TEXT_CHARACTERS:
        st.query_params.pop("text", None)
        raise InputError(
            f"These sentences have {len(text):,} characters; a link holds {MAX_TEXT_CHARACTERS:,}. "
            "Switch off “with my sentences”, and send the sentences as a file."
        )
    st.query_params["text"] = text


def sentences() -> list[str] | None:
    """The sentences in the address, or None.

    Raises:
        InputError: they cannot be read.
    """
    text = st.query_params.get("text")
    if text is None:
        return None
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError("The sentences in this link cannot be read. Ask for the link again.")
    return [_HALF_CHARACTER.sub("\ufffd", value) for value in values]
