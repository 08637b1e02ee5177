"""Points that the tests of pictures share."""

import numpy as np
import pytest


def groups(rng, n: int = 60, dim: int = 24, spread: float = 0.25) -> tuple[np.ndarray, np.ndarray]:
    """Three groups of points around three directions, and which group each is of."""
    labels = np.arange(n) % 3
    return rng.normal(size=(3, dim))[labels] + spread * rng.normal(size=(n, dim)), labels


@pytest.fixture(scope="module")
def layers() -> np.ndarray:
    """One vector for all in layer 0; three groups in two layers, in layer 1 three points doubled."""
    rng = np.random.default_rng(3)
    points, _ = groups(rng, 30)
    points[27:] = points[:3]
    return np.stack([np.ones_like(points), points, points + 0.2 * rng.normal(size=points.shape)])
