"""The names of a word's groups: words that the model expects in the place of their uses, and beside the word."""

import numpy as np
import streamlit as st

from elmo.explore.group_names import GroupName, Likely, name_groups
from elmo.representation import Reading
from elmo.substitutes import likely_words
from ui.uses import vectors as word_analysis
from ui.uses.vectors import ChosenVectors
from ui.word.scene import Scene


def group_names(scene: Scene, groups: np.ndarray) -> list[GroupName]:
    """The groups' names by substitutes; letters alone if the model predicts no words."""
    words = likely(scene)
    return name_groups(words or Likely((), np.zeros((len(groups), 0))), groups)


def likely(scene: Scene) -> Likely | None:
    """The words that the model expects in each use's place and beside the word; None if it predicts no words."""
    if scene.vectors.whole:
        return None
    patterns = word_analysis.patterns(scene.context.model, scene.chosen.uses)
    key = (scene.vectors.as_they_are.key, scene.chosen.word)
    return _likely(key, scene.vectors, patterns)


@st.cache_data(max_entries=20, show_spinner="Predicting the words in the uses' places …")
def _likely(
    key: tuple[str, str], _vectors: ChosenVectors, _patterns: Reading | None
) -> Likely | None:
    return likely_words(_vectors.reading(), key[1], _patterns)
