"""One map of the Layers page in three dimensions, drawn by Plotly. (The linked maps have two.)"""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from jaxtyping import Float

from elmo.usages import Usage
from ui.layers import data as layers_data
from ui.layers import maps
from ui.layers.controls import Drawing
from ui.layers.data import Layers
from ui.layers.source import Source
from ui.shared import charts, page

_SYMBOLS = ("circle", "diamond", "square", "cross", "x")
_MOST_WORDS = 7


def show(context: page.Context, source: Source, layers: Layers, how: Drawing) -> list[np.ndarray]:
    """Ask for a layer and draw its map, which can be turned; gives the points' places in each layer."""
    points = maps.umap_points(layers, how, context.seed) if how.method == "UMAP" else None
    places = [*points] if points is not None else [p.points for p in layers_data.pca(layers, 3)]
    options = [str(i) for i in range(layers.n_layers)] + ["mix"]
    top = str(layers.n_layers - 1)
    layer = st.select_slider(
        "Layer of the map in 3-D",
        options,
        value=top,
        key="layers_solid",
        format_func=lambda o: layers.names[-1] if o == "mix" else f"Layer {o}",
    )
    index = options.index(layer)
    groups = frequent_words([u.form for u in source.points]) if source.whole_text else source.senses
    charts.show(
        figure(places[index], groups, [_hover_text(use) for use in source.points]),
        key="layers-solid",
        alt=f"Map of {layers.names[index]} in three dimensions: {len(source.points)} dots.",
        name=f"{source.title}-map-3d",
    )
    st.caption("Drag to turn, scroll to zoom. In 2-D you can select dots and read their sentences.")
    return places


def _hover_text(use: Usage) -> str:
    """Six words on each side of a use, and its sense."""
    left, right = use.tokens[max(0, use.position - 6) : use.position], use.tokens[use.end : use.end + 6]  # fmt: skip
    return f"{' '.join(left)} [{use.form}] {' '.join(right)}" + (f" · {use.sense}" if use.sense else "")  # fmt: skip


def frequent_words(forms: Sequence[str]) -> list[str | None]:
    """The group of each word: the word itself if it is one of the most frequent, else None."""
    folded = [form.casefold() for form in forms]
    counts: dict[str, int] = {}
    for form in folded:
        if any(map(str.isalnum, form)):
            counts[form] = counts.get(form, 0) + 1
    top = sorted(counts, key=lambda form: -counts[form])[:_MOST_WORDS]
    return [form if form in top else None for form in folded]


def figure(
    xyz: Float[np.ndarray, "points 3"], groups: Sequence[str | None], hover: Sequence[str]
) -> charts.Figure:
    """The dots, with a colour and a shape for each group; dots without a group are grey."""
    reach = 1.12 * float(np.abs(xyz).max(initial=0)) or 1.0
    names = [name for name in dict.fromkeys(groups) if name is not None]
    data = []
    for number, name in enumerate([*names, None]):
        rows = [i for i, group in enumerate(groups) if group == name]
        colour = "#8C8C8C" if name is None else charts.colour(number)
        if rows:
            data.append(
                {
                    "type": "scatter3d",
                    "mode": "markers",
                    "name": "others" if name is None else charts.escape(name),
                    **{axis: xyz[rows, d].astype(np.float32) for d, axis in enumerate("xyz")},
                    "hovertext": [charts.escape(f"{i + 1} · {hover[i]}") for i in rows],
                    "hoverinfo": "text",
                    "marker": {
                        "size": 6 if len(xyz) <= 60 else 3,
                        "symbol": _SYMBOLS[number % len(_SYMBOLS)],
                        "color": colour,
                        "line": {"width": 1, "color": "rgba(60, 60, 60, .5)"},
                    },
                }
            )
    axis = {"showticklabels": False, "zeroline": False, "range": [-reach, reach], "title": {"text": ""}}  # fmt: skip
    scene = dict.fromkeys(("xaxis", "yaxis", "zaxis"), axis) | {"aspectmode": "cube"}
    layout = {
        "scene": scene,
        "height": 560,
        "dragmode": "orbit",
        "legend": charts.LEGEND_ABOVE,
        "showlegend": bool(names),
    }
    return {"data": data, "layout": layout}
