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
        scalar_weights: a weight for each layer, before the softmax; initially 0, which is the equal mix.
        gamma: scale of the result, initially 1.
    """

    __jit_unused_properties__ = ["normalized_weights"]  # TorchScript does not know its annotation

    def __init__(self, n_representations: int, layer_norm: bool = False) -> None:
        super().__init__()
        self.scalar_weights = nn.Parameter(torch.zeros(n_representations))
        self.gamma = nn.Parameter(torch.ones(()))
        self.layer_norm = layer_norm

    @property
    def normalized_weights(self) -> Float[Tensor, " layers"]:
        """The weights after the softmax: positive numbers with the sum 1."""
        return torch.softmax(self.scalar_weights, dim=0)

    def forward(self, layers: Tensor) -> Tensor:
        """The mixed vectors of tokens.

        Args:
            layers: shape (layers, *tokens, dim); TorchScript reads the annotation, so jaxtyping cannot state the shape.

        Returns: shape (*tokens, dim).
        """
        if self.layer_norm:
            layers = nn.functional.layer_norm(layers, layers.shape[-1:], eps=1e-12)
        weights = torch.softmax(self.scalar_weights, dim=0)
        return self.gamma * torch.tensordot(weights, layers, dims=1)
