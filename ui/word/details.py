"""The tabs below the pictures of Word in context, and the downloads; only an open tab is computed."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore import similarity
from ui.shared import downloads, page
from ui.uses import choose as word_uses
from ui.uses import explored
from ui.uses.choose import Chosen
from ui.word import groups as word_groups
from ui.word import pack as word_pack
from ui.word import statistics as word_statistics
from ui.word import view
from ui.word.scene import Scene

TABS = SENTENCES, GROUPS, BEYOND = "Sentences and senses", "Groups", "Beyond chance"
TAB, TAKE = "word_tab", "word_take_along"


def follow_pictures() -> bool:
    """True if an open part of the page depends on the state of the pictures."""
    opened = st.session_state.get(TAB) or st.query_params.get(TAB)
    return opened in (GROUPS, BEYOND) or bool(st.session_state.get(TAKE))


def tabs(context: page.Context, chosen: Chosen) -> None:
    """Draw the tabs; the address holds the open one."""
    opened = st.tabs(TABS, key=TAB, on_change="rerun", bind="query-params")
    draw: tuple[Callable[[], None], ...] = (
        lambda: word_uses.editor(chosen),
        lambda: word_groups.groups(view.scene(context, chosen)),
        lambda: word_statistics.beyond_chance(view.scene(context, chosen)),
    )
    for tab, show in zip(opened, draw, strict=True):
        if tab.open:
            with tab:
                show()
    with st.expander("Take the data along", key=TAKE, on_change="rerun") as box:
        if box.open:
            _take_along(view.scene(context, chosen))
    explored.save_button(
        context.model, chosen.uses, word=chosen.word, seed=context.seed, key="word_page"
    )


def _take_along(scene: Scene) -> None:
    """Draw the downloads: the sentences, their vectors, and the reproduction pack."""
    frame = sentence_table(scene)
    st.caption(
        "The sentences, each with its nearest other sentence, and their vectors for the Embedding Projector or for "
        "Python. Buttons among the pictures above save pictures, pairs and numbers."
    )
    with st.container(horizontal=True):
        downloads.table(
            frame,
            f"{scene.chosen.word}-sentences",
            label="Sentences",
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


def sentence_table(scene: Scene) -> pd.DataFrame:
    """A row a use: its sense, its nearest other use and their cosine in the representation that is shown."""
    uses = scene.chosen.uses
    nearest = [int(similarity.nearest(scene.matrix, use)[0]) for use in range(len(uses))]
    return pd.DataFrame(
        {
            "number": np.arange(1, len(uses) + 1),
            "form": [use.form for use in uses],
            "sense": [use.sense for use in uses],
            "nearest": [other + 1 for other in nearest],
            "its sense": [uses[other].sense for other in nearest],
            "cosine": [float(scene.matrix[use, other]) for use, other in enumerate(nearest)],
            "sentence": [use.text for use in uses],
        }
    )
