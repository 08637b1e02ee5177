"""The downloads of the Layers page."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from ui.layers import pack as layers_pack
from ui.layers.controls import Drawing
from ui.layers.data import Layers
from ui.layers.source import Source
from ui.shared import downloads, page
from ui.uses import explored


def coordinates(source: Source, layers: Layers, places: Sequence[np.ndarray]) -> pd.DataFrame:
    """A row for each point with its place on each map.

    Args:
        places: for each map an array (points, axes).
    """
    table: dict[str, list | np.ndarray] = {
        "number": np.arange(len(source.points)) + 1,
        "word": [use.form for use in source.points],
        "sense": [use.sense for use in source.points],
        "sentence": [use.text for use in source.points],
    }
    for name, points in zip(layers.names, places, strict=True):
        for axis in range(points.shape[1]):
            table[f"{name} {'xyz'[axis]}"] = points[:, axis].round(6)
    return pd.DataFrame(table)


def save(
    context: page.Context,
    source: Source,
    layers: Layers,
    places: Sequence[np.ndarray],
    how: Drawing,
) -> None:
    """Draw the downloads: coordinates, vectors, the page and the reproduction pack."""
    with st.popover("Take the data along", icon=":material/download:"):
        st.markdown("Coordinates of the maps, and the vectors of every dot.")
        where = coordinates(source, layers, places)
        downloads.table(where, f"{source.title}-coordinates", label="Coordinates")
        arrays = {
            "vectors": layers.vectors,
            "layers": list(layers.names),
            "word": list(where["word"]),
            "sentence": list(where["sentence"]),
        }
        downloads.hdf5(arrays, f"{source.title}-vectors")
        st.caption("For the Embedding Projector, the vectors of the mix:")
        downloads.tsv_pair(
            layers.vectors[-1],
            where.filter(["number", "word", "sense", "sentence"]),
            source.title,
        )
        st.caption(
            "The pack computes the maps by PCA again. UMAP gives the same map only on the same machine: save its coordinates."
        )
        explored.save_button(
            context.model, source.points, word=source.title, seed=context.seed, key="layers_page"
        )
        if source.sample is None:
            layers_pack.button(context, source, layers.beside, how.n_axes)
