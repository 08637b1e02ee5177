"""The Plotly figure of vectors as stripes, for every step of How it works."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from ui.shared import charts

DIVERGING = [
    [0.0, "#00446B"],
    [0.25, "#4F9FCB"],
    [0.5, "#E8E6E1"],
    [0.75, "#E69F00"],
    [1.0, "#7F5300"],
]
"""A colour scale: blue below 0, orange above; the page's text names these colours."""


def barcode(
    rows: Float[np.ndarray, "rows dim"],
    names: Sequence[str],
    *,
    halves: bool = False,
    split: int | None = None,
) -> charts.Figure:
    """Vectors as rows of thin columns, blue below 0 and orange above.

    Args:
        halves: mark the middle, with the names of both halves above.
        split: the column to mark instead of the middle.
    """
    rows = np.asarray(rows)
    reach = float(np.quantile(np.abs(rows), 0.98)) or 1.0
    positions = list(range(len(names)))
    cells = {
        "type": "heatmap",
        "z": rows,
        "y": positions,
        "zmin": -reach,
        "zmax": reach,
        "colorscale": DIVERGING,
        "showscale": False,
        "hovertemplate": "%{y}, number %{x}: %{z:.3f}<extra></extra>",
        "ygap": 2,
    }
    bare = {"showgrid": False, "zeroline": False, "fixedrange": True}
    layout: dict = {
        "xaxis": bare | {"showticklabels": False},
        "yaxis": bare
        | {
            "tickvals": positions,
            "ticktext": [charts.escape(name) for name in names],
            "autorange": "reversed",
        },
        "height": (34 if halves else 16) + 24 * len(names) + 8,
        "margin": {"t": 24 if halves else 4, "b": 4},
    }
    middle = rows.shape[1] / 2 if halves else split
    if middle is not None:
        layout["shapes"] = [
            charts.line_at("x", middle - 0.5, colour, width=width)
            for colour, width in (("#22262E", 3), ("#FDFCFA", 1))
        ]
    if halves:
        layout["annotations"] = [
            above(at, name) for at, name in ((0.25, "forward"), (0.75, "backward"))
        ]
    return {"data": [cells], "layout": layout}


def above(x: float, text: str) -> dict:
    """A text above the picture, for a layout's `annotations`."""
    return {
        "x": x,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
    }
