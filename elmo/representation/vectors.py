"""Scale vectors to length 1, and subtract their mean."""

import numpy as np
from jaxtyping import Float

FEWEST_FOR_MEAN = (
    5  # uses from which their mean can be subtracted; that of fewer is mostly themselves
)
ROUNDING = 1e-6  # of a vector's length; what is left of equal vectors less their mean is shorter


def unit(x: Float[np.ndarray, "*rows dim"]) -> Float[np.ndarray, "*rows dim"]:
    """The vectors scaled to length 1; vectors of zeros stay zeros.

    Each vector is first divided by its largest value, so that squares neither vanish nor overflow.
    """
    scale = np.abs(x).max(axis=-1, keepdims=True, initial=0)
    x = np.divide(x, scale, out=np.zeros_like(x), where=scale > 0)
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)


def less_the_mean(
    vectors: Float[np.ndarray, "*layers uses dim"],
) -> Float[np.ndarray, "*layers uses dim"]:
    """The vectors minus their mean over the uses.

    The part that all uses share, above all the word itself, moves every cosine towards 1 and hides which
    uses are more similar than others. Equal vectors give exact zeros.

    Source: Mu and Viswanath 2018, arXiv:1702.01417. Differs: the paper subtracts the mean of all words,
    this function that of one word.
    """
    exact = vectors.astype(np.float64)
    left = exact - exact.mean(axis=-2, keepdims=True)
    left[np.linalg.norm(left, axis=-1) <= ROUNDING * np.linalg.norm(exact, axis=-1)] = 0
    return left.astype(vectors.dtype)
