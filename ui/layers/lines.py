"""The sentences behind the dots of the Layers page, a line each, the word in the middle."""

from collections.abc import Sequence

import streamlit as st
from streamlit.components.v2 import component

from elmo.explore import similarity
from elmo.views import sentences as word_text
from ui.layers import controls as layers_controls
from ui.layers import data as layers_data
from ui.layers import figures as layers_figures
from ui.layers import words
from ui.layers.controls import CHOSEN, NO_LABEL, PRESSED
from ui.layers.data import Layers
from ui.layers.source import Source
from ui.shared import charts, share

MAX_LINES = 200
_concordance = component(
    "layers_concordance",
    html='<div class="head"></div><ol></ol>',
    css=share.stylesheet("concordance"),
    js=share.script("concordance"),
)


def concordance(
    source: Source,
    layers: Layers,
    index: int,
    chosen: Sequence[int],
    colouring: layers_figures.Colouring,
) -> None:
    """The selected uses, a line each (all when none is selected), and the nearest of the chosen one."""
    rows = (list(chosen) or list(range(len(source.points))))[:MAX_LINES]
    point = st.session_state[CHOSEN]
    with st.container(horizontal=True, vertical_alignment="center", key="layers-counts"):
        if chosen:
            st.markdown(words.selection_counts(source, list(chosen)))
            st.button(
                "Clear selection",
                on_click=layers_controls.clear,
                type="tertiary",
                key="layers-clear",
            )
        else:
            st.markdown("Draw around dots to select them. Click one to compare with it.")
            st.selectbox(
                "Select a group",
                [group or NO_LABEL for group in colouring.order],
                index=None,
                placeholder="or choose a group",
                key="layers_group",
                on_change=lambda: layers_controls.on_group(colouring),
                label_visibility="collapsed",
                width=200,
                help="Selects all dots of one colour.",
            )
    if len(chosen or source.points) > MAX_LINES:
        st.caption(f"The first {MAX_LINES} lines of {len(chosen or source.points):,}.")
    cosines = layers_data.cosines_to(layers, point, [index])[0]
    name = layers.names[index].lower()
    _lines("layers_rows", source, rows, cosines, colouring, f"cosine with {point + 1}, {name}", 300)
    st.markdown(
        f"**Nearest to {words.short_text(layers_controls.chosen_label(source, point), 60)}** in {name}"
    )
    ids, near = similarity.nearest_rows(
        layers.vectors[index], layers.vectors[index][point], 10, skip=point
    )
    if len(near) and near.min() > 1 - 1e-6:
        st.caption(
            f"The {len(near)} nearest have the same vector as it: cosine 1, in the text's order."
        )
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
                        **dict(
                            zip(
                                ("left", "word", "right"),
                                word_text.parts(source.points[i], 12),
                                strict=True,
                            )
                        ),
                        "near": None,
                        "cosine": "" if i == point else word_text.short(float(cosines[i])),
                    }
                    for i in rows
                ],
                "groups": [
                    {
                        "sense": group or NO_LABEL,
                        "shape": charts.symbol(number),
                        "text": charts.text_colour(number),
                        "colour": layers_figures.group_colour(colouring, number),
                    }
                    for number, group in enumerate(colouring.order)
                ],
                "chosen": rows.index(point)
                if point in rows and st.session_state.get(PRESSED)
                else None,
                "label": f"{len(rows)} lines",
                "note": note,
            },
            key=key,
            on_chosen_change=lambda: layers_controls.on_line(key),
        )
