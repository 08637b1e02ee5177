"""Below the first view of Word in context: pairs, one use, self-similarity, clusters, the table.

Only the tab that is open computes anything.
"""

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore import similarity as similarity_tools
from ui import (
    downloads,
    inputs,
    page,
    word_concordance,
    word_pack,
    word_statistics,
    word_text,
    word_uses,
    word_view,
)
from ui.word_analysis import Vectors
from ui.word_uses import Chosen

TABS = ("Pairs", "Like one sentence", "Beyond chance", "Groups", "Sentences and senses")


def tabs(
    context: page.Context,
    chosen: Chosen,
    vectors: Vectors,
    choice: inputs.Choice,
    matrix: np.ndarray,
) -> None:
    """The tabs; the one that is open is kept in the address."""
    opened = st.tabs(TABS, key="tab", on_change="rerun", bind="query-params")
    for tab, draw in zip(
        opened,
        (_pairs, _like_one, word_statistics.beyond_chance, word_statistics.groups, _sentences),
        strict=True,
    ):
        if tab.open:
            with tab:
                draw(context, chosen, vectors, choice, matrix)


def _pairs(
    context: page.Context,
    chosen: Chosen,
    vectors: Vectors,
    choice: inputs.Choice,
    matrix: np.ndarray,
) -> None:
    """All pairs, most similar first; choosing a row opens its two sentences above."""
    ranked = similarity_tools.pairs(matrix)
    uses = chosen.uses
    frame = pd.DataFrame(
        {
            "rank": np.arange(1, len(ranked) + 1),
            "cosine": ranked.similarity,
            "senses": [_senses(uses[i].sense, uses[j].sense) for i, j in _both(ranked)],
            "first": [f"{i + 1}: {uses[i].text}" for i in ranked.first],
            "second": [f"{j + 1}: {uses[j].text}" for j in ranked.second],
        }
    )
    page.finding(word_text.ranked(ranked, choice.label))
    st.session_state["word_ranked"] = _both(ranked)
    st.dataframe(
        frame,
        hide_index=True,
        key="word-pairs",
        on_select=_pair_pressed,
        selection_mode="single-row",
        column_config={"cosine": st.column_config.NumberColumn(format="%.3f")},
        alt="All pairs, most similar first",
    )
    st.caption("Choose a row to read the two sentences side by side, above.")
    downloads.csv(frame, f"{chosen.word}-pairs", key="word-pairs-csv")


def _both(ranked: similarity_tools.Pairs) -> list[tuple[int, int]]:
    return list(zip(ranked.first.tolist(), ranked.second.tolist(), strict=True))


def _senses(first: str | None, second: str | None) -> str:
    if first is None or second is None:
        return "–"
    return f"both {first}" if first == second else f"{first} / {second}"


def _pair_pressed() -> None:
    rows = st.session_state["word-pairs"].selection.rows
    if rows:
        st.session_state[word_view.PAIR] = st.session_state["word_ranked"][rows[0]]


def _like_one(
    context: page.Context,
    chosen: Chosen,
    vectors: Vectors,
    choice: inputs.Choice,
    matrix: np.ndarray,
) -> None:
    """The uses most like a chosen one."""
    uses = chosen.uses
    st.session_state["word_like"] = word_concordance.chosen_use(chosen) or 0
    use = st.selectbox(
        "Sentence",
        range(len(uses)),
        format_func=lambda i: f"{word_text.name(i, uses[i])}: {uses[i].text}",
        key="word_like",
        on_change=lambda: word_concordance.choose_use(st.session_state["word_like"]),
        help="The same as pressing its line in the concordance.",
    )
    others = similarity_tools.nearest(matrix, use)
    frame = pd.DataFrame(
        {
            "cosine": matrix[use, others],
            "number": others + 1,
            "sense": [uses[i].sense for i in others],
            "sentence": [uses[i].text for i in others],
        }
    )
    nearest = uses[int(others[0])]
    told = f"Most like sentence {use + 1} at {choice.label} is sentence {others[0] + 1}: {word_text.marked(nearest, 8)}"
    label = uses[use].sense
    if label:
        k = min(5, len(others))
        same = sum(uses[i].sense == label for i in others[:k])
        told += f" Of its {k} nearest sentences, {same} have its sense, {word_text.plain(label)}."
    page.finding(told)
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            "cosine": st.column_config.ProgressColumn(
                format="%.3f", min_value=float(min(0, frame["cosine"].min())), max_value=1.0
            )
        },
        alt=f"The other sentences, the most like sentence {use + 1} first",
    )
    downloads.csv(frame, f"{chosen.word}-like-{use + 1}", key="word-like-csv")


def _sentences(
    context: page.Context,
    chosen: Chosen,
    vectors: Vectors,
    choice: inputs.Choice,
    matrix: np.ndarray,
) -> None:
    """The table of sentences with senses to edit, and everything to take along."""
    word_uses.editor(chosen)
    frame = pd.DataFrame(
        {
            "number": np.arange(1, len(chosen.uses) + 1),
            "form": [use.form for use in chosen.uses],
            "sense": [use.sense for use in chosen.uses],
            "sentence": [use.text for use in chosen.uses],
        }
    )
    st.caption(
        "Take along: the sentences, and their vectors for the Embedding Projector or for Python."
    )
    with st.container(horizontal=True):
        downloads.csv(
            frame, f"{chosen.word}-sentences", label="Sentences (CSV)", key="word-sentences-csv"
        )
        downloads.tsv_pair(
            vectors.mixed(choice.weights), frame, f"{chosen.word}", key="word-projector"
        )
        downloads.hdf5(
            {
                "layers": vectors.layers,
                "sentences": [use.text for use in chosen.uses],
                "positions": np.array([use.position for use in chosen.uses]),
                "senses": [use.sense or "" for use in chosen.uses],
            },
            chosen.word,
            key="word-hdf5",
        )
        word_pack.button(context, chosen, vectors, choice)
