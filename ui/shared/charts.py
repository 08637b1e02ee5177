"""Plotly charts with one look, colours for the colour-blind, and buttons to save them.

Each colour has a symbol beside it: no chart shows a group by its colour alone.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
import plotly
import streamlit as st
from jaxtyping import Float
from plotly.io.json import to_json_plotly
from streamlit.components.v2 import component

from elmo.views.numbers import short
from ui.shared import downloads, keys, model, scripts
from ui.shared.share import _BUTTONS_CSS, script

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C", "#F0E442")
"""Okabe and Ito's colours; group number i has colour i."""

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "triangle-down", "x")
"""Plotly's names of symbols; group number i has symbol i."""

LAYER_COLOURS = ("#8C8C8C", "#56B4E9", "#0072B2", "#009E73", "#CC79A7", "#E69F00")
"""Colours of layers 0, 1, 2, …; layer 0, which does not read the sentence, is grey."""

MIX_COLOUR = "#D55E00"
"""The colour of a mix of layers."""

FAINT = "rgba(128, 128, 128, 0.35)"
"""The colour of unselected dots and of reference lines; it can be seen on light and dark ground."""

_PLOTLY = scripts.address(
    "plotly",
    plotly.__version__,
    (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes,
)
"""Where this server gives out the script that the package plotly brings along."""

_chart = component(
    "chart",
    html='<div role="figure" class="chart-place"><div class="chart"></div></div>',
    css="""
.chart-place { width: 100%; background: var(--st-background-color); }
""",
    js=script("chart"),
    isolate_styles=False,
)
_save_picture = component(
    "save_picture",
    html='<div class="plain"><button type="button" data-format="png">PNG</button>'
    '<button type="button" data-format="svg">SVG</button> <span role="status"></span></div>',
    css=_BUTTONS_CSS,
    js=script("save_picture"),
)


def colour(index: int) -> str:
    """The colour of a group by its number; after the last colour comes the first again."""
    return COLOURS[index % len(COLOURS)]


def symbol(index: int) -> str:
    """The symbol of a group by its number; 56 groups have different pairs of colour and symbol."""
    return SYMBOLS[(index + index // len(COLOURS)) % len(SYMBOLS)]


def layer_colour(layer: int) -> str:
    """The colour of a layer."""
    return LAYER_COLOURS[layer % len(LAYER_COLOURS)]


class Figure(TypedDict):
    """A Plotly figure as plain dicts; each change of Plotly's own objects takes about .01 s."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]


def line_at(axis: str, at: float, colour: str, *, dash: str = "solid", width: float = 1) -> dict:
    """A line across the whole chart at a value of the "x" or "y" axis, for a layout's `shapes`."""
    other = "y" if axis == "x" else "x"
    return {
        "type": "line",
        f"{axis}0": at,
        f"{axis}1": at,
        f"{axis}ref": axis,
        f"{other}0": 0,
        f"{other}1": 1,
        f"{other}ref": f"{other} domain",
        "line": {"color": colour, "dash": dash, "width": width},
    }


def show(
    fig: Figure,
    *,
    key: str,
    alt: str,
    name: str,
    save: bool = True,
    on_select: Callable[[list[int]], None] | None = None,
    on_cell: Callable[[object], None] | None = None,
) -> None:
    """Draw a figure with the app's theme, a description for screen readers, and buttons to save it.

    Args:
        key: unique on the page; a new figure with the same key changes the chart in place.
        alt: a sentence or two that describe the picture, with its main numbers.
        name: name of the saved file, without its ending.
        save: draw the buttons PNG, SVG (both made by the browser) and HTML below the chart.
        on_select: called before the page runs again, with the row numbers of the points that were pressed
            or selected, and with [] when the selection was removed. The first value of a point's
            `customdata` is its row number.
        on_cell: called with the pressed cell of a heat map, as the browser sent it.
    """
    caption = caption_of(name)
    layout = {**fig["layout"]}
    layout["margin"] = {"l": 8, "r": 8, "b": 8, "t": 8} | layout.get("margin", {})
    callbacks: dict[str, Any] = {}
    if on_select is not None:
        layout |= {"clickmode": "event+select", "hovermode": "closest"}
        layout.setdefault("dragmode", "pan")
        callbacks["on_rows_change"] = lambda: on_select(rows_of(st.session_state[key].get("rows")))
    if on_cell is not None:
        callbacks["on_cell_change"] = lambda: on_cell(st.session_state[key].get("cell"))
    data = {
        "figure": to_json_plotly({"data": fig["data"], "layout": layout}),
        "alt": alt,
        "name": name,
        "caption": caption,
        "plotly": _PLOTLY,
        "config": downloads.PLOTLY_CONFIG,
        "selects": on_select is not None,
    }
    with st.container(key=f"picture-{key}", gap=None):
        _chart(key=key, data=data, **callbacks)
        if save:
            with st.container(horizontal=True, horizontal_alignment="right", gap=None):
                _save_picture(
                    data={"key": f"picture-{key}", "name": name}, key=f"save-{key}", width="content"
                )
                downloads.html(fig, name, caption=caption, key=f"html-{key}")


def caption_of(name: str) -> str:
    """The line below a saved picture: the words of the file's name, and the model."""
    chosen = st.session_state.get(keys.MODEL)
    return escape(name.replace("-", " ") + (f" · {model.title(chosen)}" if chosen else ""))


def rows_of(sent: object) -> list[int]:
    """The row numbers in a value from the browser, which is not trusted; all else in it is dropped."""
    rows = sent if isinstance(sent, list) else []
    return [row for row in rows if isinstance(row, int) and row >= 0]


def point_map(
    xy: Float[np.ndarray, "points 2"], hover: Sequence[str], *, height: int = 420
) -> Figure:
    """A map of points. Its axes have no numbers, since only the distances between points mean something.

    Args:
        hover: the text of each point's tool tip; "<br>" breaks a line, other markup is escaped.
    """
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": xy[:, 0],
        "y": xy[:, 1],
        "hovertext": [escape(text) for text in hover],
        "hoverinfo": "text",
        "marker": {
            "color": COLOURS[0],
            "size": 11,
            "line": {"width": 1, "color": "rgba(60, 60, 60, 0.55)"},
        },
    }
    bare = NUMBERED | {"showticklabels": False, "zeroline": False, "showgrid": True}
    layout = {
        "height": height,
        "showlegend": False,
        "xaxis": bare,
        "yaxis": bare | {"scaleanchor": "x"},
        "dragmode": "pan",
    }
    return {"data": [dots], "layout": layout}


NUMBERED = {"automargin": False}
"""An axis of short numbers, for which the margins `ROOM` are enough. With "automargin" Plotly measures the
labels and draws the chart two or three times."""

ROOM = {"l": 62, "b": 48}
"""Margins, in pixels, with room for the numbers and titles of both axes."""

LEGEND_ABOVE = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0}
"""A legend above the chart; it takes no width, so that the chart fits a screen of 400 pixels."""


COLOUR_BAR = {"orientation": "h", "thickness": 8, "outlinewidth": 0, "yanchor": "bottom"}
"""A thin colour scale above a chart; the chart adds the title, the length and the place."""


def bar_axis(names: Sequence[str]) -> dict[str, Any]:
    """A y axis for horizontal bars at 0, 1, …: the bars' names, the first on top."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [escape(name) for name in names],
        "range": [len(names) - 0.4, -0.6],
        "showgrid": False,
    }


def intervals(
    names: Sequence[str],
    low: Sequence[float],
    middle: Sequence[float],
    high: Sequence[float],
    *,
    title: str,
    colours: Sequence[str] | None = None,
    limits: tuple[float, float] | None = None,
    height: int | None = None,
) -> Figure:
    """A row for each name, the first on top: a dot at the figure and a bar over its interval."""
    lows, middles, highs = (np.asarray(v, float) for v in (low, middle, high))
    dots = {
        "type": "scatter",
        "x": middles,
        "y": [escape(name) for name in names],
        "mode": "markers",
        "marker": {"size": 10, "color": list(colours) if colours else COLOURS[0]},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": highs - middles,
            "arrayminus": middles - lows,
            "thickness": 1.5,
            "width": 5,
            "color": "#8C8C8C",
        },
        "hovertext": [
            f"{escape(n)}: {short(m, 3)} ({short(a, 3)} to {short(b, 3)})"
            for n, m, a, b in zip(names, middles, lows, highs, strict=True)
        ],
        "hoverinfo": "text",
    }
    layout = {
        "xaxis": {"title": {"text": title}, "range": limits, "zeroline": False},
        "yaxis": {"autorange": "reversed", "showgrid": False},
        "height": height or 70 + 38 * len(names),
        "showlegend": False,
    }
    return {"data": [dots], "layout": layout}


def escape(text: str) -> str:
    """Text with its markup escaped, for Plotly's labels, which read some HTML; "<br>" stays a line break."""
    plain = str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("&lt;br&gt;", "<br>")
