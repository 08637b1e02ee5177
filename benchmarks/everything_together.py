"""The gain from joining and smoothing: pair AUC of "everything together" in other shares, with and without smoothing.

    python -m benchmarks.everything_together [DIR ...]
    python -m benchmarks.everything_together --groupless

DIR has tables of labelled uses or the folders of CoarseWSD-20; the first 150 test uses of each word are measured. With
--groupless the script measures how often the test finds groups in normal clouds without groups, which have the
covariance of example words' uses, before and after smoothing; at a level of 5 % this should be 5 % at most.
"""

import sys
from pathlib import Path

import numpy as np
from jaxtyping import Float

from elmo import Elmo
from elmo.explore.clusters import ALPHA, cluster
from elmo.explore.pair_auc import pair_auc
from elmo.explore.similarity import cosine_matrix
from elmo.representation import LESS_THE_MEAN, by_name, unit
from elmo.representation.joined import smooth
from elmo.tasks.senses.word_senses import read_labelled, use_vectors
from elmo.usages import EXAMPLES, read_examples

N_USES = 150
PARTS = ("added and around", "substitutes", "words around")
SHARES = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 0.5), (1, 1, 0.5), (1, 1, 1))
STEPS = {"as it is": 1, "second-order": 2, "smoothed once": 3, "smoothed twice": 5}


def powers(
    cosines: Float[np.ndarray, "uses uses"],
) -> dict[str, Float[np.ndarray, "uses uses"]]:
    """The cosines after each number of smoothing steps, from the power of the matrix of cosines."""
    smoothed = {}
    for name, power in STEPS.items():
        products = np.linalg.matrix_power(cosines, power)
        lengths = np.sqrt(np.diagonal(products).clip(1e-12))
        smoothed[name] = products / np.multiply.outer(lengths, lengths)
    return smoothed


def groupless(elmo: Elmo) -> None:
    """Print the number of clouds without groups in which the test finds groups."""
    rng = np.random.default_rng(0)
    grouped: dict[str, list[bool]] = {"as it is": [], "smoothed once": []}
    for word in ("spring", "bank", "cell", "run", "light"):
        reading = elmo.read_uses(read_examples(word))
        rows = by_name(f"{PARTS[0]}{LESS_THE_MEAN}", len(reading.layers)).vectors(reading)
        for seed in range(20):
            cloud = rng.normal(size=(len(rows), len(rows))) @ (rows / np.sqrt(len(rows)))
            cloud = unit(cloud - cloud.mean(axis=0))
            for name, x in zip(grouped, (cloud, smooth(cloud)), strict=True):
                p = cluster(x, cosine_matrix(x), n_simulations=100, seed=seed).p
                grouped[name].append(p <= ALPHA)
    for name, verdicts in grouped.items():
        print(
            f"{name:<14} {sum(verdicts)} of {len(verdicts)} clouds without groups are called grouped"
        )


def main() -> None:
    """Print a table for each folder, or the result of `groupless`."""
    elmo = Elmo()
    if sys.argv[1:] == ["--groupless"]:
        groupless(elmo)
        return
    for folder in sys.argv[1:] or [EXAMPLES / "senses", EXAMPLES / "senses_heldout"]:
        values: dict[tuple, list[float]] = {}
        for word in read_labelled(Path(folder)):
            uses = list(word.test)[:N_USES]
            senses = [use.sense or "" for use in uses]
            vectors = use_vectors(elmo, uses)
            for end in ("", LESS_THE_MEAN):
                cosines = [cosine_matrix(vectors[part + end]) for part in PARTS]
                for shares in SHARES:
                    mixed = np.tensordot(np.array(shares) / sum(shares), cosines, axes=1)
                    for step, matrix in powers(mixed).items():
                        auc = pair_auc(matrix, senses)
                        values.setdefault((end, shares, step), []).append(auc.auc)
        print(f"\n{folder}: mean pair AUC; shares of {', '.join(PARTS)}")
        for (end, shares, step), aucs in values.items():
            print(f"{shares!s:<14} {step:<15} {np.mean(aucs):.4f} {end}")


if __name__ == "__main__":
    main()
