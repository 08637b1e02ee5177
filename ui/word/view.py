"""The first view of Word in context: what is compared, the matrix, a pair of sentences."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from elmo.explore import similarity as similarity_tools
from elmo.explore.concordance import concordance_order
from elmo.views import sentences as word_text
from elmo.views.sentences import plain
from ui.shared import choices, inputs, model, page
from ui.shared import matrix as matrices
from ui.uses import first
from ui.uses import vectors as word_analysis
from ui.uses.choose import Chosen
from ui.uses.vectors import ChosenVectors
from ui.word import concordance as word_concordance

WORD, LESS_MEAN, WHOLE = "the word", "minus the word's average", "whole sentences"
_EARLIER_LESS_MEAN = "less its mean"  # in links made before
PAIR = "word_pair"
"""Key of the chosen pair in st.session_state."""

_MANY = 80


def choose(model_name: str, n_uses: int) -> tuple[inputs.Choice, str]:
    """Ask for the representation, and for what of the sentences to compare; first what the model is best at."""
    best = first.first(model_name, can_centre=n_uses >= first.FEWEST_FOR_MEAN)
    first.follow("word_layer", best.by.key)
    choice = inputs.layer_or_mix(
        model.n_representations(model_name), "word_layer", default=best.by.key, in_address=True
    )
    return choice, compared(best.centred)


def tell(model_name: str, vectors: ChosenVectors, choice: inputs.Choice) -> None:
    """Say how well the representation on the screen did on the model's reference words."""
    if not vectors.whole:
        n = vectors.layers.shape[1]
        can_centre = n >= first.FEWEST_FOR_MEAN
        by, centred = choice.by, vectors.centred
        first.tell(model_name, by, centred, "word_measure_reference", can_centre=can_centre)


def compared(centred: bool, two_models: bool = False) -> str:
    """Ask what of the sentences to compare: the word, the word minus its average, or whole sentences.

    Args:
        centred: begin with the word minus its average.
    """
    if st.query_params.get("word_compare") == _EARLIER_LESS_MEAN:
        st.query_params["word_compare"] = LESS_MEAN
    default = LESS_MEAN if centred else WORD
    first.follow("word_compare", default)
    return choices.one_of(
        "Compare",
        [WORD, WHOLE] if two_models else [WORD, LESS_MEAN, WHOLE],
        default=default,
        key="word_compare",
        help="**Minus the word's average**: the average of the word's vectors in these sentences is taken "
        "off first. What all of them share no longer hides in what they differ. It helps where there are "
        "about as many sentences of each sense. **Whole sentences**: a sentence has no vector of its own; "
        "it is the mean of the vectors of all its words.",
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
    """The vectors minus their average, or as they are, and why, where that would tell nothing."""
    n = vectors.layers.shape[1]
    left = vectors.less_the_mean()
    if n < first.FEWEST_FOR_MEAN:
        why = (
            f"with {n} sentences the average is mostly those sentences themselves. Give at least "
            f"{first.FEWEST_FOR_MEAN} to take it off."
        )
    elif not left.of(choice.by).any():
        why = (
            f"at {choice.label} all {n} are one and the same vector, and minus their average nothing is left. "
            "Choose a higher layer."
        )
    else:
        return left
    st.info(f"These are the word's vectors as they are: {why}")
    return vectors


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
            else " Minus the word's average: above 0, two uses differ from the average use in like ways."
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
