"""The gain of the bundled model over a sum of static vectors: the pair AUC of the sum over the words around a use.

    python -m benchmarks.words_around [FOLDER of .tsv tables, or of CoarseWSD-20]

The vector of a use is the sum of the other words' static vectors, with larger weights for rare words: a / (a + p) with
a = 1e-4 and p by Zipf's law from the word's rank. The script also measures the bundled model's representations, each
also less the mean of each word's uses.
"""

import sys
from pathlib import Path

import numpy as np

from elmo import Elmo
from elmo.home import BUNDLED
from elmo.tasks.senses.word_senses import measure_senses, read_labelled, use_vectors
from elmo.tasks.static_vectors import read_bundled_vectors
from elmo.training.start.word_vectors import read_static_file

RARE = 1e-4


def main() -> None:
    folder = (
        Path(sys.argv[1])
        if len(sys.argv) > 1
        else Path(__file__).parent.parent / "elmo/examples" / "senses"
    )
    words = read_labelled(folder)
    static, elmo = read_bundled_vectors(), Elmo()
    rank = {
        word: number for number, word in enumerate(read_static_file(BUNDLED / "static.npz")[0], 1)
    }

    def vectors(uses):
        sums = []
        for use in uses:
            others = [word for k, word in enumerate(use.tokens) if k != use.position]
            shares = np.array(
                [0.1 / rank.get(word, rank.get(word.lower(), 1e4)) for word in others]
            )
            weights = RARE / (RARE + shares)
            sums.append(weights @ static.of(others) if others else np.zeros(static.dim))
        layers = use_vectors(elmo, uses)
        return layers | {
            "words around": np.array(sums),
        }

    for name, figure in measure_senses(words, vectors).items():
        recall = "" if figure.recall is None else f"1-NN recall {figure.recall}   "
        print(f"{name:<22} {recall}pair AUC {figure.pair_auc}")


if __name__ == "__main__":
    main()
