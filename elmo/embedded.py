"""The results of an embedding: words with the vectors of every layer, and their mix."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from elmo import tokenizer
from elmo.errors import InputError
from elmo.explore.mixing import layer_normalized


def mix_layers(
    layers: Float[np.ndarray, "layers tokens dim"],
    weights: Sequence[float] | None = None,
    *,
    raw: bool = False,
    gamma: float = 1.0,
    layer_norm: bool = False,
) -> Float[np.ndarray, "tokens dim"]:
    """The mix of the layers into one vector for each token: γ Σ_l w_l · layer_l.

    Args:
        weights: a weight for each layer: normalized (at least 0, with the sum 1), or any numbers with
            `raw`. None is the equal mix.
        raw: True if the weights are scalar weights before the softmax, which a task learns.
        gamma: scale, which changes lengths and no cosine.
        layer_norm: first normalize each token's vector in each layer to mean 0 and variance 1.
            Differs: AllenNLP takes mean and variance over the whole batch.

    Raises:
        InputError: the number of weights is wrong, or the weights are not normalized without `raw`.
    """
    n_layers = len(layers)
    values = np.full(n_layers, 1 / n_layers) if weights is None else np.asarray(weights, float)
    if values.shape != (n_layers,):
        raise InputError(
            f"weights has {values.size} values, expected {n_layers}: one a layer, layer 0 first."
        )
    if not (np.isfinite(values).all() and np.isfinite(gamma)):
        raise InputError(f"weights {values.tolist()} and gamma {gamma} must be finite numbers.")
    if raw and weights is not None:
        values = np.exp(values - values.max())
        values /= values.sum()
    elif abs(values.sum() - 1) > 1e-4 or (values < -1e-9).any():
        raise InputError(
            f"weights {values.tolist()} sum to {values.sum():.4g}; normalized weights are at least "
            "0 and sum to 1. For weights before the softmax pass raw=True."
        )
    added = layer_normalized(layers) if layer_norm else layers
    return (gamma * np.tensordot(values, added, axes=1)).astype(layers.dtype)


@dataclass(frozen=True)
class Embedded:
    """The vectors of a sentence.

    Attributes:
        tokens: words of the sentence.
        layers: layer 0 is the token layer (twice, for the size of the other layers), then each LSTM
            layer; the first half of the last axis is the forward direction, the second the backward one.
    """

    tokens: tuple[str, ...]
    layers: Float[np.ndarray, "layers tokens dim"]

    def mix(
        self,
        weights: Sequence[float] | None = None,
        *,
        raw: bool = False,
        gamma: float = 1.0,
        layer_norm: bool = False,
    ) -> Float[np.ndarray, "tokens dim"]:
        """The mixed vector of each word; see `mix_layers`."""
        return mix_layers(self.layers, weights, raw=raw, gamma=gamma, layer_norm=layer_norm)


class Processed(Embedded):
    """The words and vectors of a text: `tokens`, `layers` and `mix` of all sentences, one after another.

    Attributes:
        document: the sentences with the place of each word in the text.
        sentences: words and vectors of each sentence.
    """

    def __init__(
        self, document: tokenizer.Document, sentences: Sequence[Embedded], empty: np.ndarray
    ):
        layers = [sentence.layers for sentence in sentences] or [empty]
        tokens = tuple(token for sentence in sentences for token in sentence.tokens)
        super().__init__(tokens, np.concatenate(layers, axis=1))
        object.__setattr__(self, "document", document)
        object.__setattr__(self, "sentences", tuple(sentences))

    document: tokenizer.Document
    sentences: tuple[Embedded, ...]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each word in the text, in characters."""
        return tuple(span for sentence in self.document for span in sentence.spans)
