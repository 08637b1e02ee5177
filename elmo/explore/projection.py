"""Pictures of the layers by PCA or UMAP, all on one frame.

Every picture is computed from unit vectors, so that near dots have a high cosine. The pictures are then
centred, scaled to one size, and rotated (or mirrored) onto each other, so that a dot moves from layer to layer only
if its vector changes relative to the others. Equal vectors are at one place. A layer that UMAP cannot fit is drawn by PCA,
and `Picture.method` says so.
"""

import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore.neighbours import Kept, distinct, kept
from elmo.representation import unit

MIN_UMAP_POINTS = 10
"""UMAP builds on neighbourhoods; among fewer points than this there are none to speak of."""

ALIGNED_BELOW = 1000
"""Aligned UMAP below this number of points; above it takes minutes, so each layer by itself."""


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
    kept: Kept | None


def narrowed(
    vectors: Float[np.ndarray, "points dim"], dim: int
) -> Float[np.ndarray, "points narrow"]:
    """The points in `dim` numbers each, by an SVD; all cosines are kept where there are `dim` points at most."""
    from sklearn.utils.extmath import randomized_svd

    x = np.asarray(vectors, np.float64)
    if len(x) > 2 * dim:
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
    from sklearn.decomposition import PCA

    _check(vectors, n_axes)
    rows = unit(np.asarray(vectors, dtype=np.float64))
    n, dim = rows.shape
    first, kind = distinct(rows)
    points = np.zeros((n, n_axes))
    if len(first) < 2:
        return points, 1.0
    rows = rows[first][kind]  # equal ones exactly equal
    fitted = PCA(
        n_components=min(n_axes, n, dim),
        svd_solver="covariance_eigh" if n >= dim else "full",
    ).fit(rows)
    found = fitted.transform(rows)
    top = np.abs(found).argmax(axis=0)
    found *= np.where(found[top, np.arange(found.shape[1])] < 0, -1, 1)
    points[:, : found.shape[1]] = found
    return points, float(min(1.0, np.nansum(fitted.explained_variance_ratio_)))


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
    sized = [_size_one(points) for points in pictures]
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
        Picture(points, "PCA", len(distinct(vectors)[0]), variance, kept(vectors, points, k))
        for vectors, points, (_, variance) in zip(layers, frame, drawn, strict=True)
    ]


def umap_pictures(
    layers: Float[np.ndarray, "layers points dim"],
    n_axes: int = 2,
    n_neighbors: int = 15,
    min_dist: float = 0.1,
    seed: int = 0,
    k: int = 10,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Picture]:
    """Pictures of each layer by UMAP, on one frame; the same in every run.

    With fewer than `ALIGNED_BELOW` distinct points all layers are fitted together, and the dots of one use in
    successive layers attract each other (aligned UMAP; Dadu et al. 2023). With more points each layer is fitted
    alone, and starts from the picture of the layer before. Then the pictures are rotated onto one frame. Equal
    vectors of a layer are fitted once. A layer with fewer than `MIN_UMAP_POINTS` distinct vectors (such as layer 0
    of one word) is drawn by PCA.

    Args:
        n_neighbors: UMAP's number of neighbours; at most the number of other points.
        min_dist: UMAP's least distance of dots, from 0 to 1.
        seed: seed of UMAP.
        progress: called with (step, number of steps, name of the step).

    Raises:
        InputError: every layer has fewer than `MIN_UMAP_POINTS` distinct points, or a parameter is out of range.
    """
    for vectors in layers:
        _check(vectors, n_axes)
    if n_neighbors < 2:
        raise InputError(f"n_neighbors is {n_neighbors}, expected at least 2.")
    if not 0 <= min_dist <= 1:
        raise InputError(f"min_dist is {min_dist}, expected a number from 0 to 1.")
    kinds = [distinct(vectors) for vectors in layers]
    most = max(len(first) for first, _ in kinds)
    if most < MIN_UMAP_POINTS:
        raise InputError(
            f"UMAP needs at least {MIN_UMAP_POINTS} different points, here are {most}; "
            "look at PCA, or add sentences."
        )
    fit_ids = [i for i, (first, _) in enumerate(kinds) if len(first) >= MIN_UMAP_POINTS]
    told = progress or (lambda step, steps, text: None)
    settings = dict(
        n_components=n_axes,
        min_dist=min_dist,
        random_state=seed,
        transform_seed=seed,
        metric="euclidean",
    )
    rows = [unit(np.asarray(layers[i][kinds[i][0]], dtype=np.float32)) for i in fit_ids]
    neighbors = [min(n_neighbors, len(row) - 1) for row in rows]
    told(0, len(rows) + 2, "loading UMAP")
    if most < ALIGNED_BELOW and len(rows) > 1:
        fitted = _aligned(rows, [kinds[i] for i in fit_ids], neighbors, settings, told)
    else:
        fitted = _separate(rows, [kinds[i] for i in fit_ids], neighbors, settings, told)
    told(len(rows) + 1, len(rows) + 2, "comparing neighbours")
    drawn = [pca(vectors, n_axes)[0] for vectors in layers]
    for i, points in zip(fit_ids, fitted, strict=True):
        drawn[i] = points.astype(np.float64)[kinds[i][1]]
    frame = _frame_of_fitted(drawn, fit_ids)
    return [
        Picture(
            points,
            "UMAP" if i in fit_ids else "PCA",
            len(kinds[i][0]),
            None if i in fit_ids else pca(layers[i], n_axes)[1],
            kept(layers[i], points, k),
        )
        for i, points in enumerate(frame)
    ]


def movement(
    before: Float[np.ndarray, "points axes"], after: Float[np.ndarray, "points axes"]
) -> Float[np.ndarray, " points"]:
    """The distance that each point moves between two pictures on one frame."""
    return np.linalg.norm(after - before, axis=1)


def _aligned(rows, kinds, neighbors, settings, told) -> list[np.ndarray]:
    """Fit all layers together; the dots of one use in successive layers attract each other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import AlignedUMAP

        _keep_compiled()
        relations = []
        for (first, _), (_, next_kind) in zip(kinds, kinds[1:], strict=False):
            tied: dict[int, int] = {}
            for here, there in enumerate(next_kind[first].tolist()):
                tied.setdefault(there, here)  # one to one: the first of each kind
            relations.append({here: there for there, here in tied.items()})
        told(1, len(rows) + 2, f"fitting {len(rows)} pictures together")
        model = AlignedUMAP(n_neighbors=neighbors, **settings).fit(rows, relations=relations)
        return [np.asarray(points) for points in model.embeddings_]


@cache
def _keep_compiled() -> None:
    """Have numba keep UMAP's compiled functions on disk, and compile UMAP's optimiser once a process.

    Compiling takes ten times as long as a fit. numba keeps the machine code beside the packages' files, or in a folder of
    the user, and every later process reads the code from there; where no folder can be written, each process compiles.

    UMAP also calls `numba.njit` on its optimiser in every fit, which takes seconds and 5 MB that are never freed. So
    UMAP's module gets a stand-in for `numba` that differs in one thing: `njit` of the same function and options returns
    the function that it returned before.
    """
    import numba
    from numba.core.dispatcher import Dispatcher
    from umap import layouts

    def kept_on_disk(function: Any) -> Any:
        with suppress(RuntimeError):  # no folder can be written
            function.enable_caching()
        return function

    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("umap", "pynndescent"):
            for function in vars(module).values():
                if isinstance(function, Dispatcher) and not function.signatures:
                    kept_on_disk(function)

    remembered = cache(
        lambda function, **options: kept_on_disk(numba.njit(**options)(function)),
    )

    def njit(function: Callable | None = None, **options: Any) -> Any:
        return numba.njit(**options) if function is None else remembered(function, **options)

    stand_in = ModuleType("numba")
    stand_in.__dict__.update(vars(numba) | {"njit": njit})
    layouts.numba = stand_in


def _separate(rows, kinds, neighbors, settings, told) -> list[np.ndarray]:
    """Fit each layer alone: the first starts from its PCA, each other from the picture of the layer before.

    UMAP leaves groups near their starting places. With random starts each layer would arrange the groups
    differently, and no rotation could align the layers.
    """
    fitted: list[np.ndarray] = []
    start = pca(rows[0], settings["n_components"])[0][kinds[0][1]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap import UMAP

        _keep_compiled()
        for i, (row, (first, kind)) in enumerate(zip(rows, kinds, strict=True)):
            told(i + 1, len(rows) + 2, f"fitting picture {i + 1} of {len(rows)}")
            begin = (10 * start[first] / np.abs(start).max()).astype(
                np.float32
            )  # UMAP's own extent
            model = UMAP(n_neighbors=neighbors[i], n_jobs=1, init=begin, **settings)
            fitted.append(np.asarray(model.fit_transform(row)))
            start = _size_one(fitted[-1][kind])
    return fitted


def _frame_of_fitted(drawn: list[np.ndarray], fit_ids: list[int]) -> list[np.ndarray]:
    """Bring all pictures onto one frame, which the fitted pictures define."""
    order = [*fit_ids, *(i for i in range(len(drawn)) if i not in fit_ids)]
    framed = one_frame([drawn[i] for i in order], n_reference=len(fit_ids))
    return [framed[order.index(i)] for i in range(len(drawn))]


def _size_one(points: Float[np.ndarray, "points axes"]) -> Float[np.ndarray, "points axes"]:
    """The points centred and scaled to root-mean-square radius 1; points at one place become 0."""
    centred = points - points.mean(axis=0)
    radius = np.sqrt((centred**2).sum(axis=1).mean())
    return centred / radius if radius > 1e-9 else np.zeros_like(centred)


def _check(vectors: np.ndarray, n_axes: int) -> None:
    if n_axes not in (2, 3):
        raise InputError(f"n_axes is {n_axes}, expected 2 or 3.")
    if not len(vectors):
        raise InputError("there are no points to draw; add at least one sentence.")
    if not np.isfinite(vectors).all():
        raise InputError("the vectors have values that are not numbers (NaN or infinite).")
