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
    fig = go.Figure(
        [
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
    )
    if here is not None:
        fig.add_trace(
            go.Scatter(
                x=[here],
                y=[float(np.interp(here, x, found.auc))],
                mode="markers",
                name="the mix set above",
                marker=HERE,
            )
        )
    fig.add_hline(y=0.5, line={"dash": "dot", "color": "#8C8C8C"})
    fig.update_xaxes(
        title=f"weight of layer {second} (layer {first} has the rest)", range=[-0.02, 1.02]
    )
    fig.update_yaxes(title="pair AUC")
    fig.update_layout(height=340, legend=charts.LEGEND_ABOVE)
    return fig


def gamma_figure(rows: pd.DataFrame, column: str, gamma: float) -> go.Figure:
    """One measure against γ, with the γ that is set marked."""
    here = float(np.interp(np.log(gamma), np.log(rows["γ"]), rows[column]))
    if column == "mean length":
        here = gamma * float((rows[column] / rows["γ"]).iloc[0])
    fig = go.Figure(
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
        ]
    )
    fig.update_xaxes(type="log", title="γ")
    if column == "mean length":
        fig.update_yaxes(title=column, type="log")
    else:
        fig.update_yaxes(title=column, range=[min(0.0, float(rows[column].to_numpy().min())), 1])
    fig.update_layout(height=280, showlegend=False)
    return fig


def shares_figure(names: list[str], weights: np.ndarray, shares: list[np.ndarray]) -> go.Figure:
    """Weight of each layer, and its share of the vector without and with layer norm."""
    fig = go.Figure()
    for label, values, colour, pattern in (
        ("weight", weights, charts.COLOURS[6], ""),
        ("share as it is", shares[0], charts.COLOURS[0], "/"),
        ("share after layer norm", shares[1], charts.COLOURS[1], "x"),
    ):
        fig.add_trace(
            go.Bar(
                x=names,
                y=values,
                name=label,
                marker={"color": colour, "pattern": {"shape": pattern}},
                hovertemplate="%{x}: %{y:.2f}<extra>" + label + "</extra>",
            )
        )
    fig.update_yaxes(title="share of the mixed vector")
    fig.update_layout(height=340, legend=charts.LEGEND_ABOVE)
    return fig


def pairs_figure(pairs: pd.DataFrame, x: str, y: str) -> go.Figure:
    """A dot a pair with its cosine in two ways, and the line where both are equal."""
    fig = go.Figure()
    for number, kind in enumerate(pairs["pair"].unique()):
        rows = pairs[pairs["pair"] == kind]
        fig.add_trace(
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
                customdata=rows[["first", "second"]],
                hovertemplate="uses %{customdata[0]} and %{customdata[1]}: %{x:.3f} → %{y:.3f}"
                "<extra></extra>",
            )
        )
    low = float(np.nanmin(np.asarray(pairs[[x, y]])))
    fig.add_trace(
        go.Scatter(
            x=[low, 1],
            y=[low, 1],
            mode="lines",
            line={"color": "#8C8C8C", "dash": "dot", "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    fig.update_xaxes(title=f"cosine {x}")
    fig.update_yaxes(title=f"cosine {y}")
    fig.update_layout(height=340, legend=charts.LEGEND_ABOVE)
    return fig
