"""Whether a word has several senses in the texts of both sides together."""

from collections.abc import Callable, Sequence

from elmo.explore.several import Answer, Scale, Several
from elmo.representation import Reading
from elmo.substitutes import variety_of_uses
from elmo.tasks.change.sides import Drawn
from elmo.usages import Usage, symmetric_pattern

ReadUses = Callable[[Sequence[Usage]], Reading]
"""Gives a model's reading of uses."""

N_READ = 100
"""Uses whose symmetric patterns are read, which takes as long as reading the uses."""


Readings = tuple[Sequence[Usage], Reading, Reading | None]
"""Some uses, a model's reading of them, and of their symmetric patterns; None for a model without a softmax."""


def read_for_senses(drawn: Drawn, read: ReadUses) -> Readings:
    """The readings from which `several_senses` answers, of at most `N_READ` of the uses."""
    uses = drawn.uses[:: -(-len(drawn.uses) // N_READ)]
    reading = read(uses)
    assert reading.constants is not None
    if reading.constants.output is None:
        return uses, reading, None
    return uses, reading, read([symmetric_pattern(use) for use in uses])


def several_senses(readings: Readings, scale: Scale | None) -> Several:
    """Whether the uses of both sides have several senses.

    Args:
        scale: the model's scale; None if the model was not measured on the reference words.
    """
    if scale is None:
        return Several(Answer.UNKNOWN)
    return scale.several(variety_of_uses(*readings))
