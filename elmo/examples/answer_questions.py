"""Find the sentence that answers a question: `python elmo/examples/answer_questions.py [MODEL]`."""

import sys

from elmo.store.store import Store
from elmo.tasks.datasets import Passage, Question, read_passages
from elmo.tasks.questions import question_answering

MINE = Passage(
    "The old mill",
    (
        "The mill was built beside the river in 1702.",
        "Its wheel broke during the flood of 1910 and was never mended.",
        "Today a family of bakers lives there.",
    ),
    (Question("Who are the people in the house now?", 2), Question("When did it stop turning?", 1)),
)
"""A passage of your own; a question has the number, from 0, of the sentence that answers it."""


def main(model: str = "bundled") -> None:
    """Print the share of right answers of each representation, and the answers of the equal mix for `MINE`."""
    items = question_answering.samples([*read_passages(), MINE], Store().load(model))
    ladder = question_answering.run(items)
    for row in ladder.rows:
        print(
            f"{row.label:12} recall at 1 {row.measures['recall at 1']}, at 3 {row.measures['recall at 3']}"
        )
    equal = ladder.row("equal")
    for question, answer in list(zip(ladder.texts, equal.predictions, strict=True))[-2:]:
        print(f"\n{question}\n  {answer}")


if __name__ == "__main__":
    main(*sys.argv[1:])
