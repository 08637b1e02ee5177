"""How the maps of the Layers page are drawn, as far as the server draws them."""

from dataclasses import dataclass

import streamlit as st

from elmo.explore.umap import MIN_UMAP_POINTS
from ui.layers.source import Source
from ui.shared import choices


@dataclass(frozen=True)
class Drawing:
    """How the maps are drawn.

    Attributes:
        method: "PCA" or "UMAP".
        n_axes: 2 or 3.
        n_neighbors, min_dist: UMAP's settings.
    """

    method: str
    n_axes: int
    n_neighbors: int
    min_dist: float


def drawing(source: Source) -> Drawing:
    """Ask how to draw."""
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
            help="Both draw hundreds of dimensions in two. PCA is at once: it looks along the "
            "directions of greatest spread, and distances mean something. UMAP takes a while: it "
            "keeps near neighbours together, and distances between groups mean little.",
        )
        axes = choices.one_of(
            "Axes",
            ["2-D", "3-D"],
            default="2-D",
            key="layers_axes",
            help="In 3-D drag to turn, scroll to come nearer. The lasso works in 2-D.",
        )
        with st.popover("Settings of UMAP"):
            n_neighbors = st.slider(
                "UMAP: neighbours",
                2,
                50,
                usual,
                key="layers_n_neighbors",
                bind="query-params",
                help="How many neighbours shape each dot's surroundings. Few: small groups stand "
                "out. Many: the large picture is kept.",
            )
            min_dist = st.slider(
                "UMAP: least distance",
                0.0,
                0.99,
                0.1,
                0.05,
                key="layers_min_dist",
                bind="query-params",
                help="How close dots may lie. 0 packs groups tightly; more spreads them out.",
            )
    if method == "UMAP" and n < MIN_UMAP_POINTS:
        st.info(
            f"UMAP needs at least {MIN_UMAP_POINTS} dots, here are {n}. These maps are drawn by PCA; "
            "add sentences for UMAP."
        )
        method = "PCA"
    return Drawing(method, int(axes[0]), n_neighbors, min_dist)
