"""Start: a word in eight sentences, seen in every layer; nothing to press."""

import pandas as pd
import streamlit as st

from ui.shared import choices, page
from ui.start import screen as start

context = page.begin(
    "start",
    "ELMo reads the whole sentence before it gives a word its vector. Here is **bank** in eight "
    "sentences, four about money and four about rivers. In the maps, dots that lie close together "
    "have similar vectors.",
    title="ELMo Explorer",
)
with page.guard():
    shown = start.data(context.model)


@st.fragment
def look() -> None:
    """All that changes with the layer; only this runs again when it does."""
    with page.guard():
        by_title = {view.title: view for view in shown.views}
        *layers, mix = by_title
        title = choices.one_of(
            "Look at",
            list(by_title),
            default=layers[-1],
            key="start_layer",
            help="Layer 0 knows only the letters of the word. Each layer above has read the sentence. "
            "The equal mix is the mean of all layers.",
        )
        view = by_title[title]
        chosen = st.session_state.get(start.CHOSEN)
        left, right = st.columns([6, 5], gap="medium")
        with left:
            start.concordance(shown, view, chosen)
        with right:
            start.maps(shown, [by_title[t] for t in layers] + [view] * (title == mix), view, chosen)
        page.finding(f"**At {title.lower()}:** {start.separation(view)}")
        start.more_sentences(shown)
        page.table(
            pd.DataFrame(
                {
                    "view": [v.title for v in shown.views],
                    "same-sense cosine": [v.same for v in shown.views],
                    "same-sense pairs": [v.n_same for v in shown.views],
                    "different-sense cosine": [v.different for v in shown.views],
                    "different-sense pairs": [v.n_different for v in shown.views],
                    "pair AUC": [v.auc for v in shown.views],
                    "p (shuffled labels)": [v.p for v in shown.views],
                    "verdict": [v.verdict for v in shown.views],
                }
            ),
            "bank-layers",
        )


look()
with page.guard():
    start.own_word()
    start.doors()
