"""Layers: the same points in every layer, on one frame."""

import streamlit as st

from ui.layers import cloud
from ui.layers import controls as layers_controls
from ui.layers import data as layers_data
from ui.layers import groups as layers_groups
from ui.layers import maps as layers
from ui.layers import source as layers_source
from ui.layers import statistics as layers_statistics
from ui.layers import tables as layers_tables
from ui.layers import words as layers_words
from ui.shared import page

context = page.begin(
    "layers",
    "What does each layer know? Each dot is one use of a word; dots that lie close have similar "
    "vectors. All maps share one frame, so if a dot moves, that word's vector changed.",
)
with page.guard():
    source = layers_source.choose(context.seed)
    if source.found is not None and cloud.is_needed(source.found):
        cloud.cloud_map(context.model, source.found, context.seed)
        st.stop()
    points = layers_data.read(context.model, source)
    if source.n_found > len(source.points):
        st.info(
            f"These maps show {len(source.points):,} of {source.n_found:,} dots, drawn at random "
            "with the seed; more would be slow in a browser."
        )


@st.fragment
def maps() -> None:
    """All that changes with the way of drawing; only this runs again when it does."""
    with page.guard():
        layers_controls.shows_on_all_maps()  # they are drawn here
        how = layers_controls.drawing(source)
        drawn = layers.pictures(source, points, how, context.seed)
        verdicts = layers_data.verdicts(context.model, points, source, context.seed)
        layers.row_of_maps(source, points, drawn, how, verdicts, context.seed)
        page.finding(layers_words.main_finding(source, points, drawn, verdicts))
        layers_groups.tell(context.model, source, points, how, context.seed)
        page.table(layers_tables.numbers(points, drawn, verdicts), f"{source.title}-layers")
        layers.large(source, points, drawn, how, context.seed)
        layers_tables.save(context, source, points, drawn, how)


maps()
with page.guard():
    layers_statistics.statistics_table(context.model, source, points, context.seed)
    page.link(
        "how",
        "Halves joined or added? One picture of two uses: How it works, step 10",
        icon=":material/school:",
    )
layers.fitter().warm_up()
