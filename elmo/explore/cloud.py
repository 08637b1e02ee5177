"""A map of very many points: the axes are computed from a sample, and every point is projected on the axes.

PCA of 100,000 vectors needs all of them in memory, but its axes are nearly those of a few thousand
vectors. The points are projected part by part, in bounded memory.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.representation import unit


@dataclass(frozen=True)
class Axes:
    """The first two principal components of a layer's points.

    Attributes:
        mean: mean of the sample's unit vectors.
        directions: orthogonal directions, rotated onto the map before if there is one.
        share: share of the sample's variance that they show, from 0 to 1.
    """

    mean: Float[np.ndarray, " dim"]
    directions: Float[np.ndarray, "axes dim"]
    share: float

    def place(self, vectors: Float[np.ndarray, "points dim"]) -> Float[np.ndarray, "points axes"]:
        """The coordinates of points on the map: unit vectors minus the mean, along the directions."""
        return (unit(vectors) - self.mean) @ self.directions.T


def fit_axes(
    sample: Float[np.ndarray, "points dim"],
    onto: Float[np.ndarray, "points axes"] | None = None,
) -> Axes:
    """PCA of a sample's unit vectors in two axes.

    Args:
        onto: coordinates of the same points on another layer's map; this map is rotated or mirrored
            onto that one (orthogonal Procrustes), so that a dot moves only if its vector changes
            relative to the others.

    Raises:
        InputError: fewer than three points.
    """
    if len(sample) < 3:
        raise InputError(f"the sample has {len(sample)} points, a map needs at least 3.")
    points = unit(np.asarray(sample, np.float64))
    mean = points.mean(axis=0)
    centred = points - mean
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    variance = sizes**2
    total = float(variance.sum())
    share = float(variance[:2].sum() / total) if total > 0 else 1.0
    axes = directions[:2]
    if onto is not None:
        left, _, right = np.linalg.svd((onto - onto.mean(axis=0)).T @ (centred @ axes.T))
        axes = left @ right @ axes
    return Axes(mean.astype(np.float32), axes.astype(np.float32), share)
