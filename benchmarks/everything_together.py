"""The gain from joining and smoothing: the parts of "everything joined" in several shares, with and without smoothing.

    python -m benchmarks.everything_together [DIR ...]

DIR has tables of labelled uses or the folders of CoarseWSD-20; the first 150 test uses of each word are measured. 1-NN: the
share of uses whose nearest other use has the same sense, averaged over senses, then words.
"""

import sys
from pathlib import Path

import numpy as np
from jaxtyping import Float

from elmo import Elmo
from elmo.explore.bootstrap import macro_recall, of_all
from elmo.explore.pair_auc import pair_auc
from elmo.explore.similarity import cosine_matrix
from elmo.representation import LESS_THE_MEAN
from elmo.tasks.senses.word_senses import read_labelled, use_vectors
from elmo.usages import EXAMPLES

N_USES = 150
PARTS = ("layer 2", "halves added", "around the word", "words around", "substitutes")
SHARES = {
    "layer and both sides": (1, 1, 1, 1, 0),
    "and substitutes, a fifth": (1, 1, 1, 1, 1),
    "a third": (1, 1, 1, 1, 2),
    "two fifths": (3, 3, 3, 3, 8),
    "half": (1, 1, 1, 1, 4),
    "two fifths, without layer 2": (0, 1, 1, 1, 2),
    "two fifths, without halves added": (1, 0, 1, 1, 2),
    "two fifths, without around the word": (1, 1, 0, 1, 2),
    "two fifths, without words around": (1, 1, 1, 0, 2),
}
STEPS = {"": 1, "smoothed once": 3, "smoothed twice": 5}


def smoothed(
    products: Float[np.ndarray, "uses uses"], power: int
) -> Float[np.ndarray, "uses uses"]:
    """The cosines after smoothing, from a power of the matrix of products."""
    products = np.linalg.matrix_power(products, power)
    lengths = np.sqrt(np.diagonal(products).clip(1e-12))
    return products / np.multiply.outer(lengths, lengths)


def nearest_recall(cosines: Float[np.ndarray, "uses uses"], senses: list[str]) -> float:
    """The share of uses whose nearest other use has the same sense, averaged over senses."""
    _, of = np.unique(senses, return_inverse=True)
    others = cosines - 9 * np.eye(len(of))
    return of_all(macro_recall(of[others.argmax(axis=1)] == of, of), len(of))


def main() -> None:
    """Print a table for each folder."""
    elmo = Elmo()
    for folder in sys.argv[1:] or [EXAMPLES / "senses", EXAMPLES / "senses_heldout"]:
        values: dict[tuple[str, str], list[float]] = {}
        for word in read_labelled(Path(folder)):
            uses = list(word.test)[:N_USES]
            senses = [use.sense or "" for use in uses]
            vectors = use_vectors(elmo, uses)
            for end in ("", LESS_THE_MEAN):
                cosines = [cosine_matrix(vectors[part + end]) for part in PARTS]
                for name, shares in SHARES.items():
                    joined = np.tensordot(np.array(shares) / sum(shares), cosines, axes=1)
                    for step, power in STEPS.items():
                        matrix = smoothed(joined, power)
                        auc = pair_auc(matrix, senses).auc
                        values.setdefault((name, f"AUC{end} {step}"), []).append(auc)
                        if power == 1:
                            recall = nearest_recall(matrix, senses)
                            values.setdefault((name, f"1-NN{end}"), []).append(recall)
        print(f"\n{folder}: mean over words")
        for (name, figure), found in values.items():
            print(f"{name:<36} {figure:<32} {np.mean(found):.4f}")


if __name__ == "__main__":
    main()
