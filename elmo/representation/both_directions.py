"""Both directions together: vectors that compare left with right.

ELMo joins the forward and the backward half of a layer end to end, so a cosine compares left with
left and right with right, and never what stands left of one use with what stands right of another.
Both halves of the top layer live in one space, that of the softmax that both directions share; so
they can be added up:

    halves added       (f_i + b_i) G
    around the word    (f_{i-1} + b_{i+1}) G      the word itself is not read

G is the metric of that space (`Output.metric`): the cosine is then the correlation of the log-odds
that two uses give all words of the vocabulary, without computing those. Without a softmax G is left
out.
"""

import numpy as np
from jaxtyping import Float

from elmo.representation.output import Output
from elmo.representation.reading import Reading
from elmo.representation.sparse import SparseRows

UseVectors = Float[np.ndarray, "uses dim"]


def halves_added(reading: Reading) -> UseVectors:
    """The two halves of the uses' top layer, added up."""
    return _in_metric(reading.layers[-1], reading)


def around_the_word(reading: Reading) -> UseVectors:
    """The forward half before each use and the backward half after it, added up; top layer."""
    assert reading.around is not None
    return _in_metric(reading.around, reading)


def words_around(reading: Reading) -> UseVectors:
    """What the words around are, each alone; see `reading.words_around`."""
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
