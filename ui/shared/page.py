"""The frame around every page: heading, sidebar (search, model, seed, link), errors, findings.

A page is

    context = page.begin("word", "What this page answers.")
    with page.guard():
        ...
"""

import gc
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pandas as pd
import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from elmo import logs
from elmo.errors import ElmoError
from elmo.views.sentences import plain
from ui.shared import (
    callbacks,
    downloads,
    keys,
    model,
    model_download,
    model_upload,
    progress,
    screens,
    search,
    share,
    visit,
)

_log = logging.getLogger(__name__)

DEFAULT_SEED = 13


@dataclass(frozen=True)
class Context:
    """What every page needs to know.

    Attributes:
        model: the name of the model in use; see `ui.shared.model`.
        seed: for everything that is drawn at random.
    """

    model: str
    seed: int


def begin(name: str, intro: str, title: str | None = None) -> Context:
    """Draw the heading and the sidebar.

    Args:
        name: of the screen, as in `ui.shared.screens`.
        intro: one or two sentences: the question that the page answers; "" where the page says it.
        title: the heading, where it is not the screen's title with its icon.
    """
    visit.begin()
    shown = screens.screen(name)
    st.html(f"<style>{_style()}</style>")
    with st.sidebar:
        _search_box()
        model_name = _model_choice()
        seed = st.number_input(
            "Seed",
            min_value=0,
            max_value=2**31 - 1,
            value=DEFAULT_SEED,
            step=1,
            key=keys.SEED,
            bind="query-params",
            help="The same seed gives the same picture again: it starts the layouts of the maps, "
            "the bootstrap samples and everything else that is drawn at random.",
        )
        _share(model_name)
    with st.container(key="page-heading", gap=None):
        st.title(title or f"{shown.symbol} {shown.title}", anchor=False)
        if intro:
            st.markdown(intro)
    if message := callbacks.take_message():
        st.error(plain(message))
    progress.check_not_stopped()
    return Context(model_name, int(seed))


@cache
def _style() -> str:
    """The style sheet of all pages; it takes the colour of its accents from the theme's links."""
    light, dark = (st.get_option(f"theme.{ground}.linkColor") for ground in ("light", "dark"))
    return f".stApp {{ --accent: light-dark({light}, {dark}); }}" + share.stylesheet("page")


def _share(model_name: str) -> None:
    """The buttons that copy and save what is seen; a file that cannot be opened is told there."""
    try:
        is_own = model_name.startswith(model.OWN) or model.entry(model_name).kind == "uploaded"
        share.buttons(lacks="the model that you gave" if is_own else "")
    except ElmoError as error:
        st.error(plain(error))


def _search_box() -> None:
    query = st.text_input(
        "Search",
        key="search",
        type="search",
        placeholder="A word, a page, a term",
        live=True,
        help="Finds pages, terms and example sentences. Enter opens the first.",
    )
    if not query.strip():
        return
    hits = search.find(query)
    if not hits:
        st.caption(
            f"Nothing has “{plain(query.strip()[:40])}”. Your own word? Open Word in context."
        )
    with st.container(key="search_hits", gap="xsmall"):
        for hit in hits:
            link(hit.page, hit.title, hit.params)
            if hit.meaning:
                st.caption(hit.meaning)


def link(
    name: str, label: str, params: dict[str, str] | None = None, icon: str | None = None
) -> None:
    """A link to a screen, by its name in `ui.shared.screens`, opened with these parameters.

    In a test that runs one page alone, Streamlit knows no other pages; there the label is shown.
    """
    try:
        file = str(screens.screen(name).file)
        st.page_link(file, label=label, query_params=params or None, icon=icon)
    except (KeyError, StreamlitPageNotFoundError):
        st.markdown(label)


def _model_choice() -> str:
    """The select box of models with a line about the chosen one, its card, and an upload."""
    names = model.names()
    if not names:
        st.error("No model is here. Run `make train`, or download one: `python -m elmo download`.")
        st.stop()
    asked = st.query_params.get("model")
    name = st.selectbox(
        "Model",
        names,
        format_func=model.title,
        key=keys.MODEL,
        bind="query-params",
        help="All pages use this model.",
    )
    if asked and asked not in (name, model.title(name)):
        st.warning(
            f"The link asks for the model “{plain(asked[:60])}”, which is not here. "
            f"This is {plain(model.title(name))}."
        )
    with st.container(horizontal=True, gap="small"):
        with st.popover("About it", type="tertiary"):
            _card(name)
        with st.popover("Add a model", type="tertiary"):
            upload, official = st.tabs(["Upload", "Official models"])
            with upload:
                model_upload.form()
            with official:
                model_download.form()
    return name


def _card(name: str) -> None:
    try:
        found = model.entry(name)
        o = found.options
    except ElmoError as error:
        st.error(plain(error))
        return
    st.markdown(
        f"**{plain(model.title(name))}** · {o.n_layers} LSTM layers in each direction · "
        f"{o.n_representations} vectors a word, {o.representation_dim} numbers each · "
        f"{o.dim} cells · {o.n_filters} character filters · "
        + ("predicts words" if found.softmax_file else "no vocabulary: it does not predict words")
    )
    if found.source:
        st.caption(f"From: {plain(found.source)}")
    if found.kind == "bundled":
        st.markdown(found.card or "This model came without a card.")
    else:  # a stranger's Markdown could load pictures from elsewhere
        st.text(found.card or "This model came without a card.")


@contextmanager
def guard() -> Iterator[None]:
    """Show an error once, in plain words, and stop the page there.

    What is not an `ElmoError` is a mistake of ours: it is logged by its place in the code, without
    its message, which might hold what a person typed.
    """
    _keep_modules_out_of_collection()
    try:
        yield
    except ElmoError as error:
        st.error(plain(error))
        st.stop()
    except Exception as error:
        _log.error(logs.mistake(error))
        st.error(
            "This part of the page failed, through a mistake in the program and not in your input. "
            "The place is in the server's log. Other pages still work."
        )
        st.stop()


_n_modules = 0


def _keep_modules_out_of_collection() -> None:
    """Streamlit collects garbage after every run, which took 0.2 s of each with all that torch and
    pandas brought. What imports brought is no garbage: it is set aside whenever there were new ones.
    """
    global _n_modules
    if len(sys.modules) > _n_modules:
        gc.freeze()
        _n_modules = len(sys.modules) + 20


def finding(markdown: str) -> None:
    """The sentence under a picture that says what it shows, computed from its numbers."""
    with st.container(key=f"finding-{abs(hash(markdown)) % 10**8}"):
        st.markdown(markdown)


def table(
    df: pd.DataFrame | Callable[[], pd.DataFrame],
    name: str,
    label: str = "The numbers behind this picture",
    key: str | None = None,
) -> None:
    """The table behind a picture, folded, with a download.

    It is made only while it is unfolded, which runs the page again, or the fragment that it is in.

    Args:
        df: the table, or a function that makes it.
    """
    key = key or f"table-{name}"
    fold = st.expander(label, key=f"folded-{key}", on_change="rerun")
    if not fold.open:
        return
    rows = df() if callable(df) else df
    with fold:
        st.dataframe(rows, hide_index=True)
        downloads.table(rows, name, key=key)
