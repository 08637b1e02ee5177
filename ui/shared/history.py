"""Parameters of the address that several pages share, when the page changes: the seed, the model, the word.

Streamlit leaves out of the address of another page each parameter that a widget of the page that is left is bound to,
in order that no value wanders from page to page, and refuses to set such a parameter. A person who goes back, or opens a
saved file, asks for the address as it stands.
"""

from collections.abc import Iterable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def restore_parameters() -> None:
    """After Back or Forward, let the page read every parameter of its address; each run calls this first.

    The address is sent to the browser too, as the script of the page that is left may have changed it last.
    """
    context = get_script_run_ctx()
    if context is not None and context.is_history_navigation:
        with context.session_state.query_params() as params:
            params.populate_from_query_string(context.query_string)
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
