"""Groups of uses, found from the vectors alone, and a test whether the groups are more than chance.

"Not separated" and "too few sentences" are results here, not errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore.similarity import cosine_matrix, linkage_tree

ALPHA = 0.05

MAX_CLUSTERS = 8

MIN_USES = 5  # fewer cannot be told from chance

MIN_GROUP = 3  # one use or two show no pattern; a larger least size loses rare senses

N_SIMULATIONS = 99


class Verdict(Enum):
    """The verdicts on groups and senses; the values are the texts for people."""

    SEPARATED = "separated"
    NOT_SEPARATED = "not separated"
    TOO_FEW = "too few sentences"


@dataclass(frozen=True)
class Clusters:
    """Groups of uses found from the vectors alone.

    Attributes:
        labels: cluster of each use, from 0, numbered in the order of their first use.
        tree: the linkage tree; empty with fewer than two uses.
        silhouettes: mean silhouette for each examined number of clusters.
        p: share of clouds without groups whose cut into the best number of groups is as good; NaN if n
            is too small.
        verdict: the result of the test for groups.
    """

    labels: Int[np.ndarray, " uses"]
    tree: Float[np.ndarray, "merges 4"]
    silhouettes: dict[int, float]
    p: float
    verdict: Verdict

    @property
    def n_clusters(self) -> int:
        """The number of groups."""
        return len(set(self.labels.tolist()))

    @property
    def silhouette(self) -> float:
        """The mean silhouette of these groups; NaN for one group."""
        return self.silhouettes.get(self.n_clusters, float("nan"))


def cluster(
    x: Float[np.ndarray, "uses dim"],
    similarity: Float[np.ndarray, "uses uses"],
    n_clusters: int | None = None,
    *,
    seed: int = 0,
    n_simulations: int = N_SIMULATIONS,
) -> Clusters:
    """Agglomerative clusters (average linkage, 1 - cosine).

    Without `n_clusters` the number, from 2 to 8, is the one with the highest mean silhouette of those that leave
    three uses or more in each group (of all numbers where each leaves fewer somewhere). Any cloud of points
    can be cut into groups, so the cut is compared with cuts of normal clouds without groups that have the same mean
    and covariance. If the cut leaves less distance within its groups than 95% of those, the uses are called
    separated; otherwise all uses are one cluster. With `n_clusters` the uses are cut into this number, and the
    verdict is that of the best number.

    Source: Liu et al. 2008, Statistical significance of clustering (SigClust). Differs: average
    linkage in place of 2-means, more than two groups, the sample's covariance as it is.

    Raises:
        InputError: `n_clusters` is not from 1 to the number of uses.
    """
    n = len(similarity)
    if n_clusters is not None and not 1 <= n_clusters <= max(n, 1):
        raise InputError(f"n_clusters is {n_clusters}, expected 1 to {n}, the number of uses.")
    one_group = np.zeros(n, dtype=np.int64)
    tree = linkage_tree(similarity) if n > 1 else np.zeros((0, 4))
    if n < MIN_USES:
        by_hand = _cuts(tree, n, n)[n_clusters] if n_clusters else one_group
        return Clusters(_numbered(by_hand), tree, {}, float("nan"), Verdict.TOO_FEW)
    cuts, silhouettes, best = _best_cut(similarity, tree, n_clusters or 1)
    p = _one_cloud_p(x, cuts[best], similarity, seed, n_simulations)
    verdict = Verdict.SEPARATED if p <= ALPHA else Verdict.NOT_SEPARATED
    n_tested = best if verdict is Verdict.SEPARATED else 1
    return Clusters(cuts[n_clusters or n_tested], tree, silhouettes, p, verdict)


def best_cut(similarity: Float[np.ndarray, "uses uses"]) -> Int[np.ndarray, " uses"]:
    """The groups at the best number, from 2 to 8, as `cluster` chooses it, without a test.

    `cluster` tests whether such groups are more than chance. Fewer than three uses are one group.
    """
    n = len(similarity)
    if n < 3:
        return np.zeros(n, dtype=np.int64)
    cuts, _, best = _best_cut(similarity, linkage_tree(similarity), 1)
    return cuts[best]


def _best_cut(
    similarity: np.ndarray, tree: np.ndarray, at_least: int
) -> tuple[dict[int, np.ndarray], dict[int, float], int]:
    """The groups at each number of clusters, their mean silhouettes, and the best number from 2 to 8.

    Args:
        at_least: also return the cuts up to this number of clusters.
    """
    n = len(similarity)
    up_to = min(MAX_CLUSTERS, n - 1)
    cuts = {k: _numbered(labels) for k, labels in _cuts(tree, n, max(up_to, at_least)).items()}
    silhouettes = {k: silhouette(similarity, cuts[k]) for k in sorted(cuts) if 1 < k < n}
    numbers = range(2, up_to + 1)
    large = [k for k in numbers if np.bincount(cuts[k]).min() >= MIN_GROUP]
    return cuts, silhouettes, max(large or numbers, key=lambda k: silhouettes[k])


def silhouette_values(
    similarity: Float[np.ndarray, "uses uses"], labels: Sequence[int] | Int[np.ndarray, " uses"]
) -> Float[np.ndarray, " uses"]:
    """Silhouette of each use, over 1 - cosine: 1 is close to its group, below 0 is nearer to another group.

    A use that is alone in its group has 0. Source: Rousseeuw 1987, Silhouettes.
    """
    codes = np.unique(labels, return_inverse=True)[1]
    one_hot = np.eye(codes.max() + 1)[codes]
    sizes = one_hot.sum(axis=0)
    totals = np.maximum(1 - similarity, 0) @ one_hot
    rows = np.arange(len(codes))
    own_size = sizes[codes]
    own = totals[rows, codes] / np.maximum(own_size - 1, 1)
    others = totals / sizes
    others[rows, codes] = np.inf
    nearest = others.min(axis=1)
    scale = np.maximum(own, nearest)
    values = np.divide(nearest - own, scale, out=np.zeros(len(codes)), where=scale > 0)
    return np.where(own_size > 1, values, 0.0)


def silhouette(
    similarity: Float[np.ndarray, "uses uses"], labels: Sequence[int] | Int[np.ndarray, " uses"]
) -> float:
    """The mean silhouette; NaN for one group and for n groups."""
    if not 1 < len(set(map(int, labels))) < len(similarity):
        return float("nan")
    return float(silhouette_values(similarity, labels).mean())


def _cuts(tree: np.ndarray, n: int, up_to: int) -> dict[int, np.ndarray]:
    """The groups at each number of clusters from 1 to `up_to`, also for trees with ties."""
    labels = np.arange(n)
    cuts = {n: labels.copy()} if n <= up_to else {}
    for step, (left, right) in enumerate(tree[:, :2].astype(int)):
        labels[(labels == left) | (labels == right)] = n + step
        if (left_over := n - 1 - step) <= up_to:
            cuts[left_over] = labels.copy()
    return cuts


def _numbered(labels: np.ndarray) -> np.ndarray:
    """The same groups, numbered in the order of their first use."""
    seen: dict[int, int] = {}
    return np.array([seen.setdefault(int(label), len(seen)) for label in labels], dtype=np.int64)


def _within_share(similarity: np.ndarray, labels: np.ndarray) -> float:
    """The share of the squared distances between unit vectors that lies within groups (SigClust's
    cluster index): 0 for groups of equal vectors, 1 for one group.
    """
    one_hot = np.eye(labels.max() + 1)[labels]
    distance = 1 - similarity
    within = ((one_hot.T @ distance * one_hot.T).sum(axis=1) / one_hot.sum(axis=0)).sum()
    total = distance.sum() / len(labels)
    return float(within / total) if total > 0 else 1.0


def _one_cloud_p(
    x: np.ndarray, labels: np.ndarray, similarity: np.ndarray, seed: int, n_simulations: int
) -> float:
    """The share of normal clouds with the mean and covariance of x whose cut into the same number of groups is as good."""
    x = np.asarray(x, dtype=np.float64)
    mean = x.mean(axis=0)
    _, spread, axes = np.linalg.svd(x - mean, full_matrices=False)
    if spread[0] <= 1e-6 * np.linalg.norm(x):
        return 1.0  # all vectors are the same
    n, k = len(x), int(labels.max()) + 1
    observed = _within_share(similarity, labels)
    # The cloud lives on the axes of x and in the direction of the mean: a basis of few dimensions.
    scale = spread / np.sqrt(n - 1)
    inside = axes @ mean
    outside = np.sqrt(max(mean @ mean - inside @ inside, 0))
    rng = np.random.default_rng(seed)
    as_good = 0
    for _ in range(n_simulations):
        drawn = rng.normal(size=(n, len(scale))) * scale + inside
        drawn_similarity = cosine_matrix(np.column_stack([drawn, np.full(n, outside)]))
        cut = _numbered(_cuts(linkage_tree(drawn_similarity), n, k)[k])
        as_good += _within_share(drawn_similarity, cut) <= observed
    return (1 + as_good) / (1 + n_simulations)
