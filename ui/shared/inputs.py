"""The choice of a representation, and the weights of the person's own mix, for all pages."""

from dataclasses import dataclass

import streamlit as st

from elmo.representation import Representation, mix, representations
from elmo.views.numbers import short
from ui.shared import choices, keys


@dataclass(frozen=True)
class Choice:
    """A representation that was chosen on screen.

    Attributes:
        label: its name within a sentence: "layer 2", "the equal mix".
        by: the representation.
    """

    label: str
    by: Representation

    @property
    def weights(self) -> tuple[float, ...] | None:
        """Normalized weights of the layers; None if the representation is no weighted sum of layers."""
        return self.by.weights

    @property
    def layer(self) -> int | None:
        """The layer's number if the representation is a single layer, else None."""
        return self.by.layer


def layer_or_mix(
    n_representations: int,
    key: str,
    *,
    default: str | None = None,
    label: str = "Layer",
    in_address: bool = False,
    weighted_only: bool = False,
) -> Choice:
    """Ask for a representation of the model, or for the mix that was set on Mixing.

    Args:
        key: of the widget.
        default: the key of the representation chosen at first; the top layer when None.
        in_address: keep the choice in the address.
        weighted_only: offer only single layers and mixes.
    """
    own = own_mix(n_representations)
    every = [
        each
        for each in representations(n_representations)
        if each.weights is not None or not weighted_only
    ]
    by_key = {each.key: each for each in every} | ({"mix": own} if own is not None else {})
    chosen = choices.one_of(
        label,
        list(by_key),
        default=default or str(n_representations - 1),
        format_func=lambda name: "Your mix" if name == "mix" else by_key[name].label,
        key=key,
        help="\n\n".join(f"**{each.label}**: {each.help}" for each in every)
        + "\n\n**Your mix** has the weights that were set on the page Mixing.",
        in_address=in_address,
        wrap=True,
    )
    by = by_key[chosen]
    if chosen == "mix" and by.weights is not None:
        st.query_params["weights"] = ",".join(f"{weight:.4g}" for weight in by.weights)
        return Choice(f"your mix ({', '.join(short(w) for w in by.weights)})", by)
    return Choice(by.in_words, by)


def own_mix(n_representations: int) -> Representation | None:
    """The mix that was set on Mixing or by the link; None if it has another number of layers than the model."""
    weights = current_weights(n_representations)
    if weights is None:
        return None
    return mix(weights, "your mix", f"mix {weights}", "The weights set on the Mixing page.")


def current_weights(n_representations: int) -> tuple[float, ...] | None:
    """The normalized weights set on Mixing or by the link; None if their number is not the model's."""
    if keys.MIX_WEIGHTS not in st.session_state:
        linked = weights_of(st.query_params.get("weights", ""))
        if linked is not None:
            st.session_state[keys.MIX_WEIGHTS] = linked
    weights = st.session_state.get(keys.MIX_WEIGHTS)
    if weights is None or len(weights) != n_representations:
        return None
    return tuple(float(weight) for weight in weights)


def weights_of(text: str) -> tuple[float, ...] | None:
    """Weights from the text of a link, such as ".2,.3,.5", divided by their sum; None if the text holds none."""
    try:
        weights = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    total = sum(weights)
    if not all(0 <= weight <= 1e6 for weight in weights) or not total:
        return None
    return tuple(weight / total for weight in weights)
