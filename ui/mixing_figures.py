"""The Plotly figures of the Mixing page."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from elmo.explore.separation import Path
from ui import charts

HERE = {
    "symbol": "circle-open",
    "size": 15,
    "color": charts.MIX_COLOUR,
    "line": {"width": 3},
}
"""How the mix that is set is marked in a chart."""


def path_figure(found: Path, first: int, second: int, here: float | None) -> go.Figure:
    """Separation along an edge with its band.

    Args:
        here: the weight of the second layer in the mix that is set, where it is on this edge.
    """
    x = found.share
    data = [
        go.Scatter(
            x=[*x, *x[::-1]],
            y=[*found.high, *found.low[::-1]],
            fill="toself",
            mode="lines",
            line={"width": 0},
            fillcolor="rgba(0, 114, 178, 0.2)",
            hoverinfo="skip",
            name="95 % band",
        ),
        go.Scatter(
            x=x,
            y=found.auc,
            mode="lines+markers",
            name="pair AUC",
            line={"color": charts.COLOURS[0]},
            marker={"size": 6},
            hovertemplate="weight %{x:.2f}: pair AUC %{y:.3f}<extra></extra>",
        ),
    ]
    if here is not None:
        data.append(
            go.Scatter(
                x=[here],
                y=[float(np.interp(here, x, found.auc))],
                mode="markers",
                name="the mix set above",
                marker=HERE,
            )
        )
    across = {"x0": 0, "x1": 1, "xref": "x domain", "y0": 0.5, "y1": 0.5}
    title = f"weight of layer {second} (layer {first} has the rest)"
    return go.Figure(
        data,
        {
            "xaxis": charts.NUMBERED | {"title": {"text": title}, "range": [-0.02, 1.02]},
            "yaxis": charts.NUMBERED | {"title": {"text": "pair AUC"}},
            "margin": charts.ROOM,
            "shapes": [across | {"type": "line", "line": {"dash": "dot", "color": "#8C8C8C"}}],
            "height": 340,
            "legend": charts.LEGEND_ABOVE,
        },
    )


def gamma_figure(rows: pd.DataFrame, column: str, gamma: float) -> go.Figure:
    """One measure against γ, with the γ that is set marked."""
    here = float(np.interp(np.log(gamma), np.log(rows["γ"]), rows[column]))
    if column == "mean length":
        here = gamma * float((rows[column] / rows["γ"]).iloc[0])
    y_axis = {"title": {"text": column}, "type": "log"}
    if column != "mean length":
        low = min(0.0, float(rows[column].to_numpy().min()))
        y_axis = {"title": {"text": column}, "range": [low, 1]}
    return go.Figure(
        [
            go.Scatter(
                x=rows["γ"],
                y=rows[column],
                mode="lines+markers",
                line={"color": charts.COLOURS[0]},
                marker={"size": 6},
                hovertemplate="γ %{x:.2f}: %{y:.4g}<extra></extra>",
            ),
            go.Scatter(x=[gamma], y=[here], mode="markers", hoverinfo="skip", marker=HERE),
        ],
        {
            "xaxis": charts.NUMBERED | {"type": "log", "title": {"text": "γ"}},
            "yaxis": charts.NUMBERED | y_axis,
            "margin": charts.ROOM,
            "height": 280,
            "showlegend": False,
        },
    )


def shares_figure(names: list[str], weights: np.ndarray, shares: list[np.ndarray]) -> go.Figure:
    """Weight of each layer, and its share of the vector without and with layer norm."""
    bars = [
        go.Bar(
            x=names,
            y=values,
            name=label,
            marker={"color": colour, "pattern": {"shape": pattern}},
            hovertemplate="%{x}: %{y:.2f}<extra>" + label + "</extra>",
        )
        for label, values, colour, pattern in (
            ("weight", weights, charts.COLOURS[6], ""),
            ("share as it is", shares[0], charts.COLOURS[0], "/"),
            ("share after layer norm", shares[1], charts.COLOURS[1], "x"),
        )
    ]
    return go.Figure(
        bars,
        {
            "xaxis": charts.NUMBERED,
            "yaxis": charts.NUMBERED | {"title": {"text": "share of the mixed vector"}},
            "margin": charts.ROOM,
            "height": 340,
            "legend": charts.LEGEND_ABOVE,
        },
    )


def pairs_figure(pairs: pd.DataFrame, x: str, y: str) -> go.Figure:
    """A dot a pair with its cosine in two ways, and the line where both are equal."""
    data = []
    for number, kind in enumerate(pairs["pair"].unique()):
        rows = pairs[pairs["pair"] == kind]
        data.append(
            (go.Scatter if len(rows) < 2500 else go.Scattergl)(
                x=rows[x],
                y=rows[y],
                mode="markers",
                name=kind,
                marker={
                    "size": 6,
                    "color": charts.COLOURS[(2, 3)[number % 2]],
                    "opacity": 0.7,
                    "symbol": ("circle", "diamond-open")[number % 2],
                },
                customdata=np.asarray(rows[["first", "second"]]),
                hovertemplate="uses %{customdata[0]} and %{customdata[1]}: %{x:.3f} → %{y:.3f}"
                "<extra></extra>",
            )
        )
    low = float(np.nanmin(np.asarray(pairs[[x, y]])))
    data.append(
        go.Scatter(
            x=[low, 1],
            y=[low, 1],
            mode="lines",
            line={"color": "#8C8C8C", "dash": "dot", "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    return go.Figure(
        data,
        {
            "xaxis": charts.NUMBERED | {"title": {"text": f"cosine {x}"}},
            "yaxis": charts.NUMBERED | {"title": {"text": f"cosine {y}"}},
            "margin": charts.ROOM,
            "height": 340,
            "legend": charts.LEGEND_ABOVE,
        },
    )
