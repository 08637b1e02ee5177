"""The linked maps of the Layers page: a small one for each layer, and a large one with a slider."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from jaxtyping import Float

from elmo.explore import neighbours, umap
from elmo.views.build import explore
from elmo.views.exploration import THE_WORD, Exploration, Map
from elmo.views.numbers import whole
from elmo.views.of_model import provenance
from elmo.views.request import Family, Settings, Work
from ui.layers import data
from ui.layers import fit as layers_fit
from ui.layers.controls import Drawing
from ui.layers.data import Layers
from ui.layers.source import Source
from ui.shared import explorer, model, page, progress
from ui.shared.explorer import EncodedExploration
from ui.uses import pictures
from ui.uses.pictures import Recipe

KEY = "layers_pictures"
MAX_MIXED = 200
"""The most points for which the browser gets the products of all pairs, and can draw any mix of the layers."""

NAMES = {
    "representation": "layers_layer",
    "colour": "layers_colour",
    "order": "layers_order",
    "under": "layers_under",
    "method": "layers_map",
    "movers": "layers_n_movers",
    "selection": "selected",
}
"""Field of the engine's state -> parameter of the address."""

_PARTS = (
    "findings",
    "maps",
    "map",
    "movement",
    "concordance",
    "pair",
    "nearest",
    "numbers",
    "save",
)


def recipe(context: page.Context, source: Source, layers: Layers) -> Recipe:
    """The recipe of the pictures, in every layer and in the representation beside them."""

    def draw(thorough: bool, work: Work) -> Exploration:
        names = [f"layer {number}" for number in range(layers.n_layers)]
        vectors = dict(zip([*names, layers.beside.name], layers.vectors, strict=True))
        is_mixed = len(source.points) <= MAX_MIXED
        weights = {name: tuple(row) for name, row in zip(names, np.eye(len(names)).tolist(), strict=True)}  # fmt: skip
        if layers.beside.weights:
            weights[layers.beside.name] = layers.beside.weights
        made = provenance(model.elmo(context.model), context.seed)
        settings = Settings(
            tuple(names),
            weights if is_mixed else {},
            seed=context.seed,
            made=made,
            likely=data.likely(context.model, source, thorough),
            thorough=thorough,
            several=data.several(context.model, source) if thorough else None,
        )
        return explore(
            source.points,
            [Family(THE_WORD, vectors)],
            word=source.title,
            layers=layers.vectors[:-1] if is_mixed else None,
            layer_names=names,
            settings=settings,
            work=work,
        )

    text = repr((layers.key, source.title, source.senses, context.seed))
    return Recipe(hashlib.sha256(text.encode()).hexdigest(), draw)


def show(
    context: page.Context, source: Source, layers: Layers, how: Drawing
) -> tuple[Exploration, str]:
    """Draw the linked maps; a change of layer, colour or selection needs no server.

    Returns:
        The exploration, and the method of its maps.
    """
    shown, method = pictures.current(recipe(context, source, layers)), "PCA"
    if how.method == "UMAP" and how.n_axes == 2:
        points = umap_points(layers, how, context.seed)
        if points is not None:
            shown, method = _with_umap(shown.key, layers.key, points.tobytes(), shown, layers, points), "UMAP"  # fmt: skip
    labels = {"mix": layers.beside.label, "Your mix": layers.beside.label}
    others = {
        "representation": labels,
        "colour": {
            "cluster": "cluster",
            "position in the sentence": "position",
            "similarity to a chosen use": "similarity",
        },
    }
    start = {"layers_layer": f"Layer {layers.n_layers - 1}", "layers_map": method}
    explorer.show(
        shown,
        key=KEY,
        address=explorer.Address(NAMES, start, others),
        uses=source.key,
        parts=[*_PARTS, *([] if source.whole_text else ["separation"])],
        maps_first=True,
    )
    return shown.exploration, method


@st.cache_resource(max_entries=8, show_spinner=False)
def _with_umap(
    key: str,
    layers_key: str,
    places: bytes,
    _shown: EncodedExploration,
    _layers: Layers,
    _points: Float[np.ndarray, "layers points axes"],
) -> EncodedExploration:
    """The exploration with the maps by UMAP; a layer with too few different vectors has its map by PCA."""
    drawn = []
    for one, vectors, points in zip(_shown.exploration.drawn, _layers.vectors, _points, strict=True):  # fmt: skip
        n_distinct = len(neighbours.distinct(vectors)[0])
        preservation = neighbours.neighbour_preservation(vectors, points)
        share = preservation.beyond_chance if preservation else float("nan")
        name = "UMAP" if n_distinct >= umap.MIN_UMAP_POINTS else "PCA"
        picture = Map(points.astype(np.float32), name, share)
        drawn.append(replace(one, maps=one.maps | {"UMAP": picture}))
    return EncodedExploration.of(replace(_shown.exploration, drawn=tuple(drawn)))


@st.cache_resource(on_release=lambda fitter: fitter.close(), show_spinner=False)
def fitter() -> layers_fit.Fitter:
    """The queue of UMAP fits, for all visitors."""
    return layers_fit.Fitter()


def umap_points(layers: Layers, how: Drawing, seed: int) -> Float[np.ndarray, "layers points axes"] | None:  # fmt: skip
    """The points' places by UMAP; None until they are computed, with progress and Stop."""
    n_distinct = max(len(neighbours.distinct(vectors)[0]) for vectors in layers.vectors)
    if n_distinct < umap.MIN_UMAP_POINTS:
        st.info(
            f"UMAP needs at least {umap.MIN_UMAP_POINTS} different vectors in a layer, here "
            f"are at most {n_distinct}. These maps are drawn by PCA."
        )
        return None
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
        return fit.points
    if fit.status in ("failed", "stopped"):
        why = f"UMAP failed: {fit.error} These" if fit.error else "UMAP was stopped; these"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{why} maps are drawn by PCA.")
            st.button("Fit UMAP", on_click=_again, args=(key,))
    else:
        _progress(fit)
    return None


def _again(key: str) -> None:
    st.session_state["layers_again"] = key


@st.fragment(run_every=0.5)
def _progress(fit: layers_fit.Fit) -> None:
    """Draw the progress of a fit; draw the page again when the fit is over."""
    if fit.is_over:
        st.rerun()
    before = fitter().position(fit)
    left = fitter().seconds_left(fit)
    text = f"{before} fits before this one" if before else fit.text
    how_long = f"about {whole(left)} s left" if left > 1 else "almost ready"
    progress.row(
        min(0.98, fit.step / fit.steps if fit.steps else 0.02),
        f"UMAP: {text} · {how_long} · PCA is shown meanwhile",
        key="layers-stop-umap",
        on_stop=fitter().stop,
        args=(fit,),
    )


def places(exploration: Exploration, method: str) -> Sequence[Float[np.ndarray, "points axes"]]:
    """The points' places on each map."""
    return [(one.maps.get(method) or one.maps["PCA"]).points for one in exploration.drawn]
