"""Groups of a word's uses, found without labels, with names from the words that fit in the place of the uses.

The groups are the best cut of `elmo.explore.clusters`. The name of a group has the substitutes that are likely in its uses and
not in others. Whether the uses have several senses at all is answered by `elmo.explore.several`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from elmo.explore.clusters import cluster
from elmo.explore.group_names import (
    GroupName,
    Likely,
    group_of_own_words,
    name_groups,
    typical_uses,
)
from elmo.explore.several import Answer, Scale, Several
from elmo.explore.similarity import cosine_matrix
from elmo.representation import Reading, Representation
from elmo.substitutes import likely_words, variety_of_uses, with_softmax
from elmo.usages import Usage
from elmo.views.answers import one_or_several
from elmo.views.sentences import unmarked


@dataclass(frozen=True)
class UseGroups:
    """Groups of uses with their names.

    Attributes:
        representation: representation by which the uses were compared.
        several: whether the uses have several senses.
        groups: group of each use, from 0.
        names: name of each group.
        typical: most typical uses of each group.
        likely: probabilities of the substitutes, which explain pairs and single uses.
        similarity: cosines of the uses.
    """

    representation: Representation
    several: Several
    groups: Int[np.ndarray, " uses"]
    names: list[GroupName]
    typical: dict[int, list[int]]
    likely: Likely
    similarity: Float[np.ndarray, "uses uses"]

    def finding(self, word: str) -> str:
        """The answer, in sentences."""
        how = f"{len(self.groups):,} uses of {word}, grouped by {self.representation.in_words}"
        return f"{how}. Senses: {unmarked(one_or_several(self.several, len(self.groups)))}"


def group_uses(
    uses: Sequence[Usage],
    reading: Reading,
    representation: Representation,
    word: str,
    *,
    patterns: Reading | None = None,
    n_groups: int | None = None,
    scale: Scale | None = None,
) -> UseGroups:
    """Cut the uses into groups, and name the groups.

    Args:
        uses: the uses.
        reading: reading of the uses by a model with a softmax.
        word: word of the uses; the names leave out the word and its inflections.
        patterns: reading of the uses' symmetric patterns, for the names; None names by the words in the place alone.
        n_groups: number of groups chosen by a person; None chooses the best number.
        scale: the model's scale, for the question whether the uses have several senses.

    Raises:
        InputError: the model has no softmax.
    """
    assert reading.constants is not None
    with_softmax(reading.constants)
    similarity = cosine_matrix(representation.vectors(reading))
    groups = cluster(similarity, n_groups).labels
    likely = likely_words(reading, word, patterns)
    assert likely is not None
    several = Several(Answer.UNKNOWN)
    if scale is not None:
        several = scale.several(variety_of_uses(uses, reading, patterns))
    return UseGroups(
        representation,
        several,
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
    speaks_for = group_of_own_words(result.likely, result.groups).tolist()
    return {
        "word": word,
        "n_uses": len(uses),
        "compared_by": result.representation.name,
        "senses": result.several.answer.value,
        "score": None if np.isnan(result.several.score) else round(result.several.score, 4),
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
            {
                "sentence": use.text,
                "document": use.genre,
                "group": result.names[group].letter,
                "words_speak_for": result.names[speaks_for[number]].letter,
            }
            for number, (use, group) in enumerate(zip(uses, result.groups.tolist(), strict=True))
        ],
    }
