"""The choices of the Layers page: how to draw, what to colour by, which points are selected."""

from dataclasses import dataclass

import streamlit as st

from elmo.explore.projection import MIN_UMAP_POINTS
from ui.layers import colourings
from ui.layers import words as layers_words
from ui.layers.figures import Colouring
from ui.layers.source import Source
from ui.shared import choices, share

SELECTED, CHOSEN, PRESSED = "layers_selected", "layers_chosen", "layers_pressed"
"""Keys in st.session_state: the selected points, the one to compare with, whether it was pressed."""

_ALL_MAPS = "layers_all_maps"
"""Key: whether what was done shows on every map, and not only on the large one."""

NO_LABEL = "no label"
MAX_LINKED = 100
"""Selected points that a link holds."""


@dataclass(frozen=True)
class Drawing:
    """How the maps are drawn.

    Attributes:
        method: "PCA" or "UMAP".
        n_axes: 2 or 3.
        colour: what the colours mean.
        n_neighbors, min_dist: UMAP's settings.
        n_movers: how many of the points that moved most get a line.
    """

    method: str
    n_axes: int
    colour: str
    n_neighbors: int
    min_dist: float
    n_movers: int


def drawing(source: Source) -> Drawing:
    """Ask how to draw."""
    n = len(source.points)
    colours = colourings.choices(source)
    if st.session_state.get("layers_colour") not in colours:
        st.session_state.pop("layers_colour", None)
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
        colour = st.selectbox(
            "Colour by",
            colours,
            key="layers_colour",
            bind="query-params",
            width=230,
            help="What colour and shape mean:\n\n"
            + "\n".join(f"- {name}: {colourings.COLOURINGS[name].help}" for name in colours),
        )
        with st.popover("Settings"):
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
            n_movers = st.slider(
                "Lines to the words that moved most",
                0,
                20,
                5,
                key="layers_n_movers",
                bind="query-params",
                help="On the large map: from where a dot was in the layer before to where it is now.",
            )
    if method == "UMAP" and n < MIN_UMAP_POINTS:
        st.info(
            f"UMAP needs at least {MIN_UMAP_POINTS} dots, here are {n}. These maps are drawn by PCA; "
            "add sentences for UMAP."
        )
        method = "PCA"
    return Drawing(method, int(axes[0]), colour, n_neighbors, min_dist, n_movers)


def selected(source: Source) -> list[int]:
    """The selected points; those of the link at first, none after another source was chosen."""
    known = st.session_state.get("layers_source")
    if known != source.key:
        linked = st.query_params.get("selected", "") if known is None else ""
        st.session_state["layers_source"] = source.key
        st.session_state[SELECTED] = rows_of(linked, len(source.points))
        st.session_state[CHOSEN] = 0
        st.session_state[PRESSED] = False
    rows = st.session_state[SELECTED]
    few = 0 < len(rows) <= MAX_LINKED
    share.link({"selected": ",".join(str(row + 1) for row in rows) if few else None})
    return rows


def rows_of(text: str, n: int) -> list[int]:
    """Points as a link names them, "1,4,7", counted from 1; what is no point is passed over."""
    numbers = {int(part) - 1 for part in text.split(",") if part.isdecimal() and len(part) < 7}
    return sorted(row for row in numbers if 0 <= row < n)


def on_chart(rows: list[int]) -> None:
    """A selection on a map: keep its rows, since the map forgets them when it is drawn again."""
    if rows:
        st.session_state[SELECTED] = sorted(set(rows))
        st.session_state[_ALL_MAPS] = True
        if len(rows) == 1:
            st.session_state[CHOSEN] = rows[0]
            st.session_state[PRESSED] = True


def on_line(key: str) -> None:
    """A line was pressed: its use becomes the one to compare with; pressed again, none is stressed."""
    place = st.session_state[key].get("chosen")
    rows = st.session_state.get(f"{key}_shown", [])
    st.session_state[PRESSED] = isinstance(place, int) and 0 <= place < len(rows)
    if st.session_state[PRESSED]:
        st.session_state[CHOSEN] = rows[place]
        by = colourings.COLOURINGS.get(str(st.session_state.get("layers_colour")))
        st.session_state[_ALL_MAPS] = by is not None and by.of_chosen


def on_group(colouring: Colouring) -> None:
    """A group was chosen by its name: all its points are selected, by keyboard too."""
    group = st.session_state.pop("layers_group", None)
    if group is not None:
        st.session_state[_ALL_MAPS] = True
        st.session_state[SELECTED] = [
            row for row, name in enumerate(colouring.groups) if (name or NO_LABEL) == group
        ]


def clear() -> None:
    """Select nothing."""
    st.session_state[SELECTED] = []
    st.session_state[_ALL_MAPS] = True


def shows_on_all_maps() -> bool:
    """Whether all maps must be drawn again; told once."""
    return bool(st.session_state.pop(_ALL_MAPS, False))


def hover(source: Source) -> list[str]:
    """What is told about each point."""
    return _hover(source.key, source)


@st.cache_resource(max_entries=8, show_spinner=False)
def _hover(key: int, _source: Source) -> list[str]:
    told = []
    for number, use in enumerate(_source.points):
        left = use.tokens[max(0, use.position - 6) : use.position]
        right = use.tokens[use.end : use.end + 6]
        sense = f" · {use.sense}" if use.sense else ""
        told.append(
            f"{number + 1} · {use.form}{sense}<br>{' '.join(left)} [{use.form}] {' '.join(right)}"
        )
    return told


def chosen_label(source: Source, point: int) -> str:
    """The chosen use in a few words."""
    return f"{point + 1} · {layers_words.around(source, point, 4)}"
