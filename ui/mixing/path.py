"""Mixing: the pair AUC along one edge of the triangle, with its bootstrap band."""

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore import separation
from elmo.views.numbers import short, signed
from elmo.views.sentences import plain
from ui.mixing import figures as mixing_figures
from ui.mixing.analysis import Analysis
from ui.mixing.mix import Mix
from ui.shared import charts, choices, page


def path(analysis: Analysis, mix: Mix, seed: int) -> None:
    """Ask for two layers, and show the pair AUC of the mixes between them."""
    st.markdown(
        "The pair AUC along one edge of the triangle. The band shows the uncertainty: it holds the "
        "middle 95 % of the curves of sentences that were drawn again with replacement.",
    )
    if not analysis.has_senses:
        st.info(f"This cannot be measured here. {plain(analysis.why_no_selection or '')}")
        return
    n = analysis.n_layers
    edges = [(a, b) for a in range(n) for b in range(a + 1, n)]
    chosen = choices.one_of(
        "Edge",
        [f"{a}-{b}" for a, b in edges],
        default=f"{n - 2}-{n - 1}",
        format_func=lambda edge: "layer {} → layer {}".format(*edge.split("-")),
        key="mixing_edge",
        label_visibility="collapsed",
    )
    first, second = (int(layer) for layer in chosen.split("-"))
    edge = _path(analysis.key, mix.layer_norm, first, second, seed, analysis)
    on_edge = all(w < 0.0015 for layer, w in enumerate(mix.weights) if layer not in (first, second))
    fig = mixing_figures.path_figure(edge, first, second, mix.weights[second] if on_edge else None)
    text = path_finding(edge, first, second)
    charts.show(fig, key="mixing_path", alt=text, name=f"{analysis.word}-layer-{first}-to-{second}")
    page.finding(text)
    page.table(
        lambda: pd.DataFrame(
            {
                f"weight of layer {second}": edge.share,
                "pair AUC": edge.auc,
                "low": edge.low,
                "high": edge.high,
            }
        ),
        f"{analysis.word}-layer-{first}-to-{second}",
        key="mixing-table-path",
    )


def path_finding(edge: separation.Path, first: int, second: int) -> str:
    """The sentence on the curve: both ends, the highest point, and the interval of the difference."""
    start, end = edge.auc[0], edge.auc[-1]
    top = int(edge.auc.argmax())
    low, high = edge.change
    sure = (
        f"Layer {second} is better, and the interval of the difference does not hold 0"
        if low > 0
        else f"Layer {first} is better, and the interval of the difference does not hold 0"
        if high < 0
        else "The interval of the difference holds 0: with other sentences the other layer could be the better one"
    )
    return (
        f"Layer {first} has pair AUC {short(start)}, layer {second} {short(end)}; the highest point of the "
        f"edge is {short(edge.auc[top])}, at weight {short(edge.share[top])} of layer {second}. "
        f"{sure} ({signed(end - start)}, 95 % interval {signed(low)} to {signed(high)})."
    )


@st.cache_resource(max_entries=60, show_spinner=False)
def _path(
    key: str, layer_norm: bool, first: int, second: int, seed: int, _analysis: Analysis
) -> separation.Path:
    products = _analysis.views[int(layer_norm)].products
    ends = np.eye(_analysis.n_layers)[[first, second]].tolist()
    n_uses = len(_analysis.uses)
    return separation.separation_along(
        products,
        _analysis.senses,
        *ends,
        n_steps=21 if n_uses <= 60 else 11,
        n_resamples=1000 if n_uses <= 60 else 200,
        seed=seed,
    )
