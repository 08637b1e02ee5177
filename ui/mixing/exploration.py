"""The bench's data: the layers and their mixes as an exploration, and the mixes that buttons set."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from elmo.explore import separation, similarity
from elmo.representation import EQUAL_MIX
from elmo.views.encoding import to_json
from elmo.views.exploration import THE_WORD, Drawn, Exploration, Map, Mixing, use_records
from ui.mixing.analysis import Analysis, View, view_of
from ui.mixing.mix import Mix
from ui.shared import model
from ui.shared.page import Context


@st.cache_resource(max_entries=12, show_spinner=False)
def exploration(key: str, layer_norm: bool, _analysis: Analysis, _context: Context) -> str:
    """The layers and their mixes as the engine's JSON."""
    from elmo.views.of_model import provenance  # imports torch, which is loaded by now

    view = view_of(_analysis, layer_norm)
    n, n_uses = _analysis.n_layers, len(_analysis.uses)
    uses, senses = use_records(_analysis.uses)
    weights = {f"layer {i}": np.eye(n)[i] for i in range(n)} | {EQUAL_MIX: np.full(n, 1 / n)}
    made = provenance(model.elmo(_context.model), _context.seed)
    made |= {"vectors": "after layer norm"} if layer_norm else {}
    return to_json(
        Exploration(
            _analysis.word,
            uses,
            senses,
            tuple(_picture_of(name, row, view) for name, row in weights.items()),
            np.arange(n_uses),
            {},
            made,
            Mixing(
                tuple(f"layer {i}" for i in range(n)),
                view.products.values,
                view.coordinates.astype(np.float32),
                round(1 / np.diff(np.unique(view.grid[:, 0])).min()),
                view.scores.astype(np.float32),
                (1 / n,) * n,
            ),
        )
    )


def _picture_of(name: str, weights: np.ndarray, view: View) -> Drawn:
    """One mix as the engine draws it; the browser computes the cosines from the layers' products."""
    matrix = view.products.cosine_matrix(weights)
    n_uses = len(matrix)
    scale = 2 / max(
        float(np.abs(view.coordinates).max()), 1e-9
    )  # the engine scales all maps in the same way
    points = scale * np.tensordot(weights, view.coordinates, 1)
    return Drawn(
        name=name,
        label=name[:1].upper() + name[1:],
        compared=THE_WORD,
        dim=view.vectors.shape[2],
        competes=True,
        weights=tuple(weights.tolist()),
        cosines=None,
        neighbours=np.zeros((n_uses, 0), np.int32),
        near=np.zeros((n_uses, 0), np.float32),
        order=similarity.cluster_order(matrix),
        clusters=np.zeros(n_uses, np.int32),
        group_names=(),
        maps={"PCA": Map(points.astype(np.float32), "PCA")},
        figures={},
        odd=None,
        sentences=(),
    )


def presets(
    analysis: Analysis, layer_norm: bool, learned: Sequence[tuple[str, Mix]]
) -> list[dict[str, Any]]:
    """The mixes that buttons set: each layer alone, the equal mix, the best, the cross-validated, the learned.

    "mark" is the name of a mix in the triangle; "score" is its pair AUC, for the bench's sentence.
    """
    n, view = analysis.n_layers, view_of(analysis, layer_norm)
    equal: dict[str, Any] = {"name": "Equal mix", "weights": [1 / n] * n}
    every = [
        {
            "name": f"Layer {i} alone",
            "weights": [float(i == j) for j in range(n)],
            "help": f"Layer {i} has all the weight",
        }
        for i in range(n)
    ]
    every.append(equal | {"help": "Every layer has the same weight"})
    if analysis.has_senses:
        score = separation.separation(view.products, analysis.senses, np.full((1, n), 1 / n))
        every[-1]["score"] = float(score[0])
        every.append(
            {
                "name": "Best of all mixes",
                "weights": view.grid[view.best].tolist(),
                "score": float(view.scores[view.best]),
                "help": "The mix with the highest pair AUC on these uses",
            }
        )
    chosen = view.selection
    every.append(
        {
            "name": "Cross-validated",
            "weights": None if chosen is None else chosen.weights.tolist(),
            "shape": "cross",
            "mark": "cross-validated",
            "help": analysis.why_no_selection
            or "The mean of the weights that were chosen on some of the uses and measured on the others",
        }
    )
    every += [
        {
            "name": f"Learned: {name}",
            "weights": list(mix.weights),
            "gamma": mix.gamma,
            "shape": "triangle-up",
            "mark": "learned",
            "help": "The weights that a task learned on Downstream",
        }
        for name, mix in learned
    ]
    if not learned:
        every.append(
            {
                "name": "Learned by a task",
                "weights": None,
                "help": "Measure a task on the page Downstream, and send its weights here",
            }
        )
    return every
