"""Downstream, the results: the ladder, its learning curve, the learned weights, and the pack."""

import numpy as np
import pandas as pd
import streamlit as st

from elmo.tasks.ladder.results import Ladder, Learned, Row
from elmo.views.numbers import percent, short, whole
from elmo.views.sentences import plain
from ui.downstream.measure import Outcome
from ui.downstream.tasks import TASKS
from ui.shared import charts, keys, model, page

GROUP_COLOURS = {
    "baseline": charts.COLOURS[6],
    "contextual": charts.COLOURS[0],
    "joined": charts.COLOURS[3],
    "lexical": charts.COLOURS[2],
}
GROUP_SYMBOLS = {
    "baseline": "square",
    "contextual": "circle",
    "joined": "diamond",
    "lexical": "x",
}
GROUPS = {
    "baseline": "no ELMo",
    "contextual": "ELMo",
    "joined": "ELMo beside static vectors",
    "lexical": "ELMo beside TF-IDF",
}


def say_which_model(outcome: Outcome, context: page.Context) -> None:
    """Say that the result was measured before, and with which model, where that is another one than is in use."""
    measured = outcome.ladder.fingerprint
    if model.fingerprint(context.model) == measured:
        st.caption(
            "This was measured with the bundled model before it was given out (the command: python -m "
            "elmo.tasks.measured). Press Measure for your own texts, another task or other settings."
        )
        return
    st.info(
        f"This result is of the bundled model with the fingerprint {measured[:12]}…, not of "
        f"{plain(model.title(context.model))} as it is loaded now "
        f"({model.fingerprint(context.model)[:12]}…). Press Measure to measure that one."
    )


def ladder_part(outcome: Outcome) -> None:
    """Everything about the ladder but single texts."""
    ladder = outcome.ladder
    st.subheader(f"{TASKS[ladder.task].title}: {plain(ladder.name)}", anchor=False)
    _ladder_chart(ladder)
    _learned_weights(ladder)
    if any(len(row.curve) > 1 for row in ladder.rows):
        _curve(ladder)


def _ladder_chart(ladder: Ladder) -> None:
    measures = list(ladder.rows[0].measures)
    measure = measures[0]
    if len(measures) > 1:
        measure = st.segmented_control(
            "Measure",
            measures,
            default=measures[0],
            required=True,
            key="downstream_ladder_measure",
            help=_MEASURES,
        )
    charts.show(
        ladder_figure(ladder, measure),
        key="downstream_ladder",
        alt=f"{measure} of {len(ladder.rows)} representations with 95 % intervals. {ladder.summary()}",
        name=f"{ladder.name}-ladder",
    )
    page.finding(ladder.summary() + _layers_sentence(ladder))
    settings, task = ladder.settings, TASKS[ladder.task]
    st.caption(
        f"{len(ladder.texts):,} items · {settings.n_folds} folds"
        f"{f', {task.folds}' if task.folds else ''} · "
        f"seeds {', '.join(map(str, settings.seeds))} · bars: 95 % bootstrap intervals over "
        f"{task.items} · "
        f"measured in {whole(ladder.seconds)} s"
        + "".join(f" · {plain(notice)}" for notice in ladder.notices)
    )
    page.table(pd.DataFrame(ladder.table()), f"{ladder.name}-ladder")


_MEASURES = (
    "Accuracy: the share of texts classified correctly. Macro recall: the same within each class, averaged over "
    "classes, so that a rare class counts as much as a frequent one. Recall at k: how often the answer is among "
    "the k sentences ranked highest."
)


def ladder_figure(ladder: Ladder, measure: str) -> charts.Figure:
    """A dot with its interval for each row; dashed lines mark the majority class and TF-IDF."""
    rows = ladder.rows
    values = [row.measures[measure] for row in rows]
    fig = charts.intervals(
        [row.label for row in rows],
        [100 * v.low for v in values],
        [100 * v.value for v in values],
        [100 * v.high for v in values],
        title=f"{measure}, %",
        colours=[GROUP_COLOURS[row.group] for row in rows],
        limits=(0, 102),
        height=80 + 30 * len(rows),
    )
    dots = fig["data"][0]
    dots["marker"]["symbol"] = [GROUP_SYMBOLS[row.group] for row in rows]
    dots["hovertext"] = [
        f"{row.label}<br>{measure} {percent(v.value, 1)} ({percent(v.low, 1)} to {percent(v.high, 1)})"
        for row, v in zip(rows, values, strict=True)
    ]
    dots["showlegend"] = False
    for group, name in GROUPS.items():
        if any(row.group == group for row in rows):
            marker = {"color": GROUP_COLOURS[group], "symbol": GROUP_SYMBOLS[group], "size": 10}
            nowhere = {"type": "scatter", "x": [None], "y": [None], "mode": "markers"}
            fig["data"].append(nowhere | {"name": name, "marker": marker})
    lines = [
        charts.line_at("x", 100 * v.value, charts.FAINT, dash="dash")
        for name in ("majority", "tfidf")
        for row, v in zip(rows, values, strict=True)
        if row.name == name
    ]
    fig["layout"] |= {
        "shapes": lines,
        "showlegend": True,
        "legend": charts.LEGEND_ABOVE,
        "margin": {"t": 36},
    }
    return fig


def _layers_sentence(ladder: Ladder) -> str:
    """Which layer knows most, when their intervals tell."""
    layers = [row for row in ladder.rows if row.name.startswith("layer")]
    if len(layers) < 2:
        return ""
    best = max(layers, key=lambda row: row.measures[ladder.measure].value)
    zero = layers[0].measures[ladder.measure]
    if best is layers[0]:
        return (
            " Among single layers the context-free layer 0 does best: context does not help here."
        )
    value = best.measures[ladder.measure]
    told = "clearly above" if value.low > zero.high else "above"
    return f" Among single layers {best.label.lower()} does best, {told} the context-free layer 0 ({percent(zero.value, 1)})."


def _curve(ladder: Ladder) -> None:
    st.subheader("With fewer labels", anchor=False)
    names = [row.label for row in ladder.rows if row.name != "majority"]
    best = ladder.best()
    usual = ["TF-IDF", "Static vectors", "Layer 0", best.label if best else ""]
    chosen = st.multiselect(
        "Rows to compare",
        names,
        default=[name for name in dict.fromkeys(usual) if name in names],
        key=f"downstream_curve_rows_{ladder.task}_{ladder.name}",
    )
    rows = [row for row in ladder.rows if row.label in chosen]
    if not rows:
        st.info("Choose at least one row.")
        return
    charts.show(
        curve_figure(rows, ladder.measure),
        key="downstream_learning_curve",
        alt=f"Learning curves: {ladder.measure} against the number of training texts for {', '.join(chosen)}.",
        name=f"{ladder.name}-learning-curve",
    )
    page.finding(curve_sentence(rows))
    lines = [
        {"representation": row.label, "training texts": p.n_training, ladder.measure: p.measure.value,
         "low": p.measure.low, "high": p.measure.high}
        for row in rows for p in row.curve
    ]  # fmt: skip
    page.table(pd.DataFrame(lines), f"{ladder.name}-learning-curve", key="downstream-table-curve")


def curve_figure(rows: list[Row], measure: str) -> charts.Figure:
    """A line for each row over the number of training texts, with intervals."""
    data: list[dict] = []
    for number, row in enumerate(rows):
        low, value, high = 100 * np.transpose(
            [[p.measure.low, p.measure.value, p.measure.high] for p in row.curve]
        )
        data.append(
            {
                "type": "scatter",
                "x": [p.n_training for p in row.curve],
                "y": value,
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": high - value,
                    "arrayminus": value - low,
                    "thickness": 1,
                    "width": 4,
                },
                "mode": "lines+markers",
                "name": row.label,
                "line": {"color": charts.colour(number)},
                "marker": {"symbol": charts.symbol(number), "size": 9},
            }
        )
    layout = {
        "xaxis": {"title": {"text": "training texts"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": f"{measure}, %"}, "rangemode": "tozero"},
        "height": 400,
        "legend": charts.LEGEND_ABOVE,
        "margin": {"t": 40},
    }
    return {"data": data, "layout": layout}


def curve_sentence(rows: list[Row]) -> str:
    """What the smallest training part already reaches."""
    best = max(rows, key=lambda row: row.curve[0].measure.value)
    point, last = best.curve[0], best.curve[-1]
    return (
        f"With {point.n_training} training texts {best.label} does best of these: {percent(point.measure.value, 1)} "
        f"({percent(point.measure.low, 1)} to {percent(point.measure.high, 1)}); with {last.n_training} it reaches {percent(last.measure.value, 1)}."
    )


def _learned_weights(ladder: Ladder) -> None:
    rows = [row for row in ladder.rows if row.learned is not None]
    if not rows:
        return
    st.subheader("The weights the task learned", anchor=False)
    labels = [row.label for row in rows]
    chosen = (
        st.segmented_control(
            "Row", labels, default=labels[0], required=True, key="downstream_learned_row"
        )
        if len(rows) > 1
        else labels[0]
    )
    learned = rows[labels.index(chosen)].learned
    assert learned is not None
    fig = weights_figure(learned.normalized, learned.in_folds)
    names = [f"layer {i}: {short(w)}" for i, w in enumerate(learned.normalized)]
    charts.show(
        fig,
        key="downstream_learned_weights_figure",
        alt=f"Normalized weights: {'; '.join(names)}.",
        name="learned-weights",
    )
    page.finding(weights_sentence(learned))
    table = pd.DataFrame(
        {
            "layer": range(len(learned.raw)),
            "raw (before softmax)": learned.raw,
            "normalized (after softmax)": learned.normalized,
            "γ": learned.gamma,
        }
    )
    page.table(table, "learned-weights")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Send these weights to Mixing",
            key="downstream_send_weights",
            icon=":material/change_history:",
        ):
            name = f"{TASKS[ladder.task].title}, {ladder.name}"
            st.session_state[keys.LEARNED_WEIGHTS] = {
                "name": name,
                "task": name,
                "raw": learned.raw,
                "normalized": learned.normalized,
                "weights": learned.normalized,
                "gamma": learned.gamma,
            }
        if keys.LEARNED_WEIGHTS in st.session_state:
            st.caption(f"Sent: {plain(st.session_state[keys.LEARNED_WEIGHTS]['name'])}.")
            page.link("mixing", "Open Mixing")


def weights_sentence(learned: Learned) -> str:
    """Which layer the mix prefers, and how much the training folds agree on it."""
    strongest = int(np.argmax(learned.normalized))
    found = (
        "stays the equal mix: these texts do not say which layer is best"
        if np.ptp(learned.normalized) < 0.02
        else f"gives layer {strongest} most weight ({short(learned.normalized[strongest])})"
    )
    spread = np.ptp(np.array(learned.in_folds), axis=0).max() if learned.in_folds else 0.0
    return (
        f"Trained on all texts, the mix {found}. Between the training folds a weight differs by up to "
        f"{short(spread)}, so {'read them as a tendency' if spread > 0.15 else 'they are stable'}."
    )


def weights_figure(normalized: list[float], in_folds: list[list[float]]) -> charts.Figure:
    """A bar for each layer, with a dot for each training fold."""
    n = len(normalized)
    names = [f"Layer {i}" for i in range(n)]
    bars = {
        "type": "bar",
        "x": normalized,
        "y": names,
        "orientation": "h",
        "name": "trained on all texts",
        "showlegend": True,
        "marker": {"color": [charts.layer_colour(i) for i in range(n)]},
    }
    dots = {
        "type": "scatter",
        "x": [w for fold in in_folds for w in fold],
        "y": names * len(in_folds),
        "mode": "markers",
        "name": "in each training fold",
        "marker": {"symbol": "line-ns-open", "size": 14, "color": charts.COLOURS[1]},
    }
    layout = {
        "xaxis": {
            "title": {"text": "normalized weight (dashed: the equal mix)"},
            "range": [0, 1],
        },
        "yaxis": {"autorange": "reversed"},
        "shapes": [charts.line_at("x", 1 / n, charts.FAINT, dash="dash")],
        "height": 110 + 44 * n,
        "legend": charts.LEGEND_ABOVE,
        "margin": {"t": 36},
    }
    return {"data": [bars, dots] if in_folds else [bars], "layout": layout}
