"""Groups of uses without labels: how well each way of cutting finds the senses, and what each test calls grouped.

    python -m benchmarks.groups_of_uses [--coarsewsd DIR] [--index INDEX]
    python -m benchmarks.groups_of_uses --names

With --names: the names of the given senses of all example words, by words in the place, words beside the word, and both.

Uses are compared by everything together, less the mean, before and after the step of smoothing. Of CoarseWSD-20, 24 test uses of
up to three senses (twice) are mixed, and 20 uses of one sense (three times) are alone; from the index, 20 uses of each of 42
words with one everyday sense (twice). A test is good when it calls many words of several senses grouped, and few words of one.
The figures stand in docs/representations.md.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from jaxtyping import Float, Int
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score, v_measure_score

from elmo import Elmo
from elmo.corpus.index import CorpusIndex
from elmo.explore.clusters import ALPHA, MIN_GROUP, silhouette
from elmo.explore.group_names import Likely, name_groups
from elmo.explore.similarity import cosine_matrix
from elmo.representation import Reading, by_name, unit
from elmo.representation.joined import smooth
from elmo.substitutes import likely_words
from elmo.tasks.senses.word_senses import read_labelled
from elmo.usages import EXAMPLES, Usage, symmetric_pattern

ONE_SENSE = (
    "elephant kitchen teacher doctor hospital guitar bicycle airport library museum potato oxygen hydrogen piano "
    "lawyer horse butter cheese forest island mountain village mayor election volcano earthquake tiger dentist "
    "pilot farmer bread lion tomato helicopter cousin ambulance professor newspaper refugee journalist temperature "
    "restaurant"
).split()
N_SIMULATIONS = 99
METHODS = ("average", "complete", "ward")
Rows = Float[np.ndarray, "uses dim"]
Groups = Int[np.ndarray, " uses"]


@dataclass(frozen=True)
class UseSet:
    """Some uses of a word.

    Attributes:
        kind: the row of the tables.
        senses: of the uses; all equal where there is one.
        joined: everything together, less the mean, before the smoothing.
    """

    kind: str
    senses: np.ndarray
    joined: Rows


def sets(elmo: Elmo, coarsewsd: str | None, index: str | None) -> Iterator[UseSet]:
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
        for sense in names[counts >= 20][:3]:
            for _ in range(3):
                rows = rng.choice(np.flatnonzero(senses == sense), 20, False)
                yield of("CoarseWSD, one sense", [word.test[i] for i in rows], senses[rows])
    if index:
        with CorpusIndex(index) as corpus:
            for name in ONE_SENSE:
                uses = [hit.usage() for hit in corpus.hits(name, 60) if len(hit.tokens) <= 80]
                for k in range(min(2, len(uses) // 20)):
                    yield of("words of one sense", uses[20 * k : 20 * k + 20], np.zeros(20))


def joined(reading: Reading) -> Rows:
    """Everything together, less the mean, before the smoothing; turned to as few dimensions as there are uses."""
    together = by_name("everything together", len(reading.layers)).less_the_mean
    rows = replace(together, smoothed=False).vectors(reading).astype(np.float64)
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


def within(similarity: np.ndarray, groups: Groups) -> float:
    """The share of the squared distances that lies within the groups."""
    one_hot = np.eye(groups.max() + 1)[groups]
    distance = 1 - similarity
    inside = ((one_hot.T @ distance * one_hot.T).sum(axis=1) / one_hot.sum(axis=0)).sum()
    return float(inside / (distance.sum() / len(groups)))


def first_axis_kurtosis(x: Rows) -> float:
    """Of the first principal component of unit vectors: low for two groups of like size."""
    u = unit(x)
    axis = np.linalg.svd(u - u.mean(axis=0), full_matrices=False)[0][:, 0]
    return float((axis**4).sum() * len(axis))


def statistics(x: Rows, numbers: tuple[int, int]) -> dict[str, float]:
    """What each test compares; less is more grouped.

    Args:
        numbers: the best numbers of groups of the uses, of one use or more and of `MIN_GROUP` or more each.
    """
    similarity = cosine_matrix(x)
    average = cuts(similarity, "average")
    values = {k: silhouette(similarity, groups) for k, groups in average.items()}
    large = [k for k, groups in average.items() if np.bincount(groups).min() >= MIN_GROUP]
    shares = {k: within(similarity, average[k]) for k in {2, *numbers} & set(average)}
    return {
        "share within the best groups": shares.get(numbers[0], 1.0),
        "the same, three uses or more each": shares.get(numbers[1], 1.0),
        "share within 2 groups": shares.get(2, 1.0),
        "highest mean silhouette": -max(values.values()),
        "the same, three uses or more each ": -max((values[k] for k in large), default=-1.0),
        "kurtosis of the first axis": first_axis_kurtosis(x),
    }


def p_values(rows: Rows, before: bool) -> dict[str, float]:
    """p of each test: clouds without groups are drawn before or after the smoothing."""
    x = smooth(rows)
    similarity = cosine_matrix(x)
    first, second = (int(best(similarity, "average", n)[0].max()) + 1 for n in (1, MIN_GROUP))
    observed = statistics(x, (first, second))
    base = rows if before else x
    mean = base.mean(axis=0)
    _, lengths, axes = np.linalg.svd(base - mean, full_matrices=False)
    rng, counts = np.random.default_rng(0), dict.fromkeys(observed, 0)
    for _ in range(N_SIMULATIONS):
        drawn = rng.normal(size=(len(rows), len(lengths))) * lengths / np.sqrt(len(rows) - 1)
        cloud = drawn @ axes + mean
        if before:
            cloud = smooth(unit(cloud - cloud.mean(axis=0)))
        for name, value in statistics(cloud, (first, second)).items():
            counts[name] += value <= observed[name]
    return {name: (1 + count) / (1 + N_SIMULATIONS) for name, count in counts.items()}


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


def print_table(name: str, sets: list[UseSet], values: Mapping[int, float]) -> None:
    """One line: the mean in each kind of sets; values: by the identity of the set."""
    kinds = dict.fromkeys(each.kind for each in sets)
    means = {
        kind: np.mean([values[id(each)] for each in sets if each.kind == kind]) for kind in kinds
    }
    print(f"{name:<62}" + "  ".join(f"{kind} {mean:.3f}" for kind, mean in means.items()))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description="Measure ways to find groups, and tests of groups."
    )
    parser.add_argument("--coarsewsd", metavar="DIR")
    parser.add_argument("--index")
    parser.add_argument("--names", action="store_true")
    args = parser.parse_args()
    if args.names:
        print_names(Elmo())
        return
    every = list(sets(Elmo(), args.coarsewsd, args.index))
    several = [each for each in every if len(set(each.senses)) > 1]
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
    for before in (False, True):
        p = [p_values(each.joined, before) for each in every]
        for name in p[0]:
            grouped = {
                id(each): float(values[name] <= ALPHA)
                for each, values in zip(every, p, strict=True)
            }
            text = f"{name}, clouds {'before' if before else 'after'} smoothing"
            print_table(text, every, grouped)


if __name__ == "__main__":
    main()
