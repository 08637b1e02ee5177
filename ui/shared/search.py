"""The search box's entries: pages, terms and examples."""

from dataclasses import dataclass, field
from functools import cache

from elmo.usages import example_names, example_rows
from ui.shared.glossary import GLOSSARY
from ui.shared.screens import SCREENS

FOLDERS = ("senses", "senses_heldout")
"""Folders of examples that the search box knows."""


@dataclass(frozen=True)
class Hit:
    """A page, a term or an example.

    Attributes:
        title: its name.
        page: name of the screen that it opens, as in `ui.shared.screens`.
        params: the parameters with which the page opens.
        words: more words by which it is found, in lower case.
        meaning: the meaning of a term; "" for pages and examples.
    """

    title: str
    page: str
    params: dict[str, str] = field(default_factory=dict)
    words: str = ""
    meaning: str = ""


@cache
def _entries() -> tuple[Hit, ...]:
    """All screens, then all terms, then all examples."""
    pages = [Hit(screen.title, screen.name, words=screen.words.casefold()) for screen in SCREENS]
    terms = [
        Hit(", ".join(term.names), term.page, term.params, meaning=term.meaning)
        for term in GLOSSARY
    ]
    examples = []
    for folder, name in [(f, n) for f in FOLDERS for n in example_names(f)]:
        rows = example_rows(name, folder)
        senses = list(dict.fromkeys(row["sense"] for row in rows if row["sense"]))
        examples.append(
            Hit(
                f"{name}: {', '.join(senses)} ({len(rows)} sentences)",
                "word",
                {"example": name},
                " ".join([*senses, *(row["sentence"] for row in rows)]).casefold(),
            )
        )
    return (*pages, *terms, *examples)


def find(query: str, limit: int = 8) -> list[Hit]:
    """Entries that have every word of the query; entries with the words in their title come first."""
    words = query.casefold().replace(",", " ").split()
    if not words:
        return []

    def rank(hit: Hit) -> int | None:
        title = hit.title.casefold()
        if title.startswith(words[0]) and all(word in title for word in words):
            return 0
        if all(word in title for word in words):
            return 1
        tokens = f"{title} {hit.words}".split()
        if all(any(token.startswith(word) for token in tokens) for word in words):
            return 2
        return None

    ranked = [(r, i, hit) for i, hit in enumerate(_entries()) if (r := rank(hit)) is not None]
    return [hit for _, _, hit in sorted(ranked, key=lambda item: item[:2])[:limit]]
