"""Representations of the uses of a word: the list of a model's representations, and the vectors of uses in each.

`representation` has the list; `reading` has a model's outputs for the uses; `both_directions` and `output` have the
representations that add the two directions or use the softmax; `vectors` scales vectors to length 1 and subtracts their
mean. The package needs NumPy alone, and loads no model.
"""

from elmo.representation.joined import CompactRows, JoinedRows
from elmo.representation.output import MODELS_WITH_SOFTMAX, Output
from elmo.representation.reading import (
    Constants,
    Place,
    Reading,
    Use,
    joined,
    of_use,
    read_tokens,
    read_uses,
)
from elmo.representation.representation import (
    ENTRIES,
    EQUAL_MIX,
    LESS_THE_MEAN,
    Representation,
    by_name,
    equal_mix,
    in_words,
    layer,
    means_of_others,
    mix,
    representations,
    weighted,
)
from elmo.representation.sparse import SparseRows
from elmo.representation.vectors import FEWEST_FOR_MEAN, less_the_mean, unit

__all__ = [
    "ENTRIES",
    "EQUAL_MIX",
    "FEWEST_FOR_MEAN",
    "LESS_THE_MEAN",
    "MODELS_WITH_SOFTMAX",
    "CompactRows",
    "Constants",
    "JoinedRows",
    "Output",
    "Place",
    "Reading",
    "Representation",
    "SparseRows",
    "Use",
    "by_name",
    "equal_mix",
    "in_words",
    "joined",
    "layer",
    "less_the_mean",
    "means_of_others",
    "mix",
    "of_use",
    "read_tokens",
    "read_uses",
    "representations",
    "unit",
    "weighted",
]
