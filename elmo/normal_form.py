"""The normal form of a text, in which the tokenizer splits text, models read words, and searches compare words.

One word can be written in several ways: don't and don’t, café with one or two characters for é, a soft
hyphen within a word, a no-break space, full-width letters. In the normal form

- apostrophes, single quotes, primes and acute accents are ', double quotes ", hyphens and the minus sign -,
  blanks a space;
- full-width and half-width characters have their usual width, and the ligatures ﬀ to ﬆ are letters;
- invisible characters (soft hyphen, zero-width space and joiners, byte order mark,
  direction marks, variation selectors) are left out;
- letters with accents are one character where Unicode has one (NFC).

ASCII text is its own normal form. The text itself is not changed: `Normalized` has the place in the
text of every character of the normal form.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

_QUOTES = dict.fromkeys("‘’‚‛ʻʼ´′", "'") | dict.fromkeys("“”„‟″", '"')
_HYPHENS = dict.fromkeys("\u2010\u2011\u2212\ufe63", "-")
_LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_BLANKS = dict.fromkeys("\u00a0\u1680\u202f\u205f", " ") | {
    chr(code): " " for code in range(0x2000, 0x200B)
}
_WIDTHS = {
    chr(code): chr(int(unicodedata.decomposition(chr(code)).split()[1], 16))
    for code in [0x3000, *range(0xFF01, 0xFFEF)]
    if unicodedata.decomposition(chr(code)).startswith(("<wide>", "<narrow>"))
}
_FOLDED = _QUOTES | _HYPHENS | _LIGATURES | _BLANKS | _WIDTHS
_TABLE = str.maketrans(_FOLDED)
_UNSEEN = (
    "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff"
)
_ANY_UNSEEN = re.compile(f"[{_UNSEEN}]")
_CHANGED = re.compile(f"[{_UNSEEN}{re.escape(''.join(_FOLDED))}]")


def normal_form(text: str) -> str:
    """The normal form of a text; see the module's docstring.

    >>> normal_form("so\\u00adcial don\\u2019t")
    "social don't"
    """
    if _is_normal(text):
        return text
    return unicodedata.normalize("NFC", _ANY_UNSEEN.sub("", text).translate(_TABLE))


def normal_forms(tokens: Iterable[str]) -> tuple[str, ...]:
    """The tokens in normal form, in which models read them if this program split the text or knows the use."""
    return tuple(map(normal_form, tokens))


def label_form(text: str) -> str:
    """The normal form of a label (a sense, a class), with one space for each run of blanks and none at the ends.

    >>> label_form(" bank\u00a0account\u200b ")
    'bank account'
    """
    return " ".join(normal_form(text).split())


def comparison_form(text: str) -> str:
    """The normal form with letter case folded; equal forms are the same word for a search.

    >>> comparison_form("Straße"), comparison_form("\u0130stanbul")
    ('strasse', 'istanbul')
    """
    folded = normal_form(text).casefold()
    if folded.isascii():
        return folded
    # Folding takes some characters apart: İ is i with a dot, ŉ an apostrophe and n.
    return normal_form(folded.replace("i\u0307", "i"))


class Normalized:
    """A text's normal form, with the place of each of its characters in the text.

    Attributes:
        text: the normal form.
    """

    def __init__(self, original: str) -> None:
        self.text = original
        self._places: list[tuple[int, int]] | None = None
        if not _is_normal(original):
            self.text, self._places = _with_places(original)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The start and end in the original text of the characters start to end of the normal form.

        The place includes invisible characters between them.
        """
        if self._places is None or start >= end:
            return start, end
        return self._places[start][0], self._places[end - 1][1]


def _is_normal(text: str) -> bool:
    return text.isascii() or (not _CHANGED.search(text) and unicodedata.is_normalized("NFC", text))


def _with_places(original: str) -> tuple[str, list[tuple[int, int]]]:
    """The normal form of a text, and the start and end of each of its characters in the text."""
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    group, first, end = "", 0, 0

    def close() -> None:
        composed = unicodedata.normalize("NFC", group)
        parts.append(composed)
        if len(composed) == len(group) == end - first:
            places.extend((at, at + 1) for at in range(first, end))
        else:
            # The first character gets the whole place, marks that could not combine an empty one.
            places.extend([(first, end), *[(end, end)] * (len(composed) - 1)])

    for at, character in enumerate(original):
        if _ANY_UNSEEN.match(character):
            continue
        folded = _FOLDED.get(character, character)
        if group and folded not in _combining():
            close()
            group = ""
        if not group:
            first = at
        group, end = group + folded, at + 1
    if group:
        close()
    return "".join(parts), places


@cache
def _combining() -> frozenset[str]:
    """Characters that may combine with the character before them."""
    marks = {chr(code) for code in range(0x110000) if unicodedata.combining(chr(code))}
    for code in range(0x110000):
        decomposed = unicodedata.decomposition(chr(code))
        if " " in decomposed and not decomposed.startswith("<"):
            marks.add(chr(int(decomposed.split()[1], 16)))
    vowels_and_finals_of_hangul = map(chr, range(0x1160, 0x1200))
    return frozenset(marks) | frozenset(vowels_and_finals_of_hangul)
