"""Logistic regression on a learned mix of the layers: the mix and the classifier are trained together.

Source: Peters et al. 2018, arXiv:1802.05365, eq. 1 and section 3.3. Differs: the classifier is linear
and the loss is minimised over all texts at once (L-BFGS), so that a seed is not needed.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from elmo.model.scalar_mix import ScalarMix

MIX_PENALTY = 0.001
"""λ of λ‖scalar weights‖²: the paper's smaller one, which lets the weights vary (section 3.4)."""

SMALL = 1e-7
"""Smallest standard deviation by which a dimension is divided."""


class MixClassifier:
    """A linear classifier on Σ_l softmax(w)_l · layer_l, with each dimension centred and divided by its spread.

    The spread is the standard deviation of the mix under its present weights. So for any mix this is the classifier of
    the other rows of the ladder, and neither γ nor a layer with long vectors weakens the penalty. γ cancels and stays 1.

    Attributes:
        mix: the trained ScalarMix, after `fit`.
        classes: the labels, after `fit`, in the order of the classifier's outputs.
    """

    def __init__(
        self, C: float = 0.01, max_iterations: int = 100, mix_penalty: float = MIX_PENALTY
    ) -> None:
        """
        Args:
            C: inverse strength of the classifier's L2 penalty, as in scikit-learn.
            max_iterations: largest number of iterations of L-BFGS.
            mix_penalty: λ.
        """
        self.C, self.max_iterations, self.mix_penalty = C, max_iterations, mix_penalty

    def fit(
        self,
        layers: Float[np.ndarray, "texts layers dim"],
        labels: np.ndarray,
        joined: Float[np.ndarray, "texts static"] | None = None,
    ) -> "MixClassifier":
        """Train the mix and the classifier.

        Args:
            layers: layers of each text.
            labels: label of each text.
            joined: static vectors to join with the mix; None is the mix alone.
        """
        self.classes, numbers = np.unique(labels, return_inverse=True)
        self._mean = layers.mean(axis=0)
        centred = layers - self._mean
        products = np.einsum("nad,nbd->abd", centred, centred, optimize=True) / len(layers)
        self._products = torch.from_numpy(products.astype(np.float32))
        if joined is not None:
            spread = joined.std(axis=0)
            self._joined_mean = joined.mean(axis=0)
            self._joined_spread = np.where(spread > SMALL, spread, 1.0)
        inputs, beside = self._inputs(layers, joined)
        target = torch.from_numpy(numbers)
        n, n_layers, dim = layers.shape
        self.mix = ScalarMix(n_layers)
        self.mix.gamma.requires_grad_(False)
        width = dim + (0 if joined is None else joined.shape[1])
        self._linear = nn.Linear(width, len(self.classes))
        nn.init.zeros_(self._linear.weight)
        nn.init.zeros_(self._linear.bias)
        weights = self.mix.scalar_weights
        # For two classes scikit-learn penalises the difference of the scores, which doubles the penalty.
        strength = 2 if len(self.classes) == 2 else 1
        optimizer = torch.optim.LBFGS(
            [weights, *self._linear.parameters()],
            max_iter=self.max_iterations,
            tolerance_grad=1e-4,
            line_search_fn="strong_wolfe",
        )

        def loss() -> torch.Tensor:
            optimizer.zero_grad()
            value = nn.functional.cross_entropy(self._scores(inputs, beside), target)
            value = value + strength * self._linear.weight.square().sum() / (2 * self.C * n)
            value = value + self.mix_penalty * weights.square().sum()
            value.backward()
            return value

        optimizer.step(loss)
        return self

    def predict(
        self,
        layers: Float[np.ndarray, "texts layers dim"],
        joined: Float[np.ndarray, "texts static"] | None = None,
    ) -> np.ndarray:
        """The most probable label of each text."""
        with torch.no_grad():
            scores = self._scores(*self._inputs(layers, joined))
        return self.classes[scores.argmax(dim=1).numpy()]

    @property
    def weights(self) -> dict[str, list[float] | float]:
        """The learned weights: `raw` and `normalized` weights, one a layer, and `gamma`."""
        return {
            "raw": self.mix.scalar_weights.tolist(),
            "normalized": self.mix.normalized_weights.tolist(),
            "gamma": self.mix.gamma.item(),
        }

    def _scores(self, inputs: torch.Tensor, beside: torch.Tensor | None) -> torch.Tensor:
        normalized = self.mix.normalized_weights
        variance = torch.einsum("a,b,abd->d", normalized, normalized, self._products)
        mixed = self.mix(inputs) / variance.clamp(min=SMALL**2).sqrt()
        return self._linear(mixed if beside is None else torch.cat([beside, mixed], dim=1))

    def _inputs(
        self, layers: np.ndarray, joined: np.ndarray | None
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        centred = (layers - self._mean).transpose(1, 0, 2)
        inputs = torch.from_numpy(np.ascontiguousarray(centred, np.float32))  # layers texts dim
        if joined is None:
            return inputs, None
        beside = (joined - self._joined_mean) / self._joined_spread
        return inputs, torch.from_numpy(beside.astype(np.float32))
