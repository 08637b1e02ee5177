"""A text or table from a person's file: TXT, CSV, TSV or XLSX, its encoding and its columns asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import streamlit as st

from elmo.corpus import tables
from elmo.corpus.encodings import HEAD_BYTES, encoding_of
from elmo.corpus.lines import read_text
from elmo.errors import EncodingError, InputError
from elmo.limits import MAX_TABLE_UPLOAD_BYTES, MAX_UNPACKED_UPLOAD_BYTES
from elmo.views.sentences import plain
from ui.shared import files
from ui.shared.files import KeptFile

ENCODINGS = {
    "UTF-8": "utf-8-sig",
    "Western European (Windows-1252)": "cp1252",
    "Central European (Windows-1250)": "cp1250",
    "Cyrillic (Windows-1251)": "cp1251",
    "Japanese (Shift JIS)": "shift_jis",
    "Chinese (GB 18030)": "gb18030",
    "UTF-16": "utf-16",
}
"""Name on screen -> Python's name of the encoding."""


@dataclass(frozen=True)
class Upload:
    """Sentences from a file.

    Attributes:
        name: of the file, without its ending.
        sentences: one for each row that has one.
        labels: one for each sentence; None when no column of labels was chosen.
        n_left_out: rows without a sentence.
    """

    name: str
    sentences: list[str]
    labels: list[str] | None
    n_left_out: int = 0


def ask_table(
    key: str,
    *,
    label: str = "Upload sentences",
    labels: bool = True,
    usual: Collection[str] = tables.USUAL_LABELS,
    labels_needed: bool = False,
) -> Upload | None:
    """Ask for a TXT file (one sentence a line), or for a table (CSV, TSV, XLSX) and its columns.

    Args:
        labels: ask for a column of labels (senses, classes) too.
        usual: names of columns that are taken for labels at first.
        labels_needed: choose a column that looks like labels at first, where none has a usual name.

    Raises:
        ElmoError: the file is too large, empty or cannot be read.
    """
    file = files.ask(
        label,
        key=key,
        types=["txt", "csv", "tsv", "xlsx"],
        most_bytes=MAX_TABLE_UPLOAD_BYTES,
        instead="use `python -m elmo index` for a corpus",
        help="TXT with one sentence a line, or a table: CSV, TSV or XLSX. It stays on this machine.",
    )
    if file is None:
        return None
    ending = file.name.lower().rpartition(".")[2]
    encoding = None if ending == "xlsx" else chosen_encoding(file, key)
    if ending == "txt":
        return _lines(file.file_id, encoding, file)
    table = _table(file.file_id, encoding, None, file)
    with st.container(horizontal=True, vertical_alignment="center"):
        has_header = st.toggle(
            "The first line holds the columns' names",
            value=table.has_header,
            key=f"{key}-header-{file.file_id}",
        )
        if has_header != table.has_header:
            table = _table(file.file_id, encoding, has_header, file)
        st.caption(plain(table.format_in_words()))
    if table.notice:
        st.warning(plain(table.notice))
    left, right = st.columns(2) if labels else (st.container(), st.container())
    chosen = left.selectbox(
        "Column of sentences",
        table.columns,
        index=tables.guess_sentences(table),
        key=f"{key}-sentences",
    )
    label_column = None
    if labels:
        none = "none"
        others = [none, *(c for c in table.columns if c != chosen)]
        guess = tables.guess_labels(others, usual)
        if labels_needed and not guess:
            guess = tables.guess_labels_by_values(table, others)
        picked = right.selectbox("Column of labels", others, index=guess, key=f"{key}-labels")
        label_column = None if picked == none else picked
    upload = _columns(file.file_id, encoding, has_header, chosen, label_column, table, file)
    if upload.n_left_out:
        st.caption(
            f"{upload.n_left_out:,} rows are left out: their cell in the column {plain(chosen)} is empty."
        )
    return upload


def text_of(file: KeptFile, key: str) -> str:
    """The text of a file; its encoding is asked for where the bytes are not UTF-8 or UTF-16.

    Raises:
        ElmoError: the file is no text, or is not in the encoding that was chosen.
    """
    return _text(file.file_id, chosen_encoding(file, key), file)


def text_file(file: Any, encoding: str | None) -> tuple[str, bytes]:
    """Name and bytes of a text file for a reader of files.

    Without an encoding these are the file's own. With one the bytes are the text as UTF-8, unpacked, under a name
    that ends in .txt.

    Raises:
        ElmoError: the file is no text, or is not in the encoding.
    """
    if encoding is None:
        return file.name, bytes(file.getbuffer())
    return f"{file.name.split('.')[0]}.txt", _read(file, encoding).encode()


def shows_encoding(file: Any) -> bool:
    """False for a file whose encoding is asked for."""
    return _shows_encoding(file.file_id, file)


def chosen_encoding(file: Any, key: str) -> str | None:
    """Python's name of the encoding that the person chose; None where the file shows its encoding."""
    if _shows_encoding(file.file_id, file):
        return None
    chosen = st.selectbox(
        f"{plain(file.name)} is not UTF-8. Which encoding does it have?",
        [name for name in ENCODINGS if name != "UTF-8"],
        key=f"{key}-encoding",
    )
    begin = file.getvalue()[:4000].decode(ENCODINGS[chosen], "replace")
    st.caption(f"The file begins: {plain(begin[:120])}")
    return ENCODINGS[chosen]


@st.cache_data(scope="session", max_entries=8, show_spinner=False)
def _shows_encoding(file_id: str, _file: KeptFile) -> bool:
    try:
        _read(_file, None)
    except EncodingError:
        if encoding_of(_file.getvalue()[:HEAD_BYTES], _file.name) != "utf-8":
            raise  # a damaged file with a mark
        return False
    return True


# The functions below are cached for each file: they take seconds for 50 MB.


@st.cache_resource(scope="session", max_entries=1, show_spinner="Reading the file …")
def _text(file_id: str, encoding: str | None, _file: KeptFile) -> str:
    return _read(_file, encoding)


def _read(file: KeptFile, encoding: str | None) -> str:
    return read_text(
        file.getvalue(), file.name, encoding=encoding, max_bytes=MAX_UNPACKED_UPLOAD_BYTES
    )


@st.cache_resource(scope="session", max_entries=2, show_spinner="Reading the table …")
def _table(
    file_id: str, encoding: str | None, header: bool | None, _file: KeptFile
) -> tables.Table:
    return tables.read_table(_file.getvalue(), _file.name, encoding=encoding, header=header)


@st.cache_resource(scope="session", max_entries=1, show_spinner="Reading the file …")
def _lines(file_id: str, encoding: str | None, _file: KeptFile) -> Upload:
    name = _file.name.rsplit(".", 1)[0]
    return Upload(name, tables.read_sentences(_file.getvalue(), _file.name, encoding), None)


@st.cache_resource(scope="session", max_entries=2, show_spinner="Reading the file …")
def _columns(
    file_id: str,
    encoding: str | None,
    has_header: bool,
    sentences: str,
    labels: str | None,
    _table: tables.Table,
    _file: KeptFile,
) -> Upload:
    """The rows of one or two columns that have a sentence."""
    place = _table.columns.index(sentences)
    rows = [row for row in _table.rows if row[place]]
    if not rows:
        raise InputError(f"{_file.name}: the column {sentences!r} is empty; choose another.")
    at_labels = None if labels is None else _table.columns.index(labels)
    return Upload(
        _file.name.rsplit(".", 1)[0],
        [row[place] for row in rows],
        None if at_labels is None else [row[at_labels] for row in rows],
        len(_table.rows) - len(rows),
    )
