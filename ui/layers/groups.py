"""The sentence of the Layers page on whether a word's uses have one sense or several."""

import streamlit as st

from elmo.views.answers import one_or_several
from elmo.views.exploration import Exploration
from ui.layers import data
from ui.layers.source import Source


def tell(model_name: str, source: Source, exploration: Exploration) -> None:
    """Write whether the uses have several senses, once the groups of all representations are computed.

    Raises:
        ElmoError: the model cannot be used.
    """
    if not any("p" in one.figures for one in exploration.drawn):
        return
    several = data.several(model_name, source)
    if several is not None:
        st.markdown(f"Senses: {one_or_several(several, len(source.points))}")
