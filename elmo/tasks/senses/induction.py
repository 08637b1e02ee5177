"""The measures of sense induction of SemEval-2010 (task 14) and SemEval-2013 (task 13).

    V-measure       2010: harmonic mean of homogeneity and completeness, with the heaviest sense of each use
    paired F        2010: harmonic mean of precision and recall of the pairs of uses with one sense, the heaviest of each use
    fuzzy B-cubed   2013: agreement of both labellings on the pairs of uses that share a label
    fuzzy NMI       2013: mutual information of the memberships in clusters and in senses

Each measure is computed for each word and averaged over words, weighted by their number of uses. The measures of 2013
take graded labels: a use can have several senses, each with a weight.

Source: Manandhar et al. 2010, S10-1011; Jurgens and Klapaftis 2013, S13-2049, section 5; Lancichinetti et al. 2009,
arXiv:0802.1218. Differs: a use that the answer lacks is in a cluster of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from elmo.corpus.lines import read_lines
from elmo.errors import InputError

N_BINS = 10
"""Number of bins for the weights from 0 to 1, for the fuzzy NMI."""

Labels = Mapping[str, Mapping[str, float]]
"""Use -> sense -> weight, the weights of a use summing to 1."""


def read_key(file: str | Path) -> dict[str, dict[str, dict[str, float]]]:
    """The senses in a key, whose lines are «word use sense[/weight] …».

    Returns:
        Word -> use -> sense -> weight.

    Raises:
        CorpusError: the file cannot be read as text.
        InputError: a line is not of this form, or a use stands twice.
    """
    words: dict[str, dict[str, dict[str, float]]] = {}
    for number, line in enumerate((line.text for line in read_lines(file)), 1):
        parts = line.split()
        if not parts:
            continue
        try:
            word, use, *senses = parts
            weights: dict[str, float] = {}
            for sense in senses:
                name, _, weight = sense.rpartition("/") if "/" in sense else (sense, "", "1")
                weights[name] = float(weight)
            total = sum(weights.values())
            if not all(weight >= 0 for weight in weights.values()) or not total > 0:
                raise ValueError
        except ValueError:
            raise InputError(
                f"{file}, line {number}: {line[:80]!r} is not «word use sense/weight …»."
            ) from None
        if use in words.setdefault(word, {}):
            raise InputError(
                f"{file}, line {number}: {use!r} stands twice; expected each use once."
            )
        words[word][use] = {name: w / total for name, w in weights.items()}
    return words


def n_answered(gold: Mapping[str, Labels], answer: Mapping[str, Labels]) -> int:
    """The number of uses of the gold key that an answer has.

    Raises:
        InputError: the answer has none of them, so that there is nothing to measure.
    """
    n = sum(use in answer.get(word, {}) for word, uses in gold.items() for use in uses)
    if gold and not n:
        first = next(iter(next(iter(gold.values()))))
        raise InputError(
            f"the answer has none of the gold key's uses, such as {first!r}; are they keys of the same data?"
        )
    return n


@dataclass(frozen=True)
class InductionFigures:
    """The measures of one word, or of all words."""

    v_measure: float
    homogeneity: float
    completeness: float
    paired_f: float
    fuzzy_b_cubed: float
    fuzzy_nmi: float
    n_uses: int
    n_clusters: float

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return dict(vars(self))


def measure_induction(
    gold: Mapping[str, Labels], answer: Mapping[str, Labels]
) -> tuple[InductionFigures, dict[str, InductionFigures]]:
    """The measures over all words, and those of each word of the gold key.

    Raises:
        InputError: the gold key is empty.
    """
    if not gold:
        raise InputError("the gold key has no uses.")
    by_word = {word: measure_word(uses, answer.get(word, {})) for word, uses in gold.items()}
    weights = np.array([figures.n_uses for figures in by_word.values()], float)

    def mean(name: str) -> float:
        return float(np.average([vars(f)[name] for f in by_word.values()], weights=weights))

    figures = InductionFigures(
        v_measure=mean("v_measure"),
        homogeneity=mean("homogeneity"),
        completeness=mean("completeness"),
        paired_f=mean("paired_f"),
        fuzzy_b_cubed=mean("fuzzy_b_cubed"),
        fuzzy_nmi=mean("fuzzy_nmi"),
        n_uses=int(weights.sum()),
        n_clusters=mean("n_clusters"),
    )
    return figures, by_word


def measure_word(gold: Labels, answer: Labels) -> InductionFigures:
    """The measures of one word."""
    from sklearn.metrics import homogeneity_completeness_v_measure

    uses = list(gold)
    whole = {use: answer.get(use) or {f"alone {use}": 1.0} for use in uses}
    senses, clusters = memberships(gold, uses), memberships(whole, uses)
    heaviest = senses.argmax(axis=1), clusters.argmax(axis=1)
    homogeneity, completeness, v = homogeneity_completeness_v_measure(*heaviest)
    return InductionFigures(
        float(v),
        float(homogeneity),
        float(completeness),
        paired_f(*heaviest),
        fuzzy_b_cubed(senses, clusters),
        fuzzy_nmi(senses, clusters),
        len(uses),
        clusters.shape[1],
    )


def memberships(labels: Labels, uses: Sequence[str]) -> Float[np.ndarray, "uses senses"]:
    """The weight of each sense in each use."""
    names = list(dict.fromkeys(name for use in uses for name in labels[use]))
    return np.array([[labels[use].get(name, 0.0) for name in names] for use in uses])


def paired_f(senses: Int[np.ndarray, " uses"], clusters: Int[np.ndarray, " uses"]) -> float:
    """The harmonic mean of precision and recall of pairs; 0 where no pair of one cluster has one sense.

    precision = pairs with one sense and one cluster / pairs with one cluster
    recall    = pairs with one sense and one cluster / pairs with one sense

    Source: Manandhar et al. 2010, S10-1011, section 4.1; Artiles et al. 2009, D09-1056.
    """
    pairs = np.triu_indices(len(senses), k=1)
    one_sense = (senses[:, None] == senses[None])[pairs]
    one_cluster = (clusters[:, None] == clusters[None])[pairs]
    n_pairs = int(one_sense.sum() + one_cluster.sum())
    return 2 * int((one_sense & one_cluster).sum()) / n_pairs if n_pairs else 0.0


def fuzzy_b_cubed(
    gold: Float[np.ndarray, "uses senses"], answer: Float[np.ndarray, "uses clusters"]
) -> float:
    """The harmonic mean of fuzzy B-cubed precision and recall.

        C(i, j, X) = Σ over the labels that i or j has in X of 1 - |w(i) - w(j)|
        precision  = mean over i, over j ≠ i that share a cluster with i, of min(C_answer, C_gold) / C_answer
        recall     = the same, over j that share a sense with i, divided by C_gold

    A use that shares no label with another use counts 1.
    """
    in_gold, in_answer = _agreement(gold), _agreement(answer)
    least = np.minimum(in_gold, in_answer)
    precision, recall = (
        _mean_over_shared(least, agreement, labels)
        for agreement, labels in ((in_answer, answer), (in_gold, gold))
    )
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0


def _agreement(weights: np.ndarray) -> np.ndarray:
    has = weights > 0
    either = has[:, None] | has[None]
    return np.where(either, 1 - np.abs(weights[:, None] - weights[None]), 0).sum(axis=2)


def _mean_over_shared(least: np.ndarray, agreement: np.ndarray, weights: np.ndarray) -> float:
    has = weights > 0
    shared = (has.astype(int) @ has.T.astype(int)) > 0
    np.fill_diagonal(shared, False)
    ratio = np.divide(least, agreement, out=np.zeros_like(least), where=agreement > 0)
    counts = shared.sum(axis=1)
    means = np.where(counts > 0, (ratio * shared).sum(axis=1) / np.maximum(counts, 1), 1.0)
    return float(means.mean())


def fuzzy_nmi(
    gold: Float[np.ndarray, "uses senses"], answer: Float[np.ndarray, "uses clusters"]
) -> float:
    """(H(X) - H(X | Y)) / max(H(X), H(Y)), X the senses and Y the clusters.

    H(X) = Σ_k H(X_k), the entropy of sense k's weights over the uses, in `N_BINS` bins;
    H(X | Y) = Σ_k min_c H(X_k | Y_c). 0 where either side is a single label.
    """
    x, y = _bins(gold), _bins(answer)
    h_x, h_y = (sum(_entropy(column) for column in side.T) for side in (x, y))
    if not h_x or not h_y:
        return 0.0
    conditional = 0.0
    for sense in x.T:
        joint = (_entropy(sense * (N_BINS + 1) + cluster) - _entropy(cluster) for cluster in y.T)
        conditional += min(_entropy(sense), *joint)
    return float(max(0.0, h_x - conditional) / max(h_x, h_y))


def _bins(weights: np.ndarray) -> np.ndarray:
    return np.ceil(np.round(weights * N_BINS, 9)).astype(np.int64)


def _entropy(values: np.ndarray) -> float:
    p = np.unique(values, return_counts=True)[1] / len(values)
    return float(-(p * np.log2(p)).sum())
