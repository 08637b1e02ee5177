"""What the parts of Word in context work on together."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ui.shared import inputs, page
from ui.uses.choose import Chosen
from ui.uses.vectors import ChosenVectors


@dataclass(frozen=True)
class Scene:
    """A word's uses as they are compared on the screen.

    Attributes:
        context: the model and the seed.
        chosen: the word and its uses.
        vectors: of the uses.
        choice: the layer, mix or other representation.
        matrix: (uses, uses) cosines.
    """

    context: page.Context
    chosen: Chosen
    vectors: ChosenVectors
    choice: inputs.Choice
    matrix: Float[np.ndarray, "uses uses"]
