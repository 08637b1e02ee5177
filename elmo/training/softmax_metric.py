"""Write a trained model in the metric of its softmax: the cosines of the layers change, no prediction does.

Training leaves the LSTM layers in any one of the spaces in which the predictions are the same: for an invertible map M,
outputs h M with the softmax rows W M^-T give the scores of h with W. This module chooses the map after which the rows of
the softmax vary equally in all directions. The cosine of two outputs is then the correlation of the scores that the
outputs give all words. The mean output, which all words share, moves every cosine towards 1; so the map also shortens the
plane of both directions' means (Mu and Viswanath 2018, arXiv:1702.01417, remove such directions; a map that removed them
would have no inverse). Only a clip that acts on an output after the map and not before, or the reverse, changes a prediction.
"""

import copy

import torch
from jaxtyping import Float
from torch import Tensor

from elmo.errors import TrainingError
from elmo.model.bilm import BiLm
from elmo.model.lstm import Lstm
from elmo.training.data.vocabulary import SPECIAL

ROWS_STD = 1 / 4  # of the softmax's rows in every direction; few outputs reach the clip at 3 then
SMALLEST = 1e-4  # the share of the largest variance to which smaller ones are raised
MEANS_KEPT = 0.3  # the share of their length that outputs keep in the plane of the means


@torch.no_grad()
def in_softmax_metric(
    model: BiLm, W: Float[Tensor, "vocab dim"], means: Float[Tensor, "directions dim"]
) -> tuple[BiLm, Float[Tensor, "vocab dim"]]:
    """A copy of the model and of the softmax, on the processor, in the softmax's metric, with the same predictions.

    All layers of both directions have the same map, since skip connections add layers, and both directions share the
    softmax. The token layer stays.

    Args:
        means: mean output of the top layer in each direction.

    Raises:
        TrainingError: the LSTMs have no projection, into which the map is multiplied.
    """
    model, W, means = copy.deepcopy(model).cpu(), W.cpu(), means.cpu()
    real = W[len(SPECIAL) :].double()
    centred = real - real.mean(dim=0)
    variances, axes = torch.linalg.eigh(centred.t() @ centred / len(centred))
    stds = variances.clamp(min=SMALLEST * float(variances.max())).sqrt() / ROWS_STD
    metric, inverse = (axes * stds) @ axes.t(), (axes / stds) @ axes.t()
    plane = torch.linalg.qr((means.double() @ metric).t()).Q
    plane = plane @ plane.t()
    into = metric @ (torch.eye(len(plane)) - (1 - MEANS_KEPT) * plane)
    back = (torch.eye(len(plane)) + (1 / MEANS_KEPT - 1) * plane) @ inverse
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
