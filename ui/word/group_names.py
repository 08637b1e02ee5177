"""The names of a word's groups: words that the model expects in the place of their uses."""

import numpy as np
import streamlit as st

from elmo.explore.group_names import GroupName, Likely, name_groups
from ui.uses.vectors import ChosenVectors
from ui.word.scene import Scene


def group_names(scene: Scene, groups: np.ndarray) -> list[GroupName]:
    """The groups' names by substitutes; without words where the model predicts none."""
    found = likely(scene.vectors, scene.chosen.word)
    return name_groups(found or Likely((), np.zeros((len(groups), 0))), groups)


def likely(vectors: ChosenVectors, word: str) -> Likely | None:
    """The words that could stand in each use's place; None where the model predicts no words."""
    reading = vectors.reading() if vectors.read_around is not None else None
    if reading is None or reading.constants is None or reading.constants.output is None:
        return None
    return _likely(vectors.as_they_are.key, word, vectors)


@st.cache_data(max_entries=20, show_spinner="Asking the model which words could stand there …")
def _likely(key: str, word: str, _vectors: ChosenVectors) -> Likely:
    reading = _vectors.reading()
    assert reading.constants is not None
    assert reading.constants.output is not None
    return Likely.of(reading.constants.output.real_words, *reading.substitutes, word)
