"""How well two models tell given senses apart, by how much they differ, and how much of it is training."""

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
        title: of the model, as people read it.
        choice: the representation.
        vectors: of the uses.
    """

    title: str
    choice: inputs.Choice
    vectors: ChosenVectors

    @cached_property
    def matrix(self) -> Float[np.ndarray, "uses uses"]:
        """The cosines."""
        return word_analysis.cosines(self.vectors, self.choice.by)


@dataclass(frozen=True)
class _Compared:
    """All sides on the same draws of the sentences.

    Attributes:
        figures: of each side.
        differences: the first side less each of the others.
    """

    figures: LayerSeparation
    differences: tuple[Difference, ...]


def compare(
    context: page.Context, chosen: Chosen, sides: Sequence[Side], untrained: Side | None
) -> None:
    """The pair AUC of each model, and the paired difference; asks for senses where there are none."""
    labels = tuple(use.sense for use in chosen.uses)
    every = [*sides, *([untrained] if untrained is not None else [])]
    keys = tuple(f"{side.vectors.key} {side.choice.by.key}" for side in every)
    found = _compared(keys, labels, context.seed, every)
    if math.isnan(found.figures.layers[0].auc):
        page.finding(
            "Which model tells the senses apart better can be said when the sentences have at least two "
            "senses, one of them twice."
        )
        return
    told = [finding(every, found.figures, found.differences[0])]
    if untrained is not None:
        told.append(training(every, found.figures, found.differences[1]))
        if untrained.choice.by.note:
            told[-1] += f" It is compared {untrained.choice.by.note}."
    page.finding("\n\n".join(told))
    names = [side.title.removesuffix(" of the same size") for side in every]
    aucs = [figure.auc for figure in found.figures.layers]
    charts.show(
        charts.intervals(
            names,
            list(found.figures.low),
            aucs,
            list(found.figures.high),
            title="pair AUC: .5 is chance, 1 is perfect",
            colours=[charts.colour(i) for i in range(len(every))],
        ),
        key="word-models-auc",
        name=f"{chosen.word}-two-models",
        alt=unmarked(" ".join(told)),
    )
    none = Difference(float("nan"), float("nan"), float("nan"), float("nan"))
    differences = [none, *found.differences]
    page.table(
        pd.DataFrame(
            {
                "model": [side.title for side in every],
                "compared by": [side.choice.label for side in every],
                "pair AUC": aucs,
                "95 % from": found.figures.low,
                "95 % to": found.figures.high,
                "first less this": [each.value for each in differences],
                "from": [each.low for each in differences],
                "to": [each.high for each in differences],
                "p": [each.p for each in differences],
            }
        ),
        f"{chosen.word}-two-models",
    )


@st.cache_data(max_entries=50, show_spinner="How sure is it? Drawing sentences again…")
def _compared(
    keys: tuple[str, ...], labels: tuple[str | None, ...], seed: int, _sides: Sequence[Side]
) -> _Compared:
    n_resamples = word_analysis.resamples(len(labels))
    matrices = [side.matrix for side in _sides]
    return _Compared(
        separation_by_layer(matrices, labels, n_resamples=n_resamples, seed=seed),
        tuple(
            paired_difference(matrices[0], other, labels, n_resamples=n_resamples, seed=seed)
            for other in matrices[1:]
        ),
    )


def finding(sides: Sequence[Side], figures: LayerSeparation, difference: Difference) -> str:
    """Which of the first two models tells the senses apart better, and how sure that is."""
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
    """How much the first model is ahead of an untrained one, the last of the sides."""
    untrained = figures.layers[-1].auc
    start = (
        f"**How much of this is training?** An untrained model of the size of {plain(sides[0].title)}, compared "
        f"in the same way, has pair AUC {short(untrained)}: "
    )
    if not difference.p <= 0.05:
        return f"{start}no difference that can be told from chance, {_interval(difference)}."
    does = "training adds" if difference.value > 0 else "training takes away"
    amount = difference
    if difference.value < 0:
        amount = Difference(-difference.value, -difference.high, -difference.low, difference.p)
    return f"{start}{does} {_interval(amount)}."


def _interval(difference: Difference) -> str:
    p = "p < .002" if difference.p < 0.002 else f"p = {short(difference.p, 3)}"
    return f"{short(difference.value)} (95 % interval {short(difference.low)} to {short(difference.high)}, {p})"
