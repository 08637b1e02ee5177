"""Pictures of the layers by PCA, and the frame that all pictures share.

Every picture is computed from unit vectors, so that near dots have a high cosine. The pictures are then
centred, scaled to one size, and rotated (or mirrored) onto each other, so that a dot moves from layer to layer only
if its vector changes relative to the others. Equal vectors are at one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore.neighbours import NeighbourPreservation, distinct, neighbour_preservation
from elmo.representation import unit


@dataclass(frozen=True)
class Picture:
    """One layer (or mix) drawn in two or three dimensions.

    Attributes:
        points: coordinates of each use; centred, with root-mean-square radius 1 (all 0 for one distinct
            vector).
        method: "PCA" or "UMAP"; among UMAP pictures "PCA" means that UMAP could not fit the layer.
        n_distinct: number of different vectors.
        variance: share of the variance that the axes show; for PCA only.
        kept: share of true neighbours that the picture preserves; None for fewer than four distinct
            points.
    """

    points: Float[np.ndarray, "points axes"]
    method: str
    n_distinct: int
    variance: float | None
    kept: NeighbourPreservation | None


def narrowed(
    vectors: Float[np.ndarray, "points dim"], dim: int
) -> Float[np.ndarray, "points narrow"]:
    """The points in `dim` dimensions, by an SVD; all cosines stay the same if there are at most `dim` points."""
    x = np.asarray(vectors, np.float64)
    if len(x) > 2 * dim:
        from sklearn.utils.extmath import randomized_svd

        axes, sizes, _ = randomized_svd(x, dim, random_state=0)
    else:
        axes, sizes, _ = np.linalg.svd(x, full_matrices=False)
    return (axes * sizes)[:, :dim]


def few_dimensions(
    vectors: Float[np.ndarray, "points dim"],
) -> Float[np.ndarray, "points few"]:
    """Vectors with the same dot products in no more dimensions than there are points."""
    if vectors.shape[1] <= len(vectors):
        return vectors
    x = np.asarray(vectors, np.float64)
    values, axes = np.linalg.eigh(x @ x.T)
    return axes * np.sqrt(np.maximum(values, 0))


def pca(
    vectors: Float[np.ndarray, "points dim"], n_axes: int = 2
) -> tuple[Float[np.ndarray, "points axes"], float]:
    """The first principal components of the unit vectors, and the share of the variance that they show.

    The largest coordinate on each axis is positive, so that the result is always the same. Axes without
    variance are 0.
    """
    check_points(vectors, n_axes)
    rows = unit(np.asarray(vectors, dtype=np.float64))
    n, dim = rows.shape
    first, kind = distinct(rows)
    points = np.zeros((n, n_axes))
    if len(first) < 2:
        return points, 1.0
    rows = rows[first][kind]  # makes points of one kind exactly equal
    centred = rows - rows.mean(axis=0)
    if n >= dim:
        variances, axes = np.linalg.eigh(centred.T @ centred)
        variances, coordinates = variances[::-1], centred @ axes[:, ::-1][:, :n_axes]
    else:
        left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
        variances, coordinates = sizes**2, (left * sizes)[:, :n_axes]
    top = np.abs(coordinates).argmax(axis=0)
    coordinates *= np.where(coordinates[top, np.arange(coordinates.shape[1])] < 0, -1, 1)
    points[:, : coordinates.shape[1]] = coordinates
    shown, all_of_it = variances[:n_axes].sum(), variances.sum()
    return points, float(min(1.0, shown / all_of_it)) if all_of_it > 0 else 0.0


def procrustes(
    points: Float[np.ndarray, "points axes"], onto: Float[np.ndarray, "points axes"]
) -> Float[np.ndarray, "points axes"]:
    """Rotate (or mirror) centred points so that they are as near as possible to other points.

    The size is not changed. Source: Schönemann 1966.
    """
    from scipy.linalg import orthogonal_procrustes

    return points @ orthogonal_procrustes(points, onto)[0]


def one_frame(
    pictures: Sequence[Float[np.ndarray, "points axes"]], n_reference: int | None = None
) -> list[Float[np.ndarray, "points axes"]]:
    """Centre pictures of the same points, scale them to one size and rotate them onto each other.

    The pictures are rotated onto their mean; the mean of the rotated pictures is computed again until the
    mean no longer changes (generalized Procrustes analysis; Gower 1975. Differs: one size for all pictures
    instead of fitted sizes). The mean's widest direction becomes the first axis.

    Args:
        n_reference: number of first pictures that define the mean (None: all); the others are rotated onto
            this mean. So the layers do not move when a mix beside them changes.
    """
    sized = [size_one(points) for points in pictures]
    reference = [points for points in sized[:n_reference] if points.any()]
    if not reference:
        reference = [points for points in sized if points.any()]
    if not reference:
        return sized
    mean = reference[-1]
    for _ in range(20):
        turned = [procrustes(points, mean) for points in reference]
        new = np.mean(turned, axis=0)
        done = np.abs(new - mean).max() < 1e-9
        mean = new
        if done:
            break
    axes = np.linalg.svd(mean, full_matrices=False)[2].T
    mean = mean @ axes
    top = np.abs(mean).argmax(axis=0)
    mean = mean * np.where(mean[top, np.arange(mean.shape[1])] < 0, -1, 1)
    return [procrustes(points, mean) if points.any() else points for points in sized]


def pca_pictures(
    layers: Float[np.ndarray, "layers points dim"],
    n_axes: int = 2,
    n_reference: int | None = None,
    k: int = 10,
) -> list[Picture]:
    """Pictures of each layer by PCA, on one frame.

    Args:
        layers: layers first, then mixes; see `one_frame` for n_reference.
        k: number of neighbours for `Picture.kept`.

    Raises:
        InputError: there are no points, a value is not a number, or n_axes is not 2 or 3.
    """
    drawn = [pca(vectors, n_axes) for vectors in layers]
    frame = one_frame([points for points, _ in drawn], n_reference)
    return [
        Picture(
            points,
            "PCA",
            len(distinct(vectors)[0]),
            variance,
            neighbour_preservation(vectors, points, k),
        )
        for vectors, points, (_, variance) in zip(layers, frame, drawn, strict=True)
    ]


def size_one(points: Float[np.ndarray, "points axes"]) -> Float[np.ndarray, "points axes"]:
    """The points centred and scaled to root-mean-square radius 1; points at one place become 0."""
    centred = points - points.mean(axis=0)
    radius = np.sqrt((centred**2).sum(axis=1).mean())
    return centred / radius if radius > 1e-9 else np.zeros_like(centred)


def check_points(vectors: np.ndarray, n_axes: int) -> None:
    if n_axes not in (2, 3):
        raise InputError(f"n_axes is {n_axes}, expected 2 or 3.")
    if not len(vectors):
        raise InputError("there are no points to draw; add at least one sentence.")
    if not np.isfinite(vectors).all():
        raise InputError("the vectors have values that are not numbers (NaN or infinite).")
