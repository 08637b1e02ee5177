"""The curves and figures of a training, and the sentences about them."""

import math
from typing import Any

import numpy as np
import streamlit as st

from elmo.views.numbers import short, whole
from ui.language_model.figures import BACKWARD, FORWARD
from ui.shared import charts


def figures(
    losses: list[dict[str, Any]], held_out: list[dict[str, Any]], baseline: float | None
) -> None:
    """Show the current figures of the training in a row."""
    last = losses[-1]
    cells: list[tuple[str, str, str | None]] = [
        ("Loss (nats a word)", f"{short(last['loss'])}", None),
        ("Forward perplexity", f"{whole(last['forward_perplexity'])}", None),
        ("Backward perplexity", f"{whole(last['backward_perplexity'])}", None),
        ("Words a second", f"{last['tokens_per_second']:,}", None),
        ("Words read", f"{last['tokens']:,}", None),
    ]
    if held_out:
        both = _both(held_out[-1])
        cells.insert(
            3,
            (
                "Held-out perplexity",
                whole(both),
                "Both directions, on sentences it was not trained on"
                + (f"; word frequencies alone give {whole(baseline)}." if baseline else "."),
            ),
        )
    row = st.container(horizontal=True)
    for label, value, about in cells:
        row.metric(label, value, help=about, width=150)


def curves(
    losses: list[dict[str, Any]], held_out: list[dict[str, Any]], baseline: float | None
) -> charts.Figure:
    """The picture of both directions' perplexity over the number of words read, on a logarithmic axis."""
    training = [
        {
            "type": "scatter",
            "x": [entry["tokens"] for entry in losses],
            "y": [entry[f"{direction}_perplexity"] for entry in losses],
            "name": f"{direction}, training",
            "mode": "lines",
            "line": {"color": colour, "width": 1.5, "dash": dash},
            "hovertemplate": "%{x:,} words read: %{y:,.1f}<extra></extra>",
        }
        for direction, colour, dash in (
            ("forward", FORWARD, "solid"),
            ("backward", BACKWARD, "dot"),
        )
    ]
    kept_back = [
        {
            "type": "scatter",
            "x": [entry["tokens"] for entry in held_out],
            "y": [entry[f"held_out_{direction}_perplexity"] for entry in held_out],
            "name": f"{direction}, held out",
            "mode": "markers+lines",
            "line": {"color": colour, "width": 1},
            "marker": {"symbol": symbol, "size": 9},
            "hovertemplate": "held out, %{x:,} words read: %{y:,.1f}<extra></extra>",
        }
        for direction, colour, symbol in (
            ("forward", FORWARD, "circle"),
            ("backward", BACKWARD, "diamond"),
        )
    ]
    layout: dict[str, Any] = {
        "xaxis": {"title": {"text": "words read"}, "rangemode": "tozero", "zeroline": False},
        "yaxis": {"title": {"text": "perplexity"}, "type": "log", "zeroline": False},
        "height": 380,
        "legend": charts.LEGEND_ABOVE,
        "dragmode": False,
    }
    if baseline:
        layout["shapes"] = [charts.line_at("y", baseline, "#8C8C8C", dash="dash")]
        note = {
            "text": f"word frequencies alone: {whole(baseline)}",
            "font": {"color": "#8C8C8C"},
            "showarrow": False,
            "x": 1,
            "xref": "x domain",
            "xanchor": "right",
            "y": math.log10(baseline),  # a note on a logarithmic axis, not a line, is placed so
            "yref": "y",
            "yanchor": "bottom",
        }
        layout["annotations"] = [note]
    return {"data": training + kept_back, "layout": layout}


def summary(
    losses: list[dict[str, Any]], held_out: list[dict[str, Any]], baseline: float | None
) -> str:
    """Sentences on the current state of the training."""
    first, last = losses[0], losses[-1]
    text = (
        f"After {last['tokens']:,} words ({whole(last['seconds'])} s), training perplexity went from "
        f"{whole(first['forward_perplexity'])} to {whole(last['forward_perplexity'])} forward and from "
        f"{whole(first['backward_perplexity'])} to {whole(last['backward_perplexity'])} backward."
    )
    if not held_out:
        return text
    values = [_both(entry) for entry in held_out]
    best = int(np.argmin(values))
    text += f" On held-out sentences it is {whole(values[-1])} for both directions together"
    if baseline:
        better = "less" if values[-1] < baseline else "not less"
        text += f", {better} than word frequencies alone give ({whole(baseline)})"
    text += "."
    if values[-1] > 1.05 * values[best]:
        text += (
            f" It was {whole(values[best])} after {held_out[best]['tokens']:,} words and has risen "
            "since: the model now fits the training sentences only (overfitting). Stop, or add text."
        )
    return text


def _both(entry: dict[str, Any]) -> float:
    """Perplexity of both directions together: the exponential of their mean loss."""
    return float(
        np.sqrt(entry["held_out_forward_perplexity"] * entry["held_out_backward_perplexity"])
    )
