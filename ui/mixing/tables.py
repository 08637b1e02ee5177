"""Mixing: the tables of the numbers in the bench's pictures."""

import numpy as np
import pandas as pd

from ui.mixing.analysis import Analysis, view_of
from ui.mixing.mix import Mix
from ui.shared import page


def tables(analysis: Analysis, mix: Mix) -> None:
    """Draw the tables of pairs (matrix), uses (map) and mixes (triangle)."""
    word = analysis.word
    for rows, name, label in (
        (pair_rows, f"{word}-pairs", "The pairs (matrix)"),
        (use_rows, f"{word}-map", "The uses (map)"),
        (grid_rows, f"{word}-triangle", "The mixes (triangle)"),
    ):
        page.table(lambda rows=rows: rows(analysis, mix), name, label)


def use_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """A row for each use: its place on the map, and the length of its vector."""
    view = view_of(analysis, mix.layer_norm)
    place = mix.gamma * np.tensordot(np.array(mix.weights), view.coordinates, 1)
    return pd.DataFrame(
        {
            "use": np.arange(1, len(analysis.uses) + 1),
            "sense": analysis.senses,
            "x": place[:, 0],
            "y": place[:, 1],
            "length": view.products.lengths(mix.weights, mix.gamma),
            "sentence": [use.text for use in analysis.uses],
        }
    )


def grid_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """A row for each mix of the triangle: its weights and its score."""
    view = view_of(analysis, mix.layer_norm)
    columns = {f"layer {layer}": view.grid[:, layer] for layer in range(analysis.n_layers)}
    return pd.DataFrame(
        columns | {"pair AUC" if analysis.has_senses else "mean cosine": view.scores}
    )


def pair_rows(analysis: Analysis, mix: Mix) -> pd.DataFrame:
    """A row for each pair of uses: its cosines without and with layer norm, and of the concatenation."""
    plain, normed = (view.products for view in analysis.views)
    weights = np.array([mix.weights])
    first, second = plain.pairs
    senses = np.array([str(sense) for sense in analysis.senses])
    same = senses[first] == senses[second]
    kinds = np.where(same, "same sense", "different senses") if analysis.has_senses else "pair"
    return pd.DataFrame(
        {
            "first": first + 1,
            "second": second + 1,
            "pair": kinds,
            "without layer norm": plain.cosines(weights)[0],
            "with layer norm": normed.cosines(weights)[0],
            "added up": view_of(analysis, mix.layer_norm).products.cosines(weights)[0],
            "side by side": view_of(analysis, mix.layer_norm).products.cosines(
                weights, concatenated=True
            )[0],
        }
    )
