"""Write a trained model in the metric of its softmax: the cosines of the layers change, no prediction does.

Training leaves the LSTM layers in any one of the spaces in which the predictions are the same: for an invertible map M,
outputs h M with the softmax rows W M^-T give the scores of h with W. This module chooses the metric of the softmax
(`elmo.representation.output.softmax_metric`): the cosine of two outputs then compares the scores that they give all
words, less along the scores of frequent words. The mean output, which all words share, moves every cosine towards 1; so
the map also shortens the plane of both directions' means (Mu and Viswanath 2018, arXiv:1702.01417, remove such
directions; a map that removed them would have no inverse). The axes are those in which the rows' numbers are
uncorrelated: directions in which outputs are short then have numbers of their own, and float32 rounds them no more than
others. Only a clip that acts on an output after the map and not before, or the reverse, changes a prediction; so the
preset `bundled` clips outputs at 10, far above them.
"""

import copy
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from elmo.errors import TrainingError
from elmo.model.bilm import BiLm
from elmo.model.lstm import Lstm
from elmo.representation.output import softmax_metric
from elmo.training.data.vocabulary import SPECIAL

OUTPUTS_RMS = 0.28  # root mean square of the outputs after the map (token vectors: .46)
MEANS_KEPT = 0.3  # the share of their length that outputs keep in the plane of the means


@torch.no_grad()
def in_softmax_metric(
    model: BiLm,
    W: Float[Tensor, "vocab dim"],
    outputs: Sequence[Float[Tensor, "places dim"]],
) -> tuple[BiLm, Float[Tensor, "vocab dim"]]:
    """A copy of the model and of the softmax, on the processor, in the softmax's metric, with the same predictions.

    All layers of both directions have the same map, since skip connections add layers, and both directions share the
    softmax. The token layer stays.

    Args:
        outputs: outputs of the top layer in each direction, for a sample of text.

    Raises:
        TrainingError: the LSTMs have no projection, into which the map is multiplied.
    """
    model, W = copy.deepcopy(model).cpu(), W.cpu()
    metric = torch.from_numpy(softmax_metric(W.numpy(), np.arange(len(SPECIAL), len(W))))
    mapped = [x.cpu().double() @ metric for x in outputs]
    plane = torch.linalg.qr(torch.stack([x.mean(dim=0) for x in mapped]).t()).Q
    plane = plane @ plane.t()
    shortened = torch.eye(len(plane)) - (1 - MEANS_KEPT) * plane
    rms = torch.cat([x @ shortened for x in mapped]).square().mean().sqrt()
    into = metric @ shortened * (OUTPUTS_RMS / rms)
    back = torch.linalg.inv(into)
    axes = torch.linalg.eigh(torch.cov(back @ W[len(SPECIAL) :].double().t())).eigenvectors
    into, back = into @ axes, axes.t() @ back
    for lstms in (model.forward_lstms, model.backward_lstms):
        for layer, lstm in enumerate(lstms):
            assert isinstance(lstm, Lstm)
            if lstm.W_P_0 is None:
                raise TrainingError(
                    "the softmax's metric needs LSTMs with a projection: projection_dim smaller than dim."
                )
            lstm.W_P_0.copy_(lstm.W_P_0.double() @ into)
            inputs, recurrent = lstm.W_0.chunk(2)
            recurrent.copy_(back @ recurrent.double())
            if layer:
                inputs.copy_(back @ inputs.double())
    return model, (W.double() @ back.t()).to(W.dtype)
