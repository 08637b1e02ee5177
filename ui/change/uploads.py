"""Change: the two sets of texts from a person's own files, indexed in a folder of the visit."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from elmo.corpus.build import build_index
from elmo.corpus.index import CorpusIndex
from elmo.errors import InputError
from elmo.limits import MAX_TABLE_UPLOAD_BYTES, MAX_UNPACKED_UPLOAD_BYTES
from elmo.tasks.change.documents import columns, read_documents
from elmo.tasks.change.sides import Side
from elmo.tasks.change.texts import write_sides
from elmo.views.sentences import plain
from ui.change import split
from ui.shared import files, progress, uploads, visit
from ui.shared.files import KeptFile

Sides = tuple[Side, Side]
_SPLIT_BY = frozenset(
    "date year time period decade century genre source author corpus group side register variety".split()
)
"""Names of columns by which a table is split at first."""
_SEGMENT_TOKENS = 200_000
"""Tokens in a segment of an index made here; small, since Stop takes effect between segments."""


def two_files() -> Sides | None:
    """Ask for two text files."""
    with st.container(border=True, horizontal=True):
        pair = [
            files.ask(
                label,
                key=f"change_upload_{name}",
                types=["txt", "gz", "xz", "zip"],
                most_bytes=MAX_TABLE_UPLOAD_BYTES,
                instead="use `python -m elmo index`",
                help="Text, up to 50 MB, also packed as .gz or .xz, or a ZIP of text files. The file stays on this "
                "machine. For a larger corpus: `python -m elmo index`.",
            )
            for name, label in (("old", "Old texts"), ("new", "New texts"))
        ]
    old, new = pair
    if old is None or new is None:
        st.info("Give two files: the texts to compare from, and the texts to compare with.")
        return None
    return _file_side(old), _file_side(new)


def table() -> Sides | None:
    """Ask for a table, and a column of dates or names that splits its rows."""
    upload = uploads.ask_table("change_table", label="A table", usual=_SPLIT_BY)
    if upload is None:
        return None
    if upload.labels is None:
        st.info("Choose the column of labels to split by: a date, a year, a genre, an author.")
        return None
    key = hashlib.sha256(repr((upload.name, upload.labels[:1000])).encode()).hexdigest()[:8]
    return _split(upload.sentences, upload.labels, "rows", f"change_table_{key}")


def documents() -> Sides | None:
    """Ask for a ZIP file of documents, and split them by the dates in their names, their folders or names."""
    upload = files.ask(
        "Documents (ZIP)",
        key="change_zip",
        types=["zip"],
        most_bytes=MAX_TABLE_UPLOAD_BYTES,
        instead="use `python -m elmo index`",
        help="Text files in folders, or with dates in their names, such as 1950/letter.txt or speech-1950-06-01.txt. The "
        "file stays on this machine.",
    )
    if upload is None:
        st.info(
            "Give a ZIP of text files. They are split by folder, or by the date in their names."
        )
        return None
    texts = _documents(upload.file_id, upload)
    by_name = columns(list(texts))
    if not by_name:
        st.info(f"{plain(upload.name)} has one text; two or more are needed to compare.")
        return None
    column = st.selectbox(
        "Split by", list(by_name), key=f"change_zip_by_{upload.file_id}", width=300
    )
    return _split(
        list(texts.values()),
        by_name[column],
        "documents",
        f"change_zip_{upload.file_id}_{column[:4]}",
    )


@st.cache_resource(scope="session", max_entries=1, show_spinner="Reading the documents …")
def _documents(file_id: str, _file: KeptFile) -> dict[str, str]:
    return read_documents(_file.getvalue(), _file.name, MAX_UNPACKED_UPLOAD_BYTES)


def _split(texts: Sequence[str], values: Sequence[str], what: str, key: str) -> Sides | None:
    """Ask how to split rows or documents; gives the two sides."""
    chosen = split.ask(values, what, key)
    if chosen is None:
        return None
    is_new, names = chosen
    mark = hashlib.sha256(repr((key, names)).encode())
    for text, value in zip(texts, values, strict=True):
        mark.update(repr((text, is_new(value))).encode())
    folder = folder_of(mark.hexdigest()[:12])
    if not (folder / "new.txt").exists():
        write_sides(texts, values, is_new, folder)
    old, new = (
        _side(name, [folder / f"{file}.txt"], folder / f"{file}.index")
        for file, name in zip(("old", "new"), names, strict=True)
    )
    return old, new


def _file_side(upload: KeptFile) -> Side:
    """The side of an uploaded file, or of the text files in an uploaded ZIP."""
    is_zip = upload.name.lower().endswith(".zip")
    encoding = None if is_zip else uploads.chosen_encoding(upload, f"change-{upload.file_id}")
    folder = folder_of(f"{upload.file_id}{encoding or ''}")
    index = folder / "texts.index"
    texts = [folder / Path(upload.name).name]
    if not index.exists() and is_zip:
        every = _documents(upload.file_id, upload)
        texts = [folder / f"{number}.txt" for number in range(len(every))]
        for file, text in zip(texts, every.values(), strict=True):
            file.write_text(text, encoding="utf-8")
    elif not index.exists():
        name, content = uploads.text_file(upload, encoding)
        texts = [folder / Path(name).name]
        texts[0].write_bytes(content)
    return _side(Path(upload.name).name.rsplit(".", 1)[0], texts, index)


def _side(name: str, texts: Sequence[Path], index: Path) -> Side:
    """The side of text files. At first use they are indexed, with progress, the time left and Stop, and then deleted."""
    place = st.empty()
    if not index.exists():
        with progress.reading(place, f"Indexing {plain(name)}.", "Byte") as tell:
            build_index(
                list(texts),
                index,
                tell,
                segment_tokens=_SEGMENT_TOKENS,
                max_bytes=MAX_UNPACKED_UPLOAD_BYTES,
            ).close()
        for file in texts:
            file.unlink()
    corpus = CorpusIndex(index)
    if not corpus.n_tokens:
        raise InputError(f"{name} has no words in it; give another file.")
    return Side(name, corpus)


def folder_of(mark: str) -> Path:
    """A folder of this visit for the files of one source; it is deleted with the visit."""
    folder = visit.folder() / "change" / mark
    folder.mkdir(parents=True, exist_ok=True)
    return folder
