"""Two models on the same sentences: their matrices side by side, and how well each tells senses apart."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore.similarity import LayerSeparation
from elmo.views import sentences as word_text
from elmo.views.sentences import plain
from ui.shared import charts, choices, inputs, model, page
from ui.shared import matrix as matrices
from ui.uses import vectors as word_analysis
from ui.uses.choose import Chosen
from ui.uses.vectors import ChosenVectors

WORD, WHOLE = "the word", "whole sentences"


def two_models(context: page.Context, chosen: Chosen) -> None:
    """The model of the sidebar beside another one.

    Raises:
        ElmoError: a model cannot be used.
    """
    compared = choices.one_of(
        "Compare",
        [WORD, WHOLE],
        default=WORD,
        key="word_compare",
        help="A whole sentence has no vector of its own: it is the mean of the vectors of all its words.",
    )
    names = model.names()
    others = [name for name in names if name != context.model]
    if not others:
        st.info(
            "There is one model only. “Add a model” in the sidebar takes options.json and weights.hdf5; "
            "`python -m elmo download` fetches an official one; one that you train on Language model is "
            "listed too."
        )
    second = st.selectbox(
        "Second model",
        others or names,
        format_func=model.title,
        key="word_model_b",
        bind="query-params",
        width=360,
        help="The first one is the model of the sidebar.",
    )
    columns = st.columns(2, gap="medium")
    seen: list[tuple[str, inputs.Choice, ChosenVectors]] = []
    order: np.ndarray | None = None
    for side, (column, name) in enumerate(zip(columns, (context.model, second), strict=True)):
        with column:
            st.subheader(model.title(name), anchor=False)
            n = model.n_representations(name)
            choice = inputs.layer_or_mix(
                n, f"word_layer_b{n}" if side else "word_layer", in_address=not side
            )
            vectors = word_analysis.vectors(name, chosen.uses, compared == WHOLE)
            if order is None:
                order = word_analysis.order(vectors, choice.by)
            seen.append((name, choice, vectors))
            _matrix(chosen, vectors, choice, order, f"word-matrix-{side}")
    _agree(chosen, seen)
    _senses(context, chosen, seen)


def _matrix(
    chosen: Chosen, vectors: ChosenVectors, choice: inputs.Choice, order: np.ndarray, key: str
) -> None:
    matrix = word_analysis.cosines(vectors, choice.by)
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    names = [word_text.name(int(i), chosen.uses[i])[:14] for i in order]
    matrices.show(
        matrices.figure(
            matrix[np.ix_(order, order)],
            names,
            column_labels=[str(i + 1) for i in order],
            limits=limits(matrix),
            height=460,
        ),
        key=key,
        name=f"{chosen.word}-{key}",
        alt=f"Similarity matrix at {choice.label}: cosines from {off.min():.2f} to {off.max():.2f}.",
    )


def _agree(chosen: Chosen, seen: list[tuple[str, inputs.Choice, ChosenVectors]]) -> None:
    """Whether the two models order the pairs alike."""
    from scipy.stats import spearmanr

    values = []
    for _, choice, vectors in seen:
        matrix = word_analysis.cosines(vectors, choice.by)
        values.append(matrix[np.triu_indices(len(matrix), k=1)])
    if len(values[0]) < 3 or any(np.ptp(v) < 1e-9 for v in values):
        page.finding(
            "One of the models gives every pair the same cosine here, so their orders cannot be compared."
        )
        return
    found: Any = spearmanr(*values)  # scipy has no types; its result is made at run time
    rho = float(found.statistic)
    how = "much alike" if rho > 0.7 else "somewhat alike" if rho > 0.3 else "differently"
    page.finding(
        f"The two models rank the {len(values[0])} pairs **{how}**: Spearman's rank correlation of their cosines "
        f"is {word_text.short(rho)} (1 is the same order, 0 is none). Both matrices are in the order of the left one."
    )


def _senses(
    context: page.Context, chosen: Chosen, seen: list[tuple[str, inputs.Choice, ChosenVectors]]
) -> None:
    """How well the layers of each model tell the given senses apart."""
    labels = tuple(use.sense for use in chosen.uses)
    if len(chosen.senses) < 2:
        return
    rows: list[tuple[str, int, LayerSeparation]] = []
    sentences = []
    for name, _, vectors in seen:
        layers = word_analysis.by_layer(vectors, labels, context.seed).layers
        if layers.best is None:
            return
        rows += [(name, i, layers) for i in range(vectors.n_layers)]
        sentences.append(
            f"{model.title(name)} does best at layer {layers.best}: pair AUC "
            f"{word_text.short(layers.layers[layers.best].auc)} "
            f"({word_text.short(float(layers.low[layers.best]))} to {word_text.short(float(layers.high[layers.best]))})."
        )
    names = [f"{model.title(name)}, layer {i}" for name, i, _ in rows]
    told = " ".join(sentences)
    charts.show(
        charts.intervals(
            names,
            [f.low[i] for _, i, f in rows],
            [f.layers[i].auc for _, i, f in rows],
            [f.high[i] for _, i, f in rows],
            title="pair AUC: .5 is chance, 1 is perfect",
            colours=[charts.layer_colour(i) for _, i, _ in rows],
        ),
        key="word-models-auc",
        name=f"{chosen.word}-two-models",
        alt=told,
    )
    page.finding(plain(told))
    page.table(
        pd.DataFrame(
            {
                "model": [model.title(n) for n, _, _ in rows],
                "layer": [i for _, i, _ in rows],
                "pair AUC": [f.layers[i].auc for _, i, f in rows],
                "95% from": [f.low[i] for _, i, f in rows],
                "95% to": [f.high[i] for _, i, f in rows],
            }
        ),
        f"{chosen.word}-two-models",
    )


def limits(matrix: np.ndarray) -> tuple[float, float]:
    """Where the colours of a matrix begin and end: its pairs, or 0 to 1 when they are all equal."""
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    low, high = float(off.min()), float(off.max())
    return (low, high) if high - low > 1e-3 else (min(0.0, low), 1.0)
