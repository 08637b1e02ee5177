"""Mixing: the effects of γ, of layer norm, and of concatenation instead of addition."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from elmo.explore import pair_auc, separation
from elmo.views.numbers import percent, short, signed, significant, whole
from ui.mixing import figures as mixing_figures
from ui.mixing.analysis import Analysis, view_of
from ui.mixing.mix import Mix, mixed_vectors
from ui.mixing.tables import pair_rows
from ui.shared import charts, page

GAMMAS = tuple(float(g) for g in np.logspace(-2, 2, 17))


def gamma(analysis: Analysis, mix: Mix) -> None:
    """Show the mean length and the mean cosine of the mixed vectors for values of γ from .01 to 100."""
    st.markdown(
        "The vectors of the mix above are multiplied by values of γ from 0.01 to 100. For each γ "
        "their lengths and cosines are computed again.",
    )
    rows = gamma_rows(analysis, mix)
    text = gamma_finding(rows)
    for place, column in zip(
        st.columns(2, gap="medium"), ("mean length", "mean cosine"), strict=True
    ):
        with place:
            charts.show(
                mixing_figures.gamma_figure(rows, column, mix.gamma),
                key=f"mixing_gamma_{column[5:]}",
                alt=f"The {column} of the vectors against γ. {text}",
                name=f"{analysis.word}-gamma-{column[5:]}",
            )
    page.finding(text)
    page.table(rows, f"{analysis.word}-gamma", key="mixing-table-gamma")


def gamma_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """Lengths and cosines of the mixed vectors, multiplied in float32 by each γ."""
    mixed = mixed_vectors(analysis, replace(mix, gamma=1.0))
    first, second = np.triu_indices(len(mixed), 1)
    reference, rows = None, []
    for value in GAMMAS:
        scaled = mixed * np.float32(value)
        lengths = np.linalg.norm(scaled, axis=1)
        directions = scaled / lengths[:, None]
        cosines = (directions @ directions.T)[first, second].astype(np.float64)
        reference = cosines if reference is None else reference
        rows.append(
            {
                "γ": value,
                "mean length": float(lengths.mean()),
                "mean cosine": float(cosines.mean()),
                "largest change of a cosine": float(np.abs(cosines - reference).max()),
            }
        )
    return pd.DataFrame(rows)


def gamma_finding(rows: pd.DataFrame) -> str:
    """The sentence on the effect of γ."""
    change = rows["largest change of a cosine"].to_numpy().max()
    times = rows["mean length"].iloc[-1] / rows["mean length"].iloc[0]
    amount = (
        "not at all"
        if change == 0
        else f"by at most {significant(change, 1)}, the rounding of float32"
    )
    return (
        f"From γ = 0.01 to γ = 100 the vectors become {whole(times)} times as long, and the cosines "
        f"change {amount}. γ sets the size of ELMo's numbers beside a task's other inputs; it never "
        "changes which uses are similar. A task learns γ together with the weights."
    )


def layer_norm(analysis: Analysis, mix: Mix) -> None:
    """Show each layer's share of the mix, and the cosine of each pair, without and with layer norm."""
    st.markdown(
        "Equal weights do not mean equal influence: a layer with longer vectors counts more. Layer norm first gives "
        "every vector of every layer mean 0 and variance 1, and so the same length.",
    )
    plain, normed = (view.products for view in analysis.views)
    weights = np.array(mix.weights)
    shares = [plain.layer_shares(weights), normed.layer_shares(weights)]
    pairs = pair_rows(analysis, mix)
    names = [f"layer {layer}" for layer in range(analysis.n_layers)]
    text = layer_norm_finding(analysis, mix, shares, pairs)
    left, right = st.columns(2, gap="medium")
    with left:
        charts.show(
            mixing_figures.shares_figure(names, weights, shares),
            key="mixing_shares",
            alt=f"Weights and shares of the layers. {text}",
            name=f"{analysis.word}-shares",
        )
    with right:
        charts.show(
            mixing_figures.pairs_figure(pairs, "without layer norm", "with layer norm"),
            key="mixing_norm",
            alt=f"The cosine of each pair without and with layer norm. {text}",
            name=f"{analysis.word}-layer-norm",
        )
    page.finding(text)
    page.table(
        lambda: pd.DataFrame(
            {
                "layer": names,
                "weight": weights,
                "share without layer norm": shares[0],
                "share with layer norm": shares[1],
            }
        ),
        f"{analysis.word}-layer-norm",
        key="mixing-table-shares",
    )


def layer_norm_finding(
    analysis: Analysis, mix: Mix, shares: list[Float[np.ndarray, " layers"]], pairs: pd.DataFrame
) -> str:
    """The sentence on the effect of layer norm on this mix."""
    products = analysis.views[0].products
    lengths = [products.lengths(row).mean() for row in np.eye(analysis.n_layers)]
    change = float(np.abs(pairs["with layer norm"] - pairs["without layer norm"]).max())
    longest = int(np.argmax(lengths))
    text = (
        f"The mean lengths of layers 0 to {analysis.n_layers - 1} are "
        f"{', '.join(short(length, 1) for length in lengths)}: as they are, layer {longest} is "
        f"{percent(shares[0][longest])} of this mix at a weight of {short(mix.weights[longest])}, and "
        f"{percent(shares[1][longest])} after layer norm. The cosine of a pair changes by up to {short(change)}"
    )
    if not analysis.has_senses:
        return text + "."
    before, after = (
        float(separation.separation(view.products, analysis.senses, np.array([mix.weights]))[0])
        for view in analysis.views
    )
    return text + f", the pair AUC from {short(before)} to {short(after)}."


def concatenation(analysis: Analysis, mix: Mix, seed: int) -> None:
    """Compare the sum of the weighted layers (mix) with their concatenation."""
    st.markdown(
        "A mix adds the weighted layers into one vector. One can also put them side by side "
        "(concatenate them). That vector is as many times as long, and each layer keeps its own numbers.",
    )
    pairs = pair_rows(analysis, mix)
    text = concatenation_finding(analysis, mix, pairs, seed)
    left, right = st.columns(2, gap="medium", vertical_alignment="center")
    with left:
        charts.show(
            mixing_figures.pairs_figure(pairs, "side by side", "added up"),
            key="mixing_concatenation",
            alt=f"The cosine of each pair, added up and side by side. {text}",
            name=f"{analysis.word}-concatenation",
        )
    with right:
        page.finding(text)
        st.caption("The table of pairs below has both cosines of every pair.")


def concatenation_finding(analysis: Analysis, mix: Mix, pairs: pd.DataFrame, seed: int) -> str:
    """The sentence on the differences between sum and concatenation."""
    view = view_of(analysis, mix.layer_norm)
    dim, n = view.vectors.shape[2], analysis.n_layers
    difference = np.abs(pairs["added up"].to_numpy() - pairs["side by side"].to_numpy())
    text = (
        f"Added up, a word has {dim:,} numbers; side by side {n * dim:,}. The cosines differ by "
        f"{short(difference.mean(), 3)} on average, {short(difference.max(), 3)} at most"
    )
    if sum(w > 0 for w in mix.weights) == 1:
        return (
            text + ": with one layer alone there is nothing to add up, and both ways are the same."
        )
    if not analysis.has_senses:
        return text + "."
    both = np.stack([pairs["added up"], pairs["side by side"]])
    same = separation.same_sense(analysis.senses, view.products.pairs)
    added, beside = pair_auc.ranked_auc(both, same[None])[0]
    low, high = _difference(analysis.key, mix, seed, both, analysis)
    return (
        f"{text}. Pair AUC: {short(added)} added up, {short(beside)} side by side (difference "
        f"{signed(added - beside, 3)}, 95 % interval {signed(low, 3)} to {signed(high, 3)}). "
        + (
            "The interval holds 0: for these senses the additional numbers bring no certain gain."
            if low <= 0 <= high
            else "Side by side separates better here."
            if high < 0
            else "Added up separates better here."
        )
    )


@st.cache_resource(max_entries=60, show_spinner=False)
def _difference(
    key: str, mix: Mix, seed: int, _both: np.ndarray, _analysis: Analysis
) -> tuple[float, float]:
    resampled = separation.bootstrap_separation(
        _both,
        _analysis.senses,
        _analysis.views[0].products.pairs,
        n_resamples=400 if len(_analysis.uses) <= 60 else 100,
        seed=seed,
    )
    low, high = np.nanpercentile(resampled[:, 0] - resampled[:, 1], [2.5, 97.5])
    return float(low), float(high)
