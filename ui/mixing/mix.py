"""`Mix`, the state of the bench, and its forms in the address and in the browser's messages."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from jaxtyping import Float

from elmo import mix_layers
from elmo.errors import InputError
from ui.mixing.analysis import Analysis, view_of
from ui.shared import keys

GAMMA_RANGE = (0.01, 100.0)


@dataclass(frozen=True)
class Mix:
    """The state of the bench.

    Attributes:
        weights: normalized weights, one for each layer.
        gamma: the scale γ.
        layer_norm: True if each vector is normalized in each layer before the mix.
        use: index of the chosen use, whose nearest uses are shown; None if no use is chosen.
    """

    weights: tuple[float, ...]
    gamma: float = 1.0
    layer_norm: bool = False
    use: int | None = None


def mixed_vectors(analysis: Analysis, mix: Mix) -> Float[np.ndarray, "uses dim"]:
    """The uses' vectors in the mix, as float32."""
    layers = view_of(analysis, mix.layer_norm).vectors
    return mix_layers(layers, mix.weights, gamma=mix.gamma).astype(np.float32)


def from_link(params: Mapping[str, str], n_layers: int, n_uses: int, mix: Mix) -> Mix:
    """The mix of a link; fields that the link leaves out are those of `mix`.

    Raises:
        InputError: weights or γ are out of range or no numbers.
    """
    text = params.get("weights")
    weights = mix.weights
    if text is not None:
        weights = _parse_weights(text, n_layers)
    try:
        gamma = float(params.get("gamma", mix.gamma))
        use = int(params["use"]) - 1 if "use" in params else mix.use
    except ValueError:
        raise InputError(
            f"The link has gamma={params.get('gamma')!r} and use={params.get('use')!r}, expected "
            "two numbers."
        ) from None
    if not GAMMA_RANGE[0] <= gamma <= GAMMA_RANGE[1]:
        raise InputError(f"The link asks for γ {gamma}; allowed is 0.01 to 100.")
    norm = {"on": True, "off": False}.get(params.get("norm", ""), mix.layer_norm)
    return Mix(weights, gamma, norm, use if use is not None and 0 <= use < n_uses else None)


def _parse_weights(text: str, n_layers: int) -> tuple[float, ...]:
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


def link(mix: Mix) -> dict[str, str | None]:
    """The parameters of the address for a mix; None removes a parameter."""
    return {
        "weights": ",".join(f"{round(w, 4):g}" for w in mix.weights),
        "gamma": f"{mix.gamma:g}",
        "norm": "on" if mix.layer_norm else "off",
        "use": None if mix.use is None else str(mix.use + 1),
    }


def from_message(message: Mapping[str, Any], analysis: Analysis) -> Mix:
    """The mix in a message of the browser, which is not trusted.

    Raises:
        InputError: the message is no mix of this model.
    """
    try:
        weights = tuple(float(w) for w in message["weights"])
        gamma, use = float(message["gamma"]), message.get("use")
        use = None if use is None else int(use)
    except (KeyError, TypeError, ValueError):
        raise InputError(
            "The weights that the browser sent cannot be read; reload the page."
        ) from None
    if (
        len(weights) != analysis.n_layers
        or not all(math.isfinite(w) and w >= 0 for w in weights)
        or abs(sum(weights) - 1) > 1e-3
        or not GAMMA_RANGE[0] <= gamma <= GAMMA_RANGE[1]
        or not (use is None or 0 <= use < len(analysis.uses))
    ):
        raise InputError(
            "The weights that the browser sent are not a mix of this model; reload the page."
        )
    total = sum(weights)
    return Mix(tuple(w / total for w in weights), gamma, bool(message.get("layer_norm")), use)


def learned_mixes(n_layers: int) -> list[tuple[str, Mix]]:
    """The task and mix that Downstream sent; empty if their number of layers is not the model's."""
    sent = st.session_state.get(keys.LEARNED_WEIGHTS)
    if not isinstance(sent, Mapping) or len(sent.get("weights", ())) != n_layers:
        return []
    low, high = GAMMA_RANGE
    gamma = min(high, max(low, abs(float(sent.get("gamma", 1.0)))))
    return [(str(sent.get("task", "a task")), Mix(tuple(map(float, sent["weights"])), gamma))]
