"""What a model's uses are compared by first: the representation that did best on its reference words.

The figures are made once with a model (`elmo.tasks.senses.reference`). A model without them opens on its
top layer, and a button measures it.
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
    """What is compared first.

    Attributes:
        by: the representation, as it is.
        centred: whether the mean over the uses is taken off.
        reference: what chose it; None for a model that was not measured.
    """

    by: Representation
    centred: bool
    reference: "Reference | None"


def first(model_name: str, *, can_centre: bool) -> First:
    """The model's best representation on its reference words; the top layer where it was not measured.

    Args:
        can_centre: whether the page can take the mean off these uses.

    Raises:
        ElmoError: the model cannot be used.
    """
    n_layers = model.n_representations(model_name)
    found = reference(model_name)
    if found is None:
        return First(layer(n_layers - 1, n_layers), False, None)
    best = found.best(None if can_centre else False)
    name = best.removesuffix(LESS_THE_MEAN)
    return First(by_name(name, n_layers), name != best, found)


def reference(model_name: str) -> "Reference | None":
    """The model's figures on its reference words; None where it was not measured.

    Raises:
        ElmoError: the model cannot be used.
    """
    return _reference(model.fingerprint(model_name), model_name)


@st.cache_data(max_entries=16, show_spinner=False)
def _reference(fingerprint: str, _model_name: str) -> "Reference | None":
    from elmo.tasks.senses.reference import stored_reference

    return stored_reference(model.elmo(_model_name))


def tell(model_name: str, by: Representation, key: str) -> None:
    """Say how well a representation did on the reference words; a button where nothing was measured.

    Args:
        key: of the button.
    """
    found = reference(model_name)
    if found is not None:
        st.caption(plain(on_reference_words(found, by.name, can_centre=False)))
        return
    ask_to_measure(model_name, key)


def ask_to_measure(model_name: str, key: str) -> None:
    """A button that measures the model on the reference words; nothing where it was measured.

    Args:
        key: of the button.
    """
    if reference(model_name) is not None:
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    row.caption(
        "This page begins with the top layer: it was not measured yet which representation of this "
        "model tells senses apart best."
    )
    if row.button(
        "Measure it (about a minute)",
        key=key,
        help="Compares the uses of 19 words with known senses in every representation. It is done once "
        "for a model.",
    ):
        measure(model_name)
        st.rerun()


def measure(model_name: str) -> None:
    """Measure the model on the reference words, and keep the figures."""
    from elmo.tasks.senses.reference import measure_and_store

    with st.spinner("Comparing the uses of the reference words …"), model.turn():
        measure_and_store(model.elmo(model_name))
    _reference.clear()


def follow(key: str, default: str) -> None:
    """Set a control to another default where it still has the earlier one, as after a change of model.

    A control keeps its value when its default changes; what a person or a link chose is left.
    """
    begun = f"{key}_default"
    earlier = st.session_state.get(begun)
    if earlier is not None and earlier != default and st.session_state.get(key) == earlier:
        st.session_state[key] = default
    st.session_state[begun] = default
