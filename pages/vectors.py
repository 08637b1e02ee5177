"""Get vectors: a person's sentences become a file of vectors for another program."""

import streamlit as st

from ui.shared import page
from ui.vectors import ask, work

context = page.begin(
    "vectors",
    "Give sentences, choose a layer or a mix, and take a file of their vectors into your own program.",
)
with page.guard():
    request = ask.choose(context)
    work.make(request, context)
    if request is not None:
        with st.expander("The same on the command line, for a file of any size"):
            st.code(request.command(context.model), language="bash")
            st.caption(
                "sentences.txt has one sentence a line. The same command continues an interrupted run."
            )
