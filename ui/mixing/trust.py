"""Mixing: which weights are best, and how sure that is; one edge of the triangle as a curve."""

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore import separation
from elmo.views.sentences import plain
from ui.mixing import figures as mixing_figures
from ui.mixing.analysis import Analysis, named, view_of
from ui.mixing.bench import Mix
from ui.mixing.effects import heading
from ui.shared import charts, choices, page


def trust(analysis: Analysis, mix: Mix) -> None:
    """The best mix measured on uses that had no part in choosing it, and against shuffled senses."""
    heading(
        f"Which weights separate “{plain(analysis.word)}” best, and would you trust them?",
        "The best of many mixes always looks good: it was chosen for these very uses. So some uses "
        "are kept back, the best mix is chosen on the others, and it is measured on those kept "
        "back, again and again. A dot is a mean, its bar the middle 95 % of all rounds.",
    )
    view = view_of(analysis, mix.layer_norm)
    if view.selection is None or view.chance is None:
        st.info(f"This cannot be measured here. {plain(analysis.why_no_selection or '')}")
        return
    rows, text = trust_rows(analysis, mix), verdict(analysis, mix)
    charts.show(
        charts.intervals(
            rows["mix"].tolist(),
            rows["low"].tolist(),
            rows["pair AUC"].tolist(),
            rows["high"].tolist(),
            title="pair AUC",
            colours=[_row_colour(kind) for kind in rows["kind"]],
        ),
        key="mixing_trust",
        alt=text,
        name=f"{analysis.word}-best-mix",
    )
    page.finding(text)
    page.table(
        lambda: rows.drop(columns="kind"), f"{analysis.word}-best-mix", key="mixing-table-best-mix"
    )


def _row_colour(kind: str) -> str:
    return {
        "kept back": charts.COLOURS[0],
        "chosen": charts.COLOURS[1],
        "chance": charts.COLOURS[6],
    }[kind]


def trust_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """The rows of the picture: pair AUC with the middle 95 % of splits or shuffles."""
    return _trust_rows(analysis.key, mix.layer_norm, analysis)


@st.cache_resource(max_entries=60, show_spinner=False)
def _trust_rows(key: str, layer_norm: bool, _analysis: Analysis) -> pd.DataFrame:
    view = view_of(_analysis, layer_norm)
    chosen = view.selection
    assert chosen is not None and view.chance is not None
    named_rows = [
        ("best, measured where it was chosen", "chosen", chosen.training),
        ("best, measured on uses kept back", "kept back", chosen.held_out),
        ("equal mix, on the same uses", "kept back", chosen.equal),
        *(
            (f"layer {layer} alone, on the same uses", "kept back", chosen.layers[:, layer])
            for layer in range(_analysis.n_layers)
        ),
        ("best with shuffled senses", "chance", view.chance),
    ]
    return pd.DataFrame(
        [
            {
                "mix": name,
                "pair AUC": float(values.mean()),
                "low": float(np.percentile(values, 2.5)),
                "high": float(np.percentile(values, 97.5)),
                "times": len(values),
                "kind": kind,
            }
            for name, kind, values in named_rows
        ]
    )


def verdict(analysis: Analysis, mix: Mix) -> str:
    """Whether the best weights can be trusted, in words, from the numbers."""
    view = view_of(analysis, mix.layer_norm)
    chosen = view.selection
    assert chosen is not None and view.chance is not None
    score = float(view.scores[view.best])
    n_shuffles = len(view.chance)
    p = (1 + int((view.chance >= score - 1e-9).sum())) / (1 + n_shuffles)
    better = float((chosen.held_out > chosen.equal + 1e-9).mean())
    worse = float((chosen.held_out < chosen.equal - 1e-9).mean())
    lead = (
        f"The best point is {named(view.grid[view.best])} (layer 0 first), with pair AUC {score:.2f} "
        f"on all {len(analysis.uses)} uses. "
    )
    if p > 0.05:
        return lead + (
            f"**Do not trust it:** with shuffled senses the best mix reaches {score:.2f} or more "
            f"in {100 * p:.0f} of 100 cases. Nothing here shows that any mix separates these senses."
        )
    middle = (
        f"With shuffled senses the best mix reaches that in {_rare(p)}, so that the senses are told "
        f"apart. On uses kept back the chosen weights have {chosen.held_out.mean():.2f}, the equal "
        f"mix {chosen.equal.mean():.2f}; they are better in {100 * better:.0f} % of "
        f"{len(chosen.held_out)} splits and worse in {100 * worse:.0f} %. "
    )
    if better >= 0.9:
        end = (
            f"**These weights are worth using** for this word: {named(chosen.weights)} on average."
        )
    elif worse >= 0.5:
        lost = chosen.equal.mean() - chosen.held_out.mean()
        end = "**Do not trust the choice:** on new uses " + (
            "the equal mix does better."
            if lost > 0.02
            else "no weights are clearly better than the equal mix."
        )
    else:
        end = f"**Do not trust the exact weights:** {_doubts(chosen)}"
    return lead + middle + end


def _doubts(chosen: separation.Selection) -> str:
    """Why the chosen weights are not certain."""
    low, high = chosen.chosen.min(axis=0), chosen.chosen.max(axis=0)
    layer = int((high - low).argmax())
    jumps = (
        f"the choice jumps with the sentences (layer {layer} gets {low[layer]:.2f} to "
        f"{high[layer]:.2f}), and "
    )
    gain = chosen.held_out.mean() - chosen.equal.mean()
    return (jumps if high[layer] - low[layer] >= 0.2 else "") + (
        "the equal mix does as well." if gain < 0.01 else "the gain over the equal mix is not sure."
    )


def _rare(p: float) -> str:
    return f"{100 * p:.0f} of 100 cases" if p >= 0.01 else "fewer than 1 of 100 cases"


def path(analysis: Analysis, mix: Mix, seed: int) -> None:
    """Separation from one layer to another, with its bootstrap band."""
    heading(
        "From one layer to another",
        "One edge of the triangle as a curve. The band says how far it may be off: it holds the "
        "middle 95 % of curves from sentences drawn again with replacement.",
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
    """What the curve says, from its numbers."""
    start, end = edge.auc[0], edge.auc[-1]
    top = int(edge.auc.argmax())
    low, high = edge.change
    sure = (
        f"Layer {second} is better in this sample, and the interval of the difference leaves out 0"
        if low > 0
        else f"Layer {first} is better in this sample, and the interval of the difference leaves out 0"
        if high < 0
        else "The interval of the difference holds 0: with more sentences the other layer could be the better one"
    )
    return (
        f"Layer {first} has pair AUC {start:.2f}, layer {second} {end:.2f}; the highest point of the "
        f"edge is {edge.auc[top]:.2f}, at weight {edge.share[top]:.2f} of layer {second}. "
        f"{sure} ({end - start:+.2f}, 95 % interval {low:+.2f} to {high:+.2f})."
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
