"""Layers: the same points in every layer, with aligned maps."""

import streamlit as st

from elmo.explore import neighbours
from ui.layers import cloud, maps, solid
from ui.layers import controls as layers_controls
from ui.layers import data as layers_data
from ui.layers import groups as layers_groups
from ui.layers import source as layers_source
from ui.layers import statistics as layers_statistics
from ui.layers import tables as layers_tables
from ui.layers import words as layers_words
from ui.shared import page
from ui.uses import pictures

context = page.begin(
    "layers",
    "What does each layer know? Each dot is one use of a word; dots that are close have similar vectors. "
    "The maps are aligned, so if a dot moves between layers, that word's vector changed.",
)
with page.guard():
    source = layers_source.choose(context.seed)
    if source.sample is not None and cloud.is_needed(source.sample):
        cloud.cloud_map(context.model, source.sample, context.seed)
        st.stop()
    points = layers_data.read(context.model, source)
    if source.n_found > len(source.points):
        st.info(
            f"These maps show {len(source.points):,} of {source.n_found:,} dots, drawn at random "
            "with the seed; more would be slow in a browser."
        )


@st.fragment
def draw() -> None:
    """The maps; a change of their controls runs only this function again."""
    with page.guard():
        how = layers_controls.drawing(source)
        if how.n_axes == 3:
            places = solid.show(context, source, points, how)
        else:
            exploration, method = maps.show(context, source, points, how)
            places = maps.places(exploration, method)
            if not source.whole_text:
                layers_groups.tell(context.model, source, exploration)
        if not source.has_senses:
            distinct = [len(neighbours.distinct(vectors)[0]) for vectors in points.vectors]
            page.finding(layers_words.different_vectors(source, points, distinct))
        layers_tables.save(context, source, points, places, how)


draw()
with page.guard():
    layers_statistics.statistics_table(context.model, source, points, context.seed)
    page.link(
        "how",
        "Halves joined or added? One picture of two uses: How it works, step 10",
        icon=":material/school:",
    )
    pictures.finish(maps.recipe(context, source, points))
maps.fitter().prepare()
