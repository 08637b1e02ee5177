"""Mixing: the best weights, and how certain they are."""

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore import separation
from elmo.representation import Representation
from elmo.views.numbers import percent, short, whole
from elmo.views.sentences import plain
from ui.mixing.analysis import Analysis, effort, view_of, weights_text
from ui.mixing.mix import Mix
from ui.shared import charts, choices, page
from ui.shared.page import Context
from ui.uses import vectors as uses_vectors

AS_THEY_ARE, LESS_MEAN = "as they are", "minus the word's average"


def short_answer(analysis: Analysis, mix: Mix) -> None:
    """Draw the verdict on the best weights; nothing if there are too few uses or senses."""
    view = view_of(analysis, mix.layer_norm)
    if view.selection is not None and view.chance is not None:
        page.finding(verdict(analysis, mix))


def trust(analysis: Analysis, mix: Mix, context: Context) -> None:
    """Show the pair AUC of the chosen mix on uses kept back from the choice, and of all other representations."""
    st.markdown(
        "The best of many mixes always has a high figure on the uses for which it was chosen. So some uses "
        "are kept back, the best mix is chosen on the others, and the mix is measured on the uses kept "
        "back (cross-validation). This is repeated; a dot is the mean, its bar the middle 95 % of all "
        "rounds. The other representations are measured on the same uses."
    )
    view = view_of(analysis, mix.layer_norm)
    if view.selection is None or view.chance is None:
        st.info(f"This cannot be measured here. {plain(analysis.why_no_selection or '')}")
        return
    compared = choices.one_of(
        "The other representations' vectors",
        [AS_THEY_ARE, LESS_MEAN],
        default=AS_THEY_ARE,
        key="mixing_others",
        in_address=False,
    )
    measured, others = trust_rows(analysis, mix), _others(analysis, context, compared == LESS_MEAN)
    rows = pd.concat([measured.iloc[:-1], others, measured.iloc[-1:]], ignore_index=True)
    text = _best_of(rows)
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
    """The colour of a row by its kind."""
    return {
        "kept back": charts.COLOURS[0],
        "chosen": charts.COLOURS[1],
        "other": charts.COLOURS[2],
        "chance": charts.COLOURS[6],
    }[kind]


def _best_of(rows: pd.DataFrame) -> str:
    """The sentence on the best representation on the uses kept back, and on the chosen mix."""
    known = rows[rows["kind"].isin(["kept back", "other"])]
    best = known.iloc[int(np.argmax(known["pair AUC"]))]
    mixed = rows.loc[rows["mix"] == CHOSEN].iloc[0]
    name = str(best["mix"]).removesuffix(SAME_USES)
    if best["mix"] == CHOSEN:
        return f"On the uses kept back the chosen mix has the highest pair AUC ({short(mixed['pair AUC'])})."
    return (
        f"On the uses kept back **{plain(name)}** is best, with a mean pair AUC of "
        f"{short(best['pair AUC'])}; the mix chosen on the other uses has {short(mixed['pair AUC'])}. Where "
        "bars overlap, other sentences may give another order."
    )


CHOSEN, SAME_USES = "best, measured on uses kept back", ", on the same uses"


def trust_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """A row for each kind of mix: its mean pair AUC and the middle 95 % of the splits or shuffles."""
    return _trust_rows(analysis.key, mix.layer_norm, analysis)


@st.cache_resource(max_entries=60, show_spinner=False)
def _trust_rows(key: str, layer_norm: bool, _analysis: Analysis) -> pd.DataFrame:
    view = view_of(_analysis, layer_norm)
    chosen = view.selection
    assert chosen is not None and view.chance is not None
    return _rows(
        [
            ("best, measured where it was chosen", "chosen", chosen.training),
            (CHOSEN, "kept back", chosen.held_out),
            (f"equal mix{SAME_USES}", "kept back", chosen.equal),
            *(
                (f"layer {layer} alone{SAME_USES}", "kept back", chosen.layers[:, layer])
                for layer in range(_analysis.n_layers)
            ),
            ("best with shuffled senses", "chance", view.chance),
        ]
    )


def _rows(values_by_name: list[tuple[str, str, np.ndarray]]) -> pd.DataFrame:
    """The table's rows from (name, kind, pair AUCs)."""
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
            for name, kind, values in values_by_name
        ]
    )


def _others(analysis: Analysis, context: Context, less_mean: bool) -> pd.DataFrame:
    """The same rows for representations that are no mix; minus the average, for the layers too."""
    vectors = uses_vectors.vectors(context.model, analysis.uses, whole=False)
    every = [each for each in vectors.beside() if each.weights is None]
    if less_mean:
        vectors = vectors.less_the_mean()
        every = [*vectors.single_layers, *vectors.beside()]
    return _other_rows(analysis.key, vectors.centred, context.seed, vectors, every, analysis)


@st.cache_resource(max_entries=60, show_spinner="Comparing other representations …")
def _other_rows(
    key: str,
    centred: bool,
    seed: int,
    _vectors: uses_vectors.ChosenVectors,
    _every: list[Representation],
    _analysis: Analysis,
) -> pd.DataFrame:
    pairs = np.triu_indices(len(_analysis.uses), 1)
    cosines = np.stack([uses_vectors.cosines(_vectors, each)[pairs] for each in _every])
    _, repeats = effort(len(_analysis.uses), _analysis.n_layers)
    scores = separation.held_out_separation(cosines, _analysis.senses, n_repeats=repeats, seed=seed)
    end = ", minus the average" if centred else ""
    return _rows(
        [
            (f"{each.name}{end}{SAME_USES}", "other", column)
            for each, column in zip(_every, scores.T, strict=True)
        ]
    )


def verdict(analysis: Analysis, mix: Mix) -> str:
    """The sentences on whether the best weights can be trusted."""
    view = view_of(analysis, mix.layer_norm)
    chosen = view.selection
    assert chosen is not None and view.chance is not None
    score = float(view.scores[view.best])
    n_shuffles = len(view.chance)
    p = (1 + int((view.chance >= score - 1e-9).sum())) / (1 + n_shuffles)
    better = float((chosen.held_out > chosen.equal + 1e-9).mean())
    worse = float((chosen.held_out < chosen.equal - 1e-9).mean())
    lead = (
        f"The best point is {weights_text(view.grid[view.best])} (layer 0 first), with pair AUC {short(score)} "
        f"on all {len(analysis.uses)} uses. "
    )
    if p > 0.05:
        return lead + (
            f"**Do not trust it:** with shuffled senses the best mix reaches {short(score)} or more "
            f"in {whole(100 * p)} of 100 cases. No mix is shown to separate these senses."
        )
    middle = (
        f"With shuffled senses the best mix reaches this figure in {_rare(p)}, so the senses are told "
        f"apart. On uses kept back the chosen weights have {short(chosen.held_out.mean())}, the equal "
        f"mix {short(chosen.equal.mean())}; they are better in {percent(better)} of "
        f"{len(chosen.held_out)} splits and worse in {percent(worse)}. "
    )
    if better >= 0.9:
        end = f"**These weights are worth using** for this word: {weights_text(chosen.weights)} on average."
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
    """The reasons why the chosen weights are not certain."""
    low, high = chosen.chosen.min(axis=0), chosen.chosen.max(axis=0)
    layer = int((high - low).argmax())
    jumps = (
        f"the chosen weights depend on the sentences (layer {layer} gets {short(low[layer])} to "
        f"{short(high[layer])}), and "
    )
    gain = chosen.held_out.mean() - chosen.equal.mean()
    return (jumps if high[layer] - low[layer] >= 0.2 else "") + (
        "the equal mix does as well."
        if gain < 0.01
        else "the gain over the equal mix is not certain."
    )


def _rare(p: float) -> str:
    return f"{whole(100 * p)} of 100 cases" if p >= 0.01 else "fewer than 1 of 100 cases"
