"""Change, the inputs: the two sets of texts, and the word or list to compare."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from elmo.corpus.index import CorpusIndex
from elmo.errors import InputError
from elmo.limits import MAX_TABLE_UPLOAD_BYTES
from elmo.tasks.change.sides import Side, later_than, split_rows
from elmo.usages import EXAMPLES
from elmo.views.sentences import plain
from ui.shared import choices, files, share, temporary, uploads, visit
from ui.uses import corpus_upload

WORD, LIST = "One word", "A list of words"
EXAMPLE_WORDS = ("mouse", "cell", "stream", "coat", "garden", "letter", "river")
"""Words of the example: the first three have a planted change."""

Sides = tuple[Side, Side]


def sides() -> Sides | None:
    """The two sets of texts; None while one is missing."""
    source = choices.one_of(
        "Texts",
        list(SOURCES),
        default=EXAMPLE,
        key="change_source",
        help="The example is two small corpora made for this page, in which three words change.",
    )
    if source != EXAMPLE:
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


def _two_files() -> Sides | None:
    """Two uploads, each indexed in a folder of this visit."""
    with st.container(border=True, horizontal=True):
        uploads = [
            files.ask(
                label,
                key=f"change_upload_{name}",
                types=["txt", "gz", "xz"],
                most_bytes=MAX_TABLE_UPLOAD_BYTES,
                instead="use `python -m elmo index`",
                help="Text, up to 50 MB, also packed as .gz or .xz. The file stays on this machine. "
                "For a larger corpus: `python -m elmo index`.",
            )
            for name, label in (("old", "Old texts"), ("new", "New texts"))
        ]
    if not all(uploads):
        st.info("Give two files: the texts to compare from, and the texts to compare with.")
        return None
    found = []
    for upload in uploads:
        assert upload is not None
        folder = folder_of(hashlib.sha256(upload.getbuffer()).hexdigest()[:12])
        file = folder / Path(upload.name).name
        if not file.exists():
            file.write_bytes(upload.getbuffer())
        found.append(_open(file, folder))
    return found[0], found[1]


def _one_corpus() -> Sides | None:
    """Documents of one index, or two indexes."""
    known = corpus_upload.indexes()
    if not known:
        st.info(
            "No corpus is indexed here yet. Index one with `python -m elmo index TEXTS --output "
            "NAME.index`, in the folder of indexes, or choose two files."
        )
        return None
    found = []
    with st.container(border=True, horizontal=True):
        for name, label in (("old", "Old texts"), ("new", "New texts")):
            with st.container():
                corpus = st.selectbox(label, list(known), key=f"change_corpus_{name}")
                index = CorpusIndex(known[corpus])
                names = [document.name for document in index.documents]
                picked = st.multiselect(
                    "Documents", names, key=f"change_documents_{name}", placeholder="all"
                )
                found.append(Side(corpus if not picked else name, index, tuple(picked) or None))
    if found[0].index.file == found[1].index.file and found[0].documents == found[1].documents:
        st.info("Both sides are the same texts. Choose other documents, or another corpus.")
        return None
    return found[0], found[1]


def _table() -> Sides | None:
    """The rows of a table, split by a column of dates or names."""
    upload = uploads.ask_table("change_table", labels=True)
    if upload is None:
        return None
    if upload.labels is None:
        st.info("Choose the column of labels to split by: a date, a year, a genre, an author.")
        return None
    values = list(dict.fromkeys(upload.labels))
    is_new: Callable[[str], bool | None]
    by_order = st.toggle(
        "Split by date or number",
        key="change_by_order",
        value=len(values) > 12,
        help="Rows from the border on are new, rows before the border old. Otherwise choose the values of each side.",
    )
    if by_order:
        border = st.text_input(
            "New from", key="change_border", placeholder="1950 or 2024-05-31", width=300
        ).strip()
        if not border:
            return None
        is_new = later_than(border)
    else:
        old = st.multiselect("Old", values, key="change_old_values")
        new = st.multiselect(
            "New", [value for value in values if value not in old], key="change_new_values"
        )
        if not (old and new):
            return None
        is_new = {value: value in new for value in [*old, *new]}.get
        border = json.dumps([old, new])
    mark = hashlib.sha256(repr((upload.sentences, upload.labels, border)).encode())
    return _split(upload.sentences, upload.labels, is_new, folder_of(mark.hexdigest()[:12]))


def _split(texts: Sequence[str], labels: Sequence[str], is_new: Callable, folder: Path) -> Sides:
    if not (folder / "new.index").exists():
        for side in split_rows(texts, labels, is_new, folder):
            side.index.close()
    found = [Side(name, CorpusIndex(folder / f"{name}.index")) for name in ("old", "new")]
    return found[0], found[1]


def folder_of(mark: str) -> Path:
    """A folder of this visit for what belongs together; it goes with the visit."""
    folder = visit.folder() / "change" / mark
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _open(file: Path, folder: Path) -> Side:
    """The side of a text file, indexed on its first use, with progress."""
    from elmo.corpus.build import build_index

    index = folder / f"{file.stem}.index"
    if not index.exists():
        with st.spinner(f"Indexing {plain(file.name)} …", show_time=True):
            build_index([str(file)], index).close()
    found = CorpusIndex(index)
    if not found.n_tokens:
        raise InputError(f"{file.name} has no words in it; give another file.")
    return Side(file.stem, found)


EXAMPLE = "An example"
SOURCES: dict[str, Callable[[], Sides | None]] = {
    EXAMPLE: _example,
    "Two files": _two_files,
    "A corpus": _one_corpus,
    "A table": _table,
}
"""Where texts come from: each name and the function that asks for them."""
