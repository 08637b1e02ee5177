"""Below the first view of Word in context: pairs, one use, self-similarity, clusters, the table.

Only the tab that is open computes anything.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore import similarity as similarity_tools
from elmo.views import sentences as word_text
from elmo.views.sentences import plain
from ui.shared import downloads, page
from ui.uses import choose as word_uses
from ui.uses.choose import Chosen
from ui.word import concordance as word_concordance
from ui.word import pack as word_pack
from ui.word import statistics as word_statistics
from ui.word import view as word_view
from ui.word.scene import Scene

_ENDS = 1000
"""Pairs shown of each end of the ranking; a browser is slow with all of many."""

TABS = ("Pairs", "Like one sentence", "Beyond chance", "Groups", "Sentences and senses")


def tabs(scene: Scene) -> None:
    """The tabs; the one that is open is kept in the address."""
    opened = st.tabs(TABS, key="word_tab", on_change="rerun", bind="query-params")
    for tab, draw in zip(
        opened,
        (_pairs, _like_one, word_statistics.beyond_chance, word_statistics.groups, _sentences),
        strict=True,
    ):
        if tab.open:
            with tab:
                draw(scene)


def _pairs(scene: Scene) -> None:
    """All pairs, most similar first; choosing a row opens its two sentences above."""
    ranked = similarity_tools.pairs(scene.matrix)
    pairs = list(zip(ranked.first.tolist(), ranked.second.tolist(), strict=True))
    n = len(pairs)
    rows = [*range(n)] if n <= 2 * _ENDS else [*range(_ENDS), *range(n - _ENDS, n)]
    shown = [pairs[row] for row in rows]
    page.finding(word_text.ranked(ranked, scene.choice.label))
    st.session_state["word_ranked"] = shown
    st.dataframe(
        _table(scene.chosen, ranked, rows, scene.chosen.short_lines),
        hide_index=True,
        key="word-pairs",
        on_select=_pair_pressed,
        selection_mode="single-row",
        column_config={
            "rank": st.column_config.NumberColumn(width=60),
            "cosine": st.column_config.NumberColumn(format="%.3f", width=70),
            "senses": st.column_config.TextColumn(width=130),
        },
        alt="Pairs, most similar first",
    )
    st.caption(
        "Choose a row to read the two whole sentences side by side, above."
        + (
            f" Here are the {_ENDS:,} most and the {_ENDS:,} least similar of {n:,} pairs; the file has all."
            if len(rows) < n
            else ""
        )
    )
    whole = [use.text for use in scene.chosen.uses]
    downloads.csv(
        lambda: _table(scene.chosen, ranked, range(n), whole),
        f"{scene.chosen.word}-pairs",
        key="word-pairs-csv",
    )


def _table(
    chosen: Chosen, ranked: similarity_tools.Pairs, rows: Sequence[int], lines: Sequence[str]
) -> pd.DataFrame:
    """Some of the pairs, with a line for each of their uses."""
    first, second = ranked.first[list(rows)].tolist(), ranked.second[list(rows)].tolist()
    uses, pairs = chosen.uses, list(zip(first, second, strict=True))
    return pd.DataFrame(
        {
            "rank": [row + 1 for row in rows],
            "cosine": ranked.similarity[list(rows)],
            **(
                {"senses": [_senses(uses[i].sense, uses[j].sense) for i, j in pairs]}
                if chosen.senses
                else {}
            ),
            "first": [f"{i + 1}: {lines[i]}" for i in first],
            "second": [f"{j + 1}: {lines[j]}" for j in second],
        }
    )


def _senses(first: str | None, second: str | None) -> str:
    if first is None or second is None:
        return "–"
    return f"both {first}" if first == second else f"{first} / {second}"


def _pair_pressed() -> None:
    rows = st.session_state["word-pairs"].selection.rows
    if rows:
        st.session_state[word_view.PAIR] = st.session_state["word_ranked"][rows[0]]


def _like_one(scene: Scene) -> None:
    """The uses most like a chosen one."""
    uses = scene.chosen.uses
    st.session_state["word_like"] = word_concordance.chosen_use(scene.chosen) or 0
    use = st.selectbox(
        "Sentence",
        range(len(uses)),
        format_func=lambda i: f"{word_text.name(i, uses[i])}: {uses[i].text}",
        key="word_like",
        on_change=lambda: word_concordance.choose_use(st.session_state["word_like"]),
        help="The same as pressing its line in the concordance.",
    )
    others = similarity_tools.nearest(scene.matrix, use)
    frame = pd.DataFrame(
        {
            "cosine": scene.matrix[use, others],
            "number": others + 1,
            "sense": [uses[i].sense for i in others],
            "sentence": [uses[i].text for i in others],
        }
    )
    nearest = uses[int(others[0])]
    told = f"Most like sentence {use + 1} at {scene.choice.label} is sentence {others[0] + 1}: {word_text.marked(nearest, 8)}"
    label = uses[use].sense
    if label:
        k = min(5, len(others))
        same = sum(uses[i].sense == label for i in others[:k])
        told += f" Of its {k} nearest sentences, {same} have its sense, {plain(label)}."
    page.finding(told)
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            "cosine": st.column_config.ProgressColumn(
                format="%.3f",
                min_value=min(0.0, float(scene.matrix[use, others].min())),
                max_value=1.0,
            )
        },
        alt=f"The other sentences, the most like sentence {use + 1} first",
    )
    downloads.csv(frame, f"{scene.chosen.word}-like-{use + 1}", key="word-like-csv")


def _sentences(scene: Scene) -> None:
    """The table of sentences with senses to edit, and everything to take along."""
    word_uses.editor(scene.chosen)
    frame = pd.DataFrame(
        {
            "number": np.arange(1, len(scene.chosen.uses) + 1),
            "form": [use.form for use in scene.chosen.uses],
            "sense": [use.sense for use in scene.chosen.uses],
            "sentence": [use.text for use in scene.chosen.uses],
        }
    )
    st.caption(
        "Take along: the sentences, and their vectors for the Embedding Projector or for Python."
    )
    with st.container(horizontal=True):
        downloads.csv(
            frame,
            f"{scene.chosen.word}-sentences",
            label="Sentences (CSV)",
            key="word-sentences-csv",
        )
        downloads.tsv_pair(
            scene.vectors.of(scene.choice.by), frame, f"{scene.chosen.word}", key="word-projector"
        )
        downloads.hdf5(
            {
                "layers": scene.vectors.as_they_are.layers,
                "sentences": [use.text for use in scene.chosen.uses],
                "positions": np.array([use.position for use in scene.chosen.uses]),
                "lengths": np.array([use.length for use in scene.chosen.uses]),
                "senses": [use.sense or "" for use in scene.chosen.uses],
            },
            scene.chosen.word,
            key="word-hdf5",
        )
        word_pack.button(scene.context, scene.chosen, scene.vectors, scene.choice)
