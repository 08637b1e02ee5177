"""English word forms: sing, sings, singing, sang, sung.

Irregular forms come from simplemma's English dictionary (MIT licence, part of the package, nothing is
downloaded). Regular forms of words of three letters or more are made by the rules of English spelling, so that words
without an entry in the dictionary have forms, too. A made form that the dictionary knows as another word (seed of see)
is left out. All forms are suggestions; a person chooses those that belong together.
"""

import re
from collections.abc import Mapping
from functools import cache

from elmo.normal_form import comparison_form

_VOWELS = frozenset("aeiou")

# Irregular forms that are also other words (broke, left, felt); the dictionary lists them as base forms only.
_MORE = {
    row.split()[0]: tuple(row.split()[1:])
    for row in (
        "awake awoken|bear bore born|bend bent|bid bade bidden|bind bound|bite bit|break broke|"
        "dive dove|drink drunk|feel felt|go gone|grind ground|leave left|ring rung|rise rose|"
        "shake shook|shoot shot|slay slew|smell smelt|spell spelt|swear swore|think thought|"
        "tread trod|win won|wind wound|person people|leaf leaves|life lives|wife wives|half halves|"
        "calf calves|shelf shelves|self selves|thief thieves|loaf loaves|bad worse|far further|"
        "little less least|many more most|much more most|well better best|axis axes|basis bases|"
        "datum data"
    ).split("|")
}


def inflections(word: str) -> set[str]:
    """All forms of a word in its base form, the base form included, letter case folded.

    >>> sorted(inflections("sing"))[:3]
    ['sang', 'sing', "sing's"]
    """
    stem = comparison_form(word)
    known = set(_forms().get(stem, ())) | set(_MORE.get(stem, ()))
    known |= {
        f"{form[:-3]}er" for form in known if form.endswith("est") and len(form) > 5
    }  # bigger beside biggest
    made = {
        form for form in _regular(stem) if form.endswith("ing") or len(_forms().get(form, ())) < 2
    }
    return {stem, f"{stem}'s"} | known | made


def _regular(stem: str) -> set[str]:
    """The forms of a word with -s, -ed and -ing, in all spellings that the rules allow."""
    if len(stem) < 3 or not stem[-1].isalpha():
        return set()
    if stem.endswith("e"):
        bare = stem if stem.endswith(("ee", "oe", "ye")) else stem[:-1]
        dying = {f"{stem[:-2]}ying"} if stem.endswith("ie") else {f"{bare}ing"}
        return {f"{stem}s", f"{stem}d"} | dying
    if stem.endswith("y") and stem[-2] not in _VOWELS:
        return {f"{stem[:-1]}ies", f"{stem[:-1]}ied", f"{stem}ing"}
    if stem.endswith(("s", "x", "z", "ch", "sh")):
        plurals = {f"{stem}es"}
    else:
        plurals = {f"{stem}s"} | ({f"{stem}es"} if stem.endswith("o") else set())
    return plurals | {each + end for each in _before_vowels(stem) for end in ("ed", "ing")}


def _before_vowels(stem: str) -> set[str]:
    """The spellings of a word before -ed and -ing: one vowel and one consonant at the end double the consonant.

    A word of one syllable always doubles it (barred; "bared" is a form of bare), a longer word may (traveled, travelled).
    """
    spelled = stem.replace("qu", "q")
    if not re.search(r"(?:^|[^aeiou])[aeiouy][^aeiouwxy]$", spelled):
        return {stem}
    if stem.endswith("c"):
        return {f"{stem}k"}
    doubled = stem + stem[-1]
    n_syllables = len(re.findall("[aeiouy]+", spelled))
    return {doubled} if n_syllables == 1 else {stem, doubled}


def related_forms(word: str) -> set[str]:
    """The forms of a word and of its possible base forms.

    The forms of "sang" are those of sing; the forms of "saw" are those of saw and of see.
    """
    folded = comparison_form(word)
    bases = {folded, *_bases(folded)}
    return {form for base in bases for form in inflections(base)}


@cache
def base_form(word: str) -> str:
    """The base form of a word by simplemma's English dictionary, letter case folded: "coil" for "Coils"."""
    import simplemma

    folded = comparison_form(word)
    # simplemma takes no empty text and no half characters.
    if not folded.isprintable() or not folded.strip():
        return folded
    return comparison_form(simplemma.lemmatize(folded, "en"))


def _bases(word: str) -> set[str]:
    base = base_form(word)
    bases = {base, *(each for each, forms in _MORE.items() if word in forms)}
    if base != word:  # the dictionary gives singe for singing
        stems = {word.removesuffix(end) for end in ("ing", "ed")} - {word}
        bases |= {stem for stem in stems if len(stem) > 2 and stem in _forms()}
    return bases


@cache
def _forms() -> Mapping[str, tuple[str, ...]]:
    """The forms of each base form in simplemma's English dictionary."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    forms: dict[str, list[str]] = {}
    for form, base in DefaultDictionaryFactory().get_dictionary("en").items():
        forms.setdefault(comparison_form(str(base)), []).append(comparison_form(str(form)))
    return {base: tuple(of_base) for base, of_base in forms.items()}
