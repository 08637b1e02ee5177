"""The tables behind the pictures of the Layers page, and what can be taken along."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore.projection import Picture
from ui.layers import pack as layers_pack
from ui.layers import words
from ui.layers.controls import Drawing
from ui.layers.data import Layers, Verdicts
from ui.layers.source import Source
from ui.shared import downloads, page
from ui.uses import explored


def numbers(layers: Layers, drawn: list[Picture], found: Verdicts | None) -> pd.DataFrame:
    """One row a map: how it was made, how far to trust it, how well the layer tells senses apart."""
    rows = []
    for index, (name, picture) in enumerate(zip(layers.names, drawn, strict=True)):
        kept = picture.kept
        row = {
            "layer": name,
            "map by": picture.method,
            "different vectors": picture.n_distinct,
            "spread shown": picture.variance,
            "neighbours kept": kept.share if kept else None,
            "kept by chance": kept.chance if kept else None,
            "trustworthiness": kept.trustworthiness if kept else None,
            "k": kept.k if kept else None,
            "map is": words.trust(kept),
        }
        if found is not None:
            agreement = found.tests[index]
            pairs = agreement.pairs
            interval = found.layers.layers
            inside = index < layers.n_layers
            row |= {
                "pair AUC": pairs.auc,
                "low (95 %)": float(interval.low[index]) if inside else None,
                "high (95 %)": float(interval.high[index]) if inside else None,
                "same-sense cosine": pairs.same,
                "different-sense cosine": pairs.different,
                "p": agreement.p,
                "silhouette": agreement.silhouette,
                "senses": agreement.verdict.value,
            }
        rows.append(row)
    return pd.DataFrame(rows)


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


def save(
    context: page.Context, source: Source, layers: Layers, drawn: list[Picture], how: Drawing
) -> None:
    """Coordinates, vectors and a pack to compute them again."""
    with st.popover("Take the data along", icon=":material/download:"):
        st.markdown("Coordinates of the maps, and the vectors of every dot.")
        where = coordinates(source, layers, drawn)
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
            "The maps by PCA with all that they were made from. UMAP is the same again on one machine only; take its coordinates."
        )
        explored.save_button(
            context.model, source.points, word=source.title, seed=context.seed, key="layers_page"
        )
        if source.found is None:
            layers_pack.button(context, source, layers.beside, how.n_axes)
