"""Groups of uses without labels: how well each way of cutting finds the senses, and the names of the given senses.

    python -m benchmarks.groups_of_uses [--coarsewsd DIR]
    python -m benchmarks.groups_of_uses --names
    python -m benchmarks.groups_of_uses --doubtful

With --names: the names of the given senses of all example words, by words in the place, words beside the word, and both.
With --doubtful: how many uses of the best cut are of another sense than most of their group, among those whose own words speak
for another group, and among all.

Uses are compared by everything joined and everything together (after the step of smoothing), less the mean. Of CoarseWSD-20, 24 test uses of
up to three senses (twice) are mixed. The figures stand in docs/representations.md.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Float, Int
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score, v_measure_score

from elmo import Elmo
from elmo.explore.clusters import MIN_GROUP, best_cut, silhouette
from elmo.explore.group_names import Likely, group_of_own_words, name_groups
from elmo.explore.similarity import cosine_matrix
from elmo.representation import Reading, by_name
from elmo.representation.joined import smooth
from elmo.substitutes import likely_words
from elmo.tasks.senses.reference import reference
from elmo.tasks.senses.word_senses import read_labelled
from elmo.usages import EXAMPLES, Usage, symmetric_pattern

METHODS = ("average", "complete", "ward")
Rows = Float[np.ndarray, "uses dim"]
Groups = Int[np.ndarray, " uses"]


@dataclass(frozen=True)
class UseSet:
    """Some uses of a word.

    Attributes:
        kind: the row of the tables.
        senses: of the uses.
        joined: everything joined, less the mean.
    """

    kind: str
    senses: np.ndarray
    joined: Rows


def sets(elmo: Elmo, coarsewsd: str | None) -> Iterator[UseSet]:
    """All sets of uses."""
    rng = np.random.default_rng(1)

    def of(kind: str, uses: list[Usage], senses: np.ndarray) -> UseSet:
        return UseSet(kind, senses, joined(elmo.read_uses(uses)))

    for kind, folder in (("examples", "senses"), ("examples_heldout", "senses_heldout")):
        for word in read_labelled(EXAMPLES / folder):
            yield of(kind, list(word.test), np.array([use.sense for use in word.test]))
    for word in read_labelled(coarsewsd) if coarsewsd else ():
        senses = np.array([use.sense for use in word.test])
        names, counts = np.unique(senses, return_counts=True)
        several = names[counts >= 8][:3]
        for _ in range(2):
            rows = np.concatenate([rng.choice(np.flatnonzero(senses == s), min(24 // len(several), (senses == s).sum()), False) for s in several])  # fmt: skip
            yield of("CoarseWSD, mixed", [word.test[i] for i in rows], senses[rows])


def joined(reading: Reading) -> Rows:
    """Everything joined, less the mean; turned to as few dimensions as there are uses."""
    by = by_name("everything joined", len(reading.layers)).less_the_mean
    rows = by.vectors(reading).astype(np.float64)
    axes, lengths, _ = np.linalg.svd(rows, full_matrices=False)
    return axes * lengths


def cuts(similarity: np.ndarray, method: str) -> dict[int, Groups]:
    """The groups at each number from 2 to 8."""
    distance = np.maximum(1 - similarity[np.triu_indices(len(similarity), 1)], 0)
    tree = linkage(np.sqrt(2 * distance) if method == "ward" else distance, method)
    found = {
        k: fcluster(tree, k, "maxclust") - 1 for k in range(2, min(8, len(similarity) - 1) + 1)
    }
    return {k: groups for k, groups in found.items() if len(set(groups)) == k}


def best(similarity: np.ndarray, method: str, least: int) -> tuple[Groups, float]:
    """The groups with the highest mean silhouette of those with `least` uses or more each, and the silhouette."""
    found = cuts(similarity, method)
    large = {k: groups for k, groups in found.items() if np.bincount(groups).min() >= least}
    values = {k: silhouette(similarity, groups) for k, groups in (large or found).items()}
    k = max(values, key=values.__getitem__)
    return found[k], values[k] if large else -1.0


def b_cubed(senses: np.ndarray, groups: np.ndarray) -> float:
    """The harmonic mean of B-cubed precision and recall."""
    same_sense, same_group = senses[:, None] == senses, groups[:, None] == groups
    both = (same_sense & same_group).sum(axis=1)
    precision, recall = (both / same_group.sum(1)).mean(), (both / same_sense.sum(1)).mean()
    return float(2 * precision * recall / (precision + recall))


def print_names(elmo: Elmo) -> None:
    """The names of the given senses, by each list of words."""
    for folder in ("senses", "senses_heldout"):
        for word in read_labelled(EXAMPLES / folder):
            patterns = elmo.read_uses(list(map(symmetric_pattern, word.test)))
            both = likely_words(elmo.read_uses(word.test), word.word, patterns)
            assert both is not None and both.beside is not None
            lists = {
                "place": Likely(both.words, both.p),
                "beside": Likely(both.words, both.beside),
                "both": both,
            }
            senses = [use.sense or "" for use in word.test]
            for name, likely in lists.items():
                numbers = np.unique(senses, return_inverse=True)[1]
                named = zip(np.unique(senses), name_groups(likely, numbers), strict=True)
                said = "; ".join(f"{sense}: {', '.join(group.names)}" for sense, group in named)
                print(f"{word.word:<8} {name:<7} {said}")


def print_doubtful(elmo: Elmo) -> None:
    """The share of uses in a wrong group, among the doubtful ones and among all; and the share of wrong ones that are doubtful."""
    wrong, doubtful = [], []
    by = reference(elmo).representation(elmo.options.n_representations)
    for folder in ("senses", "senses_heldout"):
        for word in read_labelled(EXAMPLES / folder):
            reading = elmo.read_uses(word.test)
            patterns = elmo.read_uses(list(map(symmetric_pattern, word.test)))
            likely = likely_words(reading, word.word, patterns)
            assert likely is not None
            groups = best_cut(cosine_matrix(by.vectors(reading)))
            senses = [use.sense for use in word.test]
            by_group = [
                [s for s, g in zip(senses, groups, strict=True) if g == group] for group in groups
            ]
            wrong += [s != max(of, key=of.count) for s, of in zip(senses, by_group, strict=True)]
            doubtful += (group_of_own_words(likely, groups) != groups).tolist()
    is_wrong, is_doubtful = np.array(wrong), np.array(doubtful)
    print(
        f"{len(wrong)} uses: {is_wrong.mean():.2f} in a wrong group; {is_doubtful.mean():.2f} doubtful, of which "
        f"{is_wrong[is_doubtful].mean():.2f} are wrong; {is_doubtful[is_wrong].mean():.2f} of the wrong ones are doubtful"
    )


def print_table(name: str, sets: list[UseSet], values: Mapping[int, float]) -> None:
    """One line: the mean in each kind of sets; values: by the identity of the set."""
    kinds = dict.fromkeys(each.kind for each in sets)
    means = {
        kind: np.mean([values[id(each)] for each in sets if each.kind == kind]) for kind in kinds
    }
    print(f"{name:<62}" + "  ".join(f"{kind} {mean:.3f}" for kind, mean in means.items()))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure ways to find groups.")
    parser.add_argument("--coarsewsd", metavar="DIR")
    parser.add_argument("--names", action="store_true")
    parser.add_argument("--doubtful", action="store_true")
    args = parser.parse_args()
    if args.doubtful:
        print_doubtful(Elmo())
        return
    if args.names:
        print_names(Elmo())
        return
    several = list(sets(Elmo(), args.coarsewsd))
    ways = product((False, True), METHODS, (1, MIN_GROUP))
    for is_smoothed, method, least in ways:
        found = {
            id(each): best(
                cosine_matrix(smooth(each.joined) if is_smoothed else each.joined), method, least
            )[0]
            for each in several
        }
        text = f"{method}, {'smoothed' if is_smoothed else 'joined'}, {least}+ uses"
        for measure in (adjusted_rand_score, b_cubed, v_measure_score):
            values = {id(each): measure(each.senses, found[id(each)]) for each in several}
            print_table(f"{text}: {measure.__name__}", several, values)


if __name__ == "__main__":
    main()
