"""Downstream, the results: the ladder of representations; its learning curve and learned weights stand below."""

import pandas as pd
import streamlit as st

from elmo.tasks.ladder.results import Ladder
from elmo.views.numbers import percent, whole
from elmo.views.sentences import plain
from ui.downstream import curve, weights
from ui.downstream.measure import Outcome
from ui.downstream.tasks import TASKS
from ui.shared import charts, model, page

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
    """Say that the result comes with the app, and of which model it is if another model is in use."""
    measured = outcome.ladder.fingerprint
    if model.fingerprint(context.model) == measured:
        st.caption(
            "This result comes with the app: it was measured with the bundled model (python -m "
            "elmo.tasks.measured). Press Measure for your own texts, another task or other settings."
        )
        return
    st.info(
        f"This result is of the bundled model (fingerprint {measured[:12]}…). The model in use is "
        f"{plain(model.title(context.model))} ({model.fingerprint(context.model)[:12]}…). Press Measure to "
        "measure the model in use."
    )


def ladder_part(outcome: Outcome) -> None:
    """Show the ladder, and below it the learned weights and the learning curve."""
    ladder = outcome.ladder
    st.subheader(f"{TASKS[ladder.task].title}: {plain(ladder.name)}", anchor=False)
    _ladder(ladder)
    weights.show(ladder)
    if any(len(row.curve) > 1 for row in ladder.rows):
        curve.show(ladder)


def _ladder(ladder: Ladder) -> None:
    """Draw the ladder with a choice of its measure, its sentence and its table."""
    page.finding(ladder.summary() + _layers_sentence(ladder))
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
    """The single layer with the highest figure, compared with layer 0."""
    layers = [row for row in ladder.rows if row.name.startswith("layer")]
    if len(layers) < 2:
        return ""
    best = max(layers, key=lambda row: row.measures[ladder.measure].value)
    zero = layers[0].measures[ladder.measure]
    if best is layers[0]:
        return " Among single layers the context-free layer 0 has the highest figure: context does not help here."
    value = best.measures[ladder.measure]
    above = "clearly above" if value.low > zero.high else "above"
    return (
        f" Among single layers {best.label.lower()} has the highest figure, {above} the context-free layer 0 "
        f"({percent(zero.value, 1)})."
    )
