"""Word in context: is a word used in one sense or several, and how certain is the answer?"""

import streamlit as st

from ui.shared import choices, page
from ui.uses import choose as word_uses
from ui.uses import explored, pictures
from ui.word import details as word_details
from ui.word import minimal_pair as word_minimal_pair
from ui.word import models as word_models
from ui.word import view as word_view

PARTS = {
    "uses": "Uses of a word",
    "edit": "Edit one word",
    "models": "Two models",
    "saved": "A saved page",
}


@st.fragment
def compare(chosen: word_uses.Chosen, two_models: bool) -> None:
    """The pictures and the tabs below; a change in them runs only this function again."""
    with page.guard():
        word_uses.run_again_when_edited()
        if len(chosen.uses) < 2:
            st.info("A comparison needs at least two sentences, best five or more.")
            word_uses.editor(chosen)
            st.stop()
        if two_models:
            word_models.two_models(context, chosen)
            st.stop()
        word_view.show(context, chosen, word_details.follow_pictures())
        word_details.tabs(context, chosen)
        pictures.finish(word_view.recipe(context, chosen))


context = page.begin(
    "word",
    "Is a word used in one sense or several in these sentences, and how certain is the answer?",
)
with page.guard():
    part = choices.one_of(
        "What to look at",
        list(PARTS.values()),
        default=PARTS["uses"],
        key="word_part",
        label_visibility="collapsed",
        help="The uses of one word in many sentences; one sentence before and after an edit; two "
        "models on the same sentences; or a saved page.",
    )
    if part == PARTS["edit"]:
        word_minimal_pair.minimal_pair_part(context)
        st.stop()
    if part == PARTS["saved"]:
        explored.show_saved_page()
        st.stop()
    chosen = word_uses.choose(context.seed, with_corpus=True)
    if chosen is None:
        st.stop()
    compare(chosen, part == PARTS["models"])
