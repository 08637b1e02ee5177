"""Pictures of the layers by UMAP, on one frame; the same in every run.

A layer that UMAP cannot fit is drawn by PCA, and `Picture.method` says so.
"""

import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore.neighbours import distinct, neighbour_preservation
from elmo.explore.projection import Picture, check_points, one_frame, pca, size_one
from elmo.representation import unit

MIN_UMAP_POINTS = 10
"""Fewest points for UMAP, which draws neighbourhoods: fewer points have none."""

ALIGNED_BELOW = 1000
"""Aligned UMAP below this number of points; with more points it takes minutes, so that each layer is fitted alone."""


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
        check_points(vectors, n_axes)
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
    report = progress or (lambda step, steps, text: None)
    settings = dict(
        n_components=n_axes,
        min_dist=min_dist,
        random_state=seed,
        transform_seed=seed,
        metric="euclidean",
    )
    rows = [unit(np.asarray(layers[i][kinds[i][0]], dtype=np.float32)) for i in fit_ids]
    neighbors = [min(n_neighbors, len(row) - 1) for row in rows]
    report(0, len(rows) + 2, "loading UMAP")
    if most < ALIGNED_BELOW and len(rows) > 1:
        fitted = _aligned(rows, [kinds[i] for i in fit_ids], neighbors, settings, report)
    else:
        fitted = _separate(rows, [kinds[i] for i in fit_ids], neighbors, settings, report)
    report(len(rows) + 1, len(rows) + 2, "comparing neighbours")
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
            neighbour_preservation(layers[i], points, k),
        )
        for i, points in enumerate(frame)
    ]


def _aligned(
    rows: list[np.ndarray],
    kinds: list[tuple[np.ndarray, np.ndarray]],
    neighbors: list[int],
    settings: dict[str, Any],
    report: Callable[[int, int, str], None],
) -> list[np.ndarray]:
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
        report(1, len(rows) + 2, f"fitting {len(rows)} pictures together")
        model = AlignedUMAP(n_neighbors=neighbors, **settings)  # type: ignore[arg-type]
        model.fit(rows, relations=relations)
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

    def cached_on_disk(function: Any) -> Any:
        with suppress(RuntimeError):  # no folder can be written
            function.enable_caching()
        return function

    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("umap", "pynndescent"):
            for function in vars(module).values():
                if isinstance(function, Dispatcher) and not function.signatures:
                    cached_on_disk(function)

    remembered = cache(
        lambda function, **options: cached_on_disk(numba.njit(**options)(function)),
    )

    def njit(function: Callable | None = None, **options: Any) -> Any:
        return numba.njit(**options) if function is None else remembered(function, **options)

    stand_in = ModuleType("numba")
    stand_in.__dict__.update(vars(numba) | {"njit": njit})
    layouts.numba = stand_in


def _separate(
    rows: list[np.ndarray],
    kinds: list[tuple[np.ndarray, np.ndarray]],
    neighbors: list[int],
    settings: dict[str, Any],
    report: Callable[[int, int, str], None],
) -> list[np.ndarray]:
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
            report(i + 1, len(rows) + 2, f"fitting picture {i + 1} of {len(rows)}")
            # UMAP's own starting places extend from -10 to 10, too.
            begin = (10 * start[first] / np.abs(start).max()).astype(np.float32)
            model = UMAP(n_neighbors=neighbors[i], n_jobs=1, init=begin, **settings)
            fitted.append(np.asarray(model.fit_transform(row)))
            start = size_one(fitted[-1][kind])
    return fitted


def _frame_of_fitted(drawn: list[np.ndarray], fit_ids: list[int]) -> list[np.ndarray]:
    """Bring all pictures onto one frame, which the fitted pictures define."""
    order = [*fit_ids, *(i for i in range(len(drawn)) if i not in fit_ids)]
    framed = one_frame([drawn[i] for i in order], n_reference=len(fit_ids))
    return [framed[order.index(i)] for i in range(len(drawn))]
