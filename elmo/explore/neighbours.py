"""Nearest neighbours of points, and the share of them that a picture preserves.

The nearest neighbours are those with the highest cosine. All vectors are scaled to length 1, so that the
highest cosine and the smallest distance give the same neighbours.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.explore.pair_auc import TIE_DECIMALS
from elmo.representation import unit

SAME_WITHIN = 6
"""Decimals that unit vectors must share to count as the same point."""

_CHUNK_ROWS = 500
_TIE_STEP = 10.0 ** -(TIE_DECIMALS + 5)


def distinct(
    vectors: Float[np.ndarray, "points dim"],
) -> tuple[Int[np.ndarray, " distinct"], Int[np.ndarray, " points"]]:
    """The distinct points: (number of the first point of each kind, kind of every point).

    Equal points are one kind; `first[kind[i]]` is the first point equal to point i. In layer 0 all uses
    with the same spelling are one kind.
    """
    rounded = np.round(unit(vectors), SAME_WITHIN) + 0.0  # + 0.0 makes -0.0 and 0.0 one
    _, first, kind = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order].astype(np.int64), rank[kind.ravel()].astype(np.int64)


def neighbour_ids(
    points: Float[np.ndarray, "points dim"],
    k: int,
    queries: Int[np.ndarray, " queries"] | None = None,
) -> Int[np.ndarray, "queries near"]:
    """The k nearest other points of each query by distance; queries None means all points.

    Raises:
        InputError: k is below 1, or not below the number of points.
    """
    _check_k(k)
    n = len(points)
    if k >= n:
        raise InputError(f"k is {k} and there are {n} points; each has only {n - 1} others.")
    points = np.asarray(points, np.float64)
    queries = np.arange(n) if queries is None else queries
    squares = (points**2).sum(axis=1)
    ids = np.empty((len(queries), k), np.int64)
    for start in range(0, len(queries), _CHUNK_ROWS):
        rows = queries[start : start + _CHUNK_ROWS]
        # The squared distance, but for the square of the query, which changes no order.
        distances = squares - 2 * points[rows] @ points.T
        distances[np.arange(len(rows)), rows] = np.inf
        ids[start : start + len(rows)] = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return ids


def nearest_uses(
    x: Float[np.ndarray, "uses dim"], k: int
) -> tuple[Int[np.ndarray, "uses near"], Float[np.ndarray, "uses near"]]:
    """The k nearest other uses of each use by cosine, most similar first, and their cosines.

    Cosines that agree to `TIE_DECIMALS` are ties; tied uses come in their order.
    """
    rows = unit(np.asarray(x, np.float64))
    ids, near = np.empty((len(rows), k), np.int32), np.empty((len(rows), k), np.float32)
    for start in range(0, len(rows), _CHUNK_ROWS):
        cosines = np.clip(rows[start : start + _CHUNK_ROWS] @ rows.T, -1, 1).round(TIE_DECIMALS)
        own = np.arange(len(cosines))
        cosines[own, start + own] = -np.inf
        # Puts ties in their order: the subtracted numbers are smaller than any difference of rounded cosines.
        cosines -= np.arange(len(rows)) * _TIE_STEP
        near_k = np.argpartition(-cosines, min(k, len(rows) - 1), axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(cosines, near_k, axis=1), axis=1)
        chosen = np.take_along_axis(near_k, order, axis=1)
        ids[start : start + len(chosen)] = chosen
        near[start : start + len(chosen)] = (
            np.take_along_axis(cosines, chosen, axis=1) + chosen * _TIE_STEP
        )
    return ids, near


@dataclass(frozen=True)
class NeighbourPreservation:
    """The share of true neighbours that a picture preserves.

    Attributes:
        share: share of each point's k true nearest neighbours that are among its k nearest in the
            picture; the mean over the points.
        chance: the share for a picture with shuffled dots, k / (n - 1).
        trustworthiness: 1 if the k nearest in the picture are all true neighbours; other points lower
            the value by the rank of their true distance. Source: Venna and Kaski 2001.
        k: number of neighbours.
        n: number of distinct points; equal vectors count once, as none of them is nearer than the others.
    """

    share: float
    chance: float
    trustworthiness: float
    k: int
    n: int

    @property
    def beyond_chance(self) -> float:
        """The preserved share relative to chance: 1 is all neighbours, 0 is as many as in a shuffled picture."""
        return (self.share - self.chance) / (1 - self.chance) if self.chance < 1 else 0.0


def neighbour_preservation(
    vectors: Float[np.ndarray, "points dim"],
    picture: Float[np.ndarray, "points axes"],
    k: int = 10,
    max_queries: int = 1000,
    seed: int = 0,
) -> NeighbourPreservation | None:
    """Compare the neighbours in a picture with the true neighbours (by cosine).

    For fewer than 31 points k is lowered to a third of them: with 18 points and k = 10 a shuffled
    picture would preserve more than half.

    Args:
        max_queries: largest number of points whose neighbours (among all points) are compared; of more
            points a random sample is compared, which bounds the time.

    Returns:
        None for fewer than four distinct points.
    """
    _check_k(k)
    first, _ = distinct(vectors)
    n = len(first)
    if n < 4:
        return None
    k = max(1, min(k, (n - 1) // 3))
    true, drawn = unit(vectors[first]), np.asarray(picture[first], dtype=np.float64)
    queries = np.arange(n)
    if n > max_queries:
        queries = np.sort(np.random.default_rng(seed).choice(n, max_queries, replace=False))
    true_ids, drawn_ids = neighbour_ids(true, k, queries), neighbour_ids(drawn, k, queries)
    shared = [len(np.intersect1d(a, b)) for a, b in zip(true_ids, drawn_ids, strict=True)]
    return NeighbourPreservation(
        share=float(np.mean(shared)) / k,
        chance=k / (n - 1),
        trustworthiness=_trustworthiness(true, queries, drawn_ids),
        k=k,
        n=n,
    )


def _trustworthiness(
    true: Float[np.ndarray, "points dim"],
    queries: Int[np.ndarray, " queries"],
    drawn_ids: Int[np.ndarray, "queries near"],
) -> float:
    """1 - 2 / (q k (2n - 3k - 1)) Σ max(0, rank of a drawn neighbour - k), over q queries."""
    (n, k), q = (len(true), drawn_ids.shape[1]), len(queries)
    cost = 0
    for start in range(0, q, 256):
        part = queries[start : start + 256]
        distances = 2 - 2 * (true[part] @ true.T)
        distances[np.arange(len(part)), part] = -np.inf
        near = np.take_along_axis(distances, drawn_ids[start : start + 256], axis=1)
        for column in near.T:
            rank = (distances < column[:, None]).sum(axis=1)  # the query itself counts as closer
            cost += int(np.maximum(rank - k, 0).sum())
    return float(1 - 2 * cost / (q * k * (2 * n - 3 * k - 1)))


def _check_k(k: int) -> None:
    if k < 1:
        raise InputError(f"k is {k}, expected at least 1 neighbour.")
