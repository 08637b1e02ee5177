"""The Plotly figures of the steps from a word's letters to the predictions of How it works."""

from collections.abc import Sequence
from html import escape

import numpy as np
from jaxtyping import Float

from elmo.views.numbers import short
from ui.how.pictures import above
from ui.shared import charts


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
        notes.append(above(start + wide / 2, side) | {"xanchor": "center", "font": {"size": 13}})
    return {"data": data, "layout": layout}
