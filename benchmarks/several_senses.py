"""One sense or several: how often the answer is right for words of which it is known.

    python -m benchmarks.several_senses [--coarsewsd DIR] [--index INDEX]

The scale is made of the reference words, each of which is left out when it is measured itself. Of CoarseWSD-20, 20 uses of
up to three senses (four times) are mixed, and 20 uses of one sense (four times) are alone. From an index of
`python -m elmo index`, 20 uses (twice) of words with one everyday sense, and of the example words with several senses. The
figures stand in docs/representations.md.
"""

import argparse
from collections.abc import Iterator, Sequence

import numpy as np

from elmo import Elmo
from elmo.corpus.index import CorpusIndex
from elmo.explore.several import MIDDLE, SURELY_ONE, SURELY_SEVERAL, Scale
from elmo.substitutes import variety_of_uses
from elmo.tasks.senses.reference import reference
from elmo.tasks.senses.word_senses import read_labelled
from elmo.usages import EXAMPLES, Usage, example_names, symmetric_pattern

ONE_SENSE = (
    "elephant kitchen teacher doctor hospital guitar bicycle airport library museum potato oxygen hydrogen piano "
    "lawyer butter cheese forest island mountain village mayor election volcano earthquake dentist pilot farmer bread "
    "tomato helicopter cousin ambulance professor newspaper refugee journalist temperature restaurant"
).split()
N_USES, N_SAMPLES = 20, 4


def figures(elmo: Elmo, uses: Sequence[Usage]) -> tuple[float, float]:
    """The spread and the agreement of uses."""
    patterns = elmo.read_uses(list(map(symmetric_pattern, uses)))
    found = variety_of_uses(uses, elmo.read_uses(uses), patterns)
    return found.spread, found.agreement


def reference_scores(scale: Scale) -> Iterator[tuple[str, float]]:
    """The score of each reference word on a scale without the word."""
    one, several = scale.one_words, scale.several_words
    for i, word in enumerate(several):
        yield "reference, several senses", Scale(one, several[:i] + several[i + 1 :]).score(word)
    for i, word in enumerate(one):
        yield "reference, one sense", Scale(one[:i] + one[i + 1 :], several).score(word)


def coarsewsd_uses(folder: str) -> Iterator[tuple[str, list[Usage]]]:
    """Uses of several senses, and uses of one."""
    rng = np.random.default_rng(1)
    for word in read_labelled(folder):
        senses = np.array([use.sense for use in word.test])
        names, counts = np.unique(senses, return_counts=True)
        several = names[counts >= 7][:3]
        for _ in range(N_SAMPLES):
            rows = np.concatenate(
                [
                    rng.choice(np.flatnonzero(senses == s), N_USES // len(several), False)
                    for s in several
                ]
            )
            yield "CoarseWSD-20, several senses", [word.test[i] for i in rows]
        for sense in names[counts >= N_USES]:
            for _ in range(N_SAMPLES):
                rows = rng.choice(np.flatnonzero(senses == sense), N_USES, False)
                yield "CoarseWSD-20, one sense", [word.test[i] for i in rows]


def corpus_uses(index: str) -> Iterator[tuple[str, list[Usage]]]:
    """Uses of words with one everyday sense, and of the example words."""
    examples = [*example_names(), *example_names("senses_heldout")]
    kinds = (("corpus, words of one sense", ONE_SENSE), ("corpus, example words", examples))
    with CorpusIndex(index) as corpus:
        for kind, words in kinds:
            for word in words:
                hits = corpus.hits(word, 2 * N_USES + 10, seed=0)
                uses = [hit.usage() for hit in hits if len(hit.tokens) <= 80]
                for start in range(0, min(len(uses), 2 * N_USES) - N_USES + 1, N_USES):
                    yield kind, uses[start : start + N_USES]


def main() -> None:
    """Print the shares of the answers."""
    parser = argparse.ArgumentParser(description="Measure the answers to: one sense or several?")
    parser.add_argument("--coarsewsd", metavar="DIR")
    parser.add_argument("--index")
    args = parser.parse_args()
    elmo = Elmo()
    scale = reference(elmo).scale
    scores: dict[str, list[float]] = {}
    for kind, score in reference_scores(scale):
        scores.setdefault(kind, []).append(score)
    for word in read_labelled(EXAMPLES / "senses_heldout"):
        kind = "examples_heldout, several senses"
        scores.setdefault(kind, []).append(scale.score(figures(elmo, word.test)))
    for source, path in ((coarsewsd_uses, args.coarsewsd), (corpus_uses, args.index)):
        for kind, uses in source(path) if path else ():
            scores.setdefault(kind, []).append(scale.score(figures(elmo, uses)))
    print(f"{'':<34}sets  several  rather several  rather one  one")
    for kind, values in scores.items():
        x = np.array(values)
        shares = [
            x >= SURELY_SEVERAL,
            (x >= MIDDLE) & (x < SURELY_SEVERAL),
            (x < MIDDLE) & (x > SURELY_ONE),
            x <= SURELY_ONE,
        ]
        print(f"{kind:<34}{len(x):4}  " + "  ".join(f"{share.mean():.2f}" for share in shares))


if __name__ == "__main__":
    main()
