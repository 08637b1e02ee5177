"""The pair AUC of two models, their difference, and the difference to an untrained model."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from elmo.explore.similarity import (
    Difference,
    LayerSeparation,
    paired_difference,
    separation_by_layer,
)
from elmo.views.numbers import short
from elmo.views.sentences import plain, unmarked
from ui.shared import charts, inputs, page
from ui.uses import vectors as word_analysis
from ui.uses.choose import Chosen
from ui.uses.vectors import ChosenVectors


@dataclass(frozen=True)
class Side:
    """One model on the sentences.

    Attributes:
        title: the model's name on screen.
        choice: the representation.
        vectors: the uses' vectors.
    """

    title: str
    choice: inputs.Choice
    vectors: ChosenVectors

    @cached_property
    def matrix(self) -> Float[np.ndarray, "uses uses"]:
        """The cosines of all pairs of uses."""
        return word_analysis.cosines(self.vectors, self.choice.by)


@dataclass(frozen=True)
class _Figures:
    """The figures of all sides on the same bootstrap samples of the sentences.

    Attributes:
        figures: the pair AUC of each side.
        differences: the first side minus each of the others.
    """

    figures: LayerSeparation
    differences: tuple[Difference, ...]


def compare(
    context: page.Context, chosen: Chosen, sides: Sequence[Side], untrained: Side | None
) -> None:
    """Show the pair AUC of each model and the paired difference; ask for senses if there are none."""
    labels = tuple(use.sense for use in chosen.uses)
    every = [*sides, *([untrained] if untrained is not None else [])]
    keys = tuple(f"{side.vectors.key} {side.choice.by.key}" for side in every)
    result = _figures(keys, labels, context.seed, every)
    if math.isnan(result.figures.layers[0].auc):
        page.finding(
            "To compare how well the models tell senses apart, give at least two senses, one of them to two "
            "sentences."
        )
        return
    texts = [finding(every, result.figures, result.differences[0])]
    if untrained is not None:
        texts.append(training(every, result.figures, result.differences[1]))
        if untrained.choice.by.note:
            texts[-1] += f" It is compared {untrained.choice.by.note}."
    page.finding("\n\n".join(texts))
    names = [side.title.removesuffix(" of the same size") for side in every]
    aucs = [figure.auc for figure in result.figures.layers]
    charts.show(
        charts.intervals(
            names,
            list(result.figures.low),
            aucs,
            list(result.figures.high),
            title="pair AUC: .5 is chance, 1 is perfect",
            colours=[charts.colour(i) for i in range(len(every))],
        ),
        key="word-models-auc",
        name=f"{chosen.word}-two-models",
        alt=unmarked(" ".join(texts)),
    )
    none = Difference(float("nan"), float("nan"), float("nan"), float("nan"))
    differences = [none, *result.differences]
    page.table(
        pd.DataFrame(
            {
                "model": [side.title for side in every],
                "compared by": [side.choice.label for side in every],
                "pair AUC": aucs,
                "95 % from": result.figures.low,
                "95 % to": result.figures.high,
                "first minus this": [each.value for each in differences],
                "from": [each.low for each in differences],
                "to": [each.high for each in differences],
                "p": [each.p for each in differences],
            }
        ),
        f"{chosen.word}-two-models",
    )


@st.cache_data(max_entries=50, show_spinner="Computing intervals…")
def _figures(
    keys: tuple[str, ...], labels: tuple[str | None, ...], seed: int, _sides: Sequence[Side]
) -> _Figures:
    n_resamples = word_analysis.resamples(len(labels))
    matrices = [side.matrix for side in _sides]
    return _Figures(
        separation_by_layer(matrices, labels, n_resamples=n_resamples, seed=seed),
        tuple(
            paired_difference(matrices[0], other, labels, n_resamples=n_resamples, seed=seed)
            for other in matrices[1:]
        ),
    )


def finding(sides: Sequence[Side], figures: LayerSeparation, difference: Difference) -> str:
    """The sentence on the difference between the first two models, with its interval and p."""
    names = [plain(side.title) for side in sides[:2]]
    aucs = [figure.auc for figure in figures.layers[:2]]
    numbers = (
        f"pair AUC {short(aucs[0])} and {short(aucs[1])}, difference {_interval(difference)}, on the same "
        f"{figures.n} sentences"
    )
    if not difference.p <= 0.05:
        return f"**No difference between {names[0]} and {names[1]} that can be told from chance**: {numbers}."
    better, worse = names if difference.value > 0 else names[::-1]
    return f"**{better} tells the senses apart better than {worse}**: {numbers}."


def training(sides: Sequence[Side], figures: LayerSeparation, difference: Difference) -> str:
    """The sentence on the difference between the first model and the untrained model, the last side."""
    untrained = figures.layers[-1].auc
    start = (
        f"**How much of this is training?** An untrained model of the size of {plain(sides[0].title)}, compared "
        f"in the same way, has pair AUC {short(untrained)}: "
    )
    if not difference.p <= 0.05:
        return f"{start}no difference that can be told from chance, {_interval(difference)}."
    does = "training adds" if difference.value > 0 else "training removes"
    amount = difference
    if difference.value < 0:
        amount = Difference(-difference.value, -difference.high, -difference.low, difference.p)
    return f"{start}{does} {_interval(amount)}."


def _interval(difference: Difference) -> str:
    p = "p < .002" if difference.p < 0.002 else f"p = {short(difference.p, 3)}"
    return f"{short(difference.value)} (95 % interval {short(difference.low)} to {short(difference.high)}, {p})"
