"""Charts that look alike, can be told apart by the colour-blind, and can be saved.

Colours come with symbols: no meaning is carried by colour alone.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
import plotly
import streamlit as st
from jaxtyping import Float
from plotly.io.json import to_json_plotly
from streamlit.components.v1 import declare_component
from streamlit.components.v2 import component

from elmo.views.numbers import short
from ui.shared import downloads, keys, model
from ui.shared.share import _BUTTONS_CSS, script

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C8C8C", "#F0E442")
"""Okabe and Ito's colours, in the order in which groups get them."""

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "triangle-down", "x")
"""One a group, in the same order."""

LAYER_COLOURS = ("#8C8C8C", "#56B4E9", "#0072B2", "#009E73", "#CC79A7", "#E69F00")
"""Layer 0, 1, 2, …: grey knows no context, the higher the darker."""

MIX_COLOUR = "#D55E00"
"""A mix of layers."""

FAINT = "rgba(128, 128, 128, 0.35)"
"""What is not selected, and lines that only guide the eye; visible on light and dark."""

_TEXT_ON = {"#E69F00": "#1B1B1B", "#CC79A7": "#1B1B1B", "#56B4E9": "#1B1B1B", "#F0E442": "#1B1B1B"}
"""Dark text where white would be faint."""

_PLOTLY = f"component/{declare_component('plotly', path=str(Path(plotly.__file__).parent / 'package_data')).name}/plotly.min.js"
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
    """The colour of the group of this number; they begin again after the last."""
    return COLOURS[index % len(COLOURS)]


def symbol(index: int) -> str:
    """The symbol of the group of this number; no pair of colour and symbol repeats below 56."""
    return SYMBOLS[(index + index // len(COLOURS)) % len(SYMBOLS)]


def text_colour(index: int) -> str:
    """Black or white, whichever can be read on `colour(index)`."""
    return _TEXT_ON.get(colour(index), "white")


def layer_colour(layer: int) -> str:
    """The colour of a layer."""
    return LAYER_COLOURS[layer % len(LAYER_COLOURS)]


class Figure(TypedDict):
    """A Plotly figure as plain dicts: Plotly's own objects take a hundredth of a second to change."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]


def line_at(axis: str, at: float, colour: str, *, dash: str = "solid", width: float = 1) -> dict:
    """A line across the whole chart at a place of its "x" or "y" axis, for a layout's `shapes`."""
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
    lasso: bool = False,
    on_select: Callable[[list[int]], None] | None = None,
    on_cell: Callable[[object], None] | None = None,
) -> None:
    """Draw a figure with the app's theme, a text for those who cannot see it, and ways to save it.

    Args:
        key: unique on the page. The chart of the same key takes a new figure without being built
            anew.
        alt: what the picture shows, in a sentence or two, with its main numbers.
        name: of the file it is saved as, without an ending.
        save: offer PNG, SVG (made by the browser) and HTML below it.
        lasso: several points can be selected at once, by a frame or a lasso.
        on_select: called with the row numbers of the points that were pressed or selected, none
            when the selection was given up, before the page runs again. A point's row stands first
            in its `customdata`; `points` puts it there.
        on_cell: called with the cell of a heat map that was pressed, as the browser tells it.
    """
    caption = caption_of(name)
    layout = {**fig["layout"]}
    layout["margin"] = {"l": 8, "r": 8, "b": 8, "t": 8} | layout.get("margin", {})
    told: dict[str, Any] = {}
    if on_select is not None:
        layout |= {"clickmode": "event+select", "hovermode": "closest"}
        layout.setdefault("dragmode", "pan")
        told["on_rows_change"] = lambda: on_select(rows_of(st.session_state[key].get("rows")))
    if on_cell is not None:
        told["on_cell_change"] = lambda: on_cell(st.session_state[key].get("cell"))
    data = {
        "figure": to_json_plotly({"data": fig["data"], "layout": layout}),
        "alt": alt,
        "name": name,
        "caption": caption,
        "plotly": _PLOTLY,
        "config": downloads.PLOTLY_CONFIG,
        "selects": on_select is not None,
        "lasso": lasso,
    }
    with st.container(key=f"picture-{key}", gap=None):
        _chart(key=key, data=data, **told)
        if save:
            with st.container(horizontal=True, horizontal_alignment="right", gap=None):
                _save_picture(
                    data={"key": f"picture-{key}", "name": name}, key=f"save-{key}", width="content"
                )
                downloads.html(fig, name, caption=caption, key=f"html-{key}")


def caption_of(name: str) -> str:
    """What stands below a saved picture: what it is of, by the name of its file, and the model."""
    chosen = st.session_state.get(keys.MODEL)
    return escape(name.replace("-", " ") + (f" · {model.title(chosen)}" if chosen else ""))


def rows_of(told: object) -> list[int]:
    """Row numbers as the browser told them: it may tell anything."""
    rows = told if isinstance(told, list) else []
    return [row for row in rows if isinstance(row, int) and row >= 0]


def points(
    xy: Float[np.ndarray, "points axes"],
    *,
    groups: Sequence[str | None] | None = None,
    hover: Sequence[str] | None = None,
    text: Sequence[str] | None = None,
    chosen: Sequence[int] = (),
    size: int = 11,
    height: int = 420,
) -> Figure:
    """A map of points, two or three axes, without numbers on the axes as they mean nothing.

    Args:
        groups: one a point; each group has a colour and a symbol, None is grey.
        hover: what is told about a point; "<br>" breaks a line. Not HTML otherwise: it is escaped.
        text: short labels drawn in the points.
        chosen: points to stress; the others turn grey and stay visible.
    """
    xy = np.asarray(xy)
    n = len(xy)
    hover = [escape(h) for h in hover] if hover is not None else [str(i + 1) for i in range(n)]
    groups = list(groups) if groups is not None else [None] * n
    order = list(dict.fromkeys(groups))
    stressed = set(chosen)
    flat = xy.shape[1] == 2
    data = []
    for number, group in enumerate(order):
        rows = [i for i in range(n) if groups[i] == group]
        plain = "#8C8C8C" if group is None else colour(number)
        trace = {
            "type": "scatter" if flat else "scatter3d",
            "mode": "markers+text" if text is not None else "markers",
            "name": "no label" if group is None else escape(group),
            "text": [text[i] for i in rows] if text is not None else None,
            "textfont": {"color": text_colour(number), "size": 10},
            "customdata": [[i] for i in rows],
            "hovertext": [hover[i] for i in rows],
            "hoverinfo": "text",
            "marker": {
                "color": [FAINT if stressed and i not in stressed else plain for i in rows],
                "symbol": symbol(number)
                if flat
                else ("circle", "diamond", "square", "cross", "x")[number % 5],
                "size": size if flat else max(3, size // 2),
                "line": {"width": 1, "color": "rgba(60, 60, 60, 0.55)"},
            },
        }
        if flat:
            trace["unselected"] = {"marker": {"opacity": 0.35}}
        data.append(trace | {axis: xy[rows, d] for d, axis in enumerate("xyz"[: xy.shape[1]])})
    layout: dict[str, Any] = {
        "height": height,
        "showlegend": order != [None],
        "legend": LEGEND_ABOVE,
    }
    bare = {"showticklabels": False, "zeroline": False, "showgrid": True}
    if flat:
        bare |= NUMBERED
        layout |= {"xaxis": bare, "yaxis": bare | {"scaleanchor": "x"}, "dragmode": "pan"}
    else:
        bare |= {"title": {"text": ""}}
        layout["scene"] = dict.fromkeys(("xaxis", "yaxis", "zaxis"), bare)
    return {"data": data, "layout": layout}


NUMBERED = {"automargin": False}
"""An axis of short numbers, which needs no more room than `ROOM`: a chart that measures its labels
to find out is drawn two or three times."""

ROOM = {"l": 62, "b": 48}
"""Margins that hold the numbers and the title of both axes."""

LEGEND_ABOVE = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0}
"""A legend that takes no width, so that it works at 400 pixels."""


COLOUR_BAR = {"orientation": "h", "thickness": 8, "outlinewidth": 0, "yanchor": "bottom"}
"""A thin colour scale above a chart; it wants a title, a length and a place."""


def bar_axis(names: Sequence[str]) -> dict[str, Any]:
    """A y axis for bars at 0, 1, …, each with its name, the first on top."""
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
    """A dot with its interval for each name, the first name on top."""
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
    """Text safe in Plotly's labels, which read some HTML; "<br>" is kept as a line break."""
    plain = str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("&lt;br&gt;", "<br>")
