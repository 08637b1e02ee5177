"""The controls of the Layers page: PCA or UMAP, two or three axes, and UMAP's settings."""

from dataclasses import dataclass

import streamlit as st

from elmo.explore.umap import MIN_UMAP_POINTS
from ui.layers.source import Source
from ui.shared import choices

_LEAST_DISTANCE = 0.1


@dataclass(frozen=True)
class Drawing:
    """The choices of the controls.

    Attributes:
        method: "PCA" or "UMAP".
        n_axes: 2 or 3.
        n_neighbors: UMAP's number of neighbours.
        min_dist: UMAP's least distance of dots.
    """

    method: str
    n_axes: int
    n_neighbors: int
    min_dist: float


def drawing(source: Source) -> Drawing:
    """Draw the controls."""
    n = len(source.points)
    usual = min(15, max(2, n // 3))
    if st.session_state.get("layers_usual", usual) != usual:
        st.session_state.pop("layers_n_neighbors", None)
    st.session_state["layers_usual"] = usual
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        method = choices.one_of(
            "Map by",
            ["PCA", "UMAP"],
            default="PCA",
            key="layers_method",
            help="Both draw hundreds of dimensions in two. PCA takes no time: its axes are the directions of "
            "the largest variance, so distances have a meaning. UMAP takes some seconds: it keeps near "
            "neighbours together, and distances between groups have little meaning.",
        )
        axes = choices.one_of(
            "Axes",
            ["2-D", "3-D"],
            default="2-D",
            key="layers_axes",
            help="In 3-D drag to turn, scroll to zoom. The lasso works in 2-D.",
        )
        n_neighbors, min_dist = usual, _LEAST_DISTANCE
        if method == "UMAP":
            with st.popover("Settings of UMAP"):
                n_neighbors, min_dist = _settings(usual)
    if method == "UMAP" and n < MIN_UMAP_POINTS:
        st.info(
            f"UMAP needs at least {MIN_UMAP_POINTS} dots, here are {n}. These maps are drawn by PCA; "
            "add sentences for UMAP."
        )
        method = "PCA"
    return Drawing(method, int(axes[0]), n_neighbors, min_dist)


def _settings(usual: int) -> tuple[int, float]:
    """Ask for UMAP's number of neighbours and least distance."""
    n_neighbors = st.slider(
        "UMAP: neighbours",
        2,
        50,
        usual,
        key="layers_n_neighbors",
        bind="query-params",
        help="The number of neighbours that UMAP considers for each dot. Few neighbours show small "
        "groups, many show the overall structure.",
    )
    min_dist = st.slider(
        "UMAP: least distance",
        0.0,
        0.99,
        _LEAST_DISTANCE,
        0.05,
        key="layers_min_dist",
        bind="query-params",
        help="The least distance of dots. 0 gives dense groups; larger values spread them out.",
    )
    return n_neighbors, min_dist
