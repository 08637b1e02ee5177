"""A query to a corpus: words as written, words with wildcards, or a regular expression.

    bank            the word, in any letter case
    New York        a run of words
    bank*           words that begin with bank; * stands for any characters, or for any one word
    /ba(n|r)ks?/    words that the regular expression matches from end to end

If the corpus has the query exactly as written, the query is no pattern: a corpus that has "f*ck" is
searched for f*ck. Patterns are compared with the words' normal form, letter case folded.
"""

import math
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

import regex

from elmo.errors import InputError
from elmo.limits import MAX_PATTERN_CHARACTERS, MAX_PATTERN_REPEATS, PATTERN_SECONDS
from elmo.normal_form import comparison_form
from elmo.tokenizer import tokenize

ANY = None
"""A place of a pattern that every word matches."""

_REPEATS = re.compile(r"\{(\d*),?(\d*)\}")
_CALLS = re.compile(r"\(\?(?:R|[+-]?\d|&|P>)")
_LETTER = "\ua74f"  # a rare Latin letter that queries are not expected to have, and the tokenizer takes for a letter


@dataclass(frozen=True)
class Pattern:
    """Words in a row, some of them with wildcards.

    Attributes:
        query: the query as typed.
        places: for each place of the row a word, a compiled expression, or `ANY`.
    """

    query: str
    places: tuple["str | regex.Pattern[str] | None", ...]

    def matches(self, words: Iterable[str]) -> list[list[str]]:
        """For each expression of the pattern, the words that match it.

        Raises:
            InputError: matching took longer than `PATTERN_SECONDS`.
        """
        end = time.monotonic() + PATTERN_SECONDS
        expressions = [place for place in self.places if isinstance(place, regex.Pattern)]
        matched: list[list[str]] = [[] for _ in expressions]
        for word in words:
            for expression, matching in zip(expressions, matched, strict=True):
                left = end - time.monotonic()
                try:
                    if left > 0 and expression.fullmatch(word, timeout=left):
                        matching.append(word)
                except TimeoutError:
                    left = 0
                if left <= 0:
                    raise InputError(
                        f"{self.query!r} took longer than {PATTERN_SECONDS} s; write a simpler "
                        "expression, best without repeats within repeats."
                    )
        return matched


def pattern(query: str) -> Pattern | None:
    """The pattern of a query, or None if the query has no wildcard and is no regular expression.

    Raises:
        InputError: the regular expression cannot be read, or the pattern is longer than
            `MAX_PATTERN_CHARACTERS`.
    """
    query = query.strip()
    is_expression = len(query) > 2 and query[0] == query[-1] == "/"
    if not is_expression and not ("*" in query and query.strip("* ")):
        return None
    if len(query) > MAX_PATTERN_CHARACTERS:
        raise InputError(
            f"the pattern has {len(query):,} characters, at most {MAX_PATTERN_CHARACTERS} are taken."
        )
    if is_expression:
        return Pattern(query, (_compiled(query[1:-1], query),))
    places: list[str | regex.Pattern[str] | None] = []
    for part in query.split():
        # Each wildcard becomes a letter before tokenizing, so that well-kn* is split like well-known.
        for token in tokenize(part.replace("*", _LETTER)).tokens:
            pieces = [comparison_form(piece) for piece in token.split(_LETTER)]
            if not any(pieces):
                places.append(ANY)
            elif len(pieces) > 1:
                places.append(_compiled(".*".join(map(re.escape, pieces)), query))
            else:
                places.append(pieces[0])
    return Pattern(query, tuple(places))


def _compiled(expression: str, query: str) -> "regex.Pattern[str]":
    """The compiled expression; what would take the memory of the machine is refused before."""
    numbers = [max(int(n or 1) for n in pair) for pair in _REPEATS.findall(expression)]
    if math.prod(numbers) > MAX_PATTERN_REPEATS:
        raise InputError(
            f"{query!r} may repeat a part more than {MAX_PATTERN_REPEATS:,} times; write smaller numbers in braces, "
            "or * or +."
        )
    if _CALLS.search(expression):
        raise InputError(f"{query!r} calls a part of itself, such as (?R); write the part out.")
    try:
        return regex.compile(expression, regex.IGNORECASE | regex.DOTALL | regex.V0)
    except (regex.error, RecursionError, OverflowError) as error:
        raise InputError(
            f"{query!r} is no regular expression that can be read: {error}. To look for the word "
            "with its slashes, leave one out."
        ) from None
