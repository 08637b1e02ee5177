"""A heat map of a matrix; a press on a cell is reported."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from ui.shared import charts

_MAX_LABELS, _FEWER_LABELS = 28, 20
_MAX_WITH_GAPS = 60


def figure(
    values: Float[np.ndarray, "rows columns"],
    labels: Sequence[str],
    *,
    hover: Sequence[Sequence[str]] | None = None,
    column_labels: Sequence[str] | None = None,
    limits: tuple[float, float] | None = None,
    title: str = "cosine",
    height: int = 480,
) -> charts.Figure:
    """The heat map, first row on top.

    Args:
        labels: of the rows, each different.
        hover: the tool tip of each cell; labels and value when None, which is fast for tens of thousands
            of cells.
        column_labels: short and each different; the rows' labels when None.
        limits: the values at both ends of the colour scale; the smallest and largest value when None.
    """
    values = np.asarray(values)
    n_rows, n_columns = values.shape
    rows = [charts.escape(label) for label in labels]
    columns = [charts.escape(label) for label in column_labels] if column_labels else rows
    low, high = (
        limits if limits is not None else (float(np.nanmin(values)), float(np.nanmax(values)))
    )
    gap = int(max(n_rows, n_columns) <= _MAX_WITH_GAPS)
    template = f"%{{y}} · %{{x}}<br>{charts.escape(title)} %{{z:.2f}}<extra></extra>"
    text = None
    if hover is not None:
        template = "%{text}<extra></extra>"
        text = np.array([[charts.escape(cell) for cell in row] for row in hover], dtype=object)
    most = max(n_rows, n_columns)
    every = 1 if most <= _MAX_LABELS else -(-most // _FEWER_LABELS)
    across = {"tickvals": columns[::every], "range": [-0.5, n_columns - 0.5]}
    down = {"tickvals": rows[::every], "range": [n_rows - 0.5, -0.5], "scaleanchor": "x"}
    margin = {}
    if column_labels is not None:  # fixed margins: Plotly would measure the labels and draw twice
        across |= {"automargin": False, "tickangle": 0 if most <= 20 else 90}
        down |= {"automargin": False}
        margin = {"l": 12 + 7 * max(map(len, labels)), "b": 36, "t": 64, "r": 8}
    plain = {"type": "category", "showgrid": False, "zeroline": False, "constrain": "domain"}
    cells = {
        "type": "heatmap",
        "z": values,
        "x": columns,
        "y": rows,
        "zmin": low,
        "zmax": high,
        "colorscale": "Cividis",
        "text": text,
        "hovertemplate": template,
        "xgap": gap,
        "ygap": gap,
        "colorbar": charts.COLOUR_BAR
        | {
            "title": {"text": title, "side": "top"},
            "len": 0.5,
            "x": 0.5,
            "y": 1.02,
        },
    }
    layout = {
        "xaxis": plain | across,
        "yaxis": plain | down,
        "margin": margin,
        "height": height,
        "clickmode": "event",
        "dragmode": False,
        "hovermode": "closest",
    }
    return {"data": [cells], "layout": layout}


def show(
    fig: charts.Figure,
    *,
    key: str,
    alt: str,
    name: str,
    shape: tuple[int, int] = (0, 0),
    on_press: Callable[[int, int], None] | None = None,
) -> None:
    """Draw the heat map; see `ui.shared.charts.show`.

    Args:
        shape: numbers of rows and columns; a press outside them is ignored.
        on_press: called with row and column before the page runs again.
    """

    def press(sent: object) -> None:
        cell = cell_of(sent, shape)
        if on_press is not None and cell is not None:
            on_press(*cell)

    charts.show(fig, key=key, alt=alt, name=name, on_cell=press if on_press else None)


def cell_of(sent: object, shape: tuple[int, int]) -> tuple[int, int] | None:
    """Row and column in a value from the browser, which is not trusted; None if it names no cell."""
    if not isinstance(sent, list | tuple) or len(sent) != 2:
        return None
    if not all(isinstance(number, int) for number in sent):
        return None
    row, column = sent
    return (row, column) if 0 <= row < shape[0] and 0 <= column < shape[1] else None
