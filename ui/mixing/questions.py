"""Mixing: the folded questions below the bench; an answer is computed when its question is unfolded."""

from collections.abc import Callable

import streamlit as st

from elmo.views.sentences import plain
from ui.mixing import effects, pack, path, tables, trust
from ui.mixing.analysis import Analysis
from ui.mixing.mix import Mix
from ui.shared.page import Context

Answer = Callable[[Context, Analysis, Mix], None]


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
    for name, (question, answer) in every.items():
        fold = st.expander(question, key=f"mixing_fold_{name}", on_change="rerun")
        if fold.open:
            with fold:
                answer(context, analysis, mix)
