"""Adam for a table of which each step changes few rows."""

import torch
from jaxtyping import Float, Int
from torch import Tensor


class RowAdam:
    """Adam that updates moments only in the rows of a step ("lazy" Adam).

    Source: Kingma and Ba 2015, arXiv:1412.6980. Differs: the moments of all other rows stay unchanged.
    """

    def __init__(
        self,
        table: Float[Tensor, "rows *dims"],
        betas: tuple[float, float] = (0.9, 0.99),
        eps: float = 1e-8,
    ):
        self.table, self.betas, self.eps = table, betas, eps
        self.mean = torch.zeros_like(table)
        self.square = torch.zeros_like(table)
        self.steps = torch.zeros(len(table), device=table.device)

    @torch.no_grad()
    def step(
        self,
        rows: Int[Tensor, " touched"],
        gradient: Float[Tensor, "touched *dims"],
        learning_rate: float,
    ) -> None:
        """Updates rows (all different) with their gradient."""
        first, second = self.betas
        mean = self.mean[rows].lerp_(gradient, 1 - first)
        square = self.square[rows].mul_(second).addcmul_(gradient, gradient, value=1 - second)
        steps = self.steps[rows] + 1
        shape = (-1, *[1] * (gradient.dim() - 1))
        unbiased = mean / (1 - first**steps).view(shape)
        spread = (square / (1 - second**steps).view(shape)).sqrt_().add_(self.eps)
        self.table[rows] -= learning_rate * unbiased / spread
        self.mean[rows], self.square[rows], self.steps[rows] = mean, square, steps

    def state_dict(self) -> dict[str, Tensor]:
        return {"mean": self.mean, "square": self.square, "steps": self.steps}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.mean.copy_(state["mean"])
        self.square.copy_(state["square"])
        self.steps.copy_(state["steps"])
