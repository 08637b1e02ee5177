"""Output for a terminal: text of unknown files without characters that control the terminal."""

import re
from typing import Any, TextIO

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters except tab and line feed, characters that change the writing direction, lone surrogates."""


def escape_controls(text: object) -> str:
    r"""A text with escape sequences in place of its control characters.

    >>> escape_controls("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return _COMMANDS.sub(lambda match: match[0].encode("unicode_escape").decode(), str(text))


class PlainOutput:
    """A stream for a terminal that writes control characters as escape sequences."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write the text that `escape_controls` returns."""
        return self.stream.write(escape_controls(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
