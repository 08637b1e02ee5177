"""The frame around every page: heading, sidebar (search, model, seed, link), errors, findings.

A page is

    context = page.begin("word", "What this page answers.")
    with page.guard():
        ...
"""

import logging
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
    memory,
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
    """The choices of the sidebar, which every page uses.

    Attributes:
        model: the name of the model in use; see `ui.shared.model`.
        seed: the seed of all random numbers.
    """

    model: str
    seed: int


def begin(name: str, intro: str, title: str | None = None) -> Context:
    """Draw the heading and the sidebar.

    Args:
        name: of the screen, as in `ui.shared.screens`.
        intro: one or two sentences: the question that the page answers; "" if the page writes its own.
        title: the heading; the screen's icon and title when None.
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
    """The style sheet of all pages; its accent colour is the theme's colour of links."""
    light, dark = (st.get_option(f"theme.{ground}.linkColor") for ground in ("light", "dark"))
    return f".stApp {{ --accent: light-dark({light}, {dark}); }}" + share.stylesheet("page")


def _share(model_name: str) -> None:
    """Draw the buttons that copy and save the view; show an error of a saved file beside them."""
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
            f"No page, term or example has “{plain(query.strip()[:40])}”. For a word of yours open Word in context."
        )
    with st.container(key="search_hits", gap="xsmall"):
        for hit in hits:
            link(hit.page, hit.title, hit.params)
            if hit.meaning:
                st.caption(hit.meaning)


def link(
    name: str, label: str, params: dict[str, str] | None = None, icon: str | None = None
) -> None:
    """A link to a screen, by its name in `ui.shared.screens`, which opens with these parameters.

    In a test that runs one page alone, Streamlit knows no other pages; then the label is drawn as text.
    """
    try:
        file = str(screens.screen(name).file)
        st.page_link(file, label=label, query_params=params or None, icon=icon)
    except (KeyError, StreamlitPageNotFoundError):
        st.markdown(label)


def _model_choice() -> str:
    """Draw the select box of models, with the model's card, an upload and a download; gives the name."""
    names = model.names()
    if not names:
        st.error("There is no model. Run `make train`, or download one: `python -m elmo download`.")
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
    if asked and asked not in {*names, *map(model.title, names)}:
        st.warning(
            f"The link names the model “{plain(asked[:60])}”, which this server does not have. "
            f"The page uses {plain(model.title(name))}."
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
        files = model.entry(name)
        o = files.options
    except ElmoError as error:
        st.error(plain(error))
        return
    st.markdown(
        f"**{plain(model.title(name))}** · {o.n_layers} LSTM layers in each direction · "
        f"{o.n_representations} vectors a word, {o.representation_dim} numbers each · "
        f"{o.dim} cells · {o.n_filters} character filters · "
        + ("predicts words" if files.softmax_file else "no vocabulary: it does not predict words")
    )
    if files.source:
        st.caption(f"From: {plain(files.source)}")
    if files.kind == "bundled":
        st.markdown(files.card or "This model has no card.")
    else:  # as plain text: Markdown of unknown origin could load pictures from another server
        st.text(files.card or "This model has no card.")


@contextmanager
def guard() -> Iterator[None]:
    """Show an error once, in plain words, and stop the page.

    Any error but an `ElmoError` is a mistake in the program. The log gets its place in the code without its
    message, which may hold a person's text.
    """
    memory.keep_modules_out_of_collection()
    try:
        yield
    except ElmoError as error:
        st.error(plain(error))
        st.stop()
    except Exception as error:
        _log.error(logs.mistake(error))
        st.error(
            "A mistake in the program, not your input, made this part of the page fail. The server's log names "
            "the place. Other pages still work."
        )
        st.stop()


def finding(markdown: str) -> None:
    """The sentence below a picture: what its numbers say."""
    with st.container(key=f"finding-{abs(hash(markdown)) % 10**8}"):
        st.markdown(markdown)


def table(
    df: pd.DataFrame | Callable[[], pd.DataFrame],
    name: str,
    label: str = "The numbers behind this picture",
    key: str | None = None,
) -> None:
    """The table of a picture's numbers, folded, with a download.

    The table is made only while it is unfolded; unfolding runs the page, or its fragment, again.

    Args:
        df: the table, or a function that makes the table.
    """
    key = key or f"table-{name}"
    fold = st.expander(label, key=f"folded-{key}", on_change="rerun")
    if not fold.open:
        return
    rows = df() if callable(df) else df
    with fold:
        st.dataframe(rows, hide_index=True)
        downloads.table(rows, name, key=key)
