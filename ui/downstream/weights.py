"""Downstream, the weights of the layers that a task learned, and the button that sends them to Mixing."""

import numpy as np
import pandas as pd
import streamlit as st

from elmo.tasks.ladder.results import Ladder, Learned
from elmo.views.numbers import short
from elmo.views.sentences import plain
from ui.downstream.tasks import TASKS
from ui.shared import charts, keys, page


def show(ladder: Ladder) -> None:
    """Draw the weights that the task learned for the layers, with a button that sends them to Mixing."""
    rows = [row for row in ladder.rows if row.learned is not None]
    if not rows:
        return
    st.subheader("The weights that the task learned", anchor=False)
    labels = [row.label for row in rows]
    chosen = (
        st.segmented_control(
            "Row", labels, default=labels[0], required=True, key="downstream_learned_row"
        )
        if len(rows) > 1
        else labels[0]
    )
    learned = rows[labels.index(chosen)].learned
    assert learned is not None
    fig = weights_figure(learned.normalized, learned.in_folds)
    names = [f"layer {i}: {short(w)}" for i, w in enumerate(learned.normalized)]
    charts.show(
        fig,
        key="downstream_learned_weights_figure",
        alt=f"Normalized weights: {'; '.join(names)}.",
        name="learned-weights",
    )
    page.finding(weights_sentence(learned))
    table = pd.DataFrame(
        {
            "layer": range(len(learned.raw)),
            "raw (before softmax)": learned.raw,
            "normalized (after softmax)": learned.normalized,
            "γ": learned.gamma,
        }
    )
    page.table(table, "learned-weights")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Send these weights to Mixing",
            key="downstream_send_weights",
            icon=":material/change_history:",
        ):
            name = f"{TASKS[ladder.task].title}, {ladder.name}"
            st.session_state[keys.LEARNED_WEIGHTS] = {
                "task": name,
                "weights": learned.normalized,
                "gamma": learned.gamma,
            }
        if keys.LEARNED_WEIGHTS in st.session_state:
            st.caption(f"Sent: {plain(st.session_state[keys.LEARNED_WEIGHTS]['task'])}.")
            page.link("mixing", "Open Mixing")


def weights_sentence(learned: Learned) -> str:
    """The layer with most weight, and the spread of the weights over the training folds."""
    strongest = int(np.argmax(learned.normalized))
    result = (
        "stays the equal mix: these texts do not say which layer is best"
        if np.ptp(learned.normalized) < 0.02
        else f"gives layer {strongest} most weight ({short(learned.normalized[strongest])})"
    )
    spread = np.ptp(np.array(learned.in_folds), axis=0).max() if learned.in_folds else 0.0
    return (
        f"Trained on all texts, the mix {result}. Between the training folds a weight differs by up to "
        f"{short(spread)}, so {'read them as a tendency' if spread > 0.15 else 'they are stable'}."
    )


def weights_figure(normalized: list[float], in_folds: list[list[float]]) -> charts.Figure:
    """A bar for each layer, with a dot for each training fold."""
    n = len(normalized)
    names = [f"Layer {i}" for i in range(n)]
    bars = {
        "type": "bar",
        "x": normalized,
        "y": names,
        "orientation": "h",
        "name": "trained on all texts",
        "showlegend": True,
        "marker": {"color": [charts.layer_colour(i) for i in range(n)]},
    }
    dots = {
        "type": "scatter",
        "x": [w for fold in in_folds for w in fold],
        "y": names * len(in_folds),
        "mode": "markers",
        "name": "in each training fold",
        "marker": {"symbol": "line-ns-open", "size": 14, "color": charts.COLOURS[1]},
    }
    layout = {
        "xaxis": {
            "title": {"text": "normalized weight (dashed: the equal mix)"},
            "range": [0, 1],
        },
        "yaxis": {"autorange": "reversed"},
        "shapes": [charts.line_at("x", 1 / n, charts.FAINT, dash="dash")],
        "height": 110 + 44 * n,
        "legend": charts.LEGEND_ABOVE,
        "margin": {"t": 36},
    }
    return {"data": [bars, dots] if in_folds else [bars], "layout": layout}
