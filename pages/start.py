"""Start: a word in eight sentences, in the representation that separates its senses best and in every layer."""

import streamlit as st

from ui.shared import page
from ui.start import screen as start

context = page.begin("start", "", title="ELMo Explorer")
with page.guard():
    shown = start.data(context.model)
    st.markdown(start.intro(shown))
    start.pictures(shown)
    st.caption(start.why(shown))
    start.more_sentences(shown)
    start.own_word()
    start.doors()
