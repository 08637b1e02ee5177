"""Self-similarity of a word, and the similarity of two random words as its baseline.

Contextual vectors point in similar directions (anisotropy): any two words have a high cosine. So a
similarity has a meaning only in comparison with the mean cosine of random words.

Source: Ethayarajh 2019, How Contextual are Contextualized Word Representations?, arXiv:1909.00512,
definitions 1 and sec. 3.3. Differs: pairs of the same word, and of one sentence, are not drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore import bootstrap
from elmo.explore.similarity import paired_cosine

N_PAIRS = 5000


@dataclass(frozen=True)
class Baseline:
    """Cosines of random pairs of words.

    Attributes:
        cosines: cosine of each pair, in ascending order.
    """

    cosines: Float[np.ndarray, " pairs"]

    @property
    def mean(self) -> float:
        """The anisotropy: the mean cosine of two random words."""
        return float(self.cosines.mean())

    @property
    def n_pairs(self) -> int:
        """The number of pairs drawn."""
        return len(self.cosines)


def baseline(
    vectors: Float[np.ndarray, "tokens dim"],
    words: Sequence[str],
    sentences: Sequence[int],
    *,
    n_pairs: int = N_PAIRS,
    seed: int = 0,
) -> Baseline:
    """Cosines of random pairs: two different words of two different sentences.

    Tokens without a letter or digit (punctuation) are not drawn; frequent words are drawn more often.

    Args:
        words, sentences: each token's word, and the number of its sentence.

    Raises:
        InputError: the numbers of tokens, words and sentences differ, or the text is too short for a pair.
    """
    if not len(vectors) == len(words) == len(sentences):
        raise InputError(
            f"there are {len(vectors)} vectors, {len(words)} words and {len(sentences)} sentence "
            "numbers, expected one of each a token."
        )
    usable = np.array([any(map(str.isalnum, word)) for word in words], dtype=bool)
    tokens = np.flatnonzero(usable)
    word_ids = np.unique([word.casefold() for word in words], return_inverse=True)[1]
    places = np.asarray(sentences)
    rng = np.random.default_rng(seed)
    drawn_pairs: list[np.ndarray] = []
    n_drawn = 0
    for _ in range(50):
        if n_drawn >= n_pairs or not len(tokens):
            break
        drawn = rng.choice(tokens, size=(2 * n_pairs, 2))
        first, second = drawn.T
        fit = (word_ids[first] != word_ids[second]) & (places[first] != places[second])
        drawn_pairs.append(drawn[fit])
        n_drawn += int(fit.sum())
    if n_drawn < n_pairs:
        raise InputError(
            f"{len(tokens)} words in {len(set(sentences))} sentences give no {n_pairs} random pairs "
            "of different words in different sentences; give a larger sample."
        )
    first, second = np.concatenate(drawn_pairs)[:n_pairs].T
    return Baseline(np.sort(paired_cosine(vectors[first], vectors[second])))


@dataclass(frozen=True)
class SelfSimilarity:
    """The mean cosine of a word's uses with each other.

    Attributes:
        value: between -1 and 1; NaN for fewer than two uses.
        low, high: the bootstrap interval over sentences.
        n: number of uses.
        baseline: the mean cosine of random words, or None without a baseline.
    """

    value: float
    low: float
    high: float
    n: int
    baseline: float | None = None

    @property
    def adjusted(self) -> float:
        """The value minus the baseline: 0 is as similar as random words."""
        return self.value - (self.baseline or 0.0)

    @property
    def adjusted_interval(self) -> tuple[float, float]:
        """The interval minus the baseline, which is taken as exact (it has thousands of pairs)."""
        return self.low - (self.baseline or 0.0), self.high - (self.baseline or 0.0)


def self_similarity(
    similarity: Float[np.ndarray, "uses uses"],
    baseline_mean: float | None = None,
    *,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> SelfSimilarity:
    """The mean cosine over pairs of different uses, with its interval over sentences."""
    n = len(similarity)
    values = similarity[np.triu_indices(n, k=1)]
    if not len(values):
        nan = float("nan")
        return SelfSimilarity(nan, nan, nan, n, baseline_mean)
    counts = bootstrap.draw_counts(n, n_resamples, seed).astype(np.float64)
    of_pairs = similarity - np.diag(np.diag(similarity))  # a use makes no pair with its own copy
    twice_sum = ((counts @ of_pairs) * counts).sum(axis=1)
    twice_pairs = n**2 - (counts**2).sum(axis=1)
    means = np.divide(
        twice_sum, twice_pairs, out=np.full(n_resamples, np.nan), where=twice_pairs > 0
    )
    low, high = bootstrap.interval(means)
    return SelfSimilarity(float(values.mean()), low, high, n, baseline_mean)
