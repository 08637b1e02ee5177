"""The loss from reading one side at a time: the pair AUC of the teacher, MPNet, on whole and on halved sentences.

    python -m benchmarks.one_sided_teacher [FOLDER of .tsv tables, or of CoarseWSD-20]

The two directions of a bidirectional language model are independent: one half of a word's vector depends on the words to
the left, the other half on the words to the right. Here the teacher reads each sentence up to the word, and from the word
on, and both vectors are joined. All figures are measured again less the mean of each word's uses. The script needs
requirements/teacher.txt.
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
        by_name = {
            "both sides": np.array([rows[place] for rows, place in zip(both, places, strict=True)]),
            "left": np.array([rows[-1] for rows in left]),
            "right": np.array([rows[0] for rows in right]),
        }
        by_name["left, right joined"] = np.concatenate([by_name["left"], by_name["right"]], axis=1)
        return by_name | {
            f"{name}, less the mean": less_the_mean(rows) for name, rows in by_name.items()
        }

    for name, figure in measure_senses(words, vectors).items():
        print(f"{name:<33} pair AUC {figure.pair_auc}")


if __name__ == "__main__":
    main()
