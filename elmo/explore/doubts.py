"""Reasons to doubt labels and groups: labels that the vectors do not separate, and effects of spelling.

A word's vector also contains its capital letter and its ending, above all in layer 0. If uses with the
same spelling are more similar than uses with the same label, or if labels or groups agree with the
spelling, the groups may be spellings and not senses.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float

from elmo.explore.clusters import Verdict
from elmo.explore.pair_auc import pair_auc
from elmo.explore.senses import adjusted_rand, agreement

MOST_LABELS = 8  # pairs of the most frequent labels are tested
GOES_WITH = (
    0.5  # adjusted Rand index of labels or groups with the spelling, from which they go together
)


@dataclass(frozen=True)
class LabelPair:
    """Two labels that the vectors do not separate.

    Attributes:
        first, second: the labels.
        auc, p: pair AUC and p of the uses with one of the two labels, see `elmo.explore.senses.agreement`.
        n: number of these uses.
    """

    first: str
    second: str
    auc: float
    p: float
    n: int


def labels_not_told_apart(
    similarity: Float[np.ndarray, "uses uses"], labels: Sequence[str | None], *, seed: int = 0
) -> list[LabelPair]:
    """The pairs of labels that are not better separated than shuffled labels; pairs with too few uses are left out."""
    counts = Counter(label for label in labels if label is not None)
    names = [label for label, _ in counts.most_common(MOST_LABELS)]
    order = [label for label in dict.fromkeys(labels) if label in names]
    pairs = []
    for first, second in combinations(order, 2):
        rows = [i for i, label in enumerate(labels) if label in (first, second)]
        part = [labels[i] for i in rows]
        test = agreement(similarity[np.ix_(rows, rows)], part, seed=seed)
        if test.verdict is Verdict.NOT_SEPARATED:
            pairs.append(LabelPair(str(first), str(second), test.pairs.auc, test.p, len(rows)))
    return pairs


def labels_written_alike(labels: Sequence[str | None]) -> list[tuple[str, str]]:
    """The pairs of labels that differ only in letter case or spaces."""
    names = list(dict.fromkeys(label for label in labels if label is not None))
    return [
        (first, second)
        for first, second in combinations(names, 2)
        if " ".join(first.casefold().split()) == " ".join(second.casefold().split())
    ]


@dataclass(frozen=True)
class Spelling:
    """The effect of one kind of spelling on the similarity of uses.

    Attributes:
        kind: "capital letters" or "word forms".
        forms: the spellings, most frequent first.
        auc: pair AUC of uses with the same spelling against uses with different spellings.
        p: share of trials in which shuffled spellings have at least this AUC.
        labels_auc: pair AUC of the labels; NaN without labels.
        with_labels, with_groups: adjusted Rand index of the spelling with the labels, and with
            groups found without labels; NaN if there are none.
    """

    kind: str
    forms: tuple[str, ...]
    auc: float
    p: float
    labels_auc: float
    with_labels: float
    with_groups: float

    @property
    def decides(self) -> bool:
        """True if uses with the same spelling are more similar than by chance, and than uses with one label."""
        return self.p <= 0.05 and not self.auc <= self.labels_auc

    @property
    def goes_with_labels(self) -> bool:
        """True if labels and spelling agree."""
        return self.with_labels >= GOES_WITH

    @property
    def goes_with_groups(self) -> bool:
        """True if the groups found without labels agree with the spelling."""
        return self.with_groups >= GOES_WITH


def spellings(
    similarity: Float[np.ndarray, "uses uses"],
    forms: Sequence[str],
    labels: Sequence[str | None],
    groups: Sequence[int] | None = None,
    *,
    seed: int = 0,
) -> list[Spelling]:
    """The effects of capital letters and of word forms; a kind without different spellings is left out.

    Args:
        forms: the written word of each use.
        groups: groups found without labels; None, or a single group, if there are none.
    """
    folded = [form.casefold() for form in forms]
    capitals = ["lower" if form == form.casefold() else "capital" for form in forms]
    labels_auc = pair_auc(similarity, labels).auc
    effects = []
    for kind, spelled, of in (("capital letters", capitals, forms), ("word forms", folded, folded)):
        if len(set(spelled)) < 2:
            continue
        test = agreement(similarity, spelled, seed=seed)
        known = [i for i, label in enumerate(labels) if label is not None]
        several = len({labels[i] for i in known}) > 1 and len({spelled[i] for i in known}) > 1
        with_labels = (
            adjusted_rand(
                _codes([str(labels[i]) for i in known]), _codes([spelled[i] for i in known])
            )
            if several
            else float("nan")
        )
        with_groups = (
            adjusted_rand(groups, _codes(spelled))
            if groups is not None and len(set(groups)) > 1
            else float("nan")
        )
        common = tuple(form for form, _ in Counter(of).most_common())
        p = float("nan") if test.verdict is Verdict.TOO_FEW else test.p
        effects.append(
            Spelling(kind, common, test.pairs.auc, p, labels_auc, with_labels, with_groups)
        )
    return effects


def _codes(values: Sequence[str]) -> np.ndarray:
    return np.unique(values, return_inverse=True)[1]
