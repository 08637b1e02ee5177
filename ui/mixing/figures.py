"""The Plotly figures of the Mixing page."""

import numpy as np
import pandas as pd

from elmo.explore.separation import Path
from ui.shared import charts

HERE = {
    "symbol": "circle-open",
    "size": 15,
    "color": charts.MIX_COLOUR,
    "line": {"width": 3},
}
"""The mark of the bench's mix in a chart."""


def path_figure(edge: Path, first: int, second: int, here: float | None) -> charts.Figure:
    """The pair AUC along an edge of the triangle, with its band.

    Args:
        here: the weight of the second layer in the bench's mix; None if the mix is not on this edge.
    """
    x = edge.share
    band = {
        "type": "scatter",
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([edge.high, edge.low[::-1]]),
        "fill": "toself",
        "mode": "lines",
        "line": {"width": 0},
        "fillcolor": "rgba(0, 114, 178, 0.2)",
        "hoverinfo": "skip",
        "name": "95 % band",
    }
    curve = {
        "type": "scatter",
        "x": x,
        "y": edge.auc,
        "mode": "lines+markers",
        "name": "pair AUC",
        "line": {"color": charts.COLOURS[0]},
        "marker": {"size": 6},
        "hovertemplate": "weight %{x:.2f}: pair AUC %{y:.3f}<extra></extra>",
    }
    data = [band, curve]
    if here is not None:
        mark = {
            "type": "scatter",
            "x": [here],
            "y": [float(np.interp(here, x, edge.auc))],
            "mode": "markers",
            "name": "the mix above",
            "marker": HERE,
        }
        data.append(mark)
    title = f"weight of layer {second} (layer {first} has the rest)"
    layout = {
        "xaxis": charts.NUMBERED | {"title": {"text": title}, "range": [-0.02, 1.02]},
        "yaxis": charts.NUMBERED | {"title": {"text": "pair AUC"}},
        "margin": charts.ROOM,
        "shapes": [charts.line_at("y", 0.5, "#8C8C8C", dash="dot", width=2)],
        "height": 340,
        "legend": charts.LEGEND_ABOVE,
    }
    return {"data": data, "layout": layout}


def gamma_figure(rows: pd.DataFrame, column: str, gamma: float) -> charts.Figure:
    """One measure for each γ; the bench's γ is marked."""
    x, y = rows["γ"].to_numpy(), rows[column].to_numpy()
    if column == "mean length":
        here = gamma * float(y[0] / x[0])
        y_axis = {"title": {"text": column}, "type": "log"}
    else:
        here = float(np.interp(np.log(gamma), np.log(x), y))
        y_axis = {"title": {"text": column}, "range": [min(0.0, float(y.min())), 1]}
    curve = {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines+markers",
        "line": {"color": charts.COLOURS[0]},
        "marker": {"size": 6},
        "hovertemplate": "γ %{x:.2f}: %{y:.4g}<extra></extra>",
    }
    mark = {
        "type": "scatter",
        "x": [gamma],
        "y": [here],
        "mode": "markers",
        "hoverinfo": "skip",
        "marker": HERE,
    }
    layout = {
        "xaxis": charts.NUMBERED | {"type": "log", "title": {"text": "γ"}},
        "yaxis": charts.NUMBERED | y_axis,
        "margin": charts.ROOM,
        "height": 280,
        "showlegend": False,
    }
    return {"data": [curve, mark], "layout": layout}


def shares_figure(names: list[str], weights: np.ndarray, shares: list[np.ndarray]) -> charts.Figure:
    """The weight of each layer, and its share of the mixed vector without and with layer norm."""
    bars = [
        {
            "type": "bar",
            "x": names,
            "y": values,
            "name": label,
            "marker": {"color": colour, "pattern": {"shape": pattern}},
            "hovertemplate": "%{x}: %{y:.2f}<extra>" + label + "</extra>",
        }
        for label, values, colour, pattern in (
            ("weight", weights, charts.COLOURS[6], ""),
            ("share without layer norm", shares[0], charts.COLOURS[0], "/"),
            ("share with layer norm", shares[1], charts.COLOURS[1], "x"),
        )
    ]
    layout = {
        "xaxis": charts.NUMBERED,
        "yaxis": charts.NUMBERED | {"title": {"text": "share of the mixed vector"}},
        "margin": charts.ROOM,
        "height": 340,
        "legend": charts.LEGEND_ABOVE,
    }
    return {"data": bars, "layout": layout}


def pairs_figure(pairs: pd.DataFrame, x: str, y: str) -> charts.Figure:
    """A dot for each pair, at its two cosines, and the line on which both are equal."""
    kinds, across, up = pairs["pair"].to_numpy(), pairs[x].to_numpy(), pairs[y].to_numpy()
    uses = np.column_stack([pairs["first"], pairs["second"]])
    data: list[dict] = []
    for number, kind in enumerate(dict.fromkeys(kinds)):
        rows = kinds == kind
        data.append(
            {
                "type": "scatter" if rows.sum() < 2500 else "scattergl",
                "x": across[rows],
                "y": up[rows],
                "mode": "markers",
                "name": kind,
                "marker": {
                    "size": 6,
                    "color": charts.COLOURS[(2, 3)[number % 2]],
                    "opacity": 0.7,
                    "symbol": ("circle", "diamond-open")[number % 2],
                },
                "customdata": uses[rows],
                "hovertemplate": "uses %{customdata[0]} and %{customdata[1]}: %{x:.3f} → %{y:.3f}"
                "<extra></extra>",
            }
        )
    low = float(np.nanmin([across, up]))
    data.append(
        {
            "type": "scatter",
            "x": [low, 1],
            "y": [low, 1],
            "mode": "lines",
            "line": {"color": "#8C8C8C", "dash": "dot", "width": 1},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    )
    layout = {
        "xaxis": charts.NUMBERED | {"title": {"text": f"cosine {x}"}},
        "yaxis": charts.NUMBERED | {"title": {"text": f"cosine {y}"}},
        "margin": charts.ROOM,
        "height": 340,
        "legend": charts.LEGEND_ABOVE,
    }
    return {"data": data, "layout": layout}
