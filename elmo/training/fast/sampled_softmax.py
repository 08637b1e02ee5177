"""The sampled softmax of training: the right word is compared with a sample of all words.

    loss = log( exp s_y + sum over sampled k != y of exp(s_k) / inclusion_k ) - s_y

Each word is in the sample with its own probability of inclusion, independently of the others; for frequent words the
probability is 1. Dividing by the inclusion makes the sum an unbiased estimate of the softmax's denominator (Horvitz and Thompson 1952), so that with all
inclusions 1 this is the full softmax. One sample serves all tokens of a step and both directions.

Source: Jozefowicz et al. 2016, arXiv:1602.02410, section 3.1 (importance sampling). Differs: Poisson sampling.
"""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.autograd.function import once_differentiable


class Sampler:
    """Draws samples of words; generators in the same state draw the same words."""

    def __init__(
        self, counts: Int[np.ndarray, " vocab"], n_sampled: int, power: float = 0.75
    ) -> None:
        """Compute the probabilities of inclusion.

        Args:
            counts: count of each word; a count of 0 is taken as 1.
            n_sampled: average size of a sample; with the vocabulary's size or more every word is in each sample.
            power: the inclusion is proportional to counts ** power, at most 1.
        """
        weights = np.maximum(counts, 1).astype(np.float64) ** power
        inclusion = np.ones(len(counts))
        if n_sampled < len(counts):
            low, high = 0.0, 1.0 / weights.min()
            for _ in range(100):  # the factor that makes the inclusions sum to n_sampled
                factor = (low + high) / 2
                inclusion = np.minimum(factor * weights, 1.0)
                low, high = (factor, high) if inclusion.sum() < n_sampled else (low, factor)
        self.inclusion = inclusion

    def __call__(self, rng: np.random.Generator) -> Int[np.ndarray, " sampled"]:
        """The numbers of the sampled words, in ascending order."""
        return np.flatnonzero(rng.random(len(self.inclusion)) < self.inclusion)


def sampled_loss(
    hidden: Float[Tensor, "tokens dim"],
    W: Float[Tensor, "rows dim"],
    b: Float[Tensor, " rows"],
    targets: Int[Tensor, " tokens"],
    sampled: Int[Tensor, " sampled"],
    inclusion: Float[Tensor, " sampled"],
) -> Float[Tensor, ""]:
    """The mean loss in nats per token.

    Args:
        hidden: top outputs of one direction.
        W, b: the softmax rows of this step, or all rows.
        targets: row of the right word of each token.
        sampled: rows of the sampled words, in ascending order.
        inclusion: probabilities of inclusion of the sampled words.
    """
    return _SampledLoss.apply(hidden, W, b, targets, sampled, inclusion)


class _SampledLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, hidden, W, b, targets, sampled, inclusion):
        rows = W.to(hidden.dtype)
        scores = hidden @ rows[sampled].t()
        own_rows = rows[targets]
        own = (hidden * own_rows).sum(1, dtype=torch.float32) + b[targets].float()
        shifted = scores.float() + (b[sampled].float() - torch.log(inclusion))
        place = torch.searchsorted(sampled, targets).clamp_(max=len(sampled) - 1)
        hit = torch.nonzero(sampled[place] == targets).squeeze(1)
        shifted[hit, place[hit]] = -torch.inf
        log_total = torch.logaddexp(torch.logsumexp(shifted, dim=1), own)
        d_scores = shifted.sub_(log_total[:, None]).exp_().to(hidden.dtype)
        d_own = torch.exp(own - log_total) - 1  # gradients of the summed loss
        ctx.save_for_backward(hidden, rows, targets, sampled, d_scores, d_own, own_rows)
        return (log_total - own).mean()

    @staticmethod
    @once_differentiable
    def backward(ctx, d_loss):  # pyright: ignore[reportIncompatibleMethodOverride]  # torch's own documentation names the gradients; its stub takes only *args
        hidden, rows, targets, sampled, d_scores, d_own, own_rows = ctx.saved_tensors
        scale = float(d_loss) / len(hidden)
        d_hidden = (d_scores @ rows[sampled] + d_own.to(hidden.dtype)[:, None] * own_rows) * scale
        d_W = torch.zeros(rows.shape, dtype=torch.float32, device=rows.device)
        d_W.index_copy_(0, sampled, (d_scores.t() @ hidden).float())
        d_W.index_add_(0, targets, d_own[:, None] * hidden.float())
        d_b = torch.zeros(len(rows), dtype=torch.float32, device=rows.device)
        d_b.index_copy_(0, sampled, d_scores.sum(0, dtype=torch.float32))
        d_b.index_add_(0, targets, d_own)
        return d_hidden, d_W * scale, d_b * scale, None, None, None
