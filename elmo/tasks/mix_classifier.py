"""Logistic regression on a learned mix of the layers: the mix and the classifier are trained together.

Source: Peters et al. 2018, arXiv:1802.05365, eq. 1 and section 3.3. Differs: the classifier is linear
and the loss is minimised over all texts at once (L-BFGS), so that a seed is not needed.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from elmo.model.scalar_mix import ScalarMix

MIX_PENALTY = 0.01
"""λ of λ(‖scalar weights‖² + (γ − 1)²): without it, γ would grow to escape the classifier's penalty."""


class MixClassifier:
    """γ Σ_l softmax(w)_l · layer_l, and a linear classifier on it.

    Every dimension is centred, and divided by its spread in the equal mix: the same numbers for all
    layers, so that scaling the mix and mixing the scaled layers are the same. With all scalar weights
    at 0 this is logistic regression on the standardized equal mix.

    Attributes:
        mix: the trained ScalarMix, after `fit`.
        classes: the labels, after `fit`, in the order of the classifier's outputs.
    """

    def __init__(self, C: float = 0.01, max_iterations: int = 100) -> None:
        """
        Args:
            C: inverse strength of the classifier's L2 penalty, as in scikit-learn.
            max_iterations: of L-BFGS, at most.
        """
        self.C, self.max_iterations = C, max_iterations

    def fit(
        self,
        layers: Float[np.ndarray, "texts layers dim"],
        labels: np.ndarray,
        joined: Float[np.ndarray, "texts static"] | None = None,
    ) -> "MixClassifier":
        """Train the mix and the classifier.

        Args:
            layers: what is mixed.
            labels: one a text.
            joined: vectors put beside the mix (static ones); None for the mix alone.
        """
        self.classes, numbers = np.unique(labels, return_inverse=True)
        self._mean, self._spread = layers.mean(axis=0), _spread(layers.mean(axis=1))
        if joined is not None:
            self._joined_mean, self._joined_spread = joined.mean(axis=0), _spread(joined)
        inputs, beside = self._scaled(layers, joined)
        target = torch.from_numpy(numbers)
        n, _, dim = layers.shape
        self.mix = ScalarMix(layers.shape[1])
        width = dim + (0 if joined is None else joined.shape[1])
        self._linear = nn.Linear(width, len(self.classes))
        nn.init.zeros_(self._linear.weight)
        nn.init.zeros_(self._linear.bias)
        parameters = [*self.mix.parameters(), *self._linear.parameters()]
        optimizer = torch.optim.LBFGS(
            parameters,
            max_iter=self.max_iterations,
            tolerance_grad=1e-4,
            line_search_fn="strong_wolfe",
        )

        def loss() -> torch.Tensor:
            optimizer.zero_grad()
            scores = self._scores(inputs, beside)
            value = nn.functional.cross_entropy(scores, target)
            value = value + self._linear.weight.square().sum() / (2 * self.C * n)
            weights, gamma = self.mix.scalar_weights, self.mix.gamma
            value = value + MIX_PENALTY * (weights.square().sum() + (gamma - 1) ** 2)
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
            scores = self._scores(*self._scaled(layers, joined))
        return self.classes[scores.argmax(dim=1).numpy()]

    @property
    def weights(self) -> dict[str, list[float] | float]:
        """What was learned: `raw` and `normalized` weights, one a layer, and `gamma`."""
        return {
            "raw": self.mix.scalar_weights.tolist(),
            "normalized": self.mix.normalized_weights.tolist(),
            "gamma": self.mix.gamma.item(),
        }

    def _scores(self, inputs: torch.Tensor, beside: torch.Tensor | None) -> torch.Tensor:
        mixed = self.mix(inputs)
        return self._linear(mixed if beside is None else torch.cat([beside, mixed], dim=1))

    def _scaled(
        self, layers: np.ndarray, joined: np.ndarray | None
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        scaled = ((layers - self._mean) / self._spread).transpose(1, 0, 2)
        inputs = torch.from_numpy(np.ascontiguousarray(scaled, np.float32))  # layers texts dim
        if joined is None:
            return inputs, None
        beside = (joined - self._joined_mean) / self._joined_spread
        return inputs, torch.from_numpy(beside.astype(np.float32))


def _spread(values: Float[np.ndarray, "texts dim"]) -> Float[np.ndarray, " dim"]:
    spread = values.std(axis=0)
    return np.where(spread > 1e-7, spread, 1.0)
