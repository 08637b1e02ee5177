"""Change, one word: the cached computations on the word's uses of both sides."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from jaxtyping import Float

from elmo import substitutes
from elmo.explore.group_names import Likely
from elmo.explore.several import Several
from elmo.representation import Reading, Representation, read_uses
from elmo.tasks.change import exploration
from elmo.tasks.change.measure import WordChange, compare, draw_enough
from elmo.tasks.change.senses import Readings, read_for_senses, several_senses
from elmo.tasks.change.sides import N_USES, Drawn, joined_forms
from elmo.tasks.change.vectors import DEFAULT, comparable, comparable_ones
from elmo.usages import Usage
from elmo.views.of_model import provenance
from elmo.views.page import page as html_page
from elmo.views.sentences import plain
from ui.change.uploads import Sides
from ui.shared import model, page
from ui.shared.explorer import EncodedExploration


def measure(context: page.Context, sides: Sides, word: str) -> WordChange:
    """Ask for a representation and a number of uses, draw the uses and compare them.

    Raises:
        InputError: a side has too few uses.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = representation(context.model)
        n_uses = st.slider(
            "Uses on each side, at most",
            20,
            N_USES * 5,
            N_USES,
            step=20,
            key="change_uses",
            bind="query-params",
            width=400,
        )
    drawn = draw_enough(word, sides, n_uses, context.seed)
    for note in [drawn.counts_in_words(), *forms_note(drawn.word, sides)]:
        st.caption(note)
    return change_by(context.model, drawn, name, context.seed)


def forms_note(word: str, sides: Sides) -> list[str]:
    """The sentence on the joined forms of the word; empty if the person did not ask for other forms."""
    if not sides[0].with_forms:
        return []
    forms = joined_forms(word, sides)
    if not forms:
        return [f"The texts have no other form of “{plain(word)}”."]
    return [f"With its other forms, on the old and on the new side: {plain(forms)}."]


def representation(model_name: str) -> str:
    """Ask for the representation in which uses are compared; gives its name."""
    every = possible(model_name)
    names = [each.name for each in every]
    return st.selectbox(
        "Compared by",
        names,
        index=names.index(DEFAULT),
        key="change_by",
        bind="query-params",
        width=300,
        help="The vector of a use. " + " ".join(f"**{r.label}**: {r.help}" for r in every),
    )


def possible(model_name: str) -> list[Representation]:
    """The model's representations in which two sides can be compared."""
    return comparable_ones(model.n_representations(model_name), model.constants(model_name))


def change_by(model_name: str, drawn: Drawn, name: str, seed: int) -> WordChange:
    """The change between the sides; cached by uses, model, representation and seed."""
    rows = vectors(model_name, drawn.uses, name)
    return _compare((model.fingerprint(model_name), name, seed), drawn, rows)


@st.cache_data(max_entries=20, show_spinner="Computing p: assigning the uses to sides at random …")
def _compare(key: tuple[str, str, int], drawn: Drawn, _rows: np.ndarray) -> WordChange:
    return compare(drawn, _rows, key[2])


def several(model_name: str, drawn: Drawn) -> Several:
    """Whether the uses of both sides have several senses."""
    readings = read_for_senses(drawn, lambda uses: _reading(model_name, uses))
    return _several(model.fingerprint(model_name), drawn, model_name, readings)


@st.cache_data(max_entries=20, show_spinner="Comparing with the reference words …")
def _several(fingerprint: str, drawn: Drawn, _model_name: str, _readings: Readings) -> Several:
    return several_senses(_readings, exploration.scale_of(model.elmo(_model_name)))


def representation_in_use() -> str:
    """The name of the chosen representation."""
    return st.session_state.get("change_by") or DEFAULT


def vectors(model_name: str, uses: Sequence[Usage], name: str) -> Float[np.ndarray, "uses dim"]:
    """The uses' vectors in a representation."""
    representation = comparable(name, model.n_representations(model_name))
    return representation.vectors(_reading(model_name, uses))


def _reading(model_name: str, uses: Sequence[Usage]) -> Reading:
    words = tuple(use.forms for use in uses)
    layers = model.vectors(model_name, words)
    return read_uses(layers, uses, words, model.constants(model_name))


def likely_words(model_name: str, drawn: Drawn) -> Likely | None:
    """The words that the model expects in each use's place; None if the model predicts no words."""
    return _substitutes((model.fingerprint(model_name), drawn), _reading(model_name, drawn.uses))


@st.cache_data(max_entries=20, show_spinner="Predicting the words in the uses' places …")
def _substitutes(key: tuple[str, Drawn], _reading: Reading) -> Likely | None:
    return substitutes.likely_words(_reading, key[1].word)


def pictures(
    context: page.Context, measured: WordChange, notes: Sequence[str]
) -> EncodedExploration:
    """The linked pictures of the word in the chosen representation."""
    likely = likely_words(context.model, measured.drawn)
    name = representation_in_use()
    made = provenance(model.elmo(context.model), context.seed)
    key = (tuple(made.items()), name, measured.drawn, tuple(notes))
    return _pictures(key, measured, likely)


@st.cache_resource(max_entries=8, show_spinner="Drawing the uses …")
def _pictures(key: tuple, _measured: WordChange, _likely: Likely | None) -> EncodedExploration:
    made, name, _, notes = key
    return EncodedExploration.of(
        exploration.explore_changes({name: _measured}, _likely, name, dict(made), notes)
    )


def whole_page(context: page.Context, drawn: Drawn, notes: Sequence[str]) -> Callable[[], bytes]:
    """A function that makes the page to save, with the word's change in every representation."""
    elmo, first, seed = model.elmo(context.model), representation_in_use(), context.seed

    def make() -> bytes:
        with model.turn():
            made = exploration.explore_word(drawn, elmo, first=first, seed=seed, notes=notes)
        return html_page(made).encode()

    return make
