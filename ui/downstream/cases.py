"""Downstream, the single texts: correct and wrong predictions, and the ways to compute the results again."""

import shlex

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Int

from elmo.tasks.ladder.results import Ladder, LadderRow
from elmo.views.sentences import plain
from ui.downstream.measure import Outcome
from ui.downstream.tasks import TASKS
from ui.shared import matrix, model, page


def cases_part(ladder: Ladder) -> None:
    """Ask for a row of the ladder, and show its predictions for single texts."""
    st.subheader("The texts behind the numbers", anchor=False)
    rows = [row for row in ladder.rows if row.predictions and row.name != "majority"]
    if not rows:
        return
    labels = [row.label for row in rows]
    best = ladder.best()
    row = rows[labels.index(
        st.selectbox(
            "Row", labels, index=labels.index(best.label) if best else 0, key=f"downstream_cases_{ladder.task}_{ladder.name}"
        )
    )]  # fmt: skip
    _CASES[ladder.task](ladder, row)


def confusion(
    labels: tuple[str, ...], predictions: list[str]
) -> tuple[list[str], Int[np.ndarray, "classes classes"]]:
    """The classes, and the counts of texts by true class (rows) and predicted class (columns)."""
    classes = sorted(set(labels))
    place = {name: i for i, name in enumerate(classes)}
    counts = np.zeros((len(classes), len(classes)), int)
    for true, guess in zip(labels, predictions, strict=True):
        counts[place[true], place[guess]] += 1
    return classes, counts


def _confusion(ladder: Ladder, row: LadderRow) -> None:
    """Show the confusion matrix of a row, and the texts of a chosen cell."""
    classes, counts = confusion(ladder.labels, row.predictions)
    hover = [
        [f"{true} predicted as {guess}: {counts[i, j]}" for j, guess in enumerate(classes)]
        for i, true in enumerate(classes)
    ]
    fig = matrix.figure(
        counts.astype(float),
        classes,
        hover=hover,
        title="texts",
        limits=(0, float(counts.max())),
        height=200 + 56 * len(classes),
    )
    if len(classes) <= 12:
        fig["data"][0]["texttemplate"] = "%{z}"
    fig["data"][0]["showscale"] = False  # the cells show the numbers
    fig["layout"]["xaxis"] |= {"title": {"text": "predicted"}}
    fig["layout"]["yaxis"] |= {"title": {"text": "true"}}
    pairs = [(true, guess) for true in classes for guess in classes]
    wrong = max(
        (p for p in pairs if p[0] != p[1]),
        key=lambda p: counts[classes.index(p[0]), classes.index(p[1])],
    )
    n_wrong = counts[classes.index(wrong[0]), classes.index(wrong[1])]

    def choose(row: int, column: int) -> None:
        st.session_state["downstream_confusion_cell"] = (classes[row], classes[column])

    left, right = st.columns([2, 3])
    with left:
        matrix.show(
            fig,
            key="downstream_confusion",
            alt=f"Confusion matrix of {row.label}. The most frequent error: {wrong[0]} predicted as {wrong[1]}, {n_wrong} texts.",
            name=f"{ladder.name}-confusion",
            shape=counts.shape,
            on_press=choose,
        )
    with right:
        if st.session_state.get("downstream_confusion_cell") not in pairs:
            st.session_state["downstream_confusion_cell"] = wrong
        true, guess = st.selectbox(
            "Cell (or click one)",
            pairs,
            format_func=lambda p: _cell_name(p, counts, classes),
            key="downstream_confusion_cell",
        )
        cases = [
            text
            for text, label, prediction in zip(
                ladder.texts, ladder.labels, row.predictions, strict=True
            )
            if (label, prediction) == (true, guess)
        ]
        st.dataframe(
            pd.DataFrame({f"{true}, predicted as {guess}": cases}), hide_index=True, height=360
        )
    page.finding(
        f"The most frequent error of {row.label}: it predicts “{plain(wrong[1])}” for {n_wrong} of "
        f"{counts[classes.index(wrong[0])].sum()} texts whose label is “{plain(wrong[0])}”. Each text was "
        f"in the test fold once (seed {ladder.settings.seeds[0]})."
        if n_wrong
        else f"{row.label} makes no mistake under seed {ladder.settings.seeds[0]}."
    )
    every = pd.DataFrame(
        {"text": ladder.texts, "label": ladder.labels, "prediction": row.predictions}
    )
    page.table(every, f"{ladder.name}-predictions", "All texts and predictions")


def _cell_name(pair: tuple[str, str], counts: np.ndarray, classes: list[str]) -> str:
    true, guess = pair
    n = counts[classes.index(true), classes.index(guess)]
    return f"{true}: correct ({n})" if true == guess else f"{true} predicted as {guess} ({n})"


def _answers(ladder: Ladder, row: LadderRow) -> None:
    """Show the questions that a row answers rightly or wrongly, and the sentence it ranks first."""
    reference = next((r for r in ladder.rows if r.name == "tfidf"), None)
    right = [guess == answer for guess, answer in zip(row.predictions, ladder.labels, strict=True)]
    kinds = {"wrong": "Answered wrongly", "right": "Answered rightly"}
    other: list[bool] = []
    if reference is not None and reference is not row:
        other = [
            guess == answer
            for guess, answer in zip(reference.predictions, ladder.labels, strict=True)
        ]
        kinds |= {
            "gained": "Right by this row, wrong by TF-IDF",
            "lost": "Wrong by this row, right by TF-IDF",
        }
    kind = st.segmented_control(
        "Questions",
        list(kinds),
        default="wrong",
        required=True,
        format_func=kinds.__getitem__,
        key="downstream_answers_kind",
    )
    chosen = {
        "wrong": [not r for r in right],
        "right": right,
        "gained": [r and not o for r, o in zip(right, other, strict=False)],
        "lost": [o and not r for r, o in zip(right, other, strict=False)],
    }[kind]
    table = pd.DataFrame(
        {"question": ladder.texts, "answer": ladder.labels, "ranked first": row.predictions}
    )
    st.dataframe(table[np.array(chosen)], hide_index=True, height=380)
    page.finding(f"{row.label} ranks the answer first for {sum(right)} of {len(right)} questions.")
    page.table(table, "answers", "All questions")


_CASES = {
    "classification": _confusion,
    "sense tagging": _confusion,
    "question answering": _answers,
}
"""Name of a task -> the function that shows its single items."""


def reproduce(outcome: Outcome) -> None:
    """Draw the reproduction pack's button, and the command and the Python code that give the same numbers."""
    ladder, args = outcome.ladder, outcome.args
    st.subheader("Compute it again", anchor=False)
    if outcome.pack is not None:
        st.download_button(
            "Reproduction pack (ZIP)",
            outcome.pack,
            f"{ladder.name}-ladder.zip",
            "application/zip",
            icon=":material/inventory_2:",
            on_click="ignore",
            key="downstream-pack",
            help="Texts, labels, vectors, settings, versions, results, picture, and a script that gives the same "
            "numbers. The pack holds your texts.",
        )
    with st.expander("Command and Python"):
        st.code(command(args), language="bash")
        st.code(python(args), language="python")


def command(args: dict) -> str:
    """The command line of the same measurement."""
    settings = args["settings"]
    parts = ["python", "-m", "elmo", "evaluate", TASKS[args["task"]].command, args["data"]]
    parts += ["--folds", str(settings["n_folds"]), "--seeds", *map(str, settings["seeds"])]
    if settings["curve"]:
        parts += ["--curve", *map(str, settings["curve"])]
    if args["static"] != "bundled":
        parts += ["--static", args["static"] or "none"]
    if args["model"] != "bundled" and not args["model"].startswith(model.OWN):
        parts += ["--model", args["model"]]
    return shlex.join(parts)


def python(args: dict) -> str:
    """The Python code of the same measurement."""
    settings = args["settings"]
    return f"""\
from elmo.store.store import Store
from elmo.tasks import downstream
from elmo.tasks.ladder.results import Settings

data = downstream.read_data({args["task"]!r}, {args["data"]!r})
static = downstream.read_static({args["static"]!r}, data)
settings = Settings({settings["n_folds"]}, {tuple(settings["seeds"])}, {tuple(settings["curve"])})
ladder, pack = downstream.run_task(data, Store().load({args["model"]!r}), static, settings)
for row in ladder.rows:
    print(row.label, row.measures[ladder.measure])"""
