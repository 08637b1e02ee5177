"""How often the test of groups finds two groups that are there: `python -m benchmarks.groups_found`.

Two groups of 8 points in 40 dimensions around centres further and further apart, 40 times each.
"""

import numpy as np

from elmo.explore import senses
from elmo.explore.similarity import cosine_matrix


def main() -> None:
    """Print, for each distance, the silhouette of the true groups and how often they were found."""
    print("distance  silhouette  found")
    for distance in (0.0, 0.75, 1.0, 1.25, 1.5, 2.0):
        silhouettes, n_separated = [], 0
        for seed in range(40):
            rng = np.random.default_rng(seed)
            centres = np.repeat(rng.normal(size=(2, 40)) * distance + 1, 8, axis=0)
            x = centres + rng.normal(size=(16, 40))
            matrix = cosine_matrix(x)
            silhouettes.append(senses.silhouette(matrix, [0] * 8 + [1] * 8))
            n_separated += senses.cluster(x, matrix, seed=seed).verdict is senses.Verdict.SEPARATED
        print(f"{distance:8.2f}  {np.mean(silhouettes):10.2f}  {n_separated:2d} of 40")


if __name__ == "__main__":
    main()
