"""The statistics of the Layers page: how much the vectors of a layer depend on the sentence."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from elmo.explore.statistics import Statistic
from elmo.views.numbers import short
from ui.layers import data as layers_data
from ui.layers import words
from ui.layers.data import Layers
from ui.layers.source import Source
from ui.shared import charts, page


def statistics_table(model_name: str, source: Source, layers: Layers, seed: int) -> None:
    """The three statistics of Ethayarajh 2019, each beside what random words have."""
    st.subheader("How contextual is each layer?", anchor=False)
    st.markdown(
        "Vectors of any two words are alike to some degree, so each figure stands beside that of "
        "random words of the example sentences (the dotted line). Bars are 95 % bootstrap intervals."
    )
    found = layers_data.figures(model_name, source, layers, seed)
    charts_of = (
        (
            "Self-similarity",
            found.self_similarity,
            "Mean cosine of a word's uses with each other. 1: the sentence changes nothing.",
        ),
        (
            "Intra-sentence similarity",
            found.intra_sentence,
            "Mean cosine of a sentence's words with their mean. High: the words of a sentence are drawn together.",
        ),
        (
            "Maximum explainable variance",
            found.explainable,
            "How much of a word's variance one fixed vector could stand for, at most.",
        ),
    )
    rows = []
    for column, (title, row, meaning) in zip(st.columns(3), charts_of, strict=True):
        with column:
            st.markdown(f"**{title}**", help=meaning)
            if not any(row):
                st.caption("No word stands three times or more in this text.")
                continue
            charts.show(
                chart(row),
                key=f"layers-{title}",
                save=False,
                alt=f"{title} by layer: "
                + "; ".join(
                    f"layer {i} {short(s.value)}, random words {short(s.baseline)}"
                    for i, s in enumerate(row)
                    if s
                ),
                name=title.replace(" ", "-").lower(),
            )
            st.caption(meaning)
            rows += words.statistic_rows(title, row)
    page.finding(words.statistics_finding(found, source.whole_text))
    page.table(pd.DataFrame(rows), f"{source.title}-statistics")


def chart(row: Sequence[Statistic | None]) -> charts.Figure:
    """A statistic by layer: dots with intervals, and a dash for what random words have."""
    known = [(layer, s) for layer, s in enumerate(row) if s is not None]
    layers = [layer for layer, _ in known]
    values = [s.value for _, s in known]
    random = {
        "type": "scatter",
        "x": layers,
        "y": [s.baseline for _, s in known],
        "mode": "lines+markers",
        "name": "random words",
        "line": {"dash": "dot", "color": "#8C8C8C", "width": 1.5},
        "marker": {"symbol": "line-ew-open", "size": 16, "color": "#8C8C8C", "line": {"width": 2}},
        "hovertext": [f"layer {layer}: random words {short(s.baseline, 3)}" for layer, s in known],
        "hoverinfo": "text",
    }
    here = {
        "type": "scatter",
        "x": layers,
        "y": values,
        "mode": "lines+markers",
        "name": "here",
        "line": {"color": charts.COLOURS[0], "width": 1.5},
        "marker": {
            "size": 10,
            "color": [charts.layer_colour(layer) for layer in layers],
            "line": {"width": 1, "color": "rgba(60,60,60,.5)"},
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, s.high - s.value) for _, s in known],
            "arrayminus": [max(0.0, s.value - s.low) for _, s in known],
            "thickness": 1.5,
            "width": 6,
            "color": "#8C8C8C",
        },
        "hovertext": [
            f"layer {layer}: {short(s.value, 3)} ({short(s.low, 3)} to {short(s.high, 3)}), n = {s.n}"
            for layer, s in known
        ],
        "hoverinfo": "text",
    }
    low = min(0.0, *values) if values else 0.0
    layout = {
        "xaxis": {
            "title": {"text": "layer"},
            "tickvals": layers,
            "range": [-0.4, max(layers, default=0) + 0.4],
            "zeroline": False,
        },
        "yaxis": {"range": [low - 0.03, 1.05], "zeroline": False},
        "height": 280,
        "legend": charts.LEGEND_ABOVE,
        "dragmode": False,
    }
    return {"data": [random, here], "layout": layout}
