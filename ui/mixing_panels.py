"""The panels below the mixing bench: each a question, a picture, a computed answer, and a table."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from elmo.explore import mixing, separation
from ui import charts, page
from ui.mixing_analysis import Analysis, View
from ui.mixing_bench import Mix

GAMMAS = tuple(float(g) for g in np.logspace(-2, 2, 17))
CHANCE_LINE = {"line": {"dash": "dot", "color": "#8C8C8C"}}


def view_of(analysis: Analysis, mix: Mix) -> View:
    """The vectors that the bench shows."""
    return analysis.views[int(mix.layer_norm)]


def named(weights) -> str:
    """Weights as text."""
    return " / ".join(f"{w:.2f}" for w in weights)


def _heading(question: str, text: str) -> None:
    st.subheader(question, anchor=False)
    st.markdown(text)


# ---- would you trust it? --------------------------------------------------------------------------


def trust(analysis: Analysis, mix: Mix) -> None:
    """The best mix measured on uses that had no part in choosing it, and against shuffled senses."""
    _heading(
        f"Which weights separate “{page.plain(analysis.word)}” best, and would you trust them?",
        "The best of many mixes always looks good: it was chosen for these very uses. So some uses "
        "are kept back, the best mix is chosen on the others, and it is measured on those kept "
        "back, again and again.",
    )
    view = view_of(analysis, mix)
    if view.selection is None or view.chance is None:
        st.info(f"This cannot be measured here. {analysis.why_no_selection}")
        return
    rows = trust_rows(analysis, mix)
    charts.show(
        charts.intervals(
            rows["mix"].tolist(), rows["low"], rows["pair AUC"], rows["high"], title="pair AUC",
            colours=[_row_colour(kind) for kind in rows["kind"]], limits=None,
        ),
        key="mixing_trust",
        alt=verdict(analysis, mix),
        name=f"{analysis.word}-best-mix",
    )
    page.finding(verdict(analysis, mix))
    page.table(rows.drop(columns="kind"), f"{analysis.word}-best-mix")


def _row_colour(kind: str) -> str:
    return {"kept back": charts.COLOURS[0], "chosen": charts.COLOURS[1], "chance": charts.COLOURS[6]}[kind]


def trust_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """The rows of the picture: pair AUC with the middle 95 % of splits or shuffles."""
    view = view_of(analysis, mix)
    chosen = view.selection
    assert chosen is not None and view.chance is not None
    named_rows = [
        ("best, measured where it was chosen", "chosen", chosen.training),
        ("best, measured on uses kept back", "kept back", chosen.held_out),
        ("equal mix, on the same uses", "kept back", chosen.equal),
        *(
            (f"layer {layer} alone, on the same uses", "kept back", chosen.layers[:, layer])
            for layer in range(analysis.n_layers)
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
    view = view_of(analysis, mix)
    chosen = view.selection
    assert chosen is not None and view.chance is not None
    score = float(view.scores[view.best])
    n_shuffles = len(view.chance)
    p = (1 + int((view.chance >= score - 1e-9).sum())) / (1 + n_shuffles)
    better = float((chosen.held_out > chosen.equal + 1e-9).mean())
    worse = float((chosen.held_out < chosen.equal - 1e-9).mean())
    spread = chosen.chosen.max(axis=0) - chosen.chosen.min(axis=0)
    widest = int(spread.argmax())
    lead = (
        f"The best point of the triangle is {named(view.grid[view.best])}, with pair AUC {score:.2f} "
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
        return lead + middle + (
            f"**These weights are worth using** for this word: {named(chosen.weights)} on average."
        )
    if worse >= 0.5:
        return lead + middle + "**Do not trust the choice:** the equal mix does better on new uses."
    return lead + middle + (
        "**Do not trust the exact weights:** "
        + (
            f"the choice jumps with the sentences (layer {widest} gets {chosen.chosen[:, widest].min():.2f} "
            f"to {chosen.chosen[:, widest].max():.2f}), and "
            if spread[widest] >= 0.2
            else ""
        )
        + "the gain over the equal mix is not certain."
    )


def _rare(p: float) -> str:
    return f"{100 * p:.0f} of 100 cases" if p >= 0.01 else "fewer than 1 of 100 cases"


# ---- along an edge --------------------------------------------------------------------------------


def path(analysis: Analysis, mix: Mix, seed: int) -> None:
    """Separation from one layer to another, with its bootstrap band."""
    _heading(
        "From one layer to another",
        "One edge of the triangle as a curve. The band says how far it may be off: it holds the "
        "middle 95 % of curves from sentences drawn again with replacement.",
    )
    if not analysis.has_senses:
        st.info("This needs a sense for every use.")
        return
    n = analysis.n_layers
    edges = [(a, b) for a in range(n) for b in range(a + 1, n)]
    chosen = st.segmented_control(
        "Edge", [f"{a}-{b}" for a, b in edges], default=f"{n - 2}-{n - 1}", required=True,
        format_func=lambda edge: "layer {} → layer {}".format(*edge.split("-")),
        key="edge", bind="query-params", label_visibility="collapsed",
    )
    first, second = (int(layer) for layer in chosen.split("-"))
    found = _path(analysis.key, mix.layer_norm, first, second, seed, analysis)
    x = found.share
    fig = go.Figure()
    fig.add_trace(
        go.Scatter(
            x=[*x, *x[::-1]], y=[*found.high, *found.low[::-1]], fill="toself", mode="lines",
            line={"width": 0}, fillcolor="rgba(0, 114, 178, 0.2)", hoverinfo="skip", name="95 % band",
        )
    )
    fig.add_trace(
        go.Scatter(
            x=x, y=found.auc, mode="lines+markers", name="pair AUC", line={"color": charts.COLOURS[0]},
            marker={"size": 6},
            hovertemplate=f"{{%{{x:.2f}}}} of layer {second}: %{{y:.3f}}<extra></extra>".replace("{%", "%").replace("}}", "}"),
        )
    )
    on_edge = all(w < 0.0015 for layer, w in enumerate(mix.weights) if layer not in (first, second))
    if on_edge:
        here = float(np.interp(mix.weights[second], x, found.auc))
        fig.add_trace(
            go.Scatter(
                x=[mix.weights[second]], y=[here], mode="markers", name="the mix set above",
                marker={"symbol": "circle-open", "size": 15, "color": charts.MIX_COLOUR, "line": {"width": 3}},
            )
        )
    fig.add_hline(y=0.5, **CHANCE_LINE)
    fig.update_xaxes(title=f"weight of layer {second} (layer {first} has the rest)", range=[-0.02, 1.02])
    fig.update_yaxes(title="pair AUC")
    fig.update_layout(height=340, legend=charts.LEGEND_ABOVE)
    text = path_finding(found, first, second)
    charts.show(fig, key="mixing_path", alt=text, name=f"{analysis.word}-layer-{first}-to-{second}")
    page.finding(text)
    page.table(
        pd.DataFrame(
            {f"weight of layer {second}": x, "pair AUC": found.auc, "low": found.low, "high": found.high}
        ),
        f"{analysis.word}-layer-{first}-to-{second}",
    )


def path_finding(found: separation.Path, first: int, second: int) -> str:
    """What the curve says, from its numbers."""
    start, end = found.auc[0], found.auc[-1]
    top = int(found.auc.argmax())
    low, high = found.change
    sure = (
        f"Layer {second} is better in this sample, and the interval of the difference leaves out 0"
        if low > 0
        else f"Layer {first} is better in this sample, and the interval of the difference leaves out 0"
        if high < 0
        else "The interval of the difference holds 0: more sentences could turn it round"
    )
    return (
        f"Layer {first} has pair AUC {start:.2f}, layer {second} {end:.2f}; the highest point of the "
        f"edge is {found.auc[top]:.2f}, at weight {found.share[top]:.2f} of layer {second}. "
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
        products, _analysis.senses, *ends, n_steps=21 if n_uses <= 60 else 11,
        n_resamples=1000 if n_uses <= 60 else 200, seed=seed,
    )


# ---- γ, layer norm, concatenation -----------------------------------------------------------------


def gamma(analysis: Analysis, mix: Mix) -> None:
    """γ against lengths and cosines, from vectors that were really scaled."""
    _heading(
        "What does γ do?",
        "Here the vectors of the mix set above are multiplied by γ, from 0.01 to 100, and their "
        "lengths and cosines are measured again each time.",
    )
    rows = gamma_rows(analysis, mix)
    fig = make_subplots(1, 2, subplot_titles=["mean length", "mean cosine of the pairs"], horizontal_spacing=0.12)
    for column, name in enumerate(("mean length", "mean cosine"), 1):
        fig.add_trace(
            go.Scatter(
                x=rows["γ"], y=rows[name], mode="lines+markers", line={"color": charts.COLOURS[0]},
                marker={"size": 6}, hovertemplate="γ %{x:.2f}: %{y:.4g}<extra></extra>",
            ), 1, column,
        )
        here = float(np.interp(np.log(mix.gamma), np.log(rows["γ"]), np.log(rows[name].clip(1e-9))))
        fig.add_trace(
            go.Scatter(
                x=[mix.gamma], y=[np.exp(here)], mode="markers", hoverinfo="skip",
                marker={"symbol": "circle-open", "size": 15, "color": charts.MIX_COLOUR, "line": {"width": 3}},
            ), 1, column,
        )
        fig.update_xaxes(type="log", title="γ", row=1, col=column)
    fig.update_yaxes(type="log", row=1, col=1)
    fig.update_yaxes(range=[0, 1], row=1, col=2)
    fig.update_layout(height=300, showlegend=False, margin={"t": 30})
    text = gamma_finding(rows, mix)
    charts.show(fig, key="mixing_gamma", alt=text, name=f"{analysis.word}-gamma")
    page.finding(text)
    page.table(rows, f"{analysis.word}-gamma")


def gamma_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """Lengths and cosines of the mixed vectors, scaled by each γ in float32 and measured anew."""
    mixed = np.tensordot(np.array(mix.weights), view_of(analysis, mix).vectors, 1).astype(np.float32)
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


def gamma_finding(rows: pd.DataFrame, mix: Mix) -> str:
    """What γ changes and what it does not."""
    change = rows["largest change of a cosine"].max()
    times = rows["mean length"].iloc[-1] / rows["mean length"].iloc[0]
    said = "by nothing" if change == 0 else f"by no more than {change:.0e}, the rounding of float32"
    return (
        f"From γ = 0.01 to γ = 100 the vectors become {times:,.0f} times as long, and the cosines "
        f"change {said}. γ sets how large ELMo's numbers are beside a task's other inputs; it never "
        "changes which uses are alike. A task learns it together with the weights."
    )


def layer_norm(analysis: Analysis, mix: Mix) -> None:
    """What each layer makes up of the mix, with and without layer norm, and what it does to pairs."""
    _heading(
        "What does layer norm do?",
        "A weight is not yet a share: a layer with longer vectors counts more. Layer norm brings "
        "every vector of every layer to mean 0 and variance 1 first, and so to one length.",
    )
    plain, normed = (view.products for view in analysis.views)
    weights = np.array(mix.weights)
    shares = [plain.layer_shares(weights), normed.layer_shares(weights)]
    pairs = pair_rows(analysis, mix)
    fig = make_subplots(
        1, 2, subplot_titles=["share of the mixed vector", "cosine of each pair"], horizontal_spacing=0.12
    )
    names = [f"layer {layer}" for layer in range(analysis.n_layers)]
    for label, values, colour, pattern in (
        ("weight", weights, charts.COLOURS[6], ""),
        ("share as it is", shares[0], charts.COLOURS[0], "/"),
        ("share after layer norm", shares[1], charts.COLOURS[1], "x"),
    ):
        fig.add_trace(
            go.Bar(x=names, y=values, name=label, marker={"color": colour, "pattern": {"shape": pattern}},
                   hovertemplate="%{x}: %{y:.2f}<extra>" + label + "</extra>"), 1, 1,
        )
    _add_pairs(fig, pairs, "as it is", "after layer norm")
    fig.update_layout(height=360, legend=charts.LEGEND_ABOVE, margin={"t": 60})
    text = layer_norm_finding(analysis, mix, shares, pairs)
    charts.show(fig, key="mixing_norm", alt=text, name=f"{analysis.word}-layer-norm")
    page.finding(text)
    page.table(
        pd.DataFrame({"layer": names, "weight": weights, "share as it is": shares[0], "share after layer norm": shares[1]}),
        f"{analysis.word}-layer-norm",
    )


def _add_pairs(fig: go.Figure, pairs: pd.DataFrame, x: str, y: str, column: int = 2) -> None:
    """A dot a pair in the given column, and the line where both cosines are equal."""
    for number, kind in enumerate(pairs["pair"].unique()):
        rows = pairs[pairs["pair"] == kind]
        fig.add_trace(
            (go.Scatter if len(rows) < 2500 else go.Scattergl)(
                x=rows[x], y=rows[y], mode="markers", name=kind,
                marker={"size": 6, "color": charts.COLOURS[(2, 3)[number % 2]], "opacity": 0.7,
                        "symbol": ("circle", "diamond-open")[number % 2]},
                customdata=rows[["first", "second"]],
                hovertemplate="uses %{customdata[0]} and %{customdata[1]}: %{x:.3f} → %{y:.3f}<extra></extra>",
            ), 1, column,
        )
    low = float(min(pairs[x].min(), pairs[y].min()))
    fig.add_trace(
        go.Scatter(x=[low, 1], y=[low, 1], mode="lines", line={"color": "#8C8C8C", "dash": "dot", "width": 1},
                   hoverinfo="skip", showlegend=False), 1, column,
    )
    fig.update_xaxes(title=x, row=1, col=column)
    fig.update_yaxes(title=y, row=1, col=column)


def pair_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """Every pair of uses with its cosines: as it is, after layer norm, and laid side by side."""
    plain, normed = (view.products for view in analysis.views)
    weights = np.array([mix.weights])
    first, second = plain.pairs
    senses = np.array([str(sense) for sense in analysis.senses])
    same = senses[first] == senses[second]
    kinds = np.where(same, "same sense", "different senses") if analysis.has_senses else "pair"
    return pd.DataFrame(
        {
            "first": first + 1,
            "second": second + 1,
            "pair": kinds,
            "as it is": plain.cosines(weights)[0],
            "after layer norm": normed.cosines(weights)[0],
            "added up": view_of(analysis, mix).products.cosines(weights)[0],
            "side by side": view_of(analysis, mix).products.cosines(weights, concatenated=True)[0],
        }
    )


def layer_norm_finding(analysis: Analysis, mix: Mix, shares, pairs: pd.DataFrame) -> str:
    """What layer norm changes in this mix."""
    products = analysis.views[0].products
    lengths = [products.lengths(row).mean() for row in np.eye(analysis.n_layers)]
    change = (pairs["after layer norm"] - pairs["as it is"]).abs().max()
    longest = int(np.argmax(lengths))
    text = (
        f"The mean lengths of layers 0 to {analysis.n_layers - 1} are "
        f"{', '.join(f'{length:.1f}' for length in lengths)}: as they are, layer {longest} is "
        f"{100 * shares[0][longest]:.0f} % of this mix at a weight of {mix.weights[longest]:.2f}, and "
        f"{100 * shares[1][longest]:.0f} % after layer norm. The cosine of a pair changes by up to {change:.2f}"
    )
    if not analysis.has_senses:
        return text + "."
    before, after = (
        float(separation.separation(view.products, analysis.senses, np.array([mix.weights]))[0])
        for view in analysis.views
    )
    return text + f", the pair AUC from {before:.2f} to {after:.2f}."


def concatenation(analysis: Analysis, mix: Mix, seed: int) -> None:
    """Adding the weighted layers up, or laying them side by side."""
    _heading(
        "Adding layers up, or laying them side by side?",
        "A mix adds the weighted layers into one vector. One can also lay them side by side "
        "(concatenate): a vector as many times as long, in which no layer can blur another.",
    )
    pairs = pair_rows(analysis, mix)
    fig = make_subplots(1, 1)
    _add_pairs(fig, pairs, "side by side", "added up", column=1)
    fig.update_layout(height=360, legend=charts.LEGEND_ABOVE)
    text = concatenation_finding(analysis, mix, pairs, seed)
    charts.show(fig, key="mixing_concatenation", alt=text, name=f"{analysis.word}-concatenation")
    page.finding(text)


def concatenation_finding(analysis: Analysis, mix: Mix, pairs: pd.DataFrame, seed: int) -> str:
    """How far both ways agree, and whether one separates better."""
    view = view_of(analysis, mix)
    dim, n = view.vectors.shape[2], analysis.n_layers
    difference = (pairs["added up"] - pairs["side by side"]).abs()
    text = (
        f"Added up, a word has {dim:,} numbers; side by side {n * dim:,}. The cosines differ by "
        f"{difference.mean():.3f} on average, {difference.max():.3f} at most"
    )
    if sum(w > 0 for w in mix.weights) == 1:
        return text + ": with one layer alone there is nothing to add up, and both ways are the same."
    if not analysis.has_senses:
        return text + "."
    both = np.stack([pairs["added up"], pairs["side by side"]])
    same = separation.same_sense(analysis.senses, view.products.pairs)
    added, beside = separation.pair_auc(both, same[None])[0]
    low, high = _difference(analysis.key, mix, seed, both, analysis)
    return (
        f"{text}. Pair AUC: {added:.2f} added up, {beside:.2f} side by side (difference "
        f"{added - beside:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}). "
        + (
            "For these senses the extra numbers bring nothing that can be told from chance."
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
        _both, _analysis.senses, _analysis.views[0].products.pairs,
        n_resamples=400 if len(_analysis.uses) <= 60 else 100, seed=seed,
    )
    low, high = np.nanpercentile(resampled[:, 0] - resampled[:, 1], [2.5, 97.5])
    return float(low), float(high)


# ---- tables ---------------------------------------------------------------------------------------


def tables(analysis: Analysis, mix: Mix) -> None:
    """The tables behind the bench's pictures; a long one is made when it is opened."""
    st.subheader("The numbers behind the bench", anchor=False)
    _folded("The pairs (matrix)", "mixing_pairs", f"{analysis.word}-pairs", lambda: pair_rows(analysis, mix))
    _folded("The uses (map)", "mixing_points", f"{analysis.word}-map", lambda: use_rows(analysis, mix))
    _folded("The mixes (triangle)", "mixing_grid", f"{analysis.word}-triangle", lambda: grid_rows(analysis, mix))


def _folded(label: str, key: str, name: str, rows) -> None:
    from ui import downloads

    with st.expander(label, key=key, on_change="rerun") as box:
        if box.open:
            df = rows()
            st.dataframe(df, hide_index=True)
            downloads.csv(df, name, key=f"{key}-csv")


def use_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """Each use with its place on the map and its vector's length."""
    view = view_of(analysis, mix)
    place = mix.gamma * np.tensordot(np.array(mix.weights), view.coordinates, 1)
    return pd.DataFrame(
        {
            "use": np.arange(1, len(analysis.uses) + 1),
            "sense": analysis.senses,
            "x": place[:, 0],
            "y": place[:, 1],
            "length": view.products.lengths(mix.weights, mix.gamma),
            "sentence": [use.text for use in analysis.uses],
        }
    )


def grid_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """Each mix of the triangle with its score."""
    view = view_of(analysis, mix)
    columns = {f"layer {layer}": view.grid[:, layer] for layer in range(analysis.n_layers)}
    return pd.DataFrame(columns | {"pair AUC" if analysis.has_senses else "mean cosine": view.scores})
