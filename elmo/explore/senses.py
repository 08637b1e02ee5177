"""The agreement of vectors with the senses that a person gave, and tests of that agreement."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial, prod

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore import clusters as groups_of_uses
from elmo.explore.clusters import ALPHA, Clusters, Verdict, silhouette
from elmo.explore.pair_auc import PairAuc, labelled_pairs, pair_auc, pair_ranks

__all__ = [
    "Agreement",
    "adjusted_rand",
    "agreement",
    "best_layer_test",
    "cluster",
    "smallest_p",
]

N_PERMUTATIONS = 999
_CHUNK_VALUES = 4_000_000


@dataclass(frozen=True)
class Agreement:
    """The agreement of the vectors with the senses that a person gave.

    Attributes:
        pairs: the pair AUC of the senses.
        p: share of shuffled labellings with at least this pair AUC.
        smallest_p: the smallest p that these group sizes can reach.
        adjusted_rand: adjusted Rand index of clusters and senses: 1 is the same groups, 0 is chance; NaN without
            clusters.
        silhouette: mean silhouette of the senses.
        nearest_same: number of uses whose nearest other use has the same sense.
        verdict: the result of the test.
        n: number of labelled uses.
    """

    pairs: PairAuc
    p: float
    smallest_p: float
    adjusted_rand: float
    silhouette: float
    nearest_same: int
    verdict: Verdict
    n: int


def cluster(
    x: Float[np.ndarray, "uses dim"], similarity: Float[np.ndarray, "uses uses"], seed: int = 0
) -> Clusters:
    """The groups of uses; the scripts of saved packs call this function by this name and with these arguments."""
    return groups_of_uses.cluster(similarity)


def agreement(
    similarity: Float[np.ndarray, "uses uses"],
    labels: Sequence[str | None],
    clusters: Sequence[int] | Int[np.ndarray, " uses"] | None = None,
    *,
    n_permutations: int = N_PERMUTATIONS,
    seed: int = 0,
) -> Agreement:
    """Compare the vectors with the senses that a person gave; uses without a sense are left out.

    The test shuffles the labels among the sentences and computes the pair AUC again; p is
    (1 + number of AUCs that are at least as high) / (1 + shuffles). If even a perfect result could be
    chance (smallest p above .05), the verdict is "too few sentences".

    Raises:
        InputError: the numbers of labels, clusters and uses differ.
    """
    pairs = pair_auc(similarity, labels)
    known = [i for i, label in enumerate(labels) if label is not None]
    codes = np.unique([str(labels[i]) for i in known], return_inverse=True)[1]
    part = similarity[np.ix_(known, known)]
    smallest = smallest_p([str(labels[i]) for i in known])
    p = _permutation_p([similarity], labels, n_permutations, seed)
    rand = float("nan")
    if clusters is not None:
        if len(clusters) != len(similarity):
            raise InputError(f"clusters has {len(clusters)} entries, expected {len(similarity)}.")
        if known:
            rand = adjusted_rand(codes, np.asarray(clusters)[known])
    verdict = _verdict(p, smallest)
    return Agreement(
        pairs,
        p,
        smallest,
        rand,
        silhouette(part, codes),
        _nearest_same(part, codes),
        verdict,
        len(known),
    )


def best_layer_test(
    similarities: Sequence[Float[np.ndarray, "uses uses"]],
    labels: Sequence[str | None],
    *,
    n_permutations: int = N_PERMUTATIONS,
    seed: int = 0,
) -> tuple[float, Verdict]:
    """A test of the highest pair AUC of several layers that accounts for the choice of the layer.

    The test is that of `agreement`, but each shuffled labelling has its own best layer, too.

    Returns:
        (p, verdict).
    """
    p = _permutation_p(similarities, labels, n_permutations, seed)
    return p, _verdict(p, smallest_p([label for label in labels if label is not None]))


def _verdict(p: float, smallest: float) -> Verdict:
    if np.isnan(p) or smallest > ALPHA:
        return Verdict.TOO_FEW
    return Verdict.SEPARATED if p <= ALPHA else Verdict.NOT_SEPARATED


def smallest_p(labels: Sequence[str]) -> float:
    """One divided by the number of different assignments of the sentences to groups of these sizes."""
    sizes = Counter(labels).values()
    alike = Counter(sizes).values()  # groups of one size can swap names without a change
    ways = factorial(len(labels)) // prod(map(factorial, sizes)) // prod(map(factorial, alike))
    return 1 / ways


def adjusted_rand(first: Sequence[int] | np.ndarray, second: Sequence[int] | np.ndarray) -> float:
    """Adjusted Rand index of two groupings: 1 is the same groups, 0 is chance, below 0 is worse.

    Source: Hubert and Arabie 1985, Comparing partitions.
    """
    rows, columns = (np.unique(groups, return_inverse=True)[1] for groups in (first, second))
    table = np.zeros((rows.max(initial=0) + 1, columns.max(initial=0) + 1))
    np.add.at(table, (rows, columns), 1)
    both, one, other, every = (
        (counts * (counts - 1) / 2).sum()
        for counts in (table, table.sum(axis=1), table.sum(axis=0), table.sum())
    )
    by_chance = one * other / every if every else 0.0
    most = (one + other) / 2
    return 1.0 if most == by_chance else float((both - by_chance) / (most - by_chance))


def _permutation_p(
    similarities: Sequence[np.ndarray], labels: Sequence[str | None], n_permutations: int, seed: int
) -> float:
    """The share of shuffled labellings whose highest pair AUC over the matrices is as high."""
    pairs = [labelled_pairs(similarity, labels) for similarity in similarities]
    same = pairs[0][1]
    if not same.any() or same.all():
        return float("nan")
    # The AUC rises with the sum of the same-label pairs' ranks, in all matrices alike.
    ranks = pair_ranks(np.stack([values for values, _ in pairs])).T
    observed = ranks[same].sum(axis=0).max()
    codes = np.unique([label for label in labels if label is not None], return_inverse=True)[1]
    first, second = np.triu_indices(len(codes), k=1)
    rng = np.random.default_rng(seed)
    at_least = 0
    step = max(1, _CHUNK_VALUES // len(ranks))
    for start in range(0, n_permutations, step):
        count = min(step, n_permutations - start)
        shuffled = rng.permuted(np.tile(codes, (count, 1)), axis=1)
        sums = ((shuffled[:, first] == shuffled[:, second]) @ ranks).max(axis=1)
        at_least += int((sums >= observed - 1e-9).sum())
    return (1 + at_least) / (1 + n_permutations)


def _nearest_same(similarity: np.ndarray, codes: np.ndarray) -> int:
    if len(codes) < 2:
        return 0
    others = similarity.copy()
    np.fill_diagonal(others, -np.inf)
    return int((codes[others.argmax(axis=1)] == codes).sum())
