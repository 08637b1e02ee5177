"""The gain from joining and smoothing: pair AUC of "everything together" in other shares, with and without smoothing.

    python -m benchmarks.everything_together [DIR ...]

DIR has tables of labelled uses or the folders of CoarseWSD-20; the first 150 test uses of each word are measured.
"""

import sys
from pathlib import Path

import numpy as np
from jaxtyping import Float

from elmo import Elmo
from elmo.explore.pair_auc import pair_auc
from elmo.explore.similarity import cosine_matrix
from elmo.representation import LESS_THE_MEAN
from elmo.tasks.senses.word_senses import read_labelled, use_vectors
from elmo.usages import EXAMPLES

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


def main() -> None:
    """Print a table for each folder."""
    elmo = Elmo()
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
