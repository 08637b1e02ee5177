"""A ranking of the uses that fit their label least: wrong labels, or uses with vectors like another sense."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class OddUse:
    """The similarity of a use to its own group and to the nearest other group.

    Attributes:
        use: number of the use.
        own: mean similarity to the other uses of its group.
        other: mean similarity to the nearest other group; NaN without labels.
        other_label: label of the nearest other group; None without labels.
        typical: mean of `own` over the other uses.
    """

    use: int
    own: float
    other: float
    other_label: str | None
    typical: float

    @property
    def nearer_to_other(self) -> bool:
        """True if the use is more similar to another group than to its own."""
        return self.other > self.own


def odd_uses(
    similarity: Float[np.ndarray, "uses uses"], labels: Sequence[str | None]
) -> list[OddUse]:
    """The labelled uses, ordered by their similarity to their own label minus that to another, lowest first.

    With fewer than two different labels all uses are one group, and the use least similar to all
    others comes first. A use that is alone in its group is left out. Nothing with fewer than three
    uses to choose from.
    """
    known = [i for i, label in enumerate(labels) if label is not None]
    senses = sorted({str(labels[i]) for i in known})
    if len(senses) < 2:
        known, senses = list(range(len(similarity))), [""]
    if len(known) < 3:
        return []
    labelled = len(senses) > 1
    codes = np.array([senses.index(str(labels[i])) if labelled else 0 for i in known])
    part = similarity[np.ix_(known, known)]
    one_hot = np.eye(len(senses))[codes]
    sizes = one_hot.sum(axis=0)
    rows = np.arange(len(known))
    totals = part @ one_hot
    fits = np.flatnonzero(sizes[codes] > 1)
    own = (totals[rows, codes] - part[rows, rows])[fits] / (sizes[codes] - 1)[fits]
    others = totals / sizes
    others[rows, codes] = -np.inf
    nearest = others.argmax(axis=1)[fits]
    other = others[fits, nearest] if labelled else np.full(len(fits), np.nan)
    order = np.argsort(own - other if labelled else own, kind="stable")
    total = own.sum()
    return [
        OddUse(
            known[fits[i]],
            float(own[i]),
            float(other[i]),
            senses[nearest[i]] if labelled else None,
            float((total - own[i]) / (len(own) - 1)) if len(own) > 1 else float("nan"),
        )
        for i in order.tolist()
    ]


def odd_one_out(
    similarity: Float[np.ndarray, "uses uses"], labels: Sequence[str | None]
) -> OddUse | None:
    """The first of `odd_uses`; None if there is none."""
    return next(iter(odd_uses(similarity, labels)), None)
