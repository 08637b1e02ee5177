"""The power of the test for groups: `python -m benchmarks.groups_found`.

The data are two groups of 8 points in 40 dimensions, 40 times for each distance of their centres.
"""

import numpy as np

from elmo.explore import clusters
from elmo.explore.similarity import cosine_matrix


def main() -> None:
    """Print, for each distance, the silhouette of the true groups and the number of trials in which groups are found."""
    print("distance  silhouette  found")
    for distance in (0.0, 0.75, 1.0, 1.25, 1.5, 2.0):
        silhouettes, n_separated = [], 0
        for seed in range(40):
            rng = np.random.default_rng(seed)
            centres = np.repeat(rng.normal(size=(2, 40)) * distance + 1, 8, axis=0)
            x = centres + rng.normal(size=(16, 40))
            matrix = cosine_matrix(x)
            silhouettes.append(clusters.silhouette(matrix, [0] * 8 + [1] * 8))
            n_separated += (
                clusters.cluster(x, matrix, seed=seed).verdict is clusters.Verdict.SEPARATED
            )
        print(f"{distance:8.2f}  {np.mean(silhouettes):10.2f}  {n_separated:2d} of 40")


if __name__ == "__main__":
    main()
