"""Downstream, the learning curve: how well the rows do when they are trained on fewer texts."""

import numpy as np
import pandas as pd
import streamlit as st

from elmo.tasks.ladder.results import Ladder, LadderRow
from elmo.views.numbers import percent
from ui.shared import charts, page


def show(ladder: Ladder) -> None:
    """Ask for rows, and draw their figures against the number of training texts."""
    st.subheader("With fewer labels", anchor=False)
    names = [row.label for row in ladder.rows if row.name != "majority"]
    best = ladder.best()
    usual = ["TF-IDF", "Static vectors", "Layer 0", best.label if best else ""]
    chosen = st.multiselect(
        "Rows to compare",
        names,
        default=[name for name in dict.fromkeys(usual) if name in names],
        key=f"downstream_curve_rows_{ladder.task}_{ladder.name}",
    )
    rows = [row for row in ladder.rows if row.label in chosen]
    if not rows:
        st.info("Choose at least one row.")
        return
    charts.show(
        curve_figure(rows, ladder.measure),
        key="downstream_learning_curve",
        alt=f"Learning curves: {ladder.measure} against the number of training texts for {', '.join(chosen)}.",
        name=f"{ladder.name}-learning-curve",
    )
    page.finding(curve_sentence(rows))
    lines = [
        {"representation": row.label, "training texts": p.n_training, ladder.measure: p.measure.value,
         "low": p.measure.low, "high": p.measure.high}
        for row in rows for p in row.curve
    ]  # fmt: skip
    page.table(pd.DataFrame(lines), f"{ladder.name}-learning-curve", key="downstream-table-curve")


def curve_figure(rows: list[LadderRow], measure: str) -> charts.Figure:
    """A line for each row over the number of training texts, with intervals."""
    data: list[dict] = []
    for number, row in enumerate(rows):
        low, value, high = 100 * np.transpose(
            [[p.measure.low, p.measure.value, p.measure.high] for p in row.curve]
        )
        data.append(
            {
                "type": "scatter",
                "x": [p.n_training for p in row.curve],
                "y": value,
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": high - value,
                    "arrayminus": value - low,
                    "thickness": 1,
                    "width": 4,
                },
                "mode": "lines+markers",
                "name": row.label,
                "line": {"color": charts.colour(number)},
                "marker": {"symbol": charts.symbol(number), "size": 9},
            }
        )
    layout = {
        "xaxis": {"title": {"text": "training texts"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": f"{measure}, %"}, "rangemode": "tozero"},
        "height": 400,
        "legend": charts.LEGEND_ABOVE,
        "margin": {"t": 40},
    }
    return {"data": data, "layout": layout}


def curve_sentence(rows: list[LadderRow]) -> str:
    """The best of these rows with the fewest training texts, and its figure with all of them."""
    best = max(rows, key=lambda row: row.curve[0].measure.value)
    point, last = best.curve[0], best.curve[-1]
    return (
        f"With {point.n_training} training texts {best.label} has the highest figure of these: {percent(point.measure.value, 1)} "
        f"({percent(point.measure.low, 1)} to {percent(point.measure.high, 1)}); with {last.n_training} it reaches {percent(last.measure.value, 1)}."
    )
