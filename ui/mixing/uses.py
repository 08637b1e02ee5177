"""The word and the uses of Mixing, chosen as on Word in context."""

from collections.abc import Sequence

import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_MIXING_USES
from elmo.usages import Usage
from ui.uses import choose as word_uses


def choose(seed: int) -> tuple[str, tuple[Usage, ...]]:
    """Ask for a word and its sentences; stop the page while there are fewer than two uses.

    Returns:
        The word, and its uses sorted by sense.

    Raises:
        InputError: too many uses.
    """
    chosen = word_uses.choose(seed)
    if chosen is None:
        st.stop()
    with st.expander("Senses: edit them, or leave sentences out"):
        word_uses.editor(chosen)
    if len(chosen.uses) < 2:
        st.info("Mixes are compared by uses of the word: give at least two, best ten or more.")
        st.stop()
    if len(chosen.uses) > MAX_MIXING_USES:
        raise InputError(
            f"{chosen.word!r} has {len(chosen.uses):,} uses here, at most {MAX_MIXING_USES} can be "
            "mixed at once; give fewer sentences."
        )
    return chosen.word, by_sense(chosen.uses)


def by_sense(uses: Sequence[Usage]) -> tuple[Usage, ...]:
    """The uses sorted by sense; the senses are in the order of their first use."""
    order = list(dict.fromkeys(use.sense for use in uses))
    return tuple(sorted(uses, key=lambda use: order.index(use.sense)))
