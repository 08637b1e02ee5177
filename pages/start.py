"""Start: a word in eight sentences, as it is told apart best, and in every layer; nothing to press."""

import pandas as pd
import streamlit as st

from ui.shared import choices, page
from ui.start import screen as start

context = page.begin("start", "", title="ELMo Explorer")
with page.guard():
    shown = start.data(context.model)
    st.markdown(start.intro(shown))


@st.fragment
def look() -> None:
    """All that changes with the representation; only this runs again when it does."""
    with page.guard():
        by_title = {view.title: view for view in shown.views}
        title = choices.one_of(
            "Compared by",
            list(by_title),
            default=shown.chosen,
            key="start_layer",
            help="Layer 0 knows only the letters of the word. Each layer above has read the sentence. "
            "The equal mix is the mean of all layers. The page opens on what told apart most pairs on "
            "this model's reference words.",
        )
        view = by_title[title]
        chosen = st.session_state.get(start.CHOSEN)
        left, right = st.columns([6, 5], gap="medium")
        with left:
            start.concordance(shown, view, chosen)
        with right:
            start.maps(shown, view, chosen)
        page.finding(start.separation(view))
        st.caption(start.why(shown))
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
                    "95 % from": [v.low for v in shown.views],
                    "95 % to": [v.high for v in shown.views],
                    "nearest has the same sense": [v.nearest_same for v in shown.views],
                    "the same on the map": [v.nearest_same_on_map for v in shown.views],
                    "p (shuffled labels)": [v.p for v in shown.views],
                    "verdict": [v.verdict for v in shown.views],
                }
            ),
            f"{shown.word}-layers",
        )


look()
with page.guard():
    start.own_word()
    start.doors()
