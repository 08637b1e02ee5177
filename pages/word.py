"""Word in context: is a word used in one sense or several, and how sure can one be?"""

import streamlit as st

from ui import inputs, model, page, share, word_analysis, word_uses, word_view

PARTS = {"uses": "Uses of a word", "edit": "Edit one word", "models": "Two models"}

context = page.begin(
    "Word in context",
    "Is a word used in one sense or several in these sentences, and how sure can that be?",
)
with page.guard():
    part = st.segmented_control(
        "What to look at", list(PARTS), format_func=PARTS.__getitem__, default="uses", required=True,
        key="part", bind="query-params", label_visibility="collapsed",
    )
    chosen = word_uses.choose(context.seed)
    if chosen is not None and len(chosen.uses) > 1:
        with st.container(horizontal=True, vertical_alignment="bottom", key="word-layer"):
            choice = inputs.layer_or_mix(model.n_representations(context.model), "layer")
            whole = st.segmented_control(
                "Compare", ["word", "sentence"], default="word", required=True, key="compare",
                format_func={"word": "the word", "sentence": "whole sentences"}.__getitem__, bind="query-params",
                help="Whole sentences: the mean of the vectors of all words of the sentence.",
            ) == "sentence"
        share.link({}, chosen.own)
        vectors = word_analysis.vectors(context.model, chosen.uses, whole)
        word_view.separation(chosen, vectors, choice, context.seed)
        left, right = st.columns([6, 5], gap="medium")
        with right:
            matrix = word_view.matrix_picture(chosen, vectors, choice, "similarity")
        with left:
            word_view.concordance(chosen, matrix, choice)
        word_view.pair(chosen, matrix, choice)
