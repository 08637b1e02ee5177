"""Mixing: the folded questions below the bench; an answer is computed when its question is unfolded."""

from collections.abc import Callable

import streamlit as st

from elmo.views.sentences import plain
from ui.mixing import effects, pack, path, tables, trust
from ui.mixing.analysis import Analysis
from ui.mixing.mix import Mix
from ui.shared.page import Context

Answer = Callable[[Context, Analysis, Mix], None]


_ANSWERED = "mixing_answered"
"""Key: the mix that the answers are of; what no open answer depends on is left out."""


def begin() -> None:
    """Note that the page runs from its beginning, so that no answer is behind."""
    st.session_state[_ANSWERED] = None


def is_behind(mix: Mix) -> bool:
    """Whether an answer on the screen is of another mix."""
    answered = st.session_state.get(_ANSWERED)
    return answered is not None and answered != _part(mix, answered[1] is not None)


def _part(mix: Mix, of_weights: bool) -> tuple[bool, Mix | None]:
    """What the answers depend on: layer norm always, the weights where an answer of them is open."""
    return mix.layer_norm, mix if of_weights else None


def folds(context: Context, analysis: Analysis, mix: Mix) -> None:
    """Draw a fold for each question."""
    every: dict[str, tuple[str, Answer]] = {
        "trust": (
            f"Which weights separate “{plain(analysis.word)}” best, would you trust them, and are "
            "other representations better?",
            lambda c, a, m: trust.trust(a, m, c),
        ),
        "path": (
            "How does the separation change from one layer to another?",
            lambda c, a, m: path.path(a, m, c.seed),
        ),
        "gamma": ("What does γ do?", lambda c, a, m: effects.gamma(a, m)),
        "norm": ("What does layer norm do?", lambda c, a, m: effects.layer_norm(a, m)),
        "concatenation": (
            "Is it better to add the layers, or to put them side by side?",
            lambda c, a, m: effects.concatenation(a, m, c.seed),
        ),
        "tables": ("The numbers behind the bench", lambda c, a, m: tables.tables(a, m)),
        "save": ("Save the mixed vectors", pack.save),
    }
    is_open = False
    for name, (question, answer) in every.items():
        fold = st.expander(question, key=f"mixing_fold_{name}", on_change="rerun")
        if fold.open:
            is_open = is_open or name != "trust"
            with fold:
                answer(context, analysis, mix)
    st.session_state[_ANSWERED] = _part(mix, is_open)
