"""Lines of the log as JSON, with places in the code and kinds of errors, and without any person's text.

The message of an error may contain typed text, so messages are left out.
"""

import json
import traceback


def line(event: str, **values: object) -> str:
    """A line of the log: {"event": "mistake", "error": "KeyError", …}.

    >>> line("stopped", step=3)
    '{"event": "stopped", "step": 3}'
    """
    return json.dumps({"event": event, **values}, ensure_ascii=False)


def mistake(error: BaseException) -> str:
    """The line of an error in this program: its kind, and the places in the code, innermost first."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return line("mistake", error=type(error).__name__, places=places)
