"""The similarity of a word's other spellings and forms to the word, in each layer.

A misspelt word is compared with the word that is meant, in the same place of the same sentence.
Above layer 0 all words in one place are somewhat similar, because they share their context. So the
similarity is compared with that of random words in the same place:

    closed = (cosine - random) / (1 - random)

is 0 for a form as near as a random word, and 1 for a form with the same vector.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from elmo.errors import InputError
from elmo.explore.similarity import paired_cosine


@dataclass(frozen=True)
class Nearness:
    """The cosines of a word's forms, and of random words, with the word in each layer.

    Attributes:
        cosine: cosine of each form with the word.
        random: mean cosine of the random words with the word.
        random_low, random_high: the interval with the cosines of 90 of 100 random words.
    """

    cosine: Float[np.ndarray, "layers forms"]
    random: Float[np.ndarray, " layers"]
    random_low: Float[np.ndarray, " layers"]
    random_high: Float[np.ndarray, " layers"]

    @property
    def closed(self) -> Float[np.ndarray, "layers forms"]:
        """The position of each form between a random word (0) and the word itself (1); below 0 if farther."""
        return (self.cosine - self.random[:, None]) / np.maximum(1 - self.random[:, None], 1e-9)


def nearness(
    word: Float[np.ndarray, "layers dim"],
    forms: Float[np.ndarray, "layers forms dim"],
    random: Float[np.ndarray, "layers random dim"],
) -> Nearness:
    """Compare forms of a word with the word, all in the same place of the same sentence.

    Raises:
        InputError: there are fewer than two random words.
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
