"""Parameters of the address that several pages share, when the page changes: the seed, the model, the word.

Streamlit leaves out of the address of another page each parameter that a widget of the page that is left is bound to,
in order that no value wanders from page to page, and refuses to set such a parameter. A person who goes back, or opens a
saved file, asks for the address as it stands.
"""

from collections.abc import Iterable
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.shared import keys


def restore_parameters() -> None:
    """After Back or Forward, let the page read every parameter of its address; each run calls this first.

    The address is sent to the browser too, as the script of the page that is left may have changed it last. Streamlit
    forgets that it was Back or Forward when a picture answers meanwhile; the seed and the model, which all pages
    have, are read from every address.
    """
    context = get_script_run_ctx()
    if context is None:
        return
    with context.session_state.query_params() as params:
        if context.is_history_navigation:
            params.populate_from_query_string(context.query_string)
        else:
            sent = parse_qs(context.query_string)
            lost = [name for name in (keys.SEED, keys.MODEL) if name in sent and name not in params]
            if not lost:
                return
            for name in lost:
                params.set_with_no_forward_msg(name, sent[name][-1])
        params.set_initial_query_params_from_current()
        params._send_query_param_msg()


def release_parameters(names: Iterable[str]) -> None:
    """Let `st.switch_page` set these parameters of the page that it opens, also those of this page's widgets."""
    context = get_script_run_ctx()
    if context is None:
        return
    with context.session_state.query_params() as params:
        bound = [name for name in names if params.get_binding_for_param(name)]
        for widget in list(params._bindings_by_widget):
            params.unbind_widget(widget)
    for name in bound:
        st.session_state.pop(name, None)  # or the widget of that name would keep its value
