"""Three figures of how far a layer depends on the context, each with a baseline and an interval.

ELMo's vectors point in similar directions, so two random words are similar (anisotropy). A figure has a
meaning only in comparison with random words, so every figure has their value as baseline. That of
the two cosine figures is the anisotropy (`anisotropy.baseline`), as on every other page.

Source: Ethayarajh 2019, How Contextual are Contextualized Word Representations?, arXiv:1909.00512,
definitions 1 to 3 and section 3.4. Differs: intervals, which the paper does not give.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore import anisotropy, bootstrap
from elmo.explore.similarity import cosine_matrix
from elmo.representation import unit

MIN_USES = 2
_MAX_VARIANCE_USES = 200
_VARIANCE_RESAMPLES = 300


@dataclass(frozen=True)
class Statistic:
    """One figure of a layer.

    Attributes:
        value: the figure itself.
        low, high: 95 % bootstrap interval over uses, words or sentences.
        baseline: value for random words: their mean cosine, or the same figure.
        n: number of uses, words or sentences.
    """

    value: float
    low: float
    high: float
    baseline: float
    n: int

    @property
    def above(self) -> float:
        """The figure minus its baseline."""
        return self.value - self.baseline


def self_similarity(
    uses: Float[np.ndarray, "uses dim"],
    baseline: float,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Statistic:
    """Mean cosine of a word's uses with each other: 1 if the vectors do not depend on the context.

    Args:
        uses: the vectors of one word in different sentences.
        baseline: the mean cosine of random words under the same model and layer.

    Raises:
        InputError: fewer than two uses.
    """
    _check("uses", uses)
    matrix = cosine_matrix(uses)
    similarity = anisotropy.self_similarity(matrix, baseline, n_resamples=n_resamples, seed=seed)
    return Statistic(similarity.value, similarity.low, similarity.high, baseline, similarity.n)


def mean_self_similarity(
    uses: Float[np.ndarray, "uses dim"],
    words: Int[np.ndarray, " uses"],
    baseline: float,
    min_uses: int = 3,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Statistic | None:
    """The self-similarity of every word of a text with `min_uses` uses or more, averaged over words.

    The interval is from resamples of words.

    Args:
        words: number of the word of each use.

    Returns:
        None if no word has `min_uses` uses.
    """
    ids, counts = np.unique(words, return_counts=True)
    values = np.array([mean_cosine(uses[words == i]) for i in ids[counts >= min_uses]])
    if not len(values):
        return None
    low, high = _interval_of_mean(values, n_resamples, seed)
    return Statistic(float(values.mean()), low, high, baseline, len(values))


def intra_sentence_similarity(
    sentences: Sequence[Float[np.ndarray, "_ dim"]],
    baseline: float,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Statistic:
    """Mean cosine of a sentence's words with their mean vector, averaged over the sentences.

    High if the words of one sentence are similar to each other. The baseline is the mean cosine of random
    words, as in the paper.

    Raises:
        InputError: no sentence has two words or more.
    """
    values = np.array([_with_mean(words) for words in sentences if len(words) > 1])
    if not len(values):
        raise InputError("no sentence has two words or more, so there is nothing to compare.")
    low, high = _interval_of_mean(values, n_resamples, seed)
    return Statistic(float(values.mean()), low, high, baseline, len(values))


def maximum_explainable_variance(
    uses: Float[np.ndarray, "uses dim"],
    reference: Float[np.ndarray, "words dim"],
    n_resamples: int = _VARIANCE_RESAMPLES,
    seed: int = 0,
) -> Statistic:
    """The share of a word's variance that one fixed vector explains at most: σ₁² / Σ σᵢ².

    This is an upper bound for a static word vector in place of the contextual vectors. The baseline
    is the same for an equal number of random words, averaged over 100 draws. A resample repeats some
    uses and so has less variance than the uses themselves; the interval is shifted by the mean of this
    difference, so that the figure is within the interval.

    Raises:
        InputError: fewer than two uses, or reference words.
    """
    _check("uses", uses)
    _check("reference words", reference)
    rng = np.random.default_rng(seed)
    rows = np.asarray(uses, np.float64)
    if len(rows) > _MAX_VARIANCE_USES:
        rows = rows[np.sort(rng.choice(len(rows), _MAX_VARIANCE_USES, replace=False))]
    value = first_share(rows)
    counts = bootstrap.draw_counts(len(rows), n_resamples, seed).astype(np.float64)
    gram = rows @ rows.T
    drawn = np.array([_first_share_of(gram, count) for count in counts])
    low, high = bootstrap.interval(np.clip(drawn - drawn.mean() + value, 0, 1))
    sample = np.asarray(reference, np.float64)
    size = min(len(rows), len(sample))
    baseline = [
        first_share(sample[rng.choice(len(sample), size, replace=False)]) for _ in range(100)
    ]
    return Statistic(value, low, high, float(np.mean(baseline)), len(rows))


def mean_explainable_variance(
    uses: Float[np.ndarray, "uses dim"],
    words: Int[np.ndarray, " uses"],
    reference: Float[np.ndarray, "words dim"],
    min_uses: int = 3,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Statistic | None:
    """`maximum_explainable_variance` of every word of a text with `min_uses` uses or more, averaged over words.

    The interval is from resamples of words. The baseline of a word is that of as many random words as the word has
    uses. At most 200 words, and 200 uses of each, are measured.

    Returns:
        None if no word has `min_uses` uses.
    """
    _check("reference words", reference)
    rng = np.random.default_rng(seed)
    ids, counts = np.unique(words, return_counts=True)
    ids = ids[counts >= min_uses]
    if not len(ids):
        return None
    if len(ids) > _MAX_VARIANCE_USES:
        ids = np.sort(rng.choice(ids, _MAX_VARIANCE_USES, replace=False))
    values, baselines = np.empty(len(ids)), np.empty(len(ids))
    sample = np.asarray(reference, np.float64)
    for place, word in enumerate(ids):
        rows = uses[words == word][:_MAX_VARIANCE_USES]
        values[place] = first_share(rows)
        size = min(len(rows), len(sample))
        baselines[place] = first_share(sample[rng.choice(len(sample), size, replace=False)])
    low, high = _interval_of_mean(values, n_resamples, seed)
    return Statistic(float(values.mean()), low, high, float(baselines.mean()), len(ids))


def mean_cosine(vectors: Float[np.ndarray, "points dim"]) -> float:
    """Mean cosine of all pairs of two different points.

    In closed form: (|Σ u|² - Σ |u|²) / (n (n - 1)) for unit vectors u, which takes time linear in n.
    """
    rows = unit(np.asarray(vectors, np.float64))
    n = len(rows)
    if n < 2:
        return float("nan")
    total = rows.sum(axis=0)
    return float((total @ total - (rows**2).sum()) / (n * (n - 1)))


def first_share(vectors: Float[np.ndarray, "points dim"]) -> float:
    """σ₁² / Σ σᵢ² of the vectors without centring; NaN if all are 0."""
    gram = np.asarray(vectors, np.float64) @ np.asarray(vectors, np.float64).T
    return _first_share_of(gram, np.ones(len(gram)))


def _first_share_of(gram: Float[np.ndarray, "n n"], counts: Float[np.ndarray, " n"]) -> float:
    """`first_share` with point i repeated counts[i] times."""
    there = counts > 0
    root = np.sqrt(counts[there])
    weighted = gram[np.ix_(there, there)] * np.outer(root, root)
    total = np.trace(weighted)
    if total <= 0:
        return float("nan")
    return float(np.linalg.eigvalsh(weighted)[-1] / total)


def _with_mean(words: Float[np.ndarray, "words dim"]) -> float:
    rows = np.asarray(words, np.float64)
    return float((unit(rows) @ unit(rows.mean(axis=0, keepdims=True))[0]).mean())


def _interval_of_mean(
    values: Float[np.ndarray, " n"], n_resamples: int, seed: int
) -> tuple[float, float]:
    counts = bootstrap.draw_counts(len(values), n_resamples, seed)
    return bootstrap.interval(counts @ values / len(values))


def _check(what: str, vectors: np.ndarray) -> None:
    if len(vectors) < MIN_USES:
        raise InputError(f"there are {len(vectors)} {what}, expected at least {MIN_USES}.")
    if not np.isfinite(vectors).all():
        raise InputError(f"the vectors of the {what} have values that are not numbers.")
