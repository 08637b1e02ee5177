"""Change, the inputs: where the two sets of texts come from, and the word or list to compare."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from elmo.corpus.index import CorpusIndex
from elmo.tasks.change.sides import Side
from elmo.usages import EXAMPLES
from ui.change import corpus, uploads
from ui.change.uploads import Sides
from ui.shared import choices, share, temporary

WORD, LIST = "One word", "A list of words"
EXAMPLE_WORDS = ("mouse", "cell", "stream", "coat", "garden", "letter", "river")
"""Words of the example: the first three have a planted change."""


def sides() -> Sides | None:
    """The two sets of texts; None while one is missing."""
    source = choices.one_of(
        "Texts",
        list(SOURCES),
        default=EXAMPLE,
        key="change_source",
        wrap=True,
        help="The example is two small corpora made for this page, in which three words change.",
    )
    if source not in (EXAMPLE, CORPUS):
        share.offer(lacks="the texts that you chose")
    return SOURCES[source]()


def part() -> str:
    """One word, or a list."""
    return choices.one_of(
        "What to compare",
        [WORD, LIST],
        default=WORD,
        key="change_part",
        label_visibility="collapsed",
    )


def word(chosen: Sides) -> str:
    """The word to compare."""
    is_example = are_the_example(chosen)
    return st.text_input(
        "Word",
        "mouse" if is_example else "",
        key=f"change_word{'_example' if is_example else ''}",
        bind="query-params",
        width=300,
        max_chars=100,
        help="In any letter case; several words are looked for as a phrase."
        + (f" In the example: {', '.join(EXAMPLE_WORDS)}." if is_example else ""),
    ).strip()


def with_forms(chosen: Sides) -> Sides:
    """The sides, with the choice whether a word's other forms count as its uses."""
    joined = st.toggle(
        "With the word's other forms",
        key="change_forms",
        bind="query-params",
        help="Uses of mice count as uses of mouse. Which forms were joined is said below.",
    )
    return replace(chosen[0], with_forms=joined), replace(chosen[1], with_forms=joined)


def are_the_example(chosen: Sides) -> bool:
    """True for the two corpora that come along."""
    return chosen[0].index.file.parent == Path(_example_indexes().name)


def _example() -> Sides:
    """The two corpora that come along."""
    folder = Path(_example_indexes().name)
    old, new = (Side(name, CorpusIndex(folder / f"{name}.index")) for name in ("old", "new"))
    return old, new


@st.cache_resource(show_spinner="Indexing the example …")
def _example_indexes() -> tempfile.TemporaryDirectory:
    """The folder of the example's indexes, made once a server: a visit keeps only what a person gave."""
    from elmo.corpus.build import build_index

    folder = temporary.folder("change-example")
    for name in ("old", "new"):
        text = EXAMPLES / "change" / f"{name}.txt"
        build_index([str(text)], Path(folder.name) / f"{name}.index").close()
    return folder


EXAMPLE, CORPUS = "An example", "An indexed corpus"
SOURCES: dict[str, Callable[[], Sides | None]] = {
    EXAMPLE: _example,
    "Two files": uploads.two_files,
    "One table": uploads.table,
    "A ZIP of documents": uploads.documents,
    CORPUS: corpus.sides,
}
"""Where texts come from: each name and the function that asks for them."""
