"""Two models on the same sentences: their matrices side by side, with the same colour scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from jaxtyping import Float

from elmo.representation import FEWEST_FOR_MEAN, by_name
from elmo.views import sentences as word_text
from elmo.views.numbers import short
from elmo.views.sentences import plain
from ui.shared import choices, inputs, model, page
from ui.shared import matrix as matrices
from ui.uses import first
from ui.uses import vectors as word_analysis
from ui.uses.choose import Chosen
from ui.word import models_file, models_senses
from ui.word.models_senses import Side

WORD, LESS_MEAN, WHOLE = "the word", "minus the word's average", "whole sentences"


def two_models(context: page.Context, chosen: Chosen) -> None:
    """Compare the model of the sidebar with a second model.

    Raises:
        ElmoError: a model cannot be used.
    """
    second = _second(context.model)
    given = models_file.ask(chosen) if second == models_file.FILE else None
    if second == models_file.FILE and given is None:
        return
    compared = _ask_comparison(context.model, len(chosen.uses))
    sides, spots = [], []
    for place, (column, name) in enumerate(
        zip(st.columns(2, gap="medium"), (context.model, second), strict=True)
    ):
        with column:
            if place == 1 and given is not None:
                st.subheader(plain(given.name), anchor=False)
                sides.append(
                    models_file.side(given, chosen, compared == WHOLE, compared == LESS_MEAN)
                )
            else:
                st.subheader(plain(model.title(name)), anchor=False)
                sides.append(_side(name, chosen, compared, place))
            spots.append(st.container())
    order = word_analysis.order(sides[0].vectors, sides[0].choice.by)
    limits = colour_limits([side.matrix for side in sides])
    for place, (spot, side) in enumerate(zip(spots, sides, strict=True)):
        with spot:
            _picture(chosen, side, order, limits, f"word-matrix-{place}")
    _agree(sides)
    models_senses.compare(
        context, chosen, sides, _untrained_side(context.model, second, chosen, sides)
    )


def _second(first_model: str) -> str:
    """Ask for the second model; the last choice is an untrained model of the same size."""
    others = [name for name in model.names() if name != first_model]
    return st.selectbox(
        "Second model",
        [*others, model.UNTRAINED + first_model, models_file.FILE],
        format_func=lambda name: name if name == models_file.FILE else model.title(name),
        key="word_model_b",
        bind="query-params",
        width=420,
        help="The first model is that of the sidebar. An untrained model has random weights, so its figures "
        "do not come from training. “Add a model” in the sidebar takes options.json and weights.hdf5; "
        "`python -m elmo download` downloads an official model; a model that you train on Language model "
        "is in the list too. Vectors of any other model, such as BERT, come from a file.",
    )


def _ask_comparison(first_model: str, n_uses: int) -> str:
    """Ask for the vectors to compare in both models: the word, minus its average, or the whole sentence."""
    enough = n_uses >= FEWEST_FOR_MEAN
    best = first.first(first_model, can_centre=enough)
    default = LESS_MEAN if best.centred else WORD
    first.follow("word_models_compare", default)
    return choices.one_of(
        "Compare",
        [WORD, LESS_MEAN, WHOLE] if enough else [WORD, WHOLE],
        default=default,
        key="word_models_compare",
        help="**Minus the word's average**: the average of the word's vectors in these sentences is subtracted "
        "first. **Whole sentences**: the vector of a sentence is the mean of the vectors of all its words.",
    )


def _side(name: str, chosen: Chosen, compared: str, place: int) -> Side:
    """Ask for a model's representation; gives the model's side of the comparison."""
    n = model.n_representations(name)
    measured = name.removeprefix(
        model.UNTRAINED
    )  # the untrained model takes the trained model's best representation
    best = first.first(measured, can_centre=compared == LESS_MEAN).by
    key = f"word_models_layer_{'ab'[place]}{n}"
    first.follow(key, best.key)
    choice = inputs.layer_or_mix(n, key, default=best.key, in_address=True)
    vectors = word_analysis.vectors(name, chosen.uses, compared == WHOLE)
    why = None
    if choice.by.reads and vectors.whole:
        why = f"{choice.by.name} exists for words, not for whole sentences."
    elif choice.by.reads == "softmax":
        why = choice.by.missing(model.constants(name))
    if why is not None:
        top = by_name(f"layer {n - 1}", n)
        st.info(f"{plain(why)} The page shows {top.name} instead.")
        choice = inputs.Choice(top.in_words, top)
    if compared == LESS_MEAN:
        vectors = vectors.less_the_mean()
    return Side(model.title(name), choice, vectors)


def _untrained_side(
    first_model: str, second: str, chosen: Chosen, sides: Sequence[Side]
) -> Side | None:
    """The untrained model of the first model's size, compared in the same way; None if it is the second model, or
    if the representation needs a softmax."""
    name = model.UNTRAINED + first_model
    trained = sides[0]
    if second == name or trained.choice.by.reads == "softmax":
        return None
    vectors = word_analysis.vectors(name, chosen.uses, trained.vectors.whole)
    if trained.vectors.centred:
        vectors = vectors.less_the_mean()
    return Side(model.title(name), trained.choice, vectors)


def _picture(
    chosen: Chosen,
    side: Side,
    order: np.ndarray,
    limits: tuple[float, float],
    key: str,
) -> None:
    """Draw the similarity matrix of a side."""
    matrix = side.matrix
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    names = [word_text.name(int(i), chosen.uses[i])[:14] for i in order]
    matrices.show(
        matrices.figure(
            matrix[np.ix_(order, order)],
            names,
            column_labels=[str(i + 1) for i in order],
            limits=limits,
            height=460,
        ),
        key=key,
        name=f"{chosen.word}-{key}",
        alt=f"Similarity matrix at {side.choice.label}: cosines from {short(off.min())} to {short(off.max())}.",
    )


def _agree(sides: Sequence[Side]) -> None:
    """Write the rank correlation of the two models' cosines."""
    from scipy.stats import spearmanr

    values = [side.matrix[np.triu_indices(len(side.matrix), k=1)] for side in sides]
    if len(values[0]) < 3 or any(np.ptp(v) < 1e-9 for v in values):
        page.finding(
            "One of the models gives every pair the same cosine, so the orders of the pairs cannot be compared."
        )
        return
    result: Any = spearmanr(
        values[0], values[1]
    )  # scipy has no types; its result is made at run time
    rho = float(result.statistic)
    how = "very similarly" if rho > 0.7 else "similarly" if rho > 0.3 else "differently"
    page.finding(
        f"The two models rank the {len(values[0])} pairs **{how}**: Spearman's rank correlation of their cosines "
        f"is {word_text.short(rho)} (1 is the same order, 0 is no relation). Both matrices have the order of the "
        "left one, and the same colour scale."
    )


def colour_limits(matrices_: Sequence[Float[np.ndarray, "uses uses"]]) -> tuple[float, float]:
    """The ends of the colour scale: the smallest and largest cosine of a pair; 0 to 1 if all are equal."""
    off = np.concatenate([matrix[~np.eye(len(matrix), dtype=bool)] for matrix in matrices_])
    low, high = float(off.min()), float(off.max())
    return (low, high) if high - low > 1e-3 else (min(0.0, low), 1.0)
