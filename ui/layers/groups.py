"""The note of the Layers page for a word without clusters."""

import streamlit as st

from elmo.views.exploration import Exploration
from elmo.views.sentences import plain
from ui.layers.data import Layers
from ui.uses import first


def tell(model_name: str, layers: Layers, exploration: Exploration) -> None:
    """If no map has clusters, say how often the test finds clusters in this model's reference words.

    Nothing is written before the test has run for all representations.
    """
    looked = [one for one in exploration.drawn if "p" in one.figures]
    reference = first.reference(model_name)
    if not looked or reference is None or any(one.clusters.any() for one in looked):
        return
    name = layers.beside.name
    grouped = reference.grouped.get(name)
    if grouped is not None:
        st.caption(
            "That no clusters were found does not mean that the word has one sense here: by "
            f"{plain(name)} the same test finds clusters in {grouped or 'none'} of {reference.n_words} "
            "reference words, which have several senses."
        )
