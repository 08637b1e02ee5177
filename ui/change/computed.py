"""Change, one word: what is computed of the word's uses on both sides, each once for its inputs."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from elmo.explore.clusters import Clusters
from elmo.explore.group_names import Likely
from elmo.representation import Reading, Representation, read_uses, representations
from elmo.tasks.change.measure import (
    WordChange,
    compare,
    draw_enough,
)
from elmo.tasks.change.sides import N_USES, Drawn, joined_forms
from elmo.tasks.change.vectors import DEFAULT, comparable
from elmo.usages import Usage
from elmo.views.sentences import plain
from ui.change.choose import Sides
from ui.shared import model, page


def measure(context: page.Context, sides: Sides, word: str) -> WordChange:
    """Draw the word's uses and compare them, in the representation that was chosen.

    Raises:
        InputError: too few uses on a side.
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
            width=400,
        )
    drawn = draw_enough(word, sides, n_uses, context.seed)
    st.caption(
        f"{drawn.n_old:,} uses of “{plain(word)}” in {plain(sides[0].name)}, {drawn.n_new:,} in "
        f"{plain(sides[1].name)}; {len(drawn.old):,} on each side are compared"
        + (
            f", drawn at random with seed {context.seed}."
            if len(drawn.old) < max(drawn.n_old, drawn.n_new)
            else "."
        )
    )
    if sides[0].with_forms:
        told = joined_forms(word, sides)
        st.caption(
            f"With its other forms, on the old and on the new side: {plain(told)}."
            if told
            else f"No other form of “{plain(word)}” stands in the texts."
        )
    return compared_by(context.model, drawn, name, context.seed)


def representation(model_name: str) -> str:
    """The representation by which uses are compared."""
    every = possible(model_name)
    names = [found.name for found in every]
    return st.selectbox(
        "Compared by",
        names,
        index=names.index(DEFAULT),
        key="change_by",
        bind="query-params",
        width=300,
        help="How a use becomes a vector. " + " ".join(f"**{r.label}**: {r.help}" for r in every),
    )


def possible(model_name: str) -> list[Representation]:
    """The representations that the model has and sides can be compared by."""
    constants = model.constants(model_name)
    every = representations(model.n_representations(model_name))
    return [each for each in every if not each.of_one_word and not each.missing(constants)]


def compared_by(model_name: str, drawn: Drawn, name: str, seed: int) -> WordChange:
    """Compare the uses; kept for the same uses, model, representation and seed."""
    rows = vectors(model_name, drawn.uses, name)
    return _compare((model.fingerprint(model_name), name, seed), drawn, rows)


@st.cache_data(max_entries=20, show_spinner="How sure is it? Dealing the sides out again …")
def _compare(key: tuple[str, str, int], drawn: Drawn, _rows: np.ndarray) -> WordChange:
    return compare(drawn, _rows, key[2])


@st.cache_data(max_entries=20, show_spinner="Comparing with random data without groups …")
def _tested(_measured: WordChange, key: tuple, seed: int) -> Clusters:
    return _measured.test_of_groups(seed)


def test_of_groups(measured: WordChange, seed: int) -> Clusters:
    """Whether the uses fall into groups at all; see `WordChange.test_of_groups`."""
    return _tested(measured, (measured.drawn, measured.vectors.tobytes()), seed)


def representation_in_use() -> str:
    """The representation that was chosen above."""
    return st.session_state.get("change_by") or DEFAULT


def vectors(model_name: str, uses: Sequence[Usage], name: str):
    """The vectors of uses in a representation."""
    representation = comparable(name, model.n_representations(model_name))
    return representation.vectors(_reading(model_name, uses))


def _reading(model_name: str, uses: Sequence[Usage]) -> Reading:
    words = tuple(use.forms for use in uses)
    layers = model.vectors(model_name, words)
    return read_uses(layers, uses, words, model.constants(model_name))


def likely_words(model_name: str, drawn: Drawn) -> Likely | None:
    """The words that could stand in each use's place; None where the model predicts no words."""
    if model.constants(model_name).output is None:
        return None
    return _substitutes((model.fingerprint(model_name), drawn), _reading(model_name, drawn.uses))


@st.cache_data(max_entries=20, show_spinner="Asking the model which words could stand there …")
def _substitutes(key: tuple[str, Drawn], _reading: Reading) -> Likely:
    assert _reading.constants is not None
    assert _reading.constants.output is not None
    words = _reading.constants.output.real_words
    return Likely.of(words, *_reading.substitutes, key[1].word)
