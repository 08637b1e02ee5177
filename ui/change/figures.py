"""Change: its pictures, and the sentences that say what they show."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from elmo.explore.change import GroupShare
from elmo.explore.clusters import Clusters, Verdict
from elmo.explore.group_names import Likely, letter, name_groups
from elmo.tasks.change.measure import Row, WordChange
from elmo.tasks.change.table import COLUMNS, cells
from elmo.views.numbers import percent, short
from ui.shared import charts

_SIDE_WORDS = 8

MEANINGS = (
    "**APD**: the mean of 1 - cosine over all pairs of an old and a new use. **PRT**: 1 / cosine of the mean old and the "
    "mean new vector. **JSD**: how differently the groups are shared out on the two sides, from 0 to 1. **p**: the share "
    "of random deals of the two sides that give at least as much."
)


def verdict(measured: WordChange, names: Sequence[str], tested: Clusters) -> str:
    """Whether the word changed, and what is new, in two sentences."""
    change = measured.change
    figure = f"APD {short(change.apd.value)} [{short(change.apd.low)}, {short(change.apd.high)}]"
    if change.p > 0.05:
        return (
            f"**No change that can be told from chance.** Random deals of the two sides give as large a difference in "
            f"{percent(change.p)} of trials ({figure}, {change.n_old} uses a side)."
        )
    said = (
        f"**The word is used differently in {names[1]} than in {names[0]}**: {figure}; random deals of the two sides "
        f"give as much in {percent(max(change.p, 0.001), 1)} of trials."
    )
    gained = measured.shares[0]
    if tested.verdict is Verdict.SEPARATED and gained.new[1] > gained.old[2]:
        said += (
            f" Group A grew from {percent(gained.old[0])} to {percent(gained.new[0])} of the uses"
            + (f": it stands in {names[1]} only." if not gained.n_old else ".")
        )
    return said


def map_of_sides(
    measured: WordChange,
    points: Float[np.ndarray, "uses axes"],
    names: Sequence[str],
    chosen: Sequence[int],
) -> charts.Figure:
    """A map of all uses: the colour is the side, the shape is the group."""
    n_old = len(measured.drawn.old)
    stressed = set(chosen)
    data = []
    for side, name in enumerate(names):
        for number, share in enumerate(measured.shares):
            rows = [
                row
                for row in range(len(points))
                if measured.groups[row] == share.group and (row >= n_old) == bool(side)
            ]
            if not rows:
                continue
            uses = [measured.drawn.uses[row] for row in rows]
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": charts.escape(f"{name}, {letter(number)}"),
                    "x": points[rows, 0],
                    "y": points[rows, 1],
                    "customdata": [[row] for row in rows],
                    "hovertext": [
                        charts.escape(f"{use.left[-60:]} [{use.form}] {use.right[:60]}")
                        for use in uses
                    ],
                    "hoverinfo": "text",
                    "marker": {
                        "color": [
                            charts.FAINT
                            if stressed and row not in stressed
                            else charts.colour(side)
                            for row in rows
                        ],
                        "symbol": charts.symbol(number),
                        "size": 11,
                        "line": {"width": 1, "color": "rgba(60, 60, 60, 0.55)"},
                    },
                }
            )
    bare = {"showticklabels": False, "zeroline": False, "showgrid": True} | charts.NUMBERED
    layout = {
        "height": 440,
        "showlegend": True,
        "legend": charts.LEGEND_ABOVE,
        "xaxis": bare,
        "yaxis": bare | {"scaleanchor": "x"},
        "dragmode": "lasso",
    }
    return {"data": data, "layout": layout}


def group_names(measured: WordChange, likely: Likely | None) -> dict[int, str]:
    """The name of each group: a letter, and the words that could stand there and not elsewhere."""
    words: dict[int, tuple[str, ...]] = {}
    if likely is not None:
        named = name_groups(likely, measured.groups)
        words = dict(
            zip(np.unique(measured.groups).tolist(), (g.names for g in named), strict=True)
        )
    return {
        share.group: " · ".join(filter(None, [letter(n), ", ".join(words.get(share.group, ()))]))
        for n, share in enumerate(measured.shares)
    }


def words_of_sides(
    words: Sequence[str], z: Float[np.ndarray, " words"], names: Sequence[str]
) -> charts.Figure:
    """Bars to the right for words of the new side, to the left for words of the old one."""
    order = np.argsort(-z, kind="stable")
    shown = [*order[:_SIDE_WORDS], *order[::-1][:_SIDE_WORDS][::-1]]
    shown = [i for i in dict.fromkeys(shown) if z[i] != 0]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": charts.escape(name),
            "x": [float(z[i]) for i in shown if (z[i] > 0) == bool(side)],
            "y": [charts.escape(str(words[i])) for i in shown if (z[i] > 0) == bool(side)],
            "marker": {"color": charts.colour(side), "pattern": {"shape": "/" if side else ""}},
            "hoverinfo": "x+y",
        }
        for side, name in enumerate(names)
    ]
    layout = {
        "height": 120 + 20 * len(shown),
        "legend": charts.LEGEND_ABOVE,
        "xaxis": {"title": {"text": "z of the log-odds, new against old"}},
        "yaxis": {
            "showgrid": False,
            "categoryorder": "array",
            "categoryarray": [charts.escape(str(words[i])) for i in shown][::-1],
        },
    }
    return {"data": data, "layout": layout}


def words_in_words(
    words: Sequence[str], z: Float[np.ndarray, " words"], names: Sequence[str]
) -> str:
    """The bars, for those who cannot see them."""
    order = np.argsort(-z, kind="stable")
    new, old = (", ".join([str(words[i]) for i in part[:8]]) for part in (order, order[::-1]))
    return f"More likely in {names[1]}: {new}. More likely in {names[0]}: {old}."


def shares(
    rows: Sequence[GroupShare], names: Sequence[str], group_names: dict[int, str]
) -> charts.Figure:
    """Each group's share on both sides, as two bars with their intervals."""
    labels = [f"{group_names[row.group]} ({row.n_old} → {row.n_new})" for row in rows]
    data = []
    for side, (name, values) in enumerate(
        zip(names, ([row.old for row in rows], [row.new for row in rows]), strict=True)
    ):
        middle, low, high = (np.array([value[k] for value in values]) for k in range(3))
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": charts.escape(name),
                "x": middle,
                "y": labels,
                "marker": {
                    "color": charts.colour(side),
                    "pattern": {"shape": "" if side == 0 else "/"},
                },
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": high - middle,
                    "arrayminus": middle - low,
                    "color": "#8C8C8C",
                    "thickness": 1.5,
                },
                "hovertext": [
                    charts.escape(f"{name}: {percent(m)} ({percent(a)} to {percent(b)})")
                    for m, a, b in zip(middle, low, high, strict=True)
                ],
                "hoverinfo": "text",
            }
        )
    layout = {
        "barmode": "group",
        "height": 120 + 56 * len(rows),
        "legend": charts.LEGEND_ABOVE,
        "xaxis": {
            "title": {"text": "share of the side's uses"},
            "range": [0, 1],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "ticktext": [percent(tick) for tick in (0, 0.25, 0.5, 0.75, 1)],
        },
        "yaxis": {"autorange": "reversed", "showgrid": False},
    }
    return {"data": data, "layout": layout}


def shares_in_words(rows: Sequence[GroupShare], names: Sequence[str]) -> str:
    """The bars, for those who cannot see them."""
    return " ".join(
        f"Group {letter(number)}: {percent(row.old[0])} in {names[0]}, {percent(row.new[0])} in {names[1]}."
        for number, row in enumerate(rows)
    )


def controls(own: Row, others: Sequence[Row]) -> charts.Figure:
    """The APD of the word and of words as frequent, each with its interval."""
    rows = sorted(
        [row for row in [own, *others] if row.change],
        key=lambda row: -row.change.apd.value,  # type: ignore[union-attr]
    )
    figures = [row.change.apd for row in rows if row.change]
    return charts.intervals(
        [row.word for row in rows],
        [figure.low for figure in figures],
        [figure.value for figure in figures],
        [figure.high for figure in figures],
        title="APD",
        colours=[charts.COLOURS[1 if row is own else 0] for row in rows],
        height=90 + 22 * len(rows),
    )


def row_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Words with their figures, a row a word."""
    return pd.DataFrame([cells(row) for row in rows], columns=list(COLUMNS)).dropna(
        axis=1, how="all"
    )


def ranked(rows: Sequence[Row]) -> charts.Figure:
    """Words with their PRT, the most changed on top; a word that is told from chance has the second colour."""
    measured = [row for row in rows if row.change][:60]
    figures = [row.change.prt for row in measured if row.change]
    return charts.intervals(
        [row.word for row in measured],
        [figure.low for figure in figures],
        [figure.value for figure in figures],
        [figure.high for figure in figures],
        title="PRT, with 95 % interval",
        colours=[charts.COLOURS[1 if (row.q or 1) <= 0.05 else 6] for row in measured],
        height=90 + 22 * len(measured),
    )
