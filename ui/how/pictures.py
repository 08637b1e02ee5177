"""The Plotly figures of How it works, from the values of `elmo.model.trace`."""

from collections.abc import Sequence
from html import escape

import numpy as np
from jaxtyping import Float

from elmo.views.numbers import short
from ui.shared import charts

DIVERGING = [
    [0.0, "#00446B"],
    [0.25, "#4F9FCB"],
    [0.5, "#E8E6E1"],
    [0.75, "#E69F00"],
    [1.0, "#7F5300"],
]
"""A colour scale: blue below 0, orange above; the page's text names these colours."""


def characters_html(characters: Sequence[str], ids: Sequence[int], n_used: int) -> str:
    """The characters of a word with their ids, as a row of small boxes."""
    boxes = [
        f"<li><b>{escape(label)}</b><i>{number}</i></li>"
        for label, number in zip(characters[: n_used + 2], ids[: n_used + 2], strict=True)
    ]
    rest = len(ids) - n_used - 2
    if rest > 0:
        boxes.append(f"<li class=more>… {rest} more</li>")
    return f"<style>{_CHARACTERS_CSS}</style><ol class=characters>{''.join(boxes)}</ol>"


_CHARACTERS_CSS = """
.characters { display: flex; flex-wrap: wrap; gap: .3rem; list-style: none; margin: 0 !important; padding: 0 !important; }
.characters li { border: 1px solid rgba(128,128,128,.4); border-radius: .35rem; margin: 0 !important;
  min-width: 2.6rem; padding: .25rem .35rem; text-align: center; }
.characters b, .characters i { display: block; font-style: normal; }
.characters b { font-size: 1.1rem; font-weight: 600; }
.characters i { font-size: .78rem; opacity: .7; font-variant-numeric: tabular-nums; }
.characters .more { border: 0; align-self: center; opacity: .7; font-size: .85rem; }
"""


def filters(
    rows: Sequence[tuple[int, int, float, int]], characters: Sequence[str]
) -> charts.Figure:
    """The strongest filters, and the letters at which each has its largest value.

    Args:
        rows: (width, number of the filter, value, place), the first on top.
    """
    widths = sorted({width for width, *_ in rows})
    top = max((value for _, _, value, _ in rows), default=1.0) or 1.0
    last = max((place + width for width, _, _, place in rows), default=1)
    bars = {
        "type": "bar",
        "y": [f"width {width}, no. {number}" for width, number, *_ in rows],
        "x": [width for width, *_ in rows],
        "base": [place - 0.5 for *_, place in rows],
        "orientation": "h",
        "marker": {
            "color": [charts.colour(widths.index(width)) for width, *_ in rows],
            "opacity": [0.3 + 0.7 * max(0.0, value) / top for _, _, value, _ in rows],
        },
        "text": [short(value) for _, _, value, _ in rows],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "hovertext": [
            f"“{charts.escape(''.join(characters[place : place + width]))}” gives {short(value, 3)}"
            for width, _, value, place in rows
        ],
        "hoverinfo": "text",
    }
    layout = {
        "xaxis": {
            "tickvals": list(range(last)),
            "ticktext": [charts.escape(c) for c in characters[:last]],
            "range": [-0.6, last - 0.4],
            "side": "top",
            "tickfont": {"size": 14},
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {"autorange": "reversed", "showgrid": False, "fixedrange": True},
        "height": 60 + 20 * len(rows),
        "showlegend": False,
        "bargap": 0.25,
    }
    return {"data": [bars], "layout": layout}


def gates_histogram(gates: Sequence[Float[np.ndarray, " filters"]]) -> charts.Figure:
    """A histogram of the gates of each highway layer."""
    edges = np.linspace(0, 1, 21)
    data = [
        {
            "type": "bar",
            "x": (edges[:-1] + edges[1:]) / 2,
            "y": np.histogram(values, edges)[0],
            "name": f"highway layer {number}",
            "marker": {"color": charts.colour(number - 1)},
            "hovertemplate": "gate about %{x:.2f}: %{y} filters<extra></extra>",
        }
        for number, values in enumerate(gates, 1)
    ]
    layout = {
        "xaxis": {
            "title": {"text": "gate: 0 keeps the value, 1 replaces it"},
            "range": [0, 1],
            "fixedrange": True,
        },
        "yaxis": {"title": {"text": "filters"}, "fixedrange": True},
        "height": 240,
        "showlegend": len(gates) > 1,
        "legend": charts.LEGEND_ABOVE,
        "bargap": 0.05,
    }
    return {"data": data, "layout": layout}


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
            _above(at, name) for at, name in ((0.25, "forward"), (0.75, "backward"))
        ]
    return {"data": [cells], "layout": layout}


def guesses(sides: Sequence[tuple[str, Sequence[tuple[str, float]], str, float]]) -> charts.Figure:
    """The most probable words of each direction, and the sentence's own word.

    Args:
        sides: (direction, its most probable words with probabilities, the sentence's word, its probability).
    """
    data: list[dict] = []
    notes: list[dict] = []
    layout: dict = {
        "annotations": notes,
        "height": 240,
        "showlegend": False,
        "margin": {"t": 28},
    }
    gap = 0.22
    wide = (1 - gap * (len(sides) - 1)) / len(sides)
    for column, (side, best, word, probability) in enumerate(sides):
        shown = list(best) if word in dict(best) else [*best, (word, probability)]
        start = column * (wide + gap)
        number = str(column + 1) if column else ""
        x, y = f"x{number}", f"y{number}"
        data.append(
            {
                "type": "bar",
                "xaxis": x,
                "yaxis": y,
                "x": [p for _, p in shown],
                "y": list(range(len(shown))),
                "orientation": "h",
                "marker": {"color": [charts.COLOURS[int(w == word)] for w, _ in shown]},
                "text": [short(p, 3) if p >= 0.001 else short(p, 6) for _, p in shown],
                "textposition": "auto",
                "hovertext": [f"{charts.escape(w)}: {short(p, 5)}" for w, p in shown],
                "hoverinfo": "text",
            }
        )
        layout[f"xaxis{number}"] = {
            "anchor": y,
            "domain": [start, start + wide],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        }
        layout[f"yaxis{number}"] = {
            "anchor": x,
            "domain": [0, 1],
            "tickvals": list(range(len(shown))),
            "ticktext": [
                f"<b>{charts.escape(w)}</b>" if w == word else charts.escape(w) for w, _ in shown
            ],
            "autorange": "reversed",
            "fixedrange": True,
        }
        notes.append(_above(start + wide / 2, side) | {"xanchor": "center", "font": {"size": 13}})
    return {"data": data, "layout": layout}


def _above(x: float, text: str) -> dict:
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


def cell_over_time(
    tokens: Sequence[str],
    gates: Sequence[tuple[str, Float[np.ndarray, " tokens"], Float[np.ndarray, " tokens"]]],
    cell: Float[np.ndarray, " tokens"],
    word: int,
) -> charts.Figure:
    """One cell over the words in the order of reading: its gates, and below them its value.

    Args:
        gates: (name, values of this cell, mean of all cells).
        word: the chosen word's place, which is marked.
    """
    steps = list(range(len(tokens)))
    data: list[dict] = []
    for number, (name, values, mean) in enumerate(gates):
        line = {"type": "scatter", "xaxis": "x", "yaxis": "y", "x": steps}
        style = {"color": charts.colour(number)}
        data += [
            line
            | {
                "y": values,
                "name": name,
                "mode": "lines+markers",
                "line": style,
                "marker": {"symbol": charts.symbol(number), "size": 8},
                "hovertemplate": f"{name} %{{y:.3f}}<extra></extra>",
            },
            line
            | {
                "y": mean,
                "name": f"{name}, mean of all cells",
                "mode": "lines",
                "showlegend": False,
                "line": style | {"dash": "dot", "width": 1},
                "opacity": 0.8,
                "hovertemplate": "mean of all cells %{y:.3f}<extra></extra>",
            },
        ]
    data.append(
        {
            "type": "bar",
            "xaxis": "x2",
            "yaxis": "y2",
            "x": steps,
            "y": cell,
            "name": "cell",
            "showlegend": False,
            "marker": {"color": [charts.MIX_COLOUR if i == word else "#8C8C8C" for i in steps]},
            "hovertemplate": "cell %{y:.3f}<extra></extra>",
        }
    )
    across = {
        "domain": [0, 1],
        "tickvals": steps,
        "ticktext": [charts.escape(t) for t in tokens],
        "fixedrange": True,
        "zeroline": False,
    }
    mark = {
        "type": "rect",
        "x0": word - 0.5,
        "x1": word + 0.5,
        "y0": 0,
        "y1": 1,
        "fillcolor": charts.MIX_COLOUR,
        "opacity": 0.12,
        "line": {"width": 0},
    }
    layout = {
        "xaxis": across | {"anchor": "y", "matches": "x2", "showticklabels": False},
        "xaxis2": across | {"anchor": "y2"},
        "yaxis": {
            "anchor": "x",
            "domain": [0.494, 1],
            "title": {"text": "gate"},
            "range": [-0.03, 1.03],
            "fixedrange": True,
        },
        "yaxis2": {
            "anchor": "x2",
            "domain": [0, 0.414],
            "title": {"text": "cell"},
            "fixedrange": True,
        },
        "shapes": [
            mark | {"xref": "x", "yref": "y domain"},
            mark | {"xref": "x2", "yref": "y2 domain"},
        ],
        "height": 380,
        "legend": charts.LEGEND_ABOVE,
        "hovermode": "x",
    }
    return {"data": data, "layout": layout}


def four_halves(
    uses: Sequence[tuple[Sequence[str], int]],
    joined: Float[np.ndarray, "2 2"],
    added: Float[np.ndarray, "2 2"],
) -> charts.Figure:
    """Two uses with their halves, and a line for each pair of halves that is compared.

    Args:
        uses: the words of each sentence, and the place of the use.
        joined: cosines of the first use's halves (rows) with the second's, forward first; joined halves
            are compared within each direction only.
        added: the same cosines in the softmax's metric, as added halves are compared.
    """
    across, down, ends = (0.2, 0.8), (1.0, 0.0), (0.8, 0.2)  # lines end above and below the boxes
    data, notes = [], []
    for i, j in ((0, 0), (1, 1), (0, 1), (1, 0)):
        is_joined = i == j
        colour = charts.COLOURS[0] if is_joined else charts.COLOURS[3]
        data.append(
            {
                "type": "scatter",
                "x": [across[i], across[j]],
                "y": list(ends),
                "mode": "lines",
                "line": {"color": colour, "width": 3, "dash": "solid" if is_joined else "dash"},
                "name": "compared joined and added" if is_joined else "compared only when added",
                "showlegend": i == 0,
                "hoverinfo": "skip",
            }
        )
        text = short(added[i, j])
        if is_joined:
            text = f"joined {short(joined[i, j])}<br>added {text}"
        along = 0.5 if is_joined else 0.24  # the diagonals cross in the middle
        notes.append(
            {
                "x": across[i] + along * (across[j] - across[i]),
                "y": ends[0] + along * (ends[1] - ends[0]),
                "text": text,
                "showarrow": False,
                "xshift": (-52, 52)[i] if is_joined else (26, -26)[i],
                "font": {"size": 15},
            }
        )
    for (words, place), y in zip(uses, down, strict=True):
        left, right = " ".join(words[:place][-5:]), " ".join(words[place + 1 :][:5])
        for x, (name, read) in zip(
            across, (("forward half", f"{left} →"), ("backward half", f"← {right}")), strict=True
        ):
            notes.append(
                {
                    "x": x,
                    "y": y,
                    "text": f"<b>{charts.escape(words[place])}</b>, {name}<br>{charts.escape(read)}",
                    "showarrow": False,
                    "borderpad": 6,
                    "bordercolor": charts.FAINT,
                }
            )
    bare = {"visible": False, "fixedrange": True}
    layout = {
        "xaxis": bare | {"range": [-0.1, 1.1]},
        "yaxis": bare | {"range": [-0.25, 1.25]},
        "annotations": notes,
        "height": 400,
        "legend": charts.LEGEND_ABOVE,
        "margin": {"t": 40},
    }
    return {"data": data, "layout": layout}
