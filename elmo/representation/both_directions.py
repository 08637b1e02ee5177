"""Vectors of both directions together, whose cosine compares left contexts with right contexts.

ELMo joins the forward and the backward half of a layer end to end. So a cosine compares left with
left and right with right, and never the left context of one use with the right context of another.
Both directions share a softmax, so both halves of the top layer are in its space and can be added:

    halves added       (f_i + b_i) G
    around the word    (f_{i-1} + b_{i+1}) G      without the word itself

G is the metric of that space (`output.softmax_metric`): the cosine then compares the scores that two vectors
give the words of the vocabulary, less along the scores of frequent words. A model without a softmax has no G.
"""

import numpy as np
from jaxtyping import Float

from elmo.representation.output import Output
from elmo.representation.reading import Reading
from elmo.representation.sparse import SparseRows

UseVectors = Float[np.ndarray, "uses dim"]


def halves_added(reading: Reading) -> UseVectors:
    """The sum of both halves of the top layer at each use, in the softmax's metric."""
    return _in_metric(reading.layers[-1], reading)


def around_the_word(reading: Reading) -> UseVectors:
    """The sum of the top layer's forward half before each use and backward half after it, in the softmax's metric."""
    assert reading.around is not None
    return _in_metric(reading.around, reading)


def words_around(reading: Reading) -> UseVectors:
    """The weighted mean of layer 0 of the other words; see `reading.words_around`."""
    assert reading.words is not None
    return reading.words


def substitutes(reading: Reading) -> UseVectors:
    """Square roots of the probabilities of the most probable words in each use's place, 0 elsewhere.

    The product of two such vectors is the Bhattacharyya coefficient of the two distributions.
    """
    return sparse_substitutes(reading).values.toarray().astype(np.float32)


def sparse_substitutes(reading: Reading) -> SparseRows:
    """`substitutes` without the zeros."""
    ids, log_p = reading.substitutes
    assert reading.constants is not None and reading.constants.output is not None
    return SparseRows.of(ids, np.exp(log_p / 2), len(reading.constants.output.rows))


def _in_metric(joined: UseVectors, reading: Reading) -> UseVectors:
    forward, backward = halves(joined)
    output: Output | None = reading.constants.output if reading.constants else None
    if output is None:
        return forward + backward
    output.check(forward.shape[1])
    return ((forward + backward) @ output.metric).astype(joined.dtype)


def halves(joined: UseVectors) -> tuple[UseVectors, UseVectors]:
    """The forward and the backward half of vectors."""
    half = joined.shape[1] // 2
    return joined[:, :half], joined[:, half:]
