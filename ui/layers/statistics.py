"""The statistics of the Layers page: the dependence of a layer's vectors on the sentence."""

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
    """Show the three statistics of Ethayarajh 2019, each with its baseline of random words."""
    st.subheader("How contextual is each layer?", anchor=False)
    st.markdown(
        "The vectors of any two words are similar to some degree, so the dotted line shows each figure for "
        "random words of the example sentences. Bars are 95 % bootstrap intervals."
    )
    figures = layers_data.figures(model_name, source, layers, seed)
    charts_of = (
        (
            "Self-similarity",
            figures.self_similarity,
            "The mean cosine of a word's uses with each other. 1 means that the sentence has no effect.",
        ),
        (
            "Intra-sentence similarity",
            figures.intra_sentence,
            "The mean cosine of a sentence's words with their mean. A high value means that the words of a sentence have similar vectors.",
        ),
        (
            "Maximum explainable variance",
            figures.explainable,
            "The largest share of the variance of a word's vectors that one fixed vector can explain.",
        ),
    )
    rows = []
    for column, (title, row, meaning) in zip(st.columns(3), charts_of, strict=True):
        with column:
            st.markdown(f"**{title}**", help=meaning)
            if not any(row):
                st.caption("No word occurs three times or more in this text.")
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
    page.finding(words.statistics_finding(figures, source.whole_text))
    page.table(pd.DataFrame(rows), f"{source.title}-statistics")


def chart(row: Sequence[Statistic | None]) -> charts.Figure:
    """A statistic by layer: dots with intervals, and dashes for random words."""
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
