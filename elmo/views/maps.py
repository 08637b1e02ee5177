"""The maps of every representation of an exploration, on one frame for each method."""

from collections.abc import Sequence

import numpy as np

from elmo.explore.neighbours import neighbour_preservation
from elmo.explore.projection import few_dimensions, one_frame, pca
from elmo.explore.umap import MIN_UMAP_POINTS, umap_pictures
from elmo.views.exploration import Map
from elmo.views.request import Family, Settings


def maps_of(
    families: Sequence[Family], settings: Settings
) -> dict[tuple[str, str], dict[str, Map]]:
    """The maps of every representation, on one frame for each method."""
    places = [(f.compared, name) for f in families for name in f.vectors]
    vectors = [np.asarray(x) for f in families for x in f.vectors.values()]
    narrow = [few_dimensions(x) for x in vectors]
    fitted = [pca(x) for x in narrow]
    n_first = sum(not settings.compete or name in settings.compete for name in families[0].vectors)
    frame = one_frame([points for points, _ in fitted], n_first)
    maps = {
        place: {"PCA": Map(points.astype(np.float32), "PCA", _beyond(x, points), shown)}
        for place, x, points, (_, shown) in zip(places, narrow, frame, fitted, strict=True)
    }
    if settings.umap and len(vectors[0]) >= MIN_UMAP_POINTS:
        size = max(x.shape[1] for x in vectors)
        same = np.stack([np.pad(x, ((0, 0), (0, size - x.shape[1]))) for x in vectors])
        for place, picture in zip(places, umap_pictures(same, seed=settings.seed), strict=True):
            share = picture.kept.beyond_chance if picture.kept else float("nan")
            points = picture.points.astype(np.float32)
            maps[place]["UMAP"] = Map(points, picture.method, share)
    return maps


def _beyond(x: np.ndarray, points: np.ndarray) -> float:
    """The share of nearest neighbours that the points preserve beyond chance; NaN for too few points."""
    preservation = neighbour_preservation(x, points)
    return preservation.beyond_chance if preservation else float("nan")
