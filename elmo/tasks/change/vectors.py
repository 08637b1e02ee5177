"""The vectors of uses in the one representation by which sides are compared."""

from collections.abc import Sequence

from elmo.embedder import Elmo
from elmo.representation import by_name, read_uses
from elmo.tasks.change.measure import UseVectors
from elmo.usages import Usage

DEFAULT = "layer 2"
"""The representation that is compared when none is named."""


def use_vectors(elmo: Elmo, name: str) -> UseVectors:
    """A function from uses to their vectors.

    Args:
        name: of the representation, as `elmo.representation` lists them.

    Raises:
        InputError: the model has no representation of this name.
    """
    representation = by_name(name, elmo.options.n_representations)

    def vectors(uses: Sequence[Usage]):
        sentences = [sentence.layers for sentence in elmo.embed(use.tokens for use in uses)]
        return representation.vectors(read_uses(sentences, uses))

    return vectors
