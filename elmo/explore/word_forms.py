"""How near a word's other spellings and forms come to it, in each layer.

A misspelt word is compared with the one that was meant, in the same place of the same sentence.
Words in one place are always somewhat alike above layer 0, since they share their context; so the
yardstick is what random words come to in that place:

    closed = (cosine - random) / (1 - random)

is 0 for a form that is no nearer than a random word, 1 for one that has the same vector.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore.similarity import paired_cosine


@dataclass(frozen=True)
class Nearness:
    """A word's forms against random words, layer by layer.

    Attributes:
        cosine: of each form with the word.
        random: mean cosine of the random words with the word.
        random_low, random_high: between them lie 90 of 100 random words.
    """

    cosine: Float[np.ndarray, "layers forms"]
    random: Float[np.ndarray, " layers"]
    random_low: Float[np.ndarray, " layers"]
    random_high: Float[np.ndarray, " layers"]

    @property
    def closed(self) -> Float[np.ndarray, "layers forms"]:
        """The share of the way from a random word to the word itself; below 0 when farther."""
        return (self.cosine - self.random[:, None]) / np.maximum(1 - self.random[:, None], 1e-9)


def nearness(
    word: Float[np.ndarray, "layers dim"],
    forms: Float[np.ndarray, "layers forms dim"],
    random: Float[np.ndarray, "layers random dim"],
) -> Nearness:
    """Compare forms of a word with it, all in the same place of the same sentence.

    Raises:
        InputError: fewer than two random words.
    """
    if random.shape[1] < 2:
        raise InputError(f"{random.shape[1]} random words, expected at least 2 for a yardstick.")
    yardstick = paired_cosine(random, np.broadcast_to(word[:, None], random.shape))
    low, high = np.quantile(yardstick, [0.05, 0.95], axis=1)
    return Nearness(
        paired_cosine(forms, np.broadcast_to(word[:, None], forms.shape)),
        yardstick.mean(axis=1),
        low,
        high,
    )
