"""The mix of layers that a task learns: ELMo = γ Σ_l softmax(w)_l · layer_l.

Source: Peters et al. 2018, arXiv:1802.05365, eq. 1. Differs: the optional layer norm is taken
over each token's own vector, so that no token depends on its neighbours; AllenNLP and bilm-tf take
it over the whole batch.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class ScalarMix(nn.Module):
    """A trainable mix of layers.

    Attributes:
        scalar_weights: one a layer, before the softmax; 0 at the start, which is the plain mean.
        gamma: scale of the result, 1 at the start.
    """

    __jit_unused_properties__ = ["normalized_weights"]  # its annotation is none of TorchScript's

    def __init__(self, n_representations: int, layer_norm: bool = False) -> None:
        super().__init__()
        self.scalar_weights = nn.Parameter(torch.zeros(n_representations))
        self.gamma = nn.Parameter(torch.ones(()))
        self.layer_norm = layer_norm

    @property
    def normalized_weights(self) -> Float[Tensor, " layers"]:
        """The weights after the softmax: positive, and they sum to 1."""
        return torch.softmax(self.scalar_weights, dim=0)

    def forward(self, layers: Tensor) -> Tensor:
        """Mix the layers of any tokens.

        Args:
            layers: of shape (layers, *tokens, dim). The annotation is a plain one, for TorchScript reads it.

        Returns: of shape (*tokens, dim).
        """
        if self.layer_norm:
            layers = nn.functional.layer_norm(layers, layers.shape[-1:], eps=1e-12)
        weights = torch.softmax(self.scalar_weights, dim=0)
        return self.gamma * torch.tensordot(weights, layers, dims=1)
