"""A map of very many points: axes found on a sample, then every point placed along them.

PCA of 100,000 vectors needs all of them in memory; its axes hardly change when they are found on a
few thousand. Points are then placed part by part, in bounded memory.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.representation import unit


@dataclass(frozen=True)
class Axes:
    """Two directions in which a layer's points spread most.

    Attributes:
        mean: the middle of the sample's unit vectors.
        directions: at right angles; turned onto the map before, where there is one.
        share: how much of the sample's variance they show, from 0 to 1.
    """

    mean: Float[np.ndarray, " dim"]
    directions: Float[np.ndarray, "axes dim"]
    share: float

    def place(self, vectors: Float[np.ndarray, "points dim"]) -> Float[np.ndarray, "points axes"]:
        """Where points lie on the map: unit vectors less the mean, along the directions."""
        return (unit(vectors) - self.mean) @ self.directions.T


def fit_axes(
    sample: Float[np.ndarray, "points dim"],
    onto: Float[np.ndarray, "points axes"] | None = None,
) -> Axes:
    """PCA of a sample's unit vectors in two axes.

    Args:
        onto: where the same points lie on another layer's map; this map is turned or mirrored to
            come as near to it as it can (orthogonal Procrustes), so that a dot that moves from one
            map to the next is a use that moves.

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
