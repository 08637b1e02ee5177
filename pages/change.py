"""Change: is a word used differently in two sets of texts?"""

import streamlit as st

from ui.change import choose, computed, many, results
from ui.change.uploads import Sides
from ui.shared import page

context = page.begin(
    "change",
    "Is a word used differently in two sets of texts: two periods, two genres, two authors? How "
    "surprising is the difference, and what is new?",
)
with page.guard():
    sides = choose.sides()
    if sides is None:
        st.stop()
    is_list = choose.part() == choose.LIST
    sides = choose.with_forms(sides)
    if is_list:
        many.show(context, sides)
        st.stop()
    word = choose.word(sides)
    if not word:
        st.info("Type a word that both sets of texts have.")
        st.stop()
    measured = computed.measure(context, sides, word)


@st.fragment
def look(sides: Sides) -> None:
    """The results; a press in them runs only this function again."""
    with page.guard():
        results.show(context, sides, measured)


look(sides)
