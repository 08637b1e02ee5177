"""Change: the charts of side words, control words and ranked lists, and the table of a list."""

from collections.abc import Sequence

import pandas as pd

from elmo.tasks.change.rows import Row
from elmo.tasks.change.sentences import SideWords
from elmo.tasks.change.table import COLUMNS, cells
from ui.shared import charts

_MOST_RANKED = 60


def words_of_sides(words: tuple[SideWords, SideWords], names: Sequence[str]) -> charts.Figure:
    """Bars of words: to the right if more probable on the new side, to the left if on the old side."""
    old, new = words
    signed = [[(word, -z) for word, z in reversed(old.more)], list(new.more)]
    order = [word for word, _ in [*signed[1], *signed[0]]]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": charts.escape(name),
            "x": [z for _, z in bars],
            "y": [charts.escape(word) for word, _ in bars],
            "marker": {"color": charts.colour(side), "pattern": {"shape": "/" if side else ""}},
            "hoverinfo": "x+y",
        }
        for side, (name, bars) in enumerate(zip(names, signed, strict=True))
    ]
    layout = {
        "height": 120 + 20 * len(order),
        "legend": charts.LEGEND_ABOVE,
        "xaxis": {"title": {"text": "z of the log-odds, new against old"}},
        "yaxis": {
            "showgrid": False,
            "categoryorder": "array",
            "categoryarray": [charts.escape(word) for word in order][::-1],
        },
    }
    return {"data": data, "layout": layout}


def controls(own: Row, others: Sequence[Row]) -> charts.Figure:
    """The APD of the word and of its control words, each with its interval."""
    measured = [(row, row.change.apd) for row in [own, *others] if row.change]
    measured.sort(key=lambda pair: -pair[1].value)
    return charts.intervals(
        [row.word for row, _ in measured],
        [apd.low for _, apd in measured],
        [apd.value for _, apd in measured],
        [apd.high for _, apd in measured],
        title="APD",
        colours=[charts.COLOURS[1 if row is own else 0] for row, _ in measured],
        height=90 + 22 * len(measured),
    )


def row_table(rows: Sequence[Row]) -> pd.DataFrame:
    """A row for each word with its figures."""
    return pd.DataFrame([cells(row) for row in rows], columns=list(COLUMNS)).dropna(
        axis=1, how="all"
    )


def ranking(rows: Sequence[Row]) -> charts.Figure:
    """Words with their PRT, the most changed on top; words that changed significantly have the second colour."""
    measured = [(row, row.change.prt) for row in rows if row.change][:_MOST_RANKED]
    return charts.intervals(
        [row.word for row, _ in measured],
        [prt.low for _, prt in measured],
        [prt.value for _, prt in measured],
        [prt.high for _, prt in measured],
        title="PRT, with 95 % interval",
        colours=[charts.COLOURS[1 if row.has_changed else 6] for row, _ in measured],
        height=90 + 22 * len(measured),
    )
