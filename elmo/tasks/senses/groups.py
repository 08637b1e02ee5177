"""Groups of a word's uses, found without labels, with names from the words that fit in the place of the uses.

The groups and their test are those of `elmo.explore.clusters`. The name of a group has the substitutes that are likely
in its uses and not in others. If the test says "not separated", the best cut is returned for a person to look at, and
the sentence of the result says so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from elmo.explore.clusters import N_SIMULATIONS, Clusters, Verdict, best_cut, cluster
from elmo.explore.group_names import GroupName, Likely, name_groups, typical_uses
from elmo.explore.similarity import cosine_matrix
from elmo.representation import Reading, Representation
from elmo.substitutes import likely_words, with_softmax
from elmo.usages import Usage

_MANY, _FEWER_SIMULATIONS = 500, 39


@dataclass(frozen=True)
class UseGroups:
    """Groups of uses with their names.

    Attributes:
        representation: representation by which the uses were compared.
        clusters: result of the test, with the groups of the test.
        groups: group of each use, from 0; the best cut if the test finds one group only.
        names: name of each group.
        typical: most typical uses of each group.
        likely: probabilities of the substitutes, which explain pairs and single uses.
        similarity: cosines of the uses.
    """

    representation: Representation
    clusters: Clusters
    groups: Int[np.ndarray, " uses"]
    names: list[GroupName]
    typical: dict[int, list[int]]
    likely: Likely
    similarity: Float[np.ndarray, "uses uses"]

    @property
    def separated(self) -> bool:
        """True if the test finds groups."""
        return self.clusters.verdict is Verdict.SEPARATED

    def finding(self, word: str) -> str:
        """The result of the test, in a sentence."""
        n, k = len(self.groups), len(self.names)
        how = f"{n:,} uses of {word}, compared by {self.representation.in_words}"
        if self.clusters.verdict is Verdict.TOO_FEW:
            return f"{how}: too few to tell groups from chance."
        p = f"p = {self.clusters.p:.2f}"
        if self.separated:
            return f"{how}, fall into {k} groups ({p}): random data without groups rarely splits this well."
        return (
            f"{how}, are not separated: random data without groups often splits this well ({p}). The "
            f"{k} groups below are the best cut, to be looked at and not to be relied on."
        )


def group_uses(
    reading: Reading,
    representation: Representation,
    word: str,
    *,
    patterns: Reading | None = None,
    n_groups: int | None = None,
    seed: int = 0,
) -> UseGroups:
    """Find groups among the uses, and name the groups.

    Args:
        reading: reading of the uses by a model with a softmax.
        word: word of the uses; the names leave out the word and its inflections.
        patterns: reading of the uses' symmetric patterns, for the names; None names by the words in the place alone.
        n_groups: number of groups chosen by a person; None chooses the number by the test.

    Raises:
        InputError: the model has no softmax.
    """
    assert reading.constants is not None
    with_softmax(reading.constants)
    vectors = representation.vectors(reading)
    similarity = cosine_matrix(vectors)
    n = len(similarity)
    simulations = N_SIMULATIONS if n <= _MANY else _FEWER_SIMULATIONS
    clusters = cluster(vectors, similarity, n_groups, seed=seed, n_simulations=simulations)
    groups = clusters.labels
    if n_groups is None and clusters.n_clusters == 1:
        groups = best_cut(similarity)
    likely = likely_words(reading, word, patterns)
    assert likely is not None
    return UseGroups(
        representation,
        clusters,
        groups,
        name_groups(likely, groups),
        typical_uses(similarity, groups),
        likely,
        similarity,
    )


def shares(
    uses: Sequence[Usage], groups: Int[np.ndarray, " uses"]
) -> dict[int, list[tuple[str, int, float]]]:
    """For each group the documents (or genres) of its uses: name, number of uses, and their share of the document's uses.

    Shares of the document's uses allow a comparison of documents of different sizes.
    """
    places = [use.genre or "" for use in uses]
    totals = Counter(places)
    by_group = {}
    for group in np.unique(groups).tolist():
        inside = Counter(p for p, g in zip(places, groups.tolist(), strict=True) if g == group)
        rows = [(name, n, n / totals[name]) for name, n in inside.items()]
        by_group[group] = sorted(rows, key=lambda row: (-row[1], row[0]))
    return by_group


def to_dict(result: UseGroups, uses: Sequence[Usage], word: str) -> dict[str, Any]:
    """The groups with their uses and documents, as values for JSON."""
    by_document = shares(uses, result.groups)
    return {
        "word": word,
        "n_uses": len(uses),
        "compared_by": result.representation.name,
        "verdict": result.clusters.verdict.value,
        "p": None if np.isnan(result.clusters.p) else result.clusters.p,
        "finding": result.finding(word),
        "groups": [
            {
                "name": str(name),
                "letter": name.letter,
                "words": list(name.names),
                "n": name.n,
                "words_for": [[w, round(z, 3)] for w, z in name.words_for],
                "words_against": [[w, round(z, 3)] for w, z in name.words_against],
                "typical": [uses[i].text for i in result.typical[number]],
                "documents": [
                    {"document": document, "n": n, "share": round(share, 4)}
                    for document, n, share in by_document[number]
                ],
            }
            for number, name in enumerate(result.names)
        ],
        "uses": [
            {"sentence": use.text, "document": use.genre, "group": result.names[group].letter}
            for use, group in zip(uses, result.groups.tolist(), strict=True)
        ],
    }
