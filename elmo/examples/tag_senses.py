"""Tag the sense of a word in each layer: `python elmo/examples/tag_senses.py [WORD [MODEL]]`.

The sentences and senses of "bank" are in elmo/examples/senses/bank.tsv; `read_usages(Path("mine.tsv"))` reads a table of
your own.
"""

import sys

from elmo.store.store import Store
from elmo.tasks import sense_tagging
from elmo.tasks.ladder.results import Settings
from elmo.usages import read_examples


def main(word: str = "bank", model: str = "bundled") -> None:
    """Print the recall of each representation, and the sentences that layer 2 tags wrongly."""
    items = sense_tagging.samples(read_examples(word), Store().load(model), name=word)
    ladder = sense_tagging.run(items, Settings(seeds=(0,), curve=()))
    for row in ladder.rows:
        print(f"{row.label:12} recall averaged over senses {row.measures['macro recall']}")
    top = next(row for row in ladder.rows if row.label == "Layer 2")
    print(f"\nTagged wrongly by {top.label}:")
    for text, sense, tagged in zip(ladder.texts, ladder.labels, top.predictions, strict=True):
        if sense != tagged:
            print(f"  {text}  (is {sense}, tagged {tagged})")


if __name__ == "__main__":
    main(*sys.argv[1:])
