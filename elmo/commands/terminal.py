"""What the terminal is given: text of strangers' files without characters that command it."""

import re
from typing import Any, TextIO

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line feed, those that turn the direction of writing, half characters."""


def shown(text: object) -> str:
    r"""A text with its control characters written out.

    >>> shown("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return _COMMANDS.sub(lambda match: match[0].encode("unicode_escape").decode(), str(text))


class PlainOutput:
    """A terminal's stream that writes control characters out instead of obeying them."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write the text as `shown` gives it."""
        return self.stream.write(shown(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
