"""The bench of Mixing: the component with triangle, matrix and map, its data, and the mix that it sends."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from elmo.errors import InputError
from elmo.views import engine_files
from ui.mixing.analysis import Analysis
from ui.mixing.exploration import exploration, presets
from ui.mixing.mix import Mix, from_link, from_message
from ui.shared import keys, scripts
from ui.shared.page import Context

KEY = "mixing_bench"

_component = component(
    "mixing_bench",
    html='<div class="explorer-place"></div>',
    css=engine_files.stylesheet("bench"),
    js=scripts.loader("mixing", engine_files.script("mixing")),
)


def bench(context: Context, analysis: Analysis, learned: Sequence[tuple[str, Mix]]) -> Mix:
    """Draw the bench.

    Args:
        learned: mixes that tasks have learned, each with the task's name.

    Returns:
        The mix on the bench. During a drag it stays; it changes at the drag's end.
    """
    mix = current(analysis)
    key = f"{analysis.key}-{'norm' if mix.layer_norm else 'plain'}"
    _component(
        data={
            "key": key,
            "exploration": exploration(key, mix.layer_norm, analysis, context),
            "start": _start(key, mix),
            "presets": presets(analysis, mix.layer_norm, learned),
        },
        key=KEY,
        on_mix_change=lambda: None,
    )
    st.session_state[keys.MIX_WEIGHTS] = mix.weights
    st.session_state["mixing_set"] = mix
    return mix


def current(analysis: Analysis) -> Mix:
    """The mix that the browser sent last for this word, else the mix of the link or of this visit."""
    message = (st.session_state.get(KEY) or {}).get("mix")
    if message and str(message.get("key", "")).rpartition("-")[0] == analysis.key:
        return from_message(message, analysis)
    before = st.session_state.get("mixing_first")
    if before is None or before[0] != analysis.key:
        before = (analysis.key, _first_mix(analysis))
        st.session_state["mixing_first"] = before
    return before[1]


def _start(key: str, mix: Mix) -> dict[str, Any]:
    """The first state of the bench for a key; equal in each run, so that it is sent once."""
    before = st.session_state.get("mixing_start")
    if before is None or before[0] != key:
        start = {"weights": list(mix.weights), "gamma": mix.gamma}
        before = (key, start | {"layer_norm": mix.layer_norm, "use": mix.use})
        st.session_state["mixing_start"] = before
    return before[1]


def _first_mix(analysis: Analysis) -> Mix:
    """The mix of the link, else the last mix of this visit, else the equal mix."""
    n = analysis.n_layers
    before = st.session_state.get("mixing_set")
    mix = before if before and len(before.weights) == n else Mix((1 / n,) * n)
    params = st.query_params.to_dict()
    if before and len(before.weights) != n:
        params.pop("weights", None)  # from a model with another number of layers
    try:
        return from_link(params, n, len(analysis.uses), mix)
    except InputError as error:
        st.warning(str(error))
        return Mix(mix.weights, mix.gamma, mix.layer_norm)
