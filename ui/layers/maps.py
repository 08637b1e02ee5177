"""The maps of the Layers page: a row of small ones, and a large one that a slider carries on."""

import numpy as np
import streamlit as st

from elmo.explore import neighbours, projection
from elmo.explore.projection import Picture
from elmo.views.numbers import short, whole
from ui.layers import colourings, words
from ui.layers import controls as layers_controls
from ui.layers import data as layers_data
from ui.layers import figures as layers_figures
from ui.layers import fit as layers_fit
from ui.layers import lines as layers_lines
from ui.layers import tables as layers_tables
from ui.layers.controls import CHOSEN, Drawing
from ui.layers.data import Layers, Verdicts
from ui.layers.source import Source
from ui.shared import charts, page

MAPS_A_ROW = 4


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
        "n_axes": how.n_axes,
        "n_neighbors": how.n_neighbors,
        "min_dist": how.min_dist,
        "seed": seed,
    }
    key = layers_fit.key_of(layers.key, settings)
    fit = fitter().find(key)
    if fit is None or key == st.session_state.pop("layers_again", None):
        fit = fitter().start(key, layers.vectors, settings)
    if fit.status == "done" and fit.points is not None:
        return _pictures_of(key, how.n_axes, layers, fit.points)
    if fit.status in ("failed", "stopped"):
        why = f"UMAP failed: {fit.error}" if fit.error else "UMAP was stopped;"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{why} These maps are drawn by PCA."
                if fit.error
                else f"{why} these maps are drawn by PCA."
            )
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
            Picture(
                points,
                "UMAP" if fitted else "PCA",
                n_distinct,
                variance,
                neighbours.kept(vectors, points),
            )
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
    how_long = f"about {whole(left)} s left" if left > 1 else "should be ready any moment"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            min(0.98, fit.step / fit.steps if fit.steps else 0.02),
            f"UMAP: {text} · {how_long} · PCA is shown meanwhile",
        )
        st.button("Stop", key="layers-stop-umap", on_click=fitter().stop, args=(fit,))


def row_of_maps(
    source: Source,
    layers: Layers,
    drawn: list[Picture],
    how: Drawing,
    found: Verdicts | None,
    seed: int,
) -> None:
    """A small map a layer and the mix, each with its verdict and how far to trust it."""
    hover = layers_controls.hover(source)
    chosen = layers_controls.selected(source)
    by_map = colourings.colourings(source, layers, how.colour, st.session_state[CHOSEN], seed)
    extent = layers_figures.reach([picture.points for picture in drawn])
    _legend(by_map[-1])
    for begin in range(0, len(drawn), MAPS_A_ROW):
        columns = st.columns(min(MAPS_A_ROW, len(drawn)), gap="small")
        for index, column in enumerate(columns, begin):
            if index >= len(drawn):
                break
            with column:
                _one_map(
                    source,
                    layers,
                    index,
                    drawn[index],
                    how,
                    found,
                    by_map[index],
                    hover,
                    chosen,
                    extent,
                )


def _one_map(source, layers, index, picture, how, found, colouring, hover, chosen, extent) -> None:
    name = layers.names[index]
    st.markdown(f"**{name}**" + (" · letters only" if index == 0 else ""))
    verdict = words.verdict_line(found.tests[index]) if found else None
    charts.show(
        layers_figures.small_map(
            picture.points,
            colouring,
            hover,
            chosen,
            extent,
            words.same_dots(picture, len(source.points)),
        ),
        key=f"layers-map-{index}",
        alt=f"{name}: {len(source.points)} dots by {picture.method}, coloured by {how.colour}. "
        + f"{verdict or ''} {words.trust_line(picture)}".replace("**", ""),
        name=f"{source.title}-{name}".replace(" ", "-").lower(),
        save=False,
        on_select=layers_controls.on_chart,
        lasso=True,
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
            f"{short(low)} to {short(high)}). Circle, diamond, square: lowest, middle, highest third."
        )
    elif colouring.order != [None]:
        st.html(words.legend_html(colouring.order))


@st.fragment
def large(source: Source, layers: Layers, drawn: list[Picture], how: Drawing, seed: int) -> None:
    """One map that a slider carries through the layers, beside the concordance.

    The slider draws only this again; a selection shows on all maps, so it runs the whole page.
    """
    if layers_controls.shows_on_all_maps():
        st.rerun()
    with page.guard():
        _large(source, layers, drawn, how, seed)


def _large(source: Source, layers: Layers, drawn: list[Picture], how: Drawing, seed: int) -> None:
    chosen = layers_controls.selected(source)
    top = layers.names[layers.n_layers - 1]
    options = [str(i) for i in range(layers.n_layers)] + ["mix"]
    if st.session_state.get("layers_layer") not in options:
        st.session_state.pop("layers_layer", None)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        layer = st.select_slider(
            "Carry the map through the layers",
            options,
            value=str(layers.n_layers - 1),
            key="layers_layer",
            bind="query-params",
            format_func=lambda o: layers.names[-1] if o == "mix" else f"Layer {o}",
            help="The frame stays, so a dot that moves is a word whose vector changed beside the "
            f"others. Dotted lines come from the layer before; those of the mix from {top.lower()}.",
        )
        index = options.index(layer)
        before = index - 1 if index else None
        moved = None
        furthest: list[int] = []
        if before is not None:
            moved = projection.movement(drawn[before].points, drawn[index].points)
            order = np.argsort(-moved, kind="stable")[: layers_lines.MAX_LINES]
            furthest = [int(i) for i in order if moved[i] > 1e-6]
        movers = furthest[: how.n_movers]
        colouring = colourings.colourings(
            source, layers, how.colour, st.session_state[CHOSEN], seed
        )[index]
        extent = layers_figures.reach([picture.points for picture in drawn])
        name = layers.names[index]
        charts.show(
            layers_figures.large_map(
                drawn[index].points,
                colouring,
                layers_controls.hover(source),
                chosen,
                extent,
                before=None if before is None else drawn[before].points,
                movers=movers,
                note=words.same_dots(drawn[index], len(source.points)),
            ),
            key="layers-large",
            alt=f"Map of {name}: {len(source.points)} dots coloured by {how.colour}. "
            + words.trust_line(drawn[index]).replace("**", ""),
            name=f"{source.title}-map",
            on_select=layers_controls.on_chart,
            lasso=True,
        )
        st.caption(words.trust_line(drawn[index]), help=words.trust_help(drawn[index]))
        if how.n_axes == 3:
            st.caption("A lasso needs two axes; choose 2-D to select dots.")
    with right:
        layers_lines.concordance(source, layers, index, chosen, colouring)
    if before is not None and moved is not None:
        shared = None
        if 2 * min(drawn[before].n_distinct, drawn[index].n_distinct) > len(source.points):
            shared = layers_data.shared_neighbours(layers, before, index, furthest)
        page.finding(
            words.movers_finding(source, layers.names[before], name, movers, moved, shared)
        )
        page.table(
            layers_tables.movers_table(source, furthest, moved, shared),
            f"{source.title}-movement",
            "How far each dot moved",
        )
