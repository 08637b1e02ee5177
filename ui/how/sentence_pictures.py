"""The Plotly figures of How it works of the LSTM's cells, and of the halves of two uses."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from elmo.views.numbers import short
from ui.shared import charts


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
