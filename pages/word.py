"""Word in context: is a word used in one sense or several, and how sure can one be?"""

import streamlit as st

from ui.shared import choices, page
from ui.uses import choose as word_uses
from ui.uses import explored
from ui.uses import vectors as word_analysis
from ui.word import answer as word_answer
from ui.word import concordance as word_concordance
from ui.word import details as word_details
from ui.word import minimal_pair as word_minimal_pair
from ui.word import models as word_models
from ui.word import view as word_view
from ui.word.scene import Scene

PARTS = {
    "uses": "Uses of a word",
    "edit": "Edit one word",
    "models": "Two models",
    "saved": "A saved page",
}


@st.fragment
def compare(chosen: word_uses.Chosen, two_models: bool) -> None:
    """All that changes with the layer and the order; only this runs again when they do."""
    with page.guard():
        word_uses.run_again_when_edited()
        if len(chosen.uses) < 2:
            st.info(
                "One sentence has nothing to be compared with. Give at least two, best five or more."
            )
            word_uses.editor(chosen)
            st.stop()
        if two_models:
            whole = word_view.compared(False, two_models) == word_view.WHOLE
            word_models.two_models(context, chosen, whole)
            st.stop()
        with st.container(key="word-layer"):
            choice, compared = word_view.choose(context.model, len(chosen.uses))
        vectors = word_analysis.vectors(context.model, chosen.uses, compared == word_view.WHOLE)
        choice = word_view.possible(context.model, vectors, choice)
        if compared == word_view.LESS_MEAN:
            vectors = word_view.less_the_mean(vectors, choice)
        word_view.tell(context.model, vectors, choice)
        matrix = word_analysis.cosines(vectors, choice.by)
        scene = Scene(context, chosen, vectors, choice, matrix)
        word_answer.at_the_top(scene)
        left, right = st.columns([6, 5], gap="medium")
        with right:
            word_view.matrix_picture(chosen, vectors, choice)
        with left:
            word_concordance.lines(chosen, matrix, choice)
        word_view.pair(chosen, matrix, choice)
        word_details.tabs(scene)
        explored.save_button(
            context.model, chosen.uses, word=chosen.word, seed=context.seed, key="word_page"
        )


context = page.begin(
    "word",
    "Is a word used in one sense or several in these sentences, and how sure can that be?",
)
with page.guard():
    part = choices.one_of(
        "What to look at",
        list(PARTS.values()),
        default=PARTS["uses"],
        key="word_part",
        label_visibility="collapsed",
        help="The uses of one word in many sentences; one sentence before and after an edit; two "
        "models on the same sentences; or a page that was saved before.",
    )
    if part == PARTS["edit"]:
        word_minimal_pair.minimal_pair_part(context)
        st.stop()
    if part == PARTS["saved"]:
        explored.saved_page()
        st.stop()
    chosen = word_uses.choose(context.seed, with_corpus=True)
    if chosen is None:
        st.stop()
    compare(chosen, part == PARTS["models"])
