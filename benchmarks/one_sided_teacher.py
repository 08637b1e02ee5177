"""What reading one side at a time costs: the pair AUC of the teacher, MPNet, on whole and on halved sentences.

    python -m benchmarks.one_sided_teacher [FOLDER of .tsv tables, or of CoarseWSD-20]

A bidirectional language model's two directions never meet: the vector of a word is what the words to its left say, beside
what the words to its right say. Here the teacher reads each sentence up to the word, and from the word on, and both
vectors are joined; and all that again less the mean of each word's uses. Needs requirements/teacher.txt.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from elmo.explore.similarity import less_the_mean
from elmo.tasks.senses.word_senses import measure_senses, read_labelled
from elmo.training.teacher.encoder import Teacher


def main() -> None:
    folder = (
        sys.argv[1]
        if len(sys.argv) > 1
        else Path(__file__).parent.parent / "elmo/examples" / "senses"
    )
    words = [replace(word, train=()) for word in read_labelled(folder)]
    teacher = Teacher()

    def vectors(uses):
        places = [use.position for use in uses]
        both = teacher.vectors(use.tokens for use in uses)
        left = teacher.vectors(use.tokens[: use.position + 1] for use in uses)
        right = teacher.vectors(use.tokens[use.position :] for use in uses)
        found = {
            "both sides": np.array([rows[place] for rows, place in zip(both, places, strict=True)]),
            "left": np.array([rows[-1] for rows in left]),
            "right": np.array([rows[0] for rows in right]),
        }
        found["left, right joined"] = np.concatenate([found["left"], found["right"]], axis=1)
        return found | {
            f"{name}, less the mean": less_the_mean(rows) for name, rows in found.items()
        }

    for name, figure in measure_senses(words, vectors).items():
        print(f"{name:<33} pair AUC {figure.pair_auc}")


if __name__ == "__main__":
    main()
