"""A minimal pair: one sentence, and the same with a word or two changed. Which words move?

The forward half of a word's vector has read the words before it only, the backward half the words
after it only. So before the first change the forward half cannot move, and after the last change
the backward half cannot; `Movement` says where these places are, and tests hold them to 1e-5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore.similarity import paired_cosine


@dataclass(frozen=True)
class Slot:
    """A word of the one sentence beside its counterpart in the other.

    Attributes:
        before: its place in the first sentence; None for a word that was put in.
        after: its place in the second; None for a word that was taken out.
        changed: whether the words differ (then at least one was edited).
    """

    before: int | None
    after: int | None
    changed: bool


def align(before: Sequence[str], after: Sequence[str]) -> list[Slot]:
    """Pair the words of two sentences, in order, by the edits that lead from one to the other.

    Equal words are paired; where words were replaced, the first with the first, and so on.
    """
    slots: list[Slot] = []
    matcher = SequenceMatcher(a=list(before), b=list(after), autojunk=False)
    for kind, a, a_end, b, b_end in matcher.get_opcodes():
        for step in range(max(a_end - a, b_end - b)):
            slots.append(
                Slot(
                    a + step if a + step < a_end else None,
                    b + step if b + step < b_end else None,
                    kind != "equal",
                )
            )
    return slots


@dataclass(frozen=True)
class Movement:
    """How far each word moved between two sentences: 1 - cosine, from 0 (not at all) to 2.

    Attributes:
        slots: the words, paired; only pairs have a movement, the rest are NaN.
        whole, forward, backward: for each layer and slot, of the whole vector and its two halves.
        first_change, last_change: the first and last slot that was edited; None when none was.
    """

    slots: list[Slot]
    whole: Float[np.ndarray, "layers slots"]
    forward: Float[np.ndarray, "layers slots"]
    backward: Float[np.ndarray, "layers slots"]
    first_change: int | None
    last_change: int | None

    def unmoved(self, direction: str) -> list[int]:
        """Slots that this direction cannot move: it has read no edited word when it reaches them."""
        if self.first_change is None or self.last_change is None:
            return list(range(len(self.slots)))
        if direction == "forward":
            return list(range(self.first_change))
        if direction == "backward":
            return list(range(self.last_change + 1, len(self.slots)))
        raise InputError(f"direction is {direction!r}, expected forward or backward.")


def movement(
    before: Float[np.ndarray, "layers _ dim"],
    after: Float[np.ndarray, "after_layers _ after_dim"],
    slots: Sequence[Slot],
) -> Movement:
    """How far each paired word moved, by layer, in the whole vector and in each direction's half.

    Raises:
        InputError: the arrays are of different models, or a slot lies outside them.
    """
    if before.shape[::2] != after.shape[::2]:
        raise InputError(
            f"the sentences have {before.shape[0]} and {after.shape[0]} layers of {before.shape[2]} "
            f"and {after.shape[2]} numbers; embed both with one model."
        )
    paired = [
        (place, slot.before, slot.after)
        for place, slot in enumerate(slots)
        if slot.before is not None and slot.after is not None
    ]
    for place, first, second in paired:
        if first >= before.shape[1] or second >= after.shape[1]:
            raise InputError(
                f"slot {place} pairs words {first} and {second}; the sentences have "
                f"{before.shape[1]} and {after.shape[1]} words."
            )
    half = before.shape[2] // 2
    parts = {"whole": slice(None), "forward": slice(half), "backward": slice(half, None)}
    moved = {name: np.full((len(before), len(slots)), np.nan) for name in parts}
    if paired:
        places, first, second = map(list, zip(*paired, strict=True))
        for name, part in parts.items():
            cosine = paired_cosine(before[:, first, part], after[:, second, part])
            moved[name][:, places] = np.maximum(1 - cosine.round(10), 0)
    edited = [place for place, slot in enumerate(slots) if slot.changed]
    return Movement(
        list(slots),
        **moved,
        first_change=edited[0] if edited else None,
        last_change=edited[-1] if edited else None,
    )
