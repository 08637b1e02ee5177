"""English word forms: sing, sings, singing, sang, sung.

Irregular forms are those of simplemma's English dictionary (MIT licence, in the package, nothing is
downloaded); regular ones are made by the endings of English, so that words that no dictionary has
are covered as well. All are suggestions, of which a person takes those that belong together.
"""

from collections.abc import Mapping
from functools import cache

from elmo.normal_form import comparison_form

_ENDINGS = ("", "s", "es", "ed", "d", "ing", "er", "est", "'s")
_ENDINGS_WITHOUT_E_OR_Y = ("ing", "ies", "ied", "ier", "iest")

# Irregular forms that are words of their own (broke, left, felt): the dictionary has those alone.
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


def inflected(word: str) -> set[str]:
    """The forms of a word given in its base form, itself included, letter case folded.

    >>> sorted(inflected("sing"))[:3]
    ['sang', 'sing', "sing's"]
    """
    stem = comparison_form(word)
    bare = stem[:-1] if stem.endswith(("e", "y")) else stem
    forms = {stem + end for end in _ENDINGS} | {bare + end for end in _ENDINGS_WITHOUT_E_OR_Y}
    if stem and stem[-1].isalpha():
        forms |= {stem + stem[-1] + end for end in ("ed", "ing", "er", "est")}
    return forms | set(_forms().get(stem, ())) | set(_MORE.get(stem, ()))


def related(word: str) -> set[str]:
    """`inflected`, and where the word is itself an inflected form, the forms of its base form.

    "sang" has those of sing; "saw" has those of saw and of see.
    """
    folded = comparison_form(word)
    bases = {folded, *_bases(folded)}
    return {form for base in bases for form in inflected(base)}


def _bases(word: str) -> set[str]:
    import simplemma

    base = comparison_form(simplemma.lemmatize(word, "en"))
    bases = {base, *(each for each, forms in _MORE.items() if word in forms)}
    if base != word:  # the dictionary has singe for singing
        stems = {word.removesuffix(end) for end in ("ing", "ed")} - {word}
        bases |= {stem for stem in stems if len(stem) > 2 and stem in _forms()}
    return bases


@cache
def _forms() -> Mapping[str, tuple[str, ...]]:
    """Base form -> its forms in simplemma's English dictionary."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    forms: dict[str, list[str]] = {}
    for form, base in DefaultDictionaryFactory().get_dictionary("en").items():
        forms.setdefault(comparison_form(str(base)), []).append(comparison_form(str(form)))
    return {base: tuple(of_base) for base, of_base in forms.items()}
