"""The movement of word vectors between a sentence and the same sentence with edited words.

The forward half of a word's vector depends only on the word and the words before, the backward half only on
the word and the words after. So before the first edit the forward half does not move, and after the last edit
the backward half does not; `Movement` has these places, and tests check them to 1e-5.
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
    """A word of the first sentence and its counterpart in the second.

    Attributes:
        before: number of the word in the first sentence; None for an inserted word.
        after: number of the word in the second sentence; None for a deleted word.
        changed: True if the words differ.
    """

    before: int | None
    after: int | None
    changed: bool


def align(before: Sequence[str], after: Sequence[str]) -> list[Slot]:
    """The pairs of words of two sentences, in order, from the edits between the sentences.

    Equal words are paired; replaced words are paired in their order.
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
    """The movement of each word between two sentences: 1 - cosine, from 0 (no movement) to 2.

    Attributes:
        slots: the pairs of words; inserted and deleted words have NaN as movement.
        whole, forward, backward: movement of the whole vector and of its halves, for each layer and slot.
        first_change, last_change: first and last edited slot; None without edits.
    """

    slots: list[Slot]
    whole: Float[np.ndarray, "layers slots"]
    forward: Float[np.ndarray, "layers slots"]
    backward: Float[np.ndarray, "layers slots"]
    first_change: int | None
    last_change: int | None

    def unmoved_slots(self, direction: str) -> list[int]:
        """The slots whose half of this direction cannot move, as the direction reaches no edited word before them.

        Args:
            direction: "forward" or "backward".

        Raises:
            InputError: the direction is another one.
        """
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
    """The movement of each paired word in each layer, of the whole vector and of each half.

    Raises:
        InputError: the arrays have different sizes, or a slot is outside the arrays.
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
            moved[name][:, places] = 1 - cosine
    edited = [place for place, slot in enumerate(slots) if slot.changed]
    return Movement(
        list(slots),
        **moved,
        first_change=edited[0] if edited else None,
        last_change=edited[-1] if edited else None,
    )
