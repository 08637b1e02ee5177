"""The cloze: predict a word from the words on both of its sides.

    log p(w_i) = log softmax( W (f_{i-1} + b_{i+1}) + b )

f_{i-1} is the forward direction's top output before the word, b_{i+1} the backward direction's after it, W and b the
softmax that both directions share. Each direction alone predicts the word with W f_{i-1} + b and W b_{i+1} + b. As b is near
the logarithm of the word's frequency, the cloze is nearly the product of both predictions divided by that frequency. So the
cloze needs no weights of its own, and the outputs of the two directions become comparable.

Source: Melamud et al. 2016, K16-1006 (context2vec). Differs: no network over the two sides, the language model's softmax.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from elmo.training.data.batches import Batch


def vectors_around(
    forward: Float[Tensor, "tokens batch dim"],
    backward: Float[Tensor, "tokens batch dim"],
    batch: Batch,
) -> Float[Tensor, "words dim"]:
    """f_{i-1} + b_{i+1} of every word, sentence by sentence; neither direction has read the word itself.

    Args:
        forward, backward: top outputs of each direction, in its reading order.
    """
    dim, n_rows = forward.shape[2], len(batch.lengths)
    before, after = (
        torch.from_numpy(places - n_rows).to(forward.device) for places in batch.places()
    )
    return forward.reshape(-1, dim)[before] + backward.reshape(-1, dim)[after]
