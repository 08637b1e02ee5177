"""The softmax as arrays: the metric of its space, and the most probable words in the place of a use.

    p(w) ∝ p_forward(w | left) · p_backward(w | right) / p_unigram(w)

Each direction reads up to the word, without the word itself. Both predictions contain the frequency of w; the division
by the unigram probability, which is taken from the softmax's bias, removes one of the two.

Source: Amrami and Goldberg 2018, D18-1523, and 2019, arXiv:1905.12598. Differs: both sides are
multiplied before the best words are chosen, while the first paper draws from each side alone; no symmetric
patterns ("bank and ___"); no lemmas; <S>, </S> and <UNK> are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError

N_SUBSTITUTES = 300
MODELS_WITH_SOFTMAX = (
    "The bundled model has one, and so has a model trained here; two official models can be loaded with one: "
    "python -m elmo download original --with-softmax 50000, or 5.5B in place of original."
)
"""A sentence for messages about a model without a softmax."""
SPECIAL_WORDS = ("<S>", "</S>", "<UNK>", "<unk>", "@@UNKNOWN@@")
RIDGE = 0.01  # λ of `softmax_metric`
SMALLEST = 1e-4  # the share of the largest variance to which smaller ones are raised
_ROWS = 50_000  # rows of W converted to float64 at once
_CHUNK_BYTES = 40_000_000  # bytes of scores in memory at once


def softmax_metric(
    W: Float[np.ndarray, "vocab half"], rows: Int[np.ndarray, " real"]
) -> Float[np.ndarray, "half half"]:
    """G, a symmetric matrix: h' = h G compares the scores of all words, less along the scores of frequent words.

        C       covariance of the rows of W
        F       covariance of the rows of the most frequent words, as many as a row has numbers
        G G  =  C (F + λ m C)⁻¹ C      m: mean variance of F where C is the identity

    h C k' is the covariance over all words of the scores that h and k give. The most frequent words are function
    words and marks: their scores say which part of speech stands near. The inverse divides each direction by the
    variance of these words' scores, so that the cosine compares what h and k say of the other words.

    Source: Hatch et al. 2006, within-class covariance normalization. Differs: the covariance is that of the
    frequent words' scores. docs/representations.md has the measurements.

    Args:
        rows: rows of words, the most frequent word first.
    """
    C = _covariance(W, rows)
    variances, axes = np.linalg.eigh(C)
    if variances.max(initial=0) <= 0:  # all rows are equal, and so are all scores
        return np.zeros_like(C)
    stds = np.sqrt(np.maximum(variances, SMALLEST * variances.max()))
    root, inverse = (axes * stds) @ axes.T, (axes / stds) @ axes.T
    frequent = inverse @ _covariance(W, rows[: len(C)]) @ inverse
    frequent[np.diag_indices_from(frequent)] += RIDGE * np.trace(frequent) / len(C) or 1.0
    squares, axes = np.linalg.eigh(root @ np.linalg.solve(frequent, root))
    return (axes * np.sqrt(np.maximum(squares, 0))) @ axes.T


def _covariance(
    W: Float[np.ndarray, "vocab half"], rows: Int[np.ndarray, " some"]
) -> Float[np.ndarray, "half half"]:
    dim = W.shape[1]
    total, products = np.zeros(dim), np.zeros((dim, dim))
    for start in range(0, len(rows), _ROWS):
        part = W[rows[start : start + _ROWS]].astype(np.float64)
        total += part.sum(axis=0)
        products += part.T @ part
    mean = total / len(rows)
    return products / len(rows) - np.outer(mean, mean)


@dataclass(frozen=True)
class Output:
    """A softmax's weights and words.

    Attributes:
        words: the word of each row.
        W, b: log p(w | h) = W h + b - log of the sum over all words.
    """

    words: Sequence[str]
    W: Float[np.ndarray, "vocab half"]
    b: Float[np.ndarray, " vocab"]

    @cached_property
    def rows(self) -> Int[np.ndarray, " real"]:
        """The rows of words: all but <S>, </S> and <UNK>."""
        return np.array([i for i, w in enumerate(self.words) if w not in SPECIAL_WORDS], np.int64)

    @cached_property
    def real_words(self) -> tuple[str, ...]:
        """The words of `rows`."""
        return tuple(str(self.words[i]) for i in self.rows.tolist())

    @cached_property
    def metric(self) -> Float[np.ndarray, "half half"]:
        """G, the metric of the softmax's space; see `softmax_metric`."""
        return softmax_metric(self.W, self.rows)

    @cached_property
    def _weights(self) -> tuple[Float[np.ndarray, "half real"], Float[np.ndarray, " real"]]:
        return np.ascontiguousarray(self.W[self.rows].T), self.b[self.rows]

    def check(self, half: int) -> None:
        """Refuse vectors of another size.

        Raises:
            InputError: the softmax is for vectors of another size than a direction's `half`.
        """
        if half != self.W.shape[1]:
            raise InputError(
                f"the softmax is for vectors of {self.W.shape[1]} values, this model's have {half}; "
                "it belongs to another model."
            )

    def log_scores(
        self,
        forward: Float[np.ndarray, "uses half"] | None,
        backward: Float[np.ndarray, "uses half"] | None,
    ) -> Float[np.ndarray, "uses real"]:
        """log p of every word in the place between two sides, or from one side if the other is None.

        Args:
            forward: the forward direction's output at the word before the use.
            backward: the backward direction's output at the word after the use.
        """
        W, b = self._weights
        if forward is None or backward is None:
            side = forward if backward is None else backward
            assert side is not None
            scores = side @ W + b
        else:
            # Each side has a b, and the unigram is b plus a constant, so one b remains.
            scores = (forward + backward) @ W + b
        scores -= scores.max(axis=1, keepdims=True)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return scores

    def best(
        self,
        forward: Float[np.ndarray, "uses half"] | None,
        backward: Float[np.ndarray, "uses half"] | None,
        n: int = N_SUBSTITUTES,
    ) -> tuple[Int[np.ndarray, "uses best"], Float[np.ndarray, "uses best"]]:
        """The n most probable words in each use's place, most probable first.

        Returns:
            The places of the words in `real_words`, and their log-probabilities.
        """
        side = forward if forward is not None else backward
        assert side is not None
        n = min(n, len(self.rows))
        ids = np.zeros((len(side), n), np.int64)
        values = np.zeros((len(side), n), np.float32)
        step = max(1, _CHUNK_BYTES // (4 * len(self.rows)))
        for start in range(0, len(side), step):
            part = slice(start, start + step)
            scores = self.log_scores(*(x if x is None else x[part] for x in (forward, backward)))
            top = np.argpartition(scores, -n, axis=1)[:, -n:]
            top_scores = np.take_along_axis(scores, top, axis=1)
            order = np.argsort(-top_scores, axis=1, kind="stable")
            ids[part] = np.take_along_axis(top, order, axis=1)
            values[part] = np.take_along_axis(top_scores, order, axis=1)
        return ids, values
