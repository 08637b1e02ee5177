"""The downloads of Mixing: the mixed vectors, and its reproduction pack."""

import numpy as np
import pandas as pd
import streamlit as st

from ui.mixing.analysis import Analysis, effort
from ui.mixing.mix import Mix, mixed_vectors
from ui.shared import downloads, reproduce
from ui.shared.page import Context


def save(context: Context, analysis: Analysis, mix: Mix) -> None:
    """Draw the buttons that save the mixed vectors and the reproduction pack."""
    vectors = mixed_vectors(analysis, mix)
    about = pd.DataFrame(
        {
            "use": np.arange(1, len(analysis.uses) + 1),
            "sense": [use.sense or "" for use in analysis.uses],
            "sentence": [use.text for use in analysis.uses],
        }
    )
    name = f"{analysis.word}-mix"
    with st.container(horizontal=True):
        downloads.tsv_pair(vectors, about, name, key="mixing-tsv")
        downloads.hdf5(
            {
                "vectors": vectors,
                "weights": np.array(mix.weights),
                "gamma": np.array(mix.gamma),
                "senses": about["sense"].tolist(),
                "sentences": about["sentence"].tolist(),
            },
            name,
            key="mixing-hdf5",
        )
        _pack(context, analysis, mix)
    st.caption(
        "The two TSV files open in the Embedding Projector. The reproduction pack holds the data of this "
        "page and a script that computes its numbers again."
    )


def _pack(context: Context, analysis: Analysis, mix: Mix) -> None:
    """Draw the button of the reproduction pack."""
    steps, repeats = effort(len(analysis.uses), analysis.n_layers)
    reproduce.button(
        page="Mixing",
        model_name=context.model,
        sentences=[use.tokens for use in analysis.uses],
        settings={
            "word": analysis.word,
            "runs": [use.vector_run for use in analysis.uses],
            "senses": analysis.senses,
            "weights": list(mix.weights),
            "gamma": mix.gamma,
            "layer_norm": mix.layer_norm,
            "seed": context.seed,
            "grid_steps": steps,
            "repeats": repeats,
        },
        recipe=results,
        name=f"{analysis.word}-mixing",
    )


def results(vectors, settings):
    """Cosines, lengths, map and pair AUC of a mix of the layers of a word's uses."""
    import numpy as np

    from elmo.errors import InputError
    from elmo.explore import mixing, separation
    from elmo.representation import reading

    runs = [reading.Place(*run) for run in settings["runs"]]
    uses = reading.read_uses(vectors, runs).layers
    if settings["layer_norm"]:
        uses = mixing.layer_normalized(uses)
    weights, gamma = np.array(settings["weights"]), settings["gamma"]
    products = mixing.LayerProducts.of(uses)
    arrays = {
        "mixed_vectors": gamma * np.tensordot(weights, uses, 1),
        "cosines": products.cosine_matrix(weights),
        "lengths": products.lengths(weights, gamma),
        "map": gamma * np.tensordot(weights, mixing.layer_coordinates(uses), 1),
    }
    senses = settings["senses"]
    if separation.separable(senses):
        grid = mixing.simplex_grid(len(weights), settings["grid_steps"])
        scores = separation.separation(products, senses, grid)
        arrays["pair_auc"] = separation.separation(products, senses, weights[None])
        arrays["triangle_auc"] = np.column_stack([grid, scores])
        try:
            chosen = separation.select_weights(
                products, senses, grid, n_repeats=settings["repeats"], seed=settings["seed"]
            )
            arrays["chosen_weights"], arrays["held_out_auc"] = chosen.chosen, chosen.held_out
        except InputError:
            pass  # a sense has too few uses for cross-validation
    return arrays
