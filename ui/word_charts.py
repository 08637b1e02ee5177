"""Figures of Word in context: separation by layer, dendrogram, self-similarity, minimal pair."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from elmo.explore.anisotropy import SelfSimilarity
from elmo.explore.minimal_pair import Movement
from elmo.explore.senses import Clusters
from elmo.explore.similarity import LayerSeparation
from ui import charts


def separation(layers: LayerSeparation, equal: LayerSeparation) -> go.Figure:
    """The pair AUC of each layer and of the equal mix, with intervals and the line of chance."""
    n = len(layers.layers)
    fig = charts.intervals(
        [*(f"Layer {i}" for i in range(n)), "Equal mix"],
        [*layers.low, *equal.low],
        [*(layer.auc for layer in layers.layers), equal.layers[0].auc],
        [*layers.high, *equal.high],
        title="pair AUC: .5 is chance, 1 is perfect",
        colours=[*(charts.layer_colour(i) for i in range(n)), charts.MIX_COLOUR],
        limits=(min(0.3, float(np.nanmin([*layers.low, 0.3])) - 0.02), 1.02),
        height=60 + 34 * (n + 1),
    )
    fig.add_vline(x=0.5, line={"color": "#8C8C8C", "dash": "dot", "width": 1.5})
    return fig


def dendrogram(
    found: Clusters, names: Sequence[str], hover: Sequence[str], senses: Sequence[str | None]
) -> go.Figure:
    """The tree of the uses, leaves on the left, joined where their groups' mean cosine is."""
    from scipy.cluster.hierarchy import dendrogram as scipy_dendrogram

    drawn = scipy_dendrogram(found.tree, no_plot=True, color_threshold=0)
    leaves: list[int] = drawn["leaves"]
    fig = go.Figure()
    xs, ys = [], []
    for height, place in zip(drawn["dcoord"], drawn["icoord"], strict=True):
        xs += [*(1 - h for h in height), None]
        ys += [*((p - 5) / 10 for p in place), None]
    fig.add_trace(
        go.Scatter(
            x=xs,
            y=ys,
            mode="lines",
            line={"color": "#8C8C8C", "width": 1.5},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    order = list(dict.fromkeys(senses))
    for number, sense in enumerate(order):
        rows = [(y, i) for y, i in enumerate(leaves) if senses[i] == sense]
        fig.add_trace(
            go.Scatter(
                x=[1.0] * len(rows),
                y=[y for y, _ in rows],
                mode="markers",
                cliponaxis=False,
                name="no label" if sense is None else charts.escape(sense),
                marker={
                    "color": "#8C8C8C" if sense is None else charts.colour(number),
                    "symbol": charts.symbol(number),
                    "size": 10,
                },
                hovertext=[
                    charts.escape(f"{hover[i]}<br>group {found.labels[i] + 1}") for _, i in rows
                ],
                hoverinfo="text",
            )
        )
    if found.n_clusters > 1:
        joins = sorted(found.tree[:, 2])
        cut = 1 - (joins[-found.n_clusters] + joins[1 - found.n_clusters]) / 2
        fig.add_vline(x=cut, line={"color": charts.MIX_COLOUR, "dash": "dash", "width": 1.5})
    fig.update_xaxes(title="mean cosine at which groups join", autorange="reversed", zeroline=False)
    fig.update_yaxes(
        tickvals=list(range(len(leaves))),
        ticktext=[charts.escape(names[i]) for i in leaves],
        showgrid=False,
        zeroline=False,
    )
    fig.update_layout(
        height=90 + 20 * len(leaves), legend=charts.LEGEND_ABOVE, showlegend=order != [None]
    )
    return fig


def self_similarity(found: Sequence[SelfSimilarity], names: Sequence[str]) -> go.Figure:
    """The mean cosine of the uses with its interval, beside that of random words, in each layer."""
    labels = [charts.escape(name) for name in names]
    fig = charts.intervals(
        names,
        [s.low for s in found],
        [s.value for s in found],
        [s.high for s in found],
        title="mean cosine",
        colours=[charts.COLOURS[0]] * len(names),
        height=110 + 40 * len(names),
    )
    fig.data[0].update(name="the uses", showlegend=True)
    fig.add_trace(
        go.Scatter(
            x=[s.baseline for s in found],
            y=labels,
            mode="markers",
            name="random words",
            marker={
                "symbol": "line-ns-open",
                "size": 16,
                "color": charts.COLOURS[3],
                "line": {"width": 3},
            },
            hovertext=[f"random words: {s.baseline:.3f}" for s in found],
            hoverinfo="text",
        )
    )
    fig.update_layout(showlegend=True, legend=charts.LEGEND_ABOVE)
    return fig


def movement(found: Movement, before: Sequence[str], after: Sequence[str]) -> go.Figure:
    """How far each word moved: a row for each layer and direction, a column for each word."""
    n_layers = len(found.whole)
    names, rows = ["layer 0, whole"], [found.whole[0]]
    for layer in range(1, n_layers):
        names += [f"layer {layer}, forward", f"layer {layer}, backward"]
        rows += [found.forward[layer], found.backward[layer]]
    values = np.array(rows)
    words = [column_name(found, place, before, after) for place in range(len(found.slots))]
    fig = go.Figure(
        go.Heatmap(
            z=values,
            zmin=0,
            zmax=max(0.2, float(np.nanmax(values, initial=0))),
            colorscale="Cividis",
            x=list(range(len(words))),
            y=names,
            xgap=1,
            ygap=2,
            text=[["" if np.isnan(v) else charts_short(v) for v in row] for row in values],
            texttemplate="%{text}" if len(words) <= 25 else None,
            customdata=[[charts.escape(word) for word in words] for _ in names],
            hovertemplate="%{customdata} · %{y}<br>moved %{z:.4f}<extra></extra>",
            hoverongaps=False,
            colorbar={
                "title": {"text": "moved (1 - cosine)", "side": "top"},
                "orientation": "h",
                "thickness": 8,
                "len": 0.5,
                "x": 0.5,
                "y": 1.04,
                "yanchor": "bottom",
                "outlinewidth": 0,
            },
        )
    )
    fig.update_xaxes(
        tickvals=list(range(len(words))),
        ticktext=[charts.escape(word) for word in words],
        showgrid=False,
        tickangle=-60 if len(words) > 8 else 0,
    )
    fig.update_yaxes(autorange="reversed", showgrid=False)
    fig.update_layout(height=190 + 38 * len(names))
    return fig


def column_name(found: Movement, place: int, before: Sequence[str], after: Sequence[str]) -> str:
    """A word, or "old → new" where it was edited."""
    slot = found.slots[place]
    if slot.before is None:
        return f"+ {after[slot.after]}" if slot.after is not None else ""
    if slot.after is None:
        return f"- {before[slot.before]}"
    old, new = before[slot.before], after[slot.after]
    return f"{old} → {new}" if slot.changed else new


def charts_short(value: float) -> str:
    """Two digits without the zero in front."""
    return f"{value:.2f}".replace("0.", ".", 1)
