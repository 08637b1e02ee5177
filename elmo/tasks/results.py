"""The settings of a ladder under the name that Python lines shown by earlier versions import."""

from elmo.tasks.ladder.results import Settings

__all__ = ["Settings"]
