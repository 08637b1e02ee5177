"""The figures of the Layers page: a small map a layer, and the large map."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from ui.shared import charts

WEBGL_FROM = 800
"""Points from which the browser draws by WebGL, and small maps tell nothing on hover."""

GLIDE_MS = 250
"""For how long the dots of the large map move to where they are in another layer."""

NUMBERS_UP_TO = 40
"""Points up to which each has its number in it."""

SCALE = "Cividis"
_SYMBOLS_3D = ("circle", "diamond", "square", "cross", "x")


@dataclass(frozen=True)
class Colouring:
    """How points are told apart.

    Attributes:
        title: what the colours mean.
        groups: one a point; a group has its colour and shape. None is "no label".
        values: numbers for a colour scale instead of a colour a group; the groups then are their
            thirds and have the shapes.
        limits: of the scale.
    """

    title: str
    groups: list[str | None]
    values: Float[np.ndarray, " points"] | None = None
    limits: tuple[float, float] | None = None

    @cached_property
    def order(self) -> list[str | None]:
        """The groups in the order of their colours; "no label" and "others" last."""
        names = list(dict.fromkeys(self.groups))
        if self.values is not None:
            return [name for name in THIRDS if name in names]
        return [n for n in names if n not in (None, OTHERS)] + [
            n for n in (OTHERS, None) if n in names
        ]


OTHERS = "other words"
THIRD_COLOURS = ("#123570", "#7F7C75", "#E1CC55")
THIRDS = ("lowest third", "middle third", "highest third")


def group_colour(colouring: Colouring, number: int) -> str:
    """The colour of a group; those on a scale get the scale's at their third."""
    if colouring.values is not None:
        return THIRD_COLOURS[THIRDS.index(colouring.order[number] or THIRDS[0])]
    return "#8C8C8C" if colouring.order[number] in (None, OTHERS) else charts.colour(number)


def thirds(values: Float[np.ndarray, " points"]) -> list[str | None]:
    """In which third each value lies, by rank."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return [THIRDS[min(2, int(3 * rank / len(values)))] for rank in ranks]


def reach(pictures: Sequence[Float[np.ndarray, "points axes"]]) -> float:
    """Half the width of a frame that holds all pictures."""
    furthest = max((np.abs(points).max() for points in pictures if len(points)), default=0)
    return 1.12 * float(furthest) or 1.0


def small_map(
    xy: Float[np.ndarray, "points axes"],
    colouring: Colouring,
    hover: Sequence[str],
    selected: Sequence[int],
    extent: float,
    note: str | None,
) -> charts.Figure:
    """A map without words, for a row of them."""
    n = len(xy)
    fig = _map(
        xy, colouring, hover if n < WEBGL_FROM else None, selected, extent, size=_size(n, 11, 3)
    )
    fig["layout"] |= {
        "annotations": _note(note, 12),
        "height": 250,
        "showlegend": False,
        "margin": {"t": 4, "b": 4, "l": 4, "r": 4},
    }
    return fig


def large_map(
    xy: Float[np.ndarray, "points axes"],
    colouring: Colouring,
    hover: Sequence[str],
    selected: Sequence[int],
    extent: float,
    before: Float[np.ndarray, "points axes"] | None = None,
    movers: Sequence[int] = (),
    note: str | None = None,
) -> charts.Figure:
    """The map of one layer, with lines from where the furthest movers were in the layer before."""
    n = len(xy)
    numbered = [str(i + 1) for i in range(n)] if n <= NUMBERS_UP_TO and xy.shape[1] == 2 else None
    fig = _map(
        xy,
        colouring,
        hover,
        selected,
        extent,
        size=_size(n, 20 if numbered else 12, 5),
        text=numbered,
        before=before,
        movers=movers,
    )
    fig["layout"] |= {
        "annotations": _note(note, 13),
        "height": 520,
        "legend": {**charts.LEGEND_ABOVE, "itemsizing": "constant"},
        "showlegend": len(colouring.order) > 1 or colouring.order != [None],
    }
    if n < WEBGL_FROM and xy.shape[1] == 2:
        fig["layout"]["transition"] = {"duration": GLIDE_MS, "easing": "cubic-in-out"}
    if colouring.values is not None:
        fig["layout"]["coloraxis"]["showscale"] = True
    return fig


def _note(text: str | None, size: int) -> list[dict]:
    """A line at the bottom of a map."""
    if not text:
        return []
    place = {"x": 0.5, "y": 0.02, "xref": "paper", "yref": "paper", "yanchor": "bottom"}
    return [place | {"text": charts.escape(text), "showarrow": False, "font": {"size": size}}]


def _size(n: int, large: int, small: int) -> int:
    return large if n <= 60 else max(small, int(large * (60 / n) ** 0.35))


def _map(
    xy, colouring, hover, selected, extent, *, size, text=None, before=None, movers=()
) -> charts.Figure:
    flat = xy.shape[1] == 2
    gl = len(xy) >= WEBGL_FROM
    data: list[dict] = []
    chosen = set(selected)
    if before is not None:
        data.append(_lines(xy, before, movers))
    place_of = {group: number for number, group in enumerate(colouring.order)}
    groups = np.array([place_of[group] for group in colouring.groups])
    behind = sorted(enumerate(place_of), key=lambda item: item[1] not in (OTHERS, None))
    for number, group in behind:
        rows = np.flatnonzero(groups == number)
        place = {
            axis: xy[rows, d].astype(np.float32) for d, axis in enumerate("xyz"[: xy.shape[1]])
        }
        scaled = colouring.values is not None
        plain = group_colour(colouring, number)
        colours = colouring.values[rows] if scaled else plain
        marker = {
            "size": size if flat else max(3, size // 2),
            "symbol": charts.symbol(number) if flat else _SYMBOLS_3D[number % 5],
            "line": {"width": 1 if len(xy) < WEBGL_FROM else 0, "color": "rgba(60, 60, 60, .5)"},
            "opacity": 0.9 if len(xy) < WEBGL_FROM else 0.3 if group == OTHERS else 0.75,
        }
        if scaled:
            marker |= {"color": colours, "coloraxis": "coloraxis"}
        elif flat or not chosen:
            marker["color"] = plain
        else:
            marker["color"] = [plain if i in chosen else charts.FAINT for i in rows]
        options: dict = {}
        if flat:
            grey = {"marker": {"color": "#8C8C8C", "opacity": 0.28}}
            options = {"unselected": grey, "selected": {"marker": {"opacity": 1}}}
            if text is not None:
                options["unselected"] = grey | {"textfont": {"color": "rgba(140,140,140,.6)"}}
            if chosen:
                options["selectedpoints"] = [place for place, i in enumerate(rows) if i in chosen]
        data.append(
            {
                "type": ("scattergl" if gl else "scatter") if flat else "scatter3d",
                "legendrank": number + 1,
                "mode": "markers+text" if text is not None else "markers",
                "name": "no label" if group is None else charts.escape(group),
                "text": [text[i] for i in rows] if text is not None else None,
                "textfont": {"size": 10, "color": charts.text_colour(number)}
                if text is not None and not scaled
                else {"size": 10},
                "customdata": rows.astype(np.int32),
                "ids": [str(i) for i in rows] if not gl else None,
                "hovertext": [charts.escape(hover[i]) for i in rows] if hover is not None else None,
                "hoverinfo": "text" if hover is not None else "skip",
                "marker": marker,
            }
            | place
            | options
        )
    layout = _axes(flat, extent)
    if colouring.values is not None:
        low, high = colouring.limits or (
            float(colouring.values.min()),
            float(colouring.values.max()),
        )
        layout["coloraxis"] = {
            "colorscale": SCALE,
            "cmin": low,
            "cmax": high,
            "showscale": False,
            "colorbar": charts.COLOUR_BAR
            | {
                "title": {"text": charts.escape(colouring.title), "side": "top"},
                "len": 0.4,
                "x": 1,
                "xanchor": "right",
                "y": 1.0,
            },
        }
    layout["dragmode"] = "lasso" if flat else "orbit"
    return {"data": data, "layout": layout}


def _lines(xy, before, movers) -> dict:
    """Lines from before to now; the trace is always there, so that the dots can glide."""
    places: dict[str, list[float | None]] = {axis: [] for axis in "xyz"[: xy.shape[1]]}
    for i in movers:
        for axis, start, end in zip(places, before[i].tolist(), xy[i].tolist(), strict=True):
            places[axis] += [start, end, None]
    return {
        "type": "scatter" if xy.shape[1] == 2 else "scatter3d",
        **places,
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
        "line": {"width": 2, "color": "rgba(140, 140, 140, .8)", "dash": "dot"},
    }


def _axes(flat: bool, extent: float) -> dict:
    bare = {"showticklabels": False, "zeroline": False, "range": [-extent, extent]}
    if flat:
        bare |= charts.NUMBERED | {"showgrid": False}
        return {
            "xaxis": bare,
            "yaxis": bare | {"scaleanchor": "x"},
            "plot_bgcolor": "rgba(128, 128, 128, .07)",
        }
    axis = bare | {"title": {"text": ""}, "showgrid": True}
    axes = dict.fromkeys(("xaxis", "yaxis", "zaxis"), axis)
    return {"scene": axes | {"aspectmode": "cube"}}
