"""Figures of How it works: from the values of `elmo.inspect` to Plotly."""

from collections.abc import Sequence
from html import escape

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float
from plotly.subplots import make_subplots

from ui import charts

DIVERGING = [
    [0.0, "#00446B"],
    [0.25, "#4F9FCB"],
    [0.5, "#E8E6E1"],
    [0.75, "#E69F00"],
    [1.0, "#7F5300"],
]
"""Blue below 0, orange above, as told in the text."""


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


def filters(rows: Sequence[tuple[int, int, float, int]], characters: Sequence[str]) -> go.Figure:
    """The letters that the strongest filters fired on.

    Args:
        rows: (width, number of the filter, value, place), the first on top.
    """
    widths = sorted({width for width, *_ in rows})
    names = [f"width {width}, no. {number}" for width, number, *_ in rows]
    top = max((value for _, _, value, _ in rows), default=1.0) or 1.0
    fig = go.Figure(
        go.Bar(
            y=names,
            x=[width for width, *_ in rows],
            base=[place - 0.5 for *_, place in rows],
            orientation="h",
            marker={
                "color": [charts.colour(widths.index(width)) for width, *_ in rows],
                "opacity": [0.3 + 0.7 * max(0.0, value) / top for _, _, value, _ in rows],
            },
            text=[f"{value:.2f}" for _, _, value, _ in rows],
            textposition="inside",
            insidetextanchor="middle",
            hovertext=[
                f"“{charts.escape(''.join(characters[place : place + width]))}” gives {value:.3f}"
                for width, _, value, place in rows
            ],
            hoverinfo="text",
        )
    )
    last = max((place + width for width, _, _, place in rows), default=1)
    fig.update_xaxes(
        tickvals=list(range(last)),
        ticktext=[charts.escape(c) for c in characters[:last]],
        range=[-0.6, last - 0.4],
        side="top",
        tickfont={"size": 14},
        zeroline=False,
        fixedrange=True,
        title=None,
    )
    fig.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True, title=None)
    fig.update_layout(height=60 + 20 * len(rows), showlegend=False, bargap=0.25)
    return fig


def gates_histogram(gates: Sequence[Float[np.ndarray, " filters"]]) -> go.Figure:
    """How many filters have which gate, for each highway layer."""
    edges = np.linspace(0, 1, 21)
    fig = go.Figure()
    for number, values in enumerate(gates, 1):
        counts, _ = np.histogram(values, edges)
        fig.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            name=f"highway layer {number}",
            marker_color=charts.colour(number - 1),
            hovertemplate="gate about %{x:.2f}: %{y} filters<extra></extra>",
        )
    fig.update_xaxes(
        title="gate: 0 passes the value on, 1 replaces it", range=[0, 1], fixedrange=True
    )
    fig.update_yaxes(title="filters", fixedrange=True)
    fig.update_layout(
        height=240, showlegend=len(gates) > 1, legend=charts.LEGEND_ABOVE, bargap=0.05
    )
    return fig


def barcode(
    rows: Float[np.ndarray, "rows dim"],
    names: Sequence[str],
    *,
    halves: bool = False,
    split: int | None = None,
) -> go.Figure:
    """Vectors as rows of thin columns, blue below 0 and orange above.

    Args:
        halves: mark the middle and name the halves forward and backward.
        split: mark this column instead.
    """
    rows = np.asarray(rows)
    reach = float(np.quantile(np.abs(rows), 0.98)) or 1.0
    positions = list(range(len(names)))
    fig = go.Figure(
        go.Heatmap(
            z=rows,
            y=positions,
            zmin=-reach,
            zmax=reach,
            colorscale=DIVERGING,
            showscale=False,
            hovertemplate="%{y}, number %{x}: %{z:.3f}<extra></extra>",
            ygap=2,
        )
    )
    middle = rows.shape[1] / 2 if halves else split
    if middle is not None:
        fig.add_vline(x=middle - 0.5, line={"color": "#22262E", "width": 3})
        fig.add_vline(x=middle - 0.5, line={"color": "#FDFCFA", "width": 1})
    fig.update_yaxes(
        tickvals=positions,
        ticktext=[charts.escape(name) for name in names],
        autorange="reversed",
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    fig.update_xaxes(showticklabels=False, showgrid=False, zeroline=False, fixedrange=True)
    if halves:
        for at, name in ((0.25, "forward"), (0.75, "backward")):
            fig.add_annotation(
                x=at, y=1, xref="paper", yref="paper", yanchor="bottom", text=name, showarrow=False
            )
    fig.update_layout(
        height=(34 if halves else 16) + 24 * len(names) + 8,
        margin={"t": 24 if halves else 4, "b": 4},
    )
    return fig


def guesses(sides: Sequence[tuple[str, Sequence[tuple[str, float]], str, float]]) -> go.Figure:
    """The most probable words of each direction, and the word that stands there.

    Args:
        sides: (direction, its best words with probabilities, the word there, its probability).
    """
    fig = make_subplots(
        1, len(sides), subplot_titles=[side for side, *_ in sides], horizontal_spacing=0.22
    )
    for column, (_, best, word, probability) in enumerate(sides, 1):
        shown = list(best) if word in dict(best) else [*best, (word, probability)]
        fig.add_bar(
            x=[p for _, p in shown],
            y=list(range(len(shown))),
            orientation="h",
            marker_color=[charts.COLOURS[1] if w == word else charts.COLOURS[0] for w, _ in shown],
            text=[f"{p:.3f}" if p >= 0.001 else f"{p:.6f}" for _, p in shown],
            textposition="auto",
            hovertext=[f"{charts.escape(w)}: {p:.5f}" for w, p in shown],
            hoverinfo="text",
            row=1,
            col=column,
        )
        fig.update_yaxes(
            tickvals=list(range(len(shown))),
            ticktext=[
                f"<b>{charts.escape(w)}</b>" if w == word else charts.escape(w) for w, _ in shown
            ],
            autorange="reversed",
            fixedrange=True,
            row=1,
            col=column,
        )
        fig.update_xaxes(
            showticklabels=False, showgrid=False, zeroline=False, fixedrange=True, row=1, col=column
        )
    fig.update_annotations(font_size=13)
    fig.update_layout(height=240, showlegend=False, margin={"t": 28})
    return fig


def cell_over_time(
    tokens: Sequence[str],
    gates: Sequence[tuple[str, Float[np.ndarray, " tokens"], Float[np.ndarray, " tokens"]]],
    cell: Float[np.ndarray, " tokens"],
    word: int,
) -> go.Figure:
    """One cell in the order of reading: its gates, and below them its value.

    Args:
        gates: (name, values of this cell, mean of all cells).
        word: the chosen word's place, which is marked.
    """
    fig = make_subplots(2, 1, shared_xaxes=True, row_heights=[0.55, 0.45], vertical_spacing=0.08)
    steps = list(range(len(tokens)))
    for number, (name, values, mean) in enumerate(gates):
        style = {"color": charts.colour(number)}
        fig.add_scatter(
            x=steps,
            y=values,
            name=name,
            mode="lines+markers",
            line=style,
            marker={"symbol": charts.symbol(number), "size": 8},
            hovertemplate=f"{name} %{{y:.3f}}<extra></extra>",
            row=1,
            col=1,
        )
        fig.add_scatter(
            x=steps,
            y=mean,
            name=f"{name}, mean of all cells",
            mode="lines",
            showlegend=False,
            line=style | {"dash": "dot", "width": 1},
            opacity=0.8,
            hovertemplate="mean of all cells %{y:.3f}<extra></extra>",
            row=1,
            col=1,
        )
    fig.add_bar(
        x=steps,
        y=cell,
        name="cell",
        showlegend=False,
        marker_color=[charts.MIX_COLOUR if i == word else "#8C8C8C" for i in steps],
        hovertemplate="cell %{y:.3f}<extra></extra>",
        row=2,
        col=1,
    )
    fig.add_vrect(
        x0=word - 0.5, x1=word + 0.5, fillcolor=charts.MIX_COLOUR, opacity=0.12, line_width=0
    )
    fig.update_yaxes(title="gate", range=[-0.03, 1.03], fixedrange=True, row=1, col=1)
    fig.update_yaxes(title="cell", fixedrange=True, row=2, col=1)
    fig.update_xaxes(
        tickvals=steps, ticktext=[charts.escape(t) for t in tokens], fixedrange=True, zeroline=False
    )
    fig.update_layout(height=380, legend=charts.LEGEND_ABOVE, hovermode="x")
    return fig
