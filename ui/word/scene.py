"""The data that all parts of Word in context use."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ui.shared import inputs, page
from ui.uses.choose import Chosen
from ui.uses.vectors import ChosenVectors


@dataclass(frozen=True)
class Scene:
    """A word's uses, and the representation in which the page compares them.

    Attributes:
        context: the model and the seed.
        chosen: the word and its uses.
        vectors: the uses' vectors.
        choice: the representation: a layer, a mix or another.
        matrix: the cosines of the uses.
    """

    context: page.Context
    chosen: Chosen
    vectors: ChosenVectors
    choice: inputs.Choice
    matrix: Float[np.ndarray, "uses uses"]
