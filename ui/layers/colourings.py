"""What the dots of the maps can be coloured by; a new colouring is one entry of `COLOURINGS`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from elmo.errors import InputError
from ui.layers import data as layers_data
from ui.layers.data import MAX_PAIRWISE_POINTS, Layers
from ui.layers.figures import OTHERS, Colouring, thirds
from ui.layers.source import Source
from ui.shared import charts

N_WORDS_COLOURED = 7


@dataclass(frozen=True)
class Scene:
    """Everything that a colouring may look at.

    Attributes:
        source: the dots and their sentences.
        layers: their vectors, of each map.
        chosen: the number of the use to compare with.
        seed: of clusters.
    """

    source: Source
    layers: Layers
    chosen: int
    seed: int


@dataclass(frozen=True)
class ColourBy:
    """One way to colour the dots.

    Attributes:
        name: on screen and in links.
        help: what colour and shape mean then.
        applies: whether the dots of a source can be coloured so.
        colour: the colouring of each map, in the order of the layers.
        of_chosen: whether the colours change with the chosen use.
    """

    name: str
    help: str
    applies: Callable[[Source], bool]
    colour: Callable[[Scene], list[Colouring]]
    of_chosen: bool = False


def choices(source: Source) -> list[str]:
    """The names of the colourings that fit a source; the first is the one at first."""
    return [by.name for by in COLOURINGS.values() if by.applies(source)]


def colourings(source: Source, layers: Layers, by: str, chosen: int, seed: int) -> list[Colouring]:
    """The colouring of each map.

    Raises:
        InputError: `COLOURINGS` has no such name.
    """
    if by not in COLOURINGS:
        raise InputError(f"there is no colouring {by!r}; there are {', '.join(COLOURINGS)}.")
    chosen = chosen if COLOURINGS[by].of_chosen else 0
    return _colourings(layers.key, source.key, by, chosen, seed, source, layers)


@st.cache_resource(max_entries=24, show_spinner=False)
def _colourings(
    layers_key: str,
    source_key: int,
    by: str,
    chosen: int,
    seed: int,
    _source: Source,
    _layers: Layers,
) -> list[Colouring]:
    return COLOURINGS[by].colour(Scene(_source, _layers, chosen, seed))


def frequent_words(forms: list[str]) -> list[str | None]:
    """Each word's group: itself when it is one of the most frequent with a letter, else "other"."""
    folded = [form.casefold() for form in forms]
    counts: dict[str, int] = {}
    for form in folded:
        if any(map(str.isalnum, form)):
            counts[form] = counts.get(form, 0) + 1
    top = sorted(counts, key=lambda form: -counts[form])[:N_WORDS_COLOURED]
    return [form if form in top else OTHERS for form in folded]


def _on_every_map(scene: Scene, colouring: Colouring) -> list[Colouring]:
    return [colouring] * len(scene.layers.names)


def _number(scene: Scene, title: str, numbers: list[int]) -> list[Colouring]:
    """Colours from the first number to the last, counted from 1."""
    values = np.array(numbers, float) + 1
    return _on_every_map(scene, Colouring(title, thirds(values), values))


def _word(scene: Scene) -> list[Colouring]:
    forms = [use.form for use in scene.source.points]
    return _on_every_map(scene, Colouring("word", frequent_words(forms)))


def _sense(scene: Scene) -> list[Colouring]:
    return _on_every_map(scene, Colouring("sense", scene.source.senses))


def _sentence(scene: Scene) -> list[Colouring]:
    ids = scene.source.sentence_ids
    if len(set(ids)) > len(charts.COLOURS):
        return _number(scene, "number of the sentence", list(ids))
    return _on_every_map(scene, Colouring("sentence", [f"sentence {i + 1}" for i in ids]))


def _position(scene: Scene) -> list[Colouring]:
    return _number(scene, "place in the sentence", [use.position for use in scene.source.points])


def _cluster(scene: Scene) -> list[Colouring]:
    layers = scene.layers
    labels = [
        layers_data.clusters(layers, index, scene.seed).labels for index in range(len(layers.names))
    ]
    return [Colouring("cluster", [f"cluster {label + 1}" for label in row]) for row in labels]


def _similarity(scene: Scene) -> list[Colouring]:
    title = f"cosine with {scene.chosen + 1} (“{scene.source.points[scene.chosen].form}”)"
    rows = layers_data.cosines_to(scene.layers, scene.chosen)
    rest = np.arange(rows.shape[1]) != scene.chosen
    return [Colouring(title, thirds(row), row, _limits(row[rest])) for row in rows]


def _limits(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high - low > 1e-3 else (low - 0.01, high + 0.01)


COLOURINGS = {
    by.name: by
    for by in (
        ColourBy("word", "the most frequent words", lambda source: source.whole_text, _word),
        ColourBy("sense", "the labels of the uses", lambda source: source.has_senses, _sense),
        ColourBy("sentence", "which sentence the word stands in", lambda source: True, _sentence),
        ColourBy(
            "position in the sentence",
            "the place of the word in its sentence",
            lambda source: True,
            _position,
        ),
        ColourBy(
            "cluster",
            "found from the vectors of the layer shown, without the senses",
            lambda source: len(source.points) <= MAX_PAIRWISE_POINTS,
            _cluster,
        ),
        ColourBy(
            "similarity to a chosen use",
            "the cosine with the use that you chose",
            lambda source: True,
            _similarity,
            of_chosen=True,
        ),
    )
}
"""Every colouring by its name, in the order of the list on screen."""
