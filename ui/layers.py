"""The parts of the Layers page, from the row of maps to the statistics."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore import neighbours, projection
from elmo.explore.projection import Picture
from ui import (
    charts,
    downloads,
    layers_controls,
    layers_data,
    layers_figures,
    layers_fit,
    page,
    share,
    word_text,
)
from ui import layers_words as words
from ui.layers_controls import CHOSEN, PRESSED, Drawing
from ui.layers_data import Layers, Verdicts
from ui.layers_source import Source

MAPS_A_ROW = 4
MAX_LINES = 200
NO_LABEL = "no label"
_concordance = st.components.v2.component(
    "layers_concordance",
    html='<div class="head"></div><ol></ol>',
    css=share.stylesheet("concordance"),
    js=share.script("concordance"),
)


@st.cache_resource(on_release=lambda fitter: fitter.close(), show_spinner=False)
def fitter() -> layers_fit.Fitter:
    """The one process of UMAP, for all visitors."""
    return layers_fit.Fitter()


def pictures(source: Source, layers: Layers, how: Drawing, seed: int) -> list[Picture]:
    """The maps as asked for; those by PCA until UMAP is ready, with its progress and Stop."""
    by_pca = layers_data.pca(layers, how.n_axes)
    if how.method == "PCA":
        return by_pca
    if max(picture.n_distinct for picture in by_pca) < projection.MIN_UMAP_POINTS:
        st.info(
            f"UMAP needs at least {projection.MIN_UMAP_POINTS} different vectors in a layer, here "
            f"are at most {max(p.n_distinct for p in by_pca)}. These maps are drawn by PCA."
        )
        return by_pca
    settings = {
        "n_axes": how.n_axes, "n_neighbors": how.n_neighbors, "min_dist": how.min_dist, "seed": seed,
    }
    key = layers_fit.key_of(layers.key, settings)
    fit = fitter().find(key)
    if fit is None or key == st.session_state.pop("layers_again", None):
        fit = fitter().start(key, layers.vectors, settings)
    if fit.status == "done":
        return _pictures_of(key, how.n_axes, layers, fit.points)
    if fit.status == "failed":
        st.error(fit.error)
    elif fit.status == "stopped":
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("UMAP was stopped; these maps are drawn by PCA.")
            st.button("Fit UMAP", on_click=_again, args=(key,))
    else:
        _progress(fit)
    return by_pca


def _again(key: str) -> None:
    st.session_state["layers_again"] = key


@st.cache_resource(max_entries=24, show_spinner=False)
def _pictures_of(key: str, n_axes: int, _layers: Layers, _points: np.ndarray) -> list[Picture]:
    """What the fit gave, as pictures: measured again, since only the dots came back."""
    found = []
    for vectors, points in zip(_layers.vectors, _points, strict=True):
        n_distinct = len(neighbours.distinct(vectors)[0])
        fitted = n_distinct >= projection.MIN_UMAP_POINTS
        variance = None if fitted else projection.pca(vectors, n_axes)[1]
        found.append(
            Picture(points, "UMAP" if fitted else "PCA", n_distinct, variance, neighbours.kept(vectors, points))
        )
    return found


@st.fragment(run_every=0.5)
def _progress(fit: layers_fit.Fit) -> None:
    """How far UMAP is; the page is drawn again when it is over."""
    if fit.is_over:
        st.rerun()
    before = fitter().position(fit)
    left = fitter().seconds_left(fit)
    text = f"{before} fits before this one" if before else fit.text
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            min(0.98, fit.step / fit.steps if fit.steps else 0.02),
            f"UMAP: {text} · about {left:.0f} s left · PCA is shown meanwhile",
        )
        st.button("Stop", key="stop-umap", on_click=fitter().stop, args=(fit,))


def row_of_maps(
    source: Source, layers: Layers, drawn: list[Picture], how: Drawing, found: Verdicts | None, seed: int
) -> None:
    """A small map a layer and the mix, each with its verdict and how far to trust it."""
    hover = layers_controls.hover(source)
    chosen = layers_controls.selected(source)
    colourings = layers_controls.colourings(source, layers, how.colour, st.session_state[CHOSEN], seed)
    extent = layers_figures.reach([picture.points for picture in drawn])
    _legend(colourings[-1])
    for begin in range(0, len(drawn), MAPS_A_ROW):
        columns = st.columns(min(MAPS_A_ROW, len(drawn)), gap="small")
        for index, column in enumerate(columns, begin):
            if index >= len(drawn):
                break
            with column:
                _one_map(source, layers, index, drawn[index], how, found, colourings[index], hover, chosen, extent)


def _one_map(source, layers, index, picture, how, found, colouring, hover, chosen, extent) -> None:
    name = layers.names[index]
    st.markdown(f"**{name}**" + (" · letters only" if index == 0 else ""))
    verdict = words.verdict_line(found.tests[index]) if found else None
    key = f"layers-map-{index}"
    charts.show(
        layers_figures.small_map(
            picture.points, colouring, hover, chosen, extent, words.same_dots(picture, len(source.points))
        ),
        key=key,
        alt=f"{name}: {len(source.points)} dots by {picture.method}, coloured by {how.colour}. "
        + f"{verdict or ''} {words.trust_line(picture)}".replace("**", ""),
        name=f"{source.title}-{name}".replace(" ", "-").lower(),
        save=False,
        on_select=lambda: layers_controls.on_chart(key),
        selection_mode=("points", "box", "lasso"),
    )
    lines = [verdict, words.trust_line(picture), words.method_line(picture, how.method)]
    helps = [words.VERDICT_HELP if verdict else None, words.trust_help(picture)]
    st.caption("  \n".join(filter(None, lines)), help="\n\n".join(filter(None, helps)))


def _legend(colouring: layers_figures.Colouring) -> None:
    """What colours and shapes mean, once for all maps."""
    if colouring.values is not None:
        low, high = colouring.limits or (colouring.values.min(), colouring.values.max())
        st.caption(
            f"Dark to light: {words.short_text(colouring.title, 80)}, low to high (last map: "
            f"{low:.2f} to {high:.2f}). Circle, diamond, square: lowest, middle, highest third."
        )
    elif colouring.order != [None]:
        st.html(words.legend_html(colouring.order))


def large(source: Source, layers: Layers, drawn: list[Picture], how: Drawing, seed: int) -> None:
    """One map that a slider carries through the layers, beside the concordance."""
    chosen = layers_controls.selected(source)
    top = layers.names[layers.n_layers - 1]
    options = [str(i) for i in range(layers.n_layers)] + ["mix"]
    if st.session_state.get("layer") not in options:
        st.session_state.pop("layer", None)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        layer = st.select_slider(
            "Carry the map through the layers", options, value=str(layers.n_layers - 1), key="layer",
            bind="query-params", format_func=lambda o: layers.names[-1] if o == "mix" else f"Layer {o}",
            help="The frame stays, so a dot that moves is a word whose vector changed beside the "
            f"others. Dotted lines come from the layer before; those of the mix from {top.lower()}.",
        )
        index = options.index(layer)
        before = index - 1 if index else None
        moved = None
        furthest: list[int] = []
        if before is not None:
            moved = projection.movement(drawn[before].points, drawn[index].points)
            order = np.argsort(-moved, kind="stable")[:MAX_LINES]
            furthest = [int(i) for i in order if moved[i] > 1e-6]
        movers = furthest[: how.n_movers]
        colouring = layers_controls.colourings(source, layers, how.colour, st.session_state[CHOSEN], seed)[index]
        extent = layers_figures.reach([picture.points for picture in drawn])
        name = layers.names[index]
        charts.show(
            layers_figures.large_map(
                drawn[index].points, colouring, layers_controls.hover(source), chosen, extent,
                before=None if before is None else drawn[before].points, movers=movers,
                note=words.same_dots(drawn[index], len(source.points)),
            ),
            key="layers-large",
            alt=f"Map of {name}: {len(source.points)} dots coloured by {how.colour}. "
            + words.trust_line(drawn[index]).replace("**", ""),
            name=f"{source.title}-map",
            on_select=lambda: layers_controls.on_chart("layers-large"),
            selection_mode=("points", "box", "lasso"),
        )
        st.caption(words.trust_line(drawn[index]), help=words.trust_help(drawn[index]))
        if how.n_axes == 3:
            st.caption("A lasso needs two axes; choose 2-D to select dots.")
    with right:
        concordance(source, layers, index, chosen, colouring)
    if before is not None and moved is not None:
        shared = None
        if 2 * min(drawn[before].n_distinct, drawn[index].n_distinct) > len(source.points):
            shared = layers_data.shared_neighbours(layers, before, index, furthest)
        page.finding(
            words.movers_finding(source, layers.names[before], name, movers, moved, shared)
        )
        page.table(
            movers_table(source, furthest, moved, shared), f"{source.title}-movement", "How far each dot moved",
        )


def movers_table(
    source: Source, furthest: Sequence[int], moved: np.ndarray, shared: np.ndarray | None
) -> pd.DataFrame:
    """The points that moved, the furthest first."""
    uses = [source.points[i] for i in furthest]
    return pd.DataFrame(
        {
            "number": [i + 1 for i in furthest],
            "word": [use.form for use in uses],
            "sense": [use.sense for use in uses],
            "moved": moved[list(furthest)].round(3),
            "neighbours kept": None if shared is None else shared.round(3),
            "sentence": [use.text for use in uses],
        }
    )


def concordance(
    source: Source, layers: Layers, index: int, chosen: Sequence[int], colouring: layers_figures.Colouring
) -> None:
    """The selected uses, a line each (all when none is selected), and the nearest of the chosen one."""
    rows = (list(chosen) or list(range(len(source.points))))[:MAX_LINES]
    point = st.session_state[CHOSEN]
    with st.container(horizontal=True, vertical_alignment="center", key="layers-counts"):
        if chosen:
            st.markdown(words.selection_counts(source, list(chosen)))
            st.button("Clear selection", on_click=layers_controls.clear, type="tertiary", key="layers-clear")
        else:
            st.markdown("Draw around dots to select them. Click one to compare with it.")
    if len(chosen or source.points) > MAX_LINES:
        st.caption(f"The first {MAX_LINES} lines of {len(chosen or source.points):,}.")
    cosines = layers_data.cosines_to(layers, point, [index])[0]
    name = layers.names[index].lower()
    _lines("layers_rows", source, rows, cosines, colouring, f"cosine with {point + 1}, {name}", 300)
    st.markdown(
        f"**Nearest to {words.short_text(layers_controls.chosen_label(source, point), 60)}** in {name}"
    )
    ids, near = neighbours.nearest(layers.vectors[index], point, k=10)
    if len(near) and near.min() > 1 - 1e-6:
        st.caption(f"The {len(near)} nearest have the same vector as it: cosine 1, in the text's order.")
    _lines("layers_near", source, ids.tolist(), cosines, colouring, "cosine", 230)


def _lines(key, source, rows, cosines, colouring, note, height) -> None:
    """Lines with the word in the middle; a press chooses the use."""
    point = st.session_state[CHOSEN]
    st.session_state[f"{key}_shown"] = rows
    few = len(source.points) < 1000
    with st.container(height=height, border=False, key=f"{key}_box"):
        _concordance(
            data={
                "rows": [
                    {
                        "number": str(i + 1) if few else "",
                        "sense": colouring.groups[i] or NO_LABEL,
                        **dict(zip(("left", "word", "right"), word_text.parts(source.points[i], 12), strict=True)),
                        "near": None,
                        "cosine": "" if i == point else word_text.short(float(cosines[i])),
                    }
                    for i in rows
                ],
                "groups": [
                    {
                        "sense": group or NO_LABEL, "shape": charts.symbol(number),
                        "text": charts.text_colour(number), "colour": layers_figures.group_colour(colouring, number),
                    }
                    for number, group in enumerate(colouring.order)
                ],
                "chosen": rows.index(point) if point in rows and st.session_state.get(PRESSED) else None,
                "label": f"{len(rows)} lines",
                "note": note,
            },
            key=key,
            on_chosen_change=lambda: layers_controls.on_line(key),
        )


def numbers(layers: Layers, drawn: list[Picture], found: Verdicts | None) -> pd.DataFrame:
    """One row a map: how it was made, how far to trust it, how well the layer tells senses apart."""
    rows = []
    for index, (name, picture) in enumerate(zip(layers.names, drawn, strict=True)):
        kept = picture.kept
        row = {
            "layer": name, "map by": picture.method, "different vectors": picture.n_distinct,
            "spread shown": picture.variance, "neighbours kept": kept.share if kept else None,
            "kept by chance": kept.chance if kept else None,
            "trustworthiness": kept.trustworthiness if kept else None, "k": kept.k if kept else None,
            "map is": words.trust(kept),
        }
        if found is not None:
            agreement = found.tests[index]
            pairs = agreement.pairs
            interval = found.layers.layers
            inside = index < layers.n_layers
            row |= {
                "pair AUC": pairs.auc,
                "low (95%)": float(interval.low[index]) if inside else None,
                "high (95%)": float(interval.high[index]) if inside else None,
                "same-sense cosine": pairs.same, "different-sense cosine": pairs.different,
                "p": agreement.p, "silhouette": agreement.silhouette, "senses": agreement.verdict.value,
            }
        rows.append(row)
    return pd.DataFrame(rows)


def coordinates(source: Source, layers: Layers, drawn: list[Picture]) -> pd.DataFrame:
    """Where each point lies on each map."""
    table: dict[str, list | np.ndarray] = {
        "number": np.arange(len(source.points)) + 1,
        "word": [use.form for use in source.points],
        "sense": [use.sense for use in source.points],
        "sentence": [use.text for use in source.points],
    }
    for name, picture in zip(layers.names, drawn, strict=True):
        for axis in range(picture.points.shape[1]):
            table[f"{name} {'xyz'[axis]}"] = picture.points[:, axis].round(6)
    return pd.DataFrame(table)


def save(source: Source, layers: Layers, drawn: list[Picture]) -> None:
    """Coordinates and vectors to take along."""
    with st.popover("Take the data along", icon=":material/download:"):
        st.markdown("Coordinates of the maps, and the vectors of every dot.")
        where = coordinates(source, layers, drawn)
        downloads.csv(where, f"{source.title}-coordinates", label="Coordinates (CSV)")
        arrays = {"vectors": layers.vectors, "layers": list(layers.names), "word": list(where["word"]),
                  "sentence": list(where["sentence"])}
        downloads.hdf5(arrays, f"{source.title}-vectors")
        st.caption("For the Embedding Projector, the vectors of the mix:")
        downloads.tsv_pair(layers.vectors[-1], where[["number", "word", "sense", "sentence"]], source.title)


def statistics(model_name: str, source: Source, layers: Layers, seed: int) -> None:
    """The three statistics of Ethayarajh 2019, each beside what random words have."""
    st.subheader("How contextual is each layer?", anchor=False)
    st.markdown(
        "Vectors of any two words are alike to some degree, so each figure stands beside that of "
        "random words of the example sentences (the dotted line). Bars are 95% bootstrap intervals."
    )
    found = layers_data.figures(model_name, source, layers, seed)
    charts_of = (
        ("Self-similarity", found.self_similarity,
         "Mean cosine of a word's uses with each other. 1: the sentence changes nothing."),
        ("Intra-sentence similarity", found.intra_sentence,
         "Mean cosine of a sentence's words with their mean. High: the words of a sentence are drawn together."),
        ("Maximum explainable variance", found.explainable,
         "How much of a word's variance one fixed vector could stand for, at most."),
    )
    rows = []
    for column, (title, row, meaning) in zip(st.columns(3), charts_of, strict=True):
        with column:
            st.markdown(f"**{title}**", help=meaning)
            if not any(row):
                st.caption("No word stands three times or more in this text.")
                continue
            charts.show(
                layers_figures.statistic_chart(row, title), key=f"layers-{title}", save=False,
                alt=f"{title} by layer: " + "; ".join(
                    f"layer {i} {s.value:.2f}, random words {s.baseline:.2f}" for i, s in enumerate(row) if s
                ),
                name=title.replace(" ", "-").lower(),
            )
            st.caption(meaning)
            rows += words.statistic_rows(title, row)
    page.finding(words.statistics_finding(found, source.whole_text))
    page.table(pd.DataFrame(rows), f"{source.title}-statistics")
