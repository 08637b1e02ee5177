"""Groups of uses, found from the vectors alone, and how well each use fits into its group."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore.similarity import linkage_tree

ALPHA = 0.05

MAX_CLUSTERS = 8

MIN_GROUP = 3  # one use or two show no pattern; a larger least size loses rare senses

ONE_SIMILARITY = 1e-6  # cosines that differ by less are equal, as those of equal vectors with and without their mean


class Verdict(Enum):
    """The verdicts on the senses that a person gave; the values are the texts for people."""

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
    """

    labels: Int[np.ndarray, " uses"]
    tree: Float[np.ndarray, "merges 4"]
    silhouettes: dict[int, float]

    @property
    def n_clusters(self) -> int:
        """The number of groups."""
        return len(set(self.labels.tolist()))

    @property
    def silhouette(self) -> float:
        """The mean silhouette of these groups; NaN for one group."""
        return self.silhouettes.get(self.n_clusters, float("nan"))


def cluster(similarity: Float[np.ndarray, "uses uses"], n_clusters: int | None = None) -> Clusters:
    """Agglomerative clusters (average linkage, 1 - cosine).

    Without `n_clusters` the number, from 2 to 8, is the one with the highest mean silhouette of those that leave
    three uses or more in each group (of all numbers where each leaves fewer somewhere). Any vectors can be cut into
    groups: whether the uses have several senses is the question of `elmo.explore.several`. Fewer than three uses, and uses
    whose cosines are all equal, are one group.

    Raises:
        InputError: `n_clusters` is not from 1 to the number of uses.
    """
    n = len(similarity)
    if n_clusters is not None and not 1 <= n_clusters <= max(n, 1):
        raise InputError(f"n_clusters is {n_clusters}, expected 1 to {n}, the number of uses.")
    tree = linkage_tree(similarity) if n > 1 else np.zeros((0, 4))
    up_to = min(MAX_CLUSTERS, n - 1)
    cuts = {
        k: _numbered(labels) for k, labels in _cuts(tree, n, max(up_to, n_clusters or 1)).items()
    }
    silhouettes = {k: silhouette(similarity, cuts[k]) for k in sorted(cuts) if 1 < k < n}
    numbers = range(2, up_to + 1)
    if n_clusters is not None:
        return Clusters(cuts[n_clusters], tree, silhouettes)
    if not numbers or np.ptp(similarity[np.triu_indices(n, 1)]) < ONE_SIMILARITY:
        return Clusters(np.zeros(n, dtype=np.int64), tree, silhouettes)
    large = [k for k in numbers if np.bincount(cuts[k]).min() >= MIN_GROUP]
    best = max(large or numbers, key=lambda k: silhouettes[k])
    return Clusters(cuts[best], tree, silhouettes)


def best_cut(similarity: Float[np.ndarray, "uses uses"]) -> Int[np.ndarray, " uses"]:
    """The groups at the best number, from 2 to 8, as `cluster` chooses it."""
    return cluster(similarity).labels


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
