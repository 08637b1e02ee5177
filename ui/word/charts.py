"""Plotly figures of Word in context: dendrogram, self-similarity, edited sentence."""

from collections.abc import Sequence

import numpy as np

from elmo.explore.anisotropy import SelfSimilarity
from elmo.explore.clusters import Clusters
from elmo.explore.minimal_pair import Movement
from elmo.views.numbers import short
from ui.shared import charts


def dendrogram(
    clusters: Clusters, names: Sequence[str], hover: Sequence[str], senses: Sequence[str | None]
) -> charts.Figure:
    """The average-linkage tree of the uses; two groups join at the mean cosine between them."""
    from scipy.cluster.hierarchy import dendrogram as scipy_dendrogram

    drawn = scipy_dendrogram(clusters.tree, no_plot=True, color_threshold=0)
    leaves: list[int] = drawn["leaves"]
    xs, ys = [], []
    for height, place in zip(drawn["dcoord"], drawn["icoord"], strict=True):
        xs += [*(1 - h for h in height), None]
        ys += [*((p - 5) / 10 for p in place), None]
    data: list[dict] = [
        {
            "type": "scatter",
            "x": xs,
            "y": ys,
            "mode": "lines",
            "line": {"color": "#8C8C8C", "width": 1.5},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]
    order = list(dict.fromkeys(senses))
    for number, sense in enumerate(order):
        rows = [(y, i) for y, i in enumerate(leaves) if senses[i] == sense]
        data.append(
            {
                "type": "scatter",
                "x": [1.0] * len(rows),
                "y": [y for y, _ in rows],
                "mode": "markers",
                "cliponaxis": False,
                "name": "no label" if sense is None else charts.escape(sense),
                "marker": {
                    "color": "#8C8C8C" if sense is None else charts.colour(number),
                    "symbol": charts.symbol(number),
                    "size": 10,
                },
                "hovertext": [
                    charts.escape(f"{hover[i]}<br>group {clusters.labels[i] + 1}") for _, i in rows
                ],
                "hoverinfo": "text",
            }
        )
    shapes = []
    if clusters.n_clusters > 1:
        joins = sorted(clusters.tree[:, 2])
        cut = 1 - (joins[-clusters.n_clusters] + joins[1 - clusters.n_clusters]) / 2
        shapes.append(charts.line_at("x", cut, charts.MIX_COLOUR, dash="dash", width=1.5))
    layout = {
        "xaxis": {
            "title": {"text": "mean cosine at which groups join"},
            "autorange": "reversed",
            "zeroline": False,
        },
        "yaxis": {
            "tickvals": list(range(len(leaves))),
            "ticktext": [charts.escape(names[i]) for i in leaves],
            "showgrid": False,
            "zeroline": False,
        },
        "shapes": shapes,
        "height": 90 + 20 * len(leaves),
        "legend": charts.LEGEND_ABOVE,
        "showlegend": order != [None],
    }
    return {"data": data, "layout": layout}


def self_similarity(similarities: Sequence[SelfSimilarity], names: Sequence[str]) -> charts.Figure:
    """The mean cosine of the uses with its interval, and that of random words, in each layer."""
    labels = [charts.escape(name) for name in names]
    fig = charts.intervals(
        names,
        [s.low for s in similarities],
        [s.value for s in similarities],
        [s.high for s in similarities],
        title="mean cosine",
        colours=[charts.COLOURS[0]] * len(names),
        height=110 + 40 * len(names),
    )
    fig["data"][0] |= {"name": "the uses", "showlegend": True}
    fig["data"].append(
        {
            "type": "scatter",
            "x": [s.baseline for s in similarities],
            "y": labels,
            "mode": "markers",
            "name": "random words",
            "marker": {
                "symbol": "line-ns-open",
                "size": 16,
                "color": charts.COLOURS[3],
                "line": {"width": 3},
            },
            "hovertext": [f"random words: {short(s.baseline, 3)}" for s in similarities],
            "hoverinfo": "text",
        }
    )
    fig["layout"] |= {"showlegend": True, "legend": charts.LEGEND_ABOVE}
    return fig


def movement(moved: Movement, before: Sequence[str], after: Sequence[str]) -> charts.Figure:
    """A heat map of the change of each word: a row for each layer and direction, a column for each word."""
    n_layers = len(moved.whole)
    names, rows = ["layer 0, whole"], [moved.whole[0]]
    for layer in range(1, n_layers):
        names += [f"layer {layer}, forward", f"layer {layer}, backward"]
        rows += [moved.forward[layer], moved.backward[layer]]
    values = np.array(rows)
    words = [column_name(moved, place, before, after) for place in range(len(moved.slots))]
    cells = {
        "type": "heatmap",
        "z": values,
        "zmin": 0,
        "zmax": max(0.2, float(np.nanmax(values, initial=0))),
        "colorscale": "Cividis",
        "x": list(range(len(words))),
        "y": names,
        "xgap": 1,
        "ygap": 2,
        "text": [["" if np.isnan(v) else short(v) for v in row] for row in values],
        "texttemplate": "%{text}" if len(words) <= 25 else None,
        "customdata": [[charts.escape(word) for word in words] for _ in names],
        "hovertemplate": "%{customdata} · %{y}<br>moved %{z:.4f}<extra></extra>",
        "hoverongaps": False,
        "colorbar": charts.COLOUR_BAR
        | {
            "title": {"text": "moved (1 - cosine)", "side": "top"},
            "len": 0.5,
            "x": 0.5,
            "y": 1.04,
        },
    }
    layout = {
        "xaxis": {
            "tickvals": list(range(len(words))),
            "ticktext": [charts.escape(word) for word in words],
            "showgrid": False,
            "tickangle": -60 if len(words) > 8 else 0,
        },
        "yaxis": {"autorange": "reversed", "showgrid": False},
        "height": 190 + 38 * len(names),
    }
    return {"data": [cells], "layout": layout}


def column_name(moved: Movement, place: int, before: Sequence[str], after: Sequence[str]) -> str:
    """A word as written, or "old → new" if it was edited."""
    slot = moved.slots[place]
    if slot.before is None:
        return f"+ {after[slot.after]}" if slot.after is not None else ""
    if slot.after is None:
        return f"- {before[slot.before]}"
    old, new = before[slot.before], after[slot.after]
    return f"{old} → {new}" if slot.changed else new
