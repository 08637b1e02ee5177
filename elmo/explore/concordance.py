"""Concordance, or keyword in context (KWIC): every use on a line, the word in the middle."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError


@runtime_checkable
class Use(Protocol):
    """The attributes of a use that a line needs; `elmo.usages.Usage` has them."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words of the sentence."""
        ...

    @property
    def position(self) -> int:
        """The place of the word's first token among them, from 0."""
        ...

    @property
    def length(self) -> int:
        """Tokens that the word has."""
        ...

    @property
    def sense(self) -> str | None:
        """Its label, or None."""
        ...


Similarity = Float[np.ndarray, "uses uses"]
Keys = Callable[[Sequence[Use], int | None, Similarity | None], list]
"""(uses, chosen use, similarity matrix) -> the sort key of each use."""


def concordance_order(
    uses: Sequence[Use],
    by: str,
    *,
    chosen: int | None = None,
    similarity: Float[np.ndarray, "uses uses"] | None = None,
) -> Int[np.ndarray, " uses"]:
    """The order of the lines; equal ones keep their order in the text.

    Args:
        by: a key of `ORDERS`.
        chosen, similarity: needed for "similarity" only.

    Raises:
        InputError: another `by`, or "similarity" without a chosen use and the matrix.
    """
    if by not in ORDERS:
        raise InputError(f"by is {by!r}, expected one of {', '.join(ORDERS)}.")
    keys = ORDERS[by](uses, chosen, similarity)
    return np.array(sorted(range(len(uses)), key=keys.__getitem__), dtype=np.int64)


def _text(uses: Sequence[Use], chosen: int | None, similarity: Similarity | None) -> list:
    return list(range(len(uses)))


def _left(uses: Sequence[Use], chosen: int | None, similarity: Similarity | None) -> list:
    return [_folded(use.tokens[: use.position][::-1]) for use in uses]


def _right(uses: Sequence[Use], chosen: int | None, similarity: Similarity | None) -> list:
    return [_folded(use.tokens[use.position + use.length :]) for use in uses]


def _sense(uses: Sequence[Use], chosen: int | None, similarity: Similarity | None) -> list:
    return [(use.sense is None, use.sense or "") for use in uses]


def _similarity(uses: Sequence[Use], chosen: int | None, similarity: Similarity | None) -> list:
    if chosen is None or similarity is None or not 0 <= chosen < len(uses):
        raise InputError(
            f"the order 'similarity' needs a chosen use from 0 to {len(uses) - 1} and the "
            f"similarity matrix; chosen is {chosen}."
        )
    return [(i != chosen, -similarity[chosen, i]) for i in range(len(uses))]


def _folded(words: tuple[str, ...]) -> list[str]:
    return [word.casefold() for word in words]


ORDERS: dict[str, Keys] = {
    "text": _text,
    "left": _left,
    "right": _right,
    "sense": _sense,
    "similarity": _similarity,
}
"""The orders by name: as given; by the words before, the nearest first; by the words after; by label, uses without one last;
by similarity to the chosen use, that use first."""
