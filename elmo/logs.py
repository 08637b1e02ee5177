"""Lines of the log: JSON, with places in the code and kinds of errors, never a person's text.

An error's message may hold what somebody typed, so it is left out.
"""

import json
import traceback


def line(event: str, **values: object) -> str:
    """One line: {"event": "mistake", "error": "KeyError", …}.

    >>> line("stopped", step=3)
    '{"event": "stopped", "step": 3}'
    """
    return json.dumps({"event": event, **values}, ensure_ascii=False)


def mistake(error: BaseException) -> str:
    """A line about an error that is ours: its kind, and where it came up, innermost first."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return line("mistake", error=type(error).__name__, places=places)
