"""The first view of Word in context: which layer, the concordance, the matrix, a pair of sentences."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore import senses as sense_tools
from elmo.explore import similarity as similarity_tools
from elmo.explore.concordance import concordance_order
from elmo.explore.similarity import LayerSeparation
from elmo.representation import EQUAL_MIX, Representation
from elmo.views import sentences as word_text
from elmo.views.sentences import plain
from ui.shared import charts, choices, downloads, inputs, model, page
from ui.shared import matrix as matrices
from ui.uses import vectors as word_analysis
from ui.uses.choose import Chosen
from ui.uses.vectors import ChosenVectors
from ui.word import charts as word_charts
from ui.word import concordance as word_concordance

WORD, LESS_MEAN, WHOLE = "the word", "less its mean", "whole sentences"
FEWEST_FOR_MEAN = 5
PAIR = "word_pair"
"""Key of the chosen pair in st.session_state."""

_MANY = 80

AUC_MEANS = (
    "**Pair AUC**: take a random pair of sentences with one sense and a random pair with two. How often "
    "is the first pair the more similar one? Equal ones count half: .5 is chance, 1 is never wrong. The "
    "**interval** holds the figure in 95% of the draws when sentences are drawn again, with replacement "
    "and within each sense; **p** is the share of trials in which senses dealt out at random do as well."
)


def compared(two_models: bool) -> str:
    """Ask what of the sentences to compare: the word, the word less its mean, or whole sentences."""
    return choices.one_of(
        "Compare",
        [WORD, WHOLE] if two_models else [WORD, LESS_MEAN, WHOLE],
        default=WORD,
        key="word_compare",
        help="A whole sentence has no vector of its own: it is the mean of the vectors of all its words."
        if two_models
        else "**Less its mean**: the mean of the word's vectors in these sentences is taken off "
        "first. What all of them share no longer hides in what they differ. It helps where there are about "
        "as many sentences of each sense. **Whole sentences**: a sentence has no vector of its own; it is "
        "the mean of the vectors of all its words.",
    )


def possible(model_name: str, vectors: ChosenVectors, choice: inputs.Choice) -> inputs.Choice:
    """The choice, or the top layer, and why, where the model or whole sentences cannot have it."""
    by, why = choice.by, None
    if by.reads and vectors.read_around is None:
        why = f"{by.name} is of a word; a whole sentence has none."
    elif by.reads == "softmax":
        why = by.missing(model.constants(model_name))
    if why is not None:
        top = vectors.single_layers[-1]
        st.info(f"{word_text.plain(why)} This is {top.name} instead.")
        return inputs.Choice(top.in_words, top)
    if by.note and vectors.read_around is not None and not model.entry(model_name).has_softmax:
        st.caption(f"{by.label} {by.note}.")
    return choice


def less_the_mean(vectors: ChosenVectors, choice: inputs.Choice) -> ChosenVectors:
    """The vectors less their mean, or as they are, and why, where that would tell nothing."""
    n = vectors.layers.shape[1]
    left = vectors.less_the_mean()
    if n < FEWEST_FOR_MEAN:
        why = (
            f"with {n} sentences the mean is mostly those sentences themselves. Give at least "
            f"{FEWEST_FOR_MEAN} to take it off."
        )
    elif not left.of(choice.by).any():
        why = (
            f"at {choice.label} all {n} are one and the same vector, and less their mean nothing is left. "
            "Choose a higher layer."
        )
    else:
        return left
    st.info(f"These are the word's vectors as they are: {why}")
    return vectors


def separation(chosen: Chosen, vectors: ChosenVectors, choice: inputs.Choice, seed: int) -> None:
    """Which layer tells the senses apart best, how sure that is, and the odd sentence."""
    labels = tuple(use.sense for use in chosen.uses)
    matrix = word_analysis.cosines(vectors, choice.by)
    odd = word_text.odd_one(sense_tools.odd_one_out(matrix, labels), chosen.uses, choice.label)
    if not any(labels):
        found = word_analysis.clusters(vectors, choice.by, None, seed)
        page.finding(word_text.clusters(found, None, choice.label, False) + "\n\n" + odd)
        return
    found = word_analysis.by_layer(vectors, labels, seed, choice.by)
    told = word_text.separation(
        chosen.word,
        len(chosen.senses),
        found.layers,
        found.p,
        found.verdict,
        found.tests[0].smallest_p,
    )
    if found.layers.best is None:
        page.finding(f"{told}\n\n{odd}")
        return
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        page.finding(f"{told}\n\n{odd}")
    with right:
        charts.show(
            word_charts.separation(found.layers, *shown_beside(found, choice.by)),
            key="word-separation",
            alt=told,
            name=f"{chosen.word}-separation",
        )
    every = [*found.layers.layers, *found.others.layers]
    frame = pd.DataFrame(
        {
            "layer": [each.name for each in [*vectors.single_layers, *found.beside]],
            "pair AUC": [layer.auc for layer in every],
            "95% from": [*found.layers.low, *found.others.low],
            "95% to": [*found.layers.high, *found.others.high],
            "same-sense cosine": [layer.same for layer in every],
            "different-sense cosine": [layer.different for layer in every],
            "p (shuffled senses)": [test.p for test in found.tests],
            "nearest has the same sense": [
                f"{test.nearest_same} of {test.n}" for test in found.tests
            ],
        }
    )
    with st.expander("The numbers of each layer, and what pair AUC means"):
        st.markdown(AUC_MEANS)
        st.dataframe(frame, hide_index=True)
        downloads.csv(frame, f"{chosen.word}-separation", key="word-separation-csv")


def shown_beside(
    found: word_analysis.LayerFindings, by: Representation
) -> tuple[list[str], LayerSeparation]:
    """What the picture has beside the layers: the equal mix, the baseline without an LSTM, the chosen one."""
    names = [each.name for each in found.beside]
    rows = [
        row
        for row, name in enumerate(names)
        if name in (EQUAL_MIX, word_analysis.BASELINE, by.name)
    ]
    others = found.others
    part = LayerSeparation(
        tuple(others.layers[row] for row in rows),
        others.low[rows],
        others.high[rows],
        None,
        float("nan"),
        others.n,
    )
    return [found.beside[row].label for row in rows], part


def matrix_picture(chosen: Chosen, vectors: ChosenVectors, choice: inputs.Choice) -> np.ndarray:
    """The similarity matrix; a press on a cell opens its two sentences."""
    matrix = word_analysis.cosines(vectors, choice.by)
    name = st.selectbox(
        "Order of the matrix",
        list(MATRIX_ORDERS),
        key="word_matrix_order",
        bind="query-params",
        width=280,
        help="\n".join(f"- {name}: {help}" for name, (help, _) in MATRIX_ORDERS.items()),
    )
    _, order_of = MATRIX_ORDERS[name]
    order = order_of(chosen, vectors, choice)
    st.session_state["word_order"] = order.tolist()
    ordered = matrix[np.ix_(order, order)]
    names = [word_text.name(int(i), chosen.uses[i]) for i in order]
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    matrices.show(
        matrices.figure(
            ordered,
            [name if len(name) <= 14 else f"{name[:13]}…" for name in names],
            column_labels=[str(int(i) + 1) for i in order],
            limits=limits(matrix),
            hover=_hover(chosen.short_lines, matrix, order),
            height=520,
        ),
        key="word-matrix",
        alt=f"Similarity matrix of {len(names)} uses of {chosen.word} at {choice.label}: cosines from "
        f"{off.min():.2f} to {off.max():.2f}. The table below has every pair.",
        name=f"{chosen.word}-matrix",
        shape=matrix.shape,
        on_press=_cell_pressed,
    )
    st.caption(
        "Press a cell to read its two sentences side by side."
        + (
            ""
            if not vectors.centred
            else " Less the mean: above 0, two uses differ from the average use in like ways."
        )
    )
    return matrix


def _tree_order(chosen: Chosen, vectors: ChosenVectors, choice: inputs.Choice) -> np.ndarray:
    return word_analysis.order(vectors, choice.by)


def _by_sense(chosen: Chosen, vectors: ChosenVectors, choice: inputs.Choice) -> np.ndarray:
    return concordance_order(chosen.uses, "sense")


def _as_given(chosen: Chosen, vectors: ChosenVectors, choice: inputs.Choice) -> np.ndarray:
    return concordance_order(chosen.uses, "text")


MATRIX_ORDERS = {
    "like beside like": (
        "the order of an average-linkage tree, so that groups become squares",
        _tree_order,
    ),
    "sense": ("by label, uses without one last", _by_sense),
    "as given": ("as the uses come", _as_given),
}
"""The name on screen and in the address -> its help, and the function that orders the uses."""


def limits(matrix: np.ndarray) -> tuple[float, float]:
    """Where the colours of a matrix begin and end: its pairs, or 0 to 1 when they are all equal."""
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    low, high = float(off.min()), float(off.max())
    return (low, high) if high - low > 1e-3 else (min(0.0, low), 1.0)


def _hover(lines: Sequence[str], matrix: np.ndarray, order: np.ndarray) -> list[list[str]] | None:
    """What is told about each cell; None of many uses, so that the picture stays quick."""
    rows = order.tolist()
    if len(rows) > _MANY:
        return None
    return [
        [f"{i + 1}: {lines[i]}<br>{j + 1}: {lines[j]}<br>cosine {matrix[i, j]:.2f}" for j in rows]
        for i in rows
    ]


def _cell_pressed(row: int, column: int) -> None:
    order = st.session_state.get("word_order", [])
    if max(row, column) < len(order):
        first, second = order[row], order[column]
        if first == second:
            word_concordance.choose_use(first)
        else:
            st.session_state[PAIR] = (first, second)


def pair(chosen: Chosen, matrix: np.ndarray, choice: inputs.Choice) -> None:
    """The two sentences of the chosen pair side by side."""
    chosen_pair = st.session_state.get(PAIR)
    if chosen_pair is None or max(chosen_pair) >= len(chosen.uses):
        return
    first, second = chosen_pair
    values = similarity_tools.pairs(matrix).similarity
    value = float(matrix[first, second])
    rank = int((values > value + 1e-12).sum()) + 1
    with st.container(border=True, key="word-pair"):
        left, right = st.columns(2)
        for column, i in ((left, first), (right, second)):
            use = chosen.uses[i]
            column.markdown(f"**{plain(word_text.name(i, use))}** · {word_text.marked(use)}")
        page.finding(
            f"Their cosine at {choice.label} is **{word_text.short(value)}**: rank {rank} of {len(values)} "
            f"pairs, whose median is {word_text.short(float(np.median(values)))}."
        )
