"""Change, one word: the downloads: the page, the reproduction pack, and the file formats of DURel."""

from collections.abc import Sequence

import streamlit as st

from elmo.explore.similarity import cosine_matrix
from elmo.tasks.change.measure import WordChange
from elmo.tasks.change.wug import GroupedUse, judgments_table, uses_table
from ui.change import computed, pack
from ui.shared import page


def buttons(context: page.Context, measured: WordChange, notes: Sequence[str]) -> None:
    """Draw the download buttons; a file is made when its button is pressed."""
    word, n_old = measured.drawn.word, len(measured.drawn.old)
    grouped = [
        GroupedUse(word, "1" if number < n_old else "2", f"{word}-{number}", use)
        for number, use in enumerate(measured.drawn.uses)
    ]
    st.subheader("Take the data along", anchor=False)
    with st.container(horizontal=True):
        st.download_button(
            "Save this page (HTML)",
            computed.whole_page(context, measured.drawn, notes),
            f"{word}-change.html",
            "text/html",
            key="change_save_page",
            icon=":material/captive_portal:",
            on_click="ignore",
            help="One file with the pictures, figures and sentences in every representation: it opens in any browser, "
            "without a network and without this app. Your sentences are in it. `elmo.views.read` gives its numbers back.",
        )
        pack.button(context, measured.drawn)
        st.download_button(
            "uses.csv (WUG)",
            lambda: uses_table(grouped),
            f"{word}-uses.csv",
            "text/tab-separated-values",
            key="change_save_uses",
            icon=":material/download:",
            on_click="ignore",
            help="The uses in the format of DURel and the Word Usage Graphs.",
        )
        st.download_button(
            "judgments.csv (WUG)",
            lambda: judgments_table(
                grouped,
                cosine_matrix(measured.vectors),
                f"{context.model}, {computed.representation_in_use()}",
            ),
            f"{word}-judgments.csv",
            "text/tab-separated-values",
            key="change_save_judgments",
            icon=":material/download:",
            on_click="ignore",
            help="All pairs of uses, judged by their cosine: 1 for the lowest quarter of the pairs, 4 for the highest.",
        )
