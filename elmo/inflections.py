"""English word forms: sing, sings, singing, sang, sung.

Irregular forms come from simplemma's English dictionary (MIT licence, part of the package, nothing is
downloaded). Regular forms are made with the endings of English, so that words without an entry in the
dictionary have forms, too. All forms are suggestions; a person chooses those that belong together.
"""

from collections.abc import Mapping
from functools import cache

from elmo.normal_form import comparison_form

_ENDINGS = ("", "s", "es", "ed", "d", "ing", "er", "est", "'s")
_ENDINGS_WITHOUT_E_OR_Y = ("ing", "ies", "ied", "ier", "iest")

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
    bare = stem[:-1] if stem.endswith(("e", "y")) else stem
    forms = {stem + end for end in _ENDINGS} | {bare + end for end in _ENDINGS_WITHOUT_E_OR_Y}
    if stem and stem[-1].isalpha():
        forms |= {stem + stem[-1] + end for end in ("ed", "ing", "er", "est")}
    return forms | set(_forms().get(stem, ())) | set(_MORE.get(stem, ()))


def related_forms(word: str) -> set[str]:
    """The forms of a word and of its possible base forms.

    The forms of "sang" are those of sing; the forms of "saw" are those of saw and of see.
    """
    folded = comparison_form(word)
    bases = {folded, *_bases(folded)}
    return {form for base in bases for form in inflections(base)}


def _bases(word: str) -> set[str]:
    import simplemma

    base = comparison_form(simplemma.lemmatize(word, "en"))
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
