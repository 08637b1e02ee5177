"""Find the ends of sentences in a line of words, by rules for English.

A sentence ends after an end mark (. ! ? … and similar ones) and the closing quotes and brackets behind
the mark, unless

- the next word begins in lower case after !, ?, an ellipsis or a closing quote ("Stop!" he said;
  wait... what; Yahoo! and);
- a comma, semicolon or colon follows (et al., 2019);
- the full stop belongs to an abbreviation (fig. 3, vol. XII, et al. 2019, John Sr. said), or the sentence has
  nothing but a number before the full stop (the item 1. of a list);
- the exclamation mark belongs to a name (Kerrang! Awards, E! Entertainment, Yahoo! Inc.).

An abbreviation whose token includes the full stop (Inc., a.m., U.S.) ends a sentence if the next word is
a usual beginning of sentences (They, The, He). docs/text.md has the accuracy.
"""

import re
from collections.abc import Sequence

ENDS = frozenset(".!?…。！？؟।")
CLOSING = frozenset("\"')]}»”’」』")

_BEFORE_ANYTHING = frozenset(
    "mr mrs ms messrs mme mlle dr prof rev fr hon gen col lt sgt capt cmdr maj adm gov sen rep pres st mt ft vs cf viz"
    " eg ie e.g i.e approx ca circa et incl excl a.k.a w.r.t n.b".split()
)
_BEFORE_LOWER_OR_DIGIT = frozenset(
    "al ed eds dept univ assn bros ave blvd rd tel ext est min max avg incl resp misc jr sr esq inc"
    " ltd co corp llc plc jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat"
    " sun a.m p.m u.s u.k etc".split()
)
_BEFORE_DIGIT = frozenset(
    "fig figs tab ex exs no nos vol vols p pp par para sec sect ch chap eq eqs art ver op cit nr app ref refs"
    " al".split()
)
_BEFORE_NAMES = frozenset("jr sr inc ltd co corp bros eds".split())
_NUMBER = re.compile(r"[A-Z]{0,2}\d.*|[IVXLC]{2,}|[VX]")
_NAMES = frozenset("yahoo kerrang jeopardy yum wham ahoy joomla panic airplane e".split())
_AFTER_NAMES = frozenset("inc inc. ltd corp llc plc gmbh awards magazine".split())
_STARTERS = frozenset(
    "the this that these those he she it we they i you there here but and so if when while however"
    " then my his her our their its what who why how in on at as after before since for not no yes"
    " also although because".split()
)


def ends_after(forms: Sequence[str], joined: Sequence[bool], begin: int, index: int) -> bool:
    """True if the sentence that begins at a word ends after another word.

    Args:
        forms: the words of a line in normal form.
        joined: for each word, True if no blank stands between it and the word before.
        begin: number of the first word of the sentence.
        index: number of the word that may be the last one; another word follows.
    """
    after = forms[index + 1]
    if after[0] in ENDS or after[0] in ",;:" or _closes(forms, joined, begin, index + 1):
        return False
    last = index
    while last > begin and _closes(forms, joined, begin, last):
        last -= 1
    mark = forms[last]
    if not all(character in ENDS for character in mark):
        return _abbreviation_ends(mark, after) and last == index
    before = forms[last - 1].casefold() if last > begin else ""
    follows = _first_of(forms, index + 1)
    if mark in ("!", "?") and follows.casefold() in _AFTER_NAMES:
        return False
    if mark == "!" and before in _NAMES:
        return follows.casefold() in _STARTERS and follows[:1].isupper()
    if mark != "." or last < index:
        return not follows[:1].islower()
    is_item = last == begin + 1 and before.isdigit()
    return not is_item and not _is_abbreviation(before, follows)


def _closes(forms: Sequence[str], joined: Sequence[bool], begin: int, index: int) -> bool:
    """True if a word is a closing bracket or quote; ' and " close only if they do not open the next sentence."""
    word = forms[index]
    if word not in CLOSING:
        return False
    return word not in "\"'" or joined[index] or forms[begin:index].count(word) % 2 == 1


def _first_of(forms: Sequence[str], index: int) -> str:
    """The next word that is no opening quote or bracket."""
    while index + 1 < len(forms) and forms[index] in {'"', "'", "(", "[", "{", "“", "‘", "«"}:
        index += 1
    return forms[index]


def _is_abbreviation(before: str, follows: str) -> bool:
    """True if the word before a full stop is an abbreviation and the sentence continues."""
    digit, lower = follows[:1].isdigit(), follows[:1].islower()
    return (
        before in _BEFORE_ANYTHING
        or (before in _BEFORE_DIGIT and _NUMBER.fullmatch(follows) is not None)
        or (before in _BEFORE_LOWER_OR_DIGIT and (digit or lower))
        or (before in _BEFORE_NAMES and follows.casefold() not in _STARTERS)
    )


def _abbreviation_ends(word: str, after: str) -> bool:
    """True if a word with a full stop of its own (Inc., a.m.) ends the sentence."""
    return (
        len(word) > 2
        and word.endswith(".")
        and word[0] not in ENDS
        and after[:1].isupper()
        and after.casefold() in _STARTERS
        and word[:-1].casefold() not in _BEFORE_ANYTHING
    )
