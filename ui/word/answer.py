"""The top of Word in context: the page's question answered in two lines, then the odd sentences."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from elmo.explore import doubts
from elmo.explore.group_names import GroupName, Likely, name_groups
from elmo.explore.odd_uses import OddUse, odd_uses
from elmo.explore.senses import Agreement
from elmo.explore.similarity import LayerSeparation, separation_by_layer
from elmo.representation import Representation
from ui.shared import downloads, page
from ui.uses import answers, first, pictures
from ui.uses import vectors as word_analysis
from ui.uses.vectors import ChosenVectors, LayerFindings
from ui.word import view
from ui.word.scene import Scene

_ROWS_SHOWN = 5
MOST_FOR_DOUBTS = 400
"""Uses up to which spelling and pairs of labels are tested; each test compares every pair."""


def at_the_top(scene: Scene) -> None:
    """Two lines, warnings, and the table of odd sentences."""
    labels = tuple(use.sense for use in scene.chosen.uses)
    page.finding("\n\n".join([_without_labels(scene), _with_labels(scene, labels)]))
    _doubts(scene, labels)
    _odd(scene, labels)


def by_layer(scene: Scene, labels: tuple[str | None, ...]) -> LayerFindings | None:
    """The figures of every representation; None where labels cannot be compared."""
    if len(scene.chosen.senses) < 2:
        return None
    found = word_analysis.by_layer(scene.vectors, labels, scene.context.seed, scene.choice.by)
    return None if found.layers.best is None else found


def _without_labels(scene: Scene) -> str:
    clusters = word_analysis.clusters(scene.vectors, scene.choice.by, None, scene.context.seed)
    names = group_names(scene, clusters.labels) if clusters.n_clusters > 1 else []
    reference = None if scene.vectors.whole else first.reference(scene.context.model)
    return answers.without_labels(
        clusters,
        _compared_by(scene),
        first.name_of(scene.choice.by, scene.vectors.centred),
        reference,
        names,
        one_vector=bool(scene.matrix.min() > 1 - 1e-6),
    )


def _compared_by(scene: Scene) -> str:
    label = scene.choice.label
    if scene.vectors.whole:
        return f"{label}, of whole sentences"
    return f"{label}, minus the word's average" if scene.vectors.centred else label


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


@dataclass(frozen=True)
class _Shown:
    """The labels in the representation that is shown."""

    separation: LayerSeparation
    test: Agreement


@st.cache_data(max_entries=100, show_spinner="How sure is it? Drawing sentences again…")
def _of_shown(
    key: str,
    by: str,
    labels: tuple[str | None, ...],
    seed: int,
    _vectors: ChosenVectors,
    _by: Representation,
) -> _Shown:
    matrix = word_analysis.cosines(_vectors, _by)
    n_resamples = word_analysis.resamples(len(labels))
    return _Shown(
        separation_by_layer([matrix], labels, n_resamples=n_resamples, seed=seed),
        word_analysis.agreement(_vectors, _by, labels, None, seed),
    )


def _with_labels(scene: Scene, labels: tuple[str | None, ...]) -> str:
    by, vectors = scene.choice.by, scene.vectors
    shown = _of_shown(vectors.key, by.key, labels, scene.context.seed, vectors, by)
    auc = shown.separation.layers[0]
    interval = float(shown.separation.low[0]), float(shown.separation.high[0])
    found = by_layer(scene, labels)
    best = "" if found is None else _best(found, scene)
    return answers.with_labels(
        len(scene.chosen.senses), auc, interval, shown.test, _compared_by(scene), best
    )


def _best(found: LayerFindings, scene: Scene) -> str:
    every = [*scene.vectors.single_layers, *found.beside]
    aucs = [each.auc for each in (*found.layers.layers, *found.others.layers)]
    best = int(np.nanargmax(aucs))
    low, high = [
        float([*of_layers, *of_others][best])
        for of_layers, of_others in (
            (found.layers.low, found.others.low),
            (found.layers.high, found.others.high),
        )
    ]
    is_shown = every[best].name == scene.choice.by.name
    name = every[best].in_words
    if every[best].name == word_analysis.BASELINE:
        name += " (without any LSTM)"
    return answers.best_of_all(name, len(every), aucs[best], (low, high), found.p_of_all, is_shown)


def _doubts(scene: Scene, labels: tuple[str | None, ...]) -> None:
    """A warning where two labels may be one, or spelling decides."""
    uses = scene.chosen.uses
    if len(uses) > MOST_FOR_DOUBTS or scene.vectors.whole:
        return
    seed = scene.context.seed
    clusters = word_analysis.clusters(scene.vectors, scene.choice.by, None, seed)
    forms = tuple(use.form for use in uses)
    groups = tuple(clusters.labels.tolist())
    told = _reasons(
        scene.vectors.key, scene.choice.by.key, forms, labels, groups, seed, scene.matrix
    )
    if told:
        st.warning("\n\n".join(told), icon=":material/help:")


@st.cache_data(max_entries=100, show_spinner=False)
def _reasons(
    key: str,
    by: str,
    forms: tuple[str, ...],
    labels: tuple[str | None, ...],
    groups: tuple[int, ...],
    seed: int,
    _matrix: Float[np.ndarray, "uses uses"],
) -> list[str]:
    return answers.doubts(
        doubts.labels_not_told_apart(_matrix, labels, seed=seed),
        doubts.labels_written_alike(labels),
        doubts.spellings(_matrix, forms, labels, groups, seed=seed),
    )


def _odd(scene: Scene, labels: tuple[str | None, ...]) -> None:
    """The odd sentences, the oddest first; a press on a heading sorts, on a row chooses the sentence."""
    found = odd_uses(scene.matrix, labels)
    if not found or scene.matrix.min() > 1 - 1e-6:
        return
    st.markdown(answers.odd(found))
    frame = odd_table(scene, found)
    st.session_state["word_odd_uses"] = [odd.use for odd in found]
    cosine = st.column_config.NumberColumn(format="%.2f", width=100)
    st.dataframe(
        frame,
        hide_index=True,
        key="word-odd",
        height=38 + 35 * min(len(frame), _ROWS_SHOWN),
        on_select=_odd_pressed,
        selection_mode="single-row",
        column_config={
            "number": st.column_config.NumberColumn(width=70),
            **{name: cosine for name in frame.columns if frame[name].dtype == float},
            "sentence": st.column_config.TextColumn(width="large"),
        },
        alt="The sentences, those that fit their label least first",
    )
    downloads.table(frame, f"{scene.chosen.word}-odd", key="word-odd-csv")


def odd_table(scene: Scene, found: list[OddUse]) -> pd.DataFrame:
    """A row a use: its similarity to its own label and to the nearest other one."""
    uses = scene.chosen.uses
    columns = {"number": [odd.use + 1 for odd in found]}
    if found[0].other_label is None:
        columns |= {"cosine to the others": [odd.own for odd in found]}
    else:
        columns |= {
            "label": [uses[odd.use].sense for odd in found],
            "cosine to its label": [odd.own for odd in found],
            "nearest other": [odd.other_label for odd in found],
            "cosine to that": [odd.other for odd in found],
            "nearer by": [odd.ahead for odd in found],
        }
    return pd.DataFrame(columns | {"sentence": [uses[odd.use].text for odd in found]})


def _odd_pressed() -> None:
    rows = st.session_state["word-odd"].selection.rows
    if rows:
        pictures.select(view.KEY, [st.session_state["word_odd_uses"][rows[0]]])
