"""The representation by which a page compares first: the model's best on the reference words.

The figures are measured once for a model (`elmo.tasks.senses.reference`). For a model without figures a page begins with the
top layer, and offers a button that measures the model.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from elmo.representation import LESS_THE_MEAN, Representation, by_name, layer
from elmo.views.answers import on_reference_words
from elmo.views.sentences import plain
from ui.shared import model

if TYPE_CHECKING:
    from elmo.tasks.senses.reference import Reference


@dataclass(frozen=True)
class First:
    """The representation by which a page compares first.

    Attributes:
        by: the representation, without the subtraction of the mean.
        centred: True if the mean over the uses is subtracted.
        reference: the figures of the choice; None for a model without figures.
    """

    by: Representation
    centred: bool
    reference: "Reference | None"


def first(model_name: str, *, can_centre: bool) -> First:
    """The model's best representation on the reference words; the top layer for a model without figures.

    Args:
        can_centre: True if the page can subtract the mean over the uses.

    Raises:
        ElmoError: the model cannot be used.
    """
    n_layers = model.n_representations(model_name)
    figures = reference(model_name)
    if figures is None:
        return First(layer(n_layers - 1, n_layers), False, None)
    best = figures.best(None if can_centre else False)
    name = best.removesuffix(LESS_THE_MEAN)
    return First(by_name(name, n_layers), name != best, figures)


def reference(model_name: str) -> "Reference | None":
    """The model's figures on the reference words; None if they were not measured.

    Raises:
        ElmoError: the model cannot be used.
    """
    return _reference(model.fingerprint(model_name), model_name)


@st.cache_data(max_entries=16, show_spinner=False)
def _reference(fingerprint: str, _model_name: str) -> "Reference | None":
    from elmo.tasks.senses.reference import stored_reference

    return stored_reference(model.elmo(_model_name))


def tell(model_name: str, by: Representation, key: str) -> None:
    """Write a representation's figure on the reference words, or draw the button that measures the model.

    Args:
        key: of the button.
    """
    figures = reference(model_name)
    if figures is not None:
        st.caption(plain(on_reference_words(figures, by.name, can_centre=False)))
        return
    ask_to_measure(model_name, key)


def ask_to_measure(model_name: str, key: str) -> None:
    """Draw a button that measures the model on the reference words; nothing if the model has figures.

    Args:
        key: of the button.
    """
    if reference(model_name) is not None:
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    row.caption(
        "This page begins with the top layer, since the representations of this model were not compared on "
        "the reference words yet."
    )
    if row.button(
        "Measure it (about a minute)",
        key=key,
        help="Compares the uses of 19 words with known senses in every representation, once for a model.",
    ):
        measure(model_name)
        st.rerun()


def measure(model_name: str) -> None:
    """Measure the model on the reference words, and save the figures."""
    from elmo.tasks.senses.reference import measure_and_store

    with st.spinner("Comparing the uses of the reference words …"), model.turn():
        measure_and_store(model.elmo(model_name))
    _reference.clear()


def follow(key: str, default: str) -> None:
    """Give a control its new default if it has the earlier default, as after a change of model.

    Streamlit keeps a control's value when its default changes. A value that a person or a link chose stays.
    """
    begun = f"{key}_default"
    earlier = st.session_state.get(begun)
    if earlier is not None and earlier != default and st.session_state.get(key) == earlier:
        st.session_state[key] = default
    st.session_state[begun] = default
