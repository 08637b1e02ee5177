"""The uses of a word in groups that name themselves, found without labels.

Vectors in one representation are cut into groups by the honest test of `elmo.explore.senses`; each
group is named by the substitutes that are likely there and not elsewhere. Where the test says "not
separated", the best cut is given all the same, for a person to look at, and is called so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from elmo.explore.group_names import GroupName, Likely, name_groups, typical_uses
from elmo.explore.senses import N_SIMULATIONS, Clusters, Verdict, best_cut, cluster
from elmo.explore.similarity import cosine_matrix
from elmo.representation import Reading, Representation
from elmo.substitutes import with_softmax
from elmo.usages import Usage

_MANY, _FEWER_SIMULATIONS = 500, 39


@dataclass(frozen=True)
class UseGroups:
    """Groups of uses with their names.

    Attributes:
        representation: what the uses were compared by.
        clusters: the test, and the groups that it allows.
        groups: a group for each use, from 0; the best cut where the test allows one group only.
        names: of the groups.
        typical: the most typical uses of each group.
        likely: the substitutes' probabilities, to explain pairs and single uses by.
        similarity: of the uses.
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
        """Whether the groups are more than the cut of a cloud without groups."""
        return self.clusters.verdict is Verdict.SEPARATED

    def finding(self, word: str) -> str:
        """What may be said, in a sentence."""
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
    n_groups: int | None = None,
    seed: int = 0,
) -> UseGroups:
    """Find groups among the uses, and name them.

    Args:
        reading: with its model's softmax.
        word: left out of the names, with its inflections.
        n_groups: cut into so many, by hand.

    Raises:
        InputError: the model has no softmax.
    """
    assert reading.constants is not None and reading.around is not None
    output = with_softmax(reading.constants)
    vectors = representation.vectors(reading)
    similarity = cosine_matrix(vectors)
    n = len(similarity)
    simulations = N_SIMULATIONS if n <= _MANY else _FEWER_SIMULATIONS
    clusters = cluster(vectors, similarity, n_groups, seed=seed, n_simulations=simulations)
    groups = clusters.labels
    if n_groups is None and clusters.n_clusters == 1:
        groups = best_cut(similarity)
    likely = Likely.of(output.real_words, *reading.substitutes, word)
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
    """For each group and document (or genre): its name, uses of the group in it, and their share.

    The share is of the document's uses, so that documents of different sizes can be compared.
    """
    places = [use.genre or "" for use in uses]
    totals = Counter(places)
    found = {}
    for group in np.unique(groups).tolist():
        inside = Counter(p for p, g in zip(places, groups.tolist(), strict=True) if g == group)
        rows = [(name, n, n / totals[name]) for name, n in inside.items()]
        found[group] = sorted(rows, key=lambda row: (-row[1], row[0]))
    return found


def to_dict(found: UseGroups, uses: Sequence[Usage], word: str) -> dict[str, Any]:
    """All of it for JSON."""
    by_document = shares(uses, found.groups)
    return {
        "word": word,
        "n_uses": len(uses),
        "compared_by": found.representation.name,
        "verdict": found.clusters.verdict.value,
        "p": None if np.isnan(found.clusters.p) else found.clusters.p,
        "finding": found.finding(word),
        "groups": [
            {
                "name": str(name),
                "letter": name.letter,
                "words": list(name.names),
                "n": name.n,
                "words_for": [[w, round(z, 3)] for w, z in name.words_for],
                "words_against": [[w, round(z, 3)] for w, z in name.words_against],
                "typical": [uses[i].text for i in found.typical[number]],
                "documents": [
                    {"document": document, "n": n, "share": round(share, 4)}
                    for document, n, share in by_document[number]
                ],
            }
            for number, name in enumerate(found.names)
        ],
        "uses": [
            {"sentence": use.text, "document": use.genre, "group": found.names[group].letter}
            for use, group in zip(uses, found.groups.tolist(), strict=True)
        ],
    }
