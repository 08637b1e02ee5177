"""A highway layer: a learned gate mixes each filter's value with its transformed value.

Source: Srivastava et al. 2015, arXiv:1505.00387. Differs: the format calls the gate of the
transformed part "carry" (W_carry, b_carry); the names here are the file's.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn


def draw_normal(weight: nn.Parameter, std: float) -> None:
    """Draw the weight's values, if the weight has memory for them.

    On the device "meta" `nn.init.normal_` would load torch's compiler, a second of processor time.
    """
    if not weight.is_meta:
        nn.init.normal_(weight, std=std)


@dataclass(frozen=True)
class HighwayStep:
    """All values of one highway layer: output = gate · transformed + (1 - gate) · input."""

    input: Float[Tensor, "tokens filters"]
    gate: Float[Tensor, "tokens filters"]
    transformed: Float[Tensor, "tokens filters"]
    output: Float[Tensor, "tokens filters"]


class Highway(nn.Module):
    """x -> g · relu(x W_transform + b_transform) + (1 - g) · x, with g = σ(x W_carry + b_carry)."""

    def __init__(self, n_filters: int) -> None:
        super().__init__()
        self.W_carry = nn.Parameter(torch.empty(n_filters, n_filters))
        self.b_carry = nn.Parameter(torch.empty(n_filters))
        self.W_transform = nn.Parameter(torch.empty(n_filters, n_filters))
        self.b_transform = nn.Parameter(torch.empty(n_filters))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Initialize as bilm-tf does: b_carry = -2, so that the output is near the input."""
        n_filters = self.W_carry.shape[0]
        for weight in (self.W_carry, self.W_transform):
            draw_normal(weight, std=n_filters**-0.5)
        nn.init.constant_(self.b_carry, -2.0)
        nn.init.zeros_(self.b_transform)

    def step(self, x: Float[Tensor, "tokens filters"]) -> HighwayStep:
        gate = torch.sigmoid(torch.addmm(self.b_carry, x, self.W_carry))
        transformed = torch.relu(torch.addmm(self.b_transform, x, self.W_transform))
        return HighwayStep(x, gate, transformed, gate * transformed + (1 - gate) * x)

    def forward(self, x: Float[Tensor, "tokens filters"]) -> Float[Tensor, "tokens filters"]:
        return self.step(x).output
