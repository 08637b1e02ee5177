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


def several_senses(drawn: Drawn, read: ReadUses, scale: Scale | None) -> Several:
    """Whether the uses of both sides have several senses.

    Args:
        scale: the model's scale; None if the model was not measured on the reference words.
    """
    if scale is None:
        return Several(Answer.UNKNOWN)
    uses = drawn.uses[:: -(-len(drawn.uses) // N_READ)]
    reading = read(uses)
    assert reading.constants is not None
    patterns = None
    if reading.constants.output is not None:
        patterns = read([symmetric_pattern(use) for use in uses])
    return scale.several(variety_of_uses(reading, patterns))
