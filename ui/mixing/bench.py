"""The mixing bench: the component in plain JavaScript, what it is given, and what it tells back."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from elmo.errors import InputError
from elmo.views import engine_files
from ui.mixing.analysis import Analysis, View
from ui.shared import charts, keys

FOLDER = Path(__file__).parent.parent / "shared" / "components"
SCRIPTS = ("mixing_pictures", "mixing_fields", "mixing")
KEY = "mixing_bench"
GAMMA_RANGE = (0.01, 100.0)


@dataclass(frozen=True)
class Mix:
    """What is set on the bench.

    Attributes:
        weights: normalized, one a layer.
        gamma: scale.
        layer_norm: whether each token's vector is first normalized in each layer.
        use: the use whose nearest others are shown.
    """

    weights: tuple[float, ...]
    gamma: float = 1.0
    layer_norm: bool = False
    use: int = 0


@cache
def _component():
    def read(name: str) -> str:
        return (FOLDER / name).read_text(encoding="utf-8")

    return component(
        "mixing_bench",
        html=read("mixing.html"),
        css=read("mixing.css"),
        js="\n".join(
            [
                engine_files.script("simplex"),
                engine_files.script("mix"),
                *(read(f"{name}.js") for name in SCRIPTS),
            ]
        ),
    )


def bench(analysis: Analysis, learned: Sequence[tuple[str, Mix]]) -> Mix:
    """Draw the bench.

    Args:
        learned: mixes that tasks have learned, each with the task's name.

    Returns:
        The mix that is set now; it changes when a drag ends, not during it.
    """
    start = _start(analysis)
    _component()(
        data=_fixed(analysis.key, analysis)
        | {
            "start": {
                "weights": list(start.weights),
                "gamma": start.gamma,
                "layer_norm": start.layer_norm,
                "use": start.use,
            },
            "presets": _presets(analysis, learned),
        },
        key=KEY,
        on_mix_change=lambda: None,
    )
    told = (st.session_state.get(KEY) or {}).get("mix")
    mix = read(told, analysis) if told and told.get("key") == analysis.key else start
    st.session_state[keys.MIX_WEIGHTS] = mix.weights
    st.session_state["mixing_set"] = mix
    return mix


def _start(analysis: Analysis) -> Mix:
    """The mix that the bench begins with; it stays the same while one word is on the screen."""
    kept = st.session_state.get("mixing_start")
    if kept is None or kept[0] != analysis.key:
        kept = (analysis.key, _remembered(analysis))
        st.session_state["mixing_start"] = kept
    return kept[1]


def _remembered(analysis: Analysis) -> Mix:
    """From the link, else as it was set last in this visit, else the equal mix."""
    n = analysis.n_layers
    before = st.session_state.get("mixing_set")
    mix = before if before and len(before.weights) == n else Mix((1 / n,) * n)
    params = st.query_params.to_dict()
    if before and len(before.weights) != n:
        params.pop("weights", None)  # left there by a model with another number of layers
    try:
        return from_link(params, n, len(analysis.uses), mix)
    except InputError as error:
        st.warning(str(error))
        return Mix(mix.weights, mix.gamma, mix.layer_norm)


def from_link(params: Mapping[str, str], n_layers: int, n_uses: int, mix: Mix) -> Mix:
    """The mix that a link asks for; what it does not say is as in `mix`.

    Raises:
        InputError: weights or γ that cannot be.
    """
    text = params.get("weights")
    weights = mix.weights
    if text is not None:
        weights = _parsed(text, n_layers)
    try:
        gamma = float(params.get("gamma", mix.gamma))
        use = int(params.get("use", mix.use + 1)) - 1
    except ValueError:
        raise InputError(
            f"The link has gamma={params.get('gamma')!r} and use={params.get('use')!r}, expected "
            "a number each."
        ) from None
    if not GAMMA_RANGE[0] <= gamma <= GAMMA_RANGE[1]:
        raise InputError(f"The link asks for γ {gamma}; it can be 0.01 to 100.")
    norm = {"on": True, "off": False}.get(params.get("norm", ""), mix.layer_norm)
    return Mix(weights, gamma, norm, use if 0 <= use < n_uses else 0)


def _parsed(text: str, n_layers: int) -> tuple[float, ...]:
    try:
        weights = np.array([float(part) for part in text.split(",")])
    except ValueError:
        weights = np.array([np.nan])
    if (
        len(weights) != n_layers
        or not np.isfinite(weights).all()
        or (weights < 0).any()
        or not weights.sum() > 0
    ):
        raise InputError(
            f"The link has weights={text[:60]!r}; this model needs {n_layers} numbers of at least 0 "
            "with commas between them, layer 0 first."
        )
    return tuple(float(w) for w in weights / weights.sum())


def link(mix: Mix) -> dict[str, str]:
    """What the address says about a mix."""
    return {
        "weights": ",".join(f"{w:.4f}".rstrip("0").rstrip(".") for w in mix.weights),
        "gamma": f"{mix.gamma:g}",
        "norm": "on" if mix.layer_norm else "off",
        "use": str(mix.use + 1),
    }


def read(told: Mapping[str, Any], analysis: Analysis) -> Mix:
    """What the browser tells, checked: it might be anything.

    Raises:
        InputError: not a mix of this model.
    """
    try:
        weights = tuple(float(w) for w in told["weights"])
        gamma, use = float(told["gamma"]), int(told["use"])
    except (KeyError, TypeError, ValueError):
        raise InputError(
            "The weights that the browser sent cannot be read; reload the page."
        ) from None
    if (
        len(weights) != analysis.n_layers
        or not all(math.isfinite(w) and w >= 0 for w in weights)
        or abs(sum(weights) - 1) > 1e-3
        or not GAMMA_RANGE[0] <= gamma <= GAMMA_RANGE[1]
        or not 0 <= use < len(analysis.uses)
    ):
        raise InputError(
            "The weights that the browser sent are not a mix of this model; reload the page."
        )
    total = sum(weights)
    return Mix(tuple(w / total for w in weights), gamma, bool(told.get("layer_norm")), use)


@st.cache_resource(max_entries=12, show_spinner=False)
def _fixed(key: str, _analysis: Analysis) -> dict[str, Any]:
    """What does not change while a word is on the screen."""
    names = list(dict.fromkeys(use.sense for use in _analysis.uses))
    return {
        "key": key,
        "word": _analysis.word,
        "names": [f"layer {i}" for i in range(_analysis.n_layers)],
        "uses": [
            {
                "left": use.left,
                "word": use.form,
                "right": use.right,
                "sense": names.index(use.sense),
            }
            for use in _analysis.uses
        ],
        "senses": [
            {"name": name, "colour": charts.colour(i), "shape": charts.symbol(i)} if name else None
            for i, name in enumerate(names)
        ],
        "codes": [names.index(use.sense) for use in _analysis.uses]
        if _analysis.has_senses
        else None,
        "views": [_view(view, _analysis.has_senses) for view in _analysis.views],
    }


def _view(view: View, has_senses: bool) -> dict[str, Any]:
    n = view.products.n_layers
    spread = view.products.cosines(np.vstack([np.eye(n), np.full((1, n), 1 / n)]))
    picks = []
    if view.selection is not None:
        points, counts = np.unique(view.selection.chosen, axis=0, return_counts=True)
        picks = [
            {"weights": point.tolist(), "size": float(count / counts.sum())}
            for point, count in zip(points, counts, strict=True)
        ]
    best = view.grid[view.best].tolist()
    score = float(view.scores[view.best])
    return {
        "products": _encoded(view.products.values),
        "coordinates": _encoded(view.coordinates),
        "limits": [min(0.9, math.floor(10 * float(np.percentile(spread, 1))) / 10), 1.0],
        "extent": max(float(np.abs(view.coordinates).max()), 1e-6),
        "grid": {
            "steps": round(1 / np.diff(np.unique(view.grid[:, 0])).min()),
            "scores": view.scores.tolist(),
            "name": "pair AUC" if has_senses else "mean cosine",
        },
        "best": {"weights": best, "score": score},
        "marks": [
            {
                "name": f"best of all {'pair AUC' if has_senses else 'mean cosine'} {score:.2f}",
                "shape": "star",
                "weights": best,
                "help": "The highest point of the triangle: chosen on the same uses that it is "
                "measured on, so too good.",
            }
        ],
        "picks": picks,
    }


def _presets(analysis: Analysis, learned: Sequence[tuple[str, Mix]]) -> list[dict]:
    n = analysis.n_layers
    presets: list[dict[str, Any]] = [
        _preset(f"Layer {i}", [float(i == j) for j in range(n)], f"Layer {i} alone")
        for i in range(n)
    ]
    presets.append(_preset("Equal", [1 / n] * n, "Every layer with the same weight", "diamond"))
    chosen = [view.selection for view in analysis.views]
    presets.append(
        {
            "name": "Cross-validated",
            "weights": [None if s is None else s.weights.tolist() for s in chosen],
            "shape": "cross",
            "help": analysis.why_no_selection
            or "The mean of the weights chosen on some of the uses, measured on the others",
        }
    )
    for name, mix in learned:
        preset = _preset(
            f"Learned: {name}", list(mix.weights), "Learned on Downstream", "triangle-up"
        )
        presets.append(preset | {"gamma": mix.gamma})
    if not learned:
        presets.append(
            {
                "name": "Learned by a task",
                "weights": None,
                "shape": "triangle-up",
                "help": "Learn weights on the page Downstream and send them here",
            }
        )
    return presets


def _preset(name: str, weights: list[float], text: str, shape: str | None = None) -> dict[str, Any]:
    return {"name": name, "weights": [weights, weights], "shape": shape, "help": text}


def learned(n_layers: int) -> list[tuple[str, Mix]]:
    """The weights and γ that Downstream sent here, where they fit this model, by their task."""
    sent = st.session_state.get(keys.LEARNED_WEIGHTS)
    if not isinstance(sent, Mapping) or len(sent.get("weights", ())) != n_layers:
        return []
    low, high = GAMMA_RANGE
    gamma = min(high, max(low, abs(float(sent.get("gamma", 1.0)))))
    return [(str(sent.get("task", "a task")), Mix(tuple(map(float, sent["weights"])), gamma))]


def _encoded(values: np.ndarray) -> str:
    """Little-endian float32 numbers as base64."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()
