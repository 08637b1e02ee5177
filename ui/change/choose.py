"""Change, the inputs: the source of the two sets of texts, and the word or list to compare."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from elmo.corpus.build import build_index
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
    """Ask for the two sets of texts; None while one is missing."""
    source = choices.one_of(
        "Texts",
        list(SOURCES),
        default=EXAMPLE,
        key="change_source",
        wrap=True,
        help="The example has two small corpora made for this page; three words change between them.",
    )
    if source not in (EXAMPLE, CORPUS):
        share.offer(lacks="the texts that you chose")
    return SOURCES[source]()


def part() -> str:
    """Ask whether to compare one word or a list."""
    return choices.one_of(
        "What to compare",
        [WORD, LIST],
        default=WORD,
        key="change_part",
        label_visibility="collapsed",
    )


def word(chosen: Sides) -> str:
    """Ask for the word to compare."""
    is_example = are_the_example(chosen)
    return st.text_input(
        "Word",
        "mouse" if is_example else "",
        key=f"change_word{'_example' if is_example else ''}",
        bind="query-params",
        width=300,
        max_chars=100,
        help="In any letter case. Several words are a phrase."
        + (f" In the example: {', '.join(EXAMPLE_WORDS)}." if is_example else ""),
    ).strip()


def with_forms(chosen: Sides) -> Sides:
    """Ask whether uses of a word's other forms count as its uses; gives the sides with this choice."""
    joined = st.toggle(
        "With the word's other forms",
        key="change_forms",
        bind="query-params",
        help="Uses of mice count as uses of mouse. The page names the joined forms below.",
    )
    return replace(chosen[0], with_forms=joined), replace(chosen[1], with_forms=joined)


def are_the_example(chosen: Sides) -> bool:
    """True if the sides are the example."""
    return chosen[0].index.file.parent == Path(_example_indexes().name)


def _example() -> Sides:
    """The two corpora of the example."""
    folder = Path(_example_indexes().name)
    old, new = (Side(name, CorpusIndex(folder / f"{name}.index")) for name in ("old", "new"))
    return old, new


@st.cache_resource(show_spinner="Indexing the example …")
def _example_indexes() -> tempfile.TemporaryDirectory:
    """The folder of the example's indexes, made once for all visits of the server."""
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
"""Name of a source on screen -> the function that asks for its texts."""
