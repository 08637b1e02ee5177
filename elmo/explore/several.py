"""Whether the uses of a word have one sense or several: how varied they are, held against words whose senses are known.

Any vectors can be cut into groups, also those of one sense, whose sentences have different topics. So the groups cannot say
whether there are several senses. Two figures of the uses can:

    spread      1 - mean over pairs of (2 top + beside) / 3
    agreement   correlation over pairs of beside* and around*

`top` are the cosines of the uses' vectors in the top layer; `beside` those of the words that the model expects in “WORD and _”
(in spring: coil, summer); `around` those of the words around. The star takes off the mean of the uses. The spread is large
if the word goes with different words in different uses. The agreement is large if it does so where the sentences are about
different things, and not at random.

A person's uses are compared with reference words (`Scale`): linear discriminant analysis of their two figures gives a score
that is 0 on average for words with one sense, and 1 for words with several.

Source: Ethayarajh 2019, arXiv:1909.00512 (self-similarity is 1 - spread); Fisher 1936 (the discriminant). How often the
answers are right is measured by `python -m benchmarks.several_senses`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
from jaxtyping import Float

FEWEST_USES = 10  # the agreement of fewer uses' pairs is mostly chance

LEAST_KNOWN = 0.5  # share of the words; fewer are known of another language

SURELY_SEVERAL = 0.95  # uses of one sense in real texts reach this score in about one of ten cases
MIDDLE = 0.5
SURELY_ONE = 0.15

SAME_SCORE = 1e-4  # the order of sums in float32 changes a score by less


@dataclass(frozen=True)
class Variety:
    """How varied some uses of a word are.

    Attributes:
        n: number of uses.
        spread, agreement: see the module; NaN for fewer than three uses, or equal ones.
        known: share of the words of their sentences that the model has learned.
    """

    n: int
    spread: float
    agreement: float
    known: float = 1.0


def variety(
    top: Float[np.ndarray, "uses uses"],
    beside: Float[np.ndarray, "uses uses"],
    around: Float[np.ndarray, "uses uses"],
    known: float = 1.0,
) -> Variety:
    """The variety of uses from three matrices of their cosines; see the module and `Variety`."""
    n = len(top)
    if n < 3:
        return Variety(n, float("nan"), float("nan"), known)
    pairs = np.triu_indices(n, 1)
    spread = 1 - float(((2 * top + beside) / 3)[pairs].mean())
    first, second = (_less_the_mean(cosines)[pairs] for cosines in (beside, around))
    if min(first.std(), second.std()) < 1e-9:
        return Variety(n, spread, float("nan"), known)
    return Variety(n, spread, float(np.corrcoef(first, second)[0, 1]), known)


def _less_the_mean(cosines: Float[np.ndarray, "uses uses"]) -> Float[np.ndarray, "uses uses"]:
    """The cosines of the same unit vectors less their mean, without the vectors; 0 for a vector equal to the mean."""
    products = cosines - cosines.mean(axis=0) - cosines.mean(axis=1)[:, None] + cosines.mean()
    lengths = np.sqrt(np.maximum(np.diag(products), 0))
    scale = np.multiply.outer(lengths, lengths)
    return np.divide(products, scale, out=np.zeros_like(products), where=scale > 1e-9)


class Answer(Enum):
    """The answers; the values are the texts for people."""

    SEVERAL = "several senses"
    RATHER_SEVERAL = "rather several senses"
    RATHER_ONE = "rather one sense"
    ONE = "one sense"
    TOO_FEW = "too few sentences"
    UNKNOWN = "not measured"
    OTHER_WORDS = "words that the model has not learned"


@dataclass(frozen=True)
class Several:
    """Whether uses have several senses.

    Attributes:
        answer: the answer.
        score: 0 is as varied as reference words of one sense are on average, 1 as those of several; NaN without a score.
        n_several, n_one: number of reference words with several senses, and with one.
        several_as_high, one_as_high: number of these that have this score or a higher one.
        known: share of the words of the sentences that the model has learned.
    """

    answer: Answer
    score: float = float("nan")
    n_several: int = 0
    n_one: int = 0
    several_as_high: int = 0
    one_as_high: int = 0
    known: float = 1.0


@dataclass(frozen=True)
class Scale:
    """The scale of a model, from reference words.

    Attributes:
        one_words: (spread, agreement) of each word with one sense.
        several_words: the same of each word with several senses.
    """

    one_words: tuple[tuple[float, float], ...]
    several_words: tuple[tuple[float, float], ...]

    def score(self, figures: Sequence[float]) -> float:
        """0 on average for reference words of one sense, 1 for those of several.

        Args:
            figures: spread and agreement.
        """
        weights, start, length = self._line
        return float((np.asarray(figures) @ weights - start) / length)

    def several(self, uses: Variety) -> Several:
        """Whether the uses have several senses."""
        if uses.known < LEAST_KNOWN:
            return Several(Answer.OTHER_WORDS, known=uses.known)
        if uses.n < FEWEST_USES:
            return Several(Answer.TOO_FEW)
        if np.isnan(uses.agreement):
            return Several(Answer.UNKNOWN)
        score = self.score((uses.spread, uses.agreement))
        as_high = [
            sum(self.score(word) >= score - SAME_SCORE for word in words)
            for words in (self.several_words, self.one_words)
        ]
        return Several(
            _answer(score), score, len(self.several_words), len(self.one_words), *as_high
        )

    @cached_property
    def _line(self) -> tuple[Float[np.ndarray, " two"], float, float]:
        """The weights of both figures, the weighted mean of words with one sense, and its distance to that of the others."""
        one, several = np.array(self.one_words), np.array(self.several_words)
        within = sum(np.cov(x.T) * (len(x) - 1) for x in (one, several))
        step = several.mean(axis=0) - one.mean(axis=0)
        weights = np.linalg.solve(within + 1e-9 * np.eye(2), step)
        return weights, float(one.mean(axis=0) @ weights), float(step @ weights)


def _answer(score: float) -> Answer:
    if score >= SURELY_SEVERAL:
        return Answer.SEVERAL
    if score >= MIDDLE:
        return Answer.RATHER_SEVERAL
    return Answer.ONE if score <= SURELY_ONE else Answer.RATHER_ONE
