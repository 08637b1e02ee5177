"""Inputs that several pages have: a layer or mix, and a table or text to upload."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from elmo.corpus import tables
from elmo.corpus.lines import read_text
from elmo.errors import EncodingError, InputError
from elmo.limits import MAX_TABLE_UPLOAD_BYTES, MAX_UNPACKED_UPLOAD_BYTES
from elmo.representation import Representation, mix, representations
from elmo.views.numbers import short
from elmo.views.sentences import plain
from ui.shared import choices, files, keys

ENCODINGS = {
    "UTF-8": "utf-8-sig",
    "Western European (Windows-1252)": "cp1252",
    "Central European (Windows-1250)": "cp1250",
    "Cyrillic (Windows-1251)": "cp1251",
    "Japanese (Shift JIS)": "shift_jis",
    "Chinese (GB 18030)": "gb18030",
    "UTF-16": "utf-16",
}
"""Name on the screen -> Python's name."""


@dataclass(frozen=True)
class Choice:
    """What uses are compared by.

    Attributes:
        label: in a sentence: "layer 2", "the equal mix".
        by: the representation.
    """

    label: str
    by: Representation

    @property
    def weights(self) -> tuple[float, ...] | None:
        """Of the layers, normalized; None where the vector is no weighted sum of them."""
        return self.by.weights

    @property
    def layer(self) -> int | None:
        """The number of a layer alone; None for all others."""
        return self.by.layer


def layer_or_mix(
    n_representations: int,
    key: str,
    *,
    default: str | None = None,
    label: str = "Layer",
    in_address: bool = False,
    weighted_only: bool = False,
) -> Choice:
    """Choose a representation of the model, or the weights set on the Mixing page.

    Args:
        key: of the widget.
        default: the key of the representation chosen at first; the top layer when None.
        in_address: keep the choice in the address.
        weighted_only: offer single layers and mixes alone.
    """
    own = own_mix(n_representations)
    every = [
        each
        for each in representations(n_representations)
        if each.weights is not None or not weighted_only
    ]
    found = {each.key: each for each in every} | ({"mix": own} if own is not None else {})
    chosen = choices.one_of(
        label,
        list(found),
        default=default or str(n_representations - 1),
        format_func=lambda name: "Your mix" if name == "mix" else found[name].label,
        key=key,
        help="\n\n".join(f"**{each.label}**: {each.help}" for each in every)
        + "\n\n**Your mix** has the weights set on the Mixing page.",
        in_address=in_address,
        wrap=True,
    )
    by = found[chosen]
    if chosen == "mix" and by.weights is not None:
        st.query_params["weights"] = ",".join(f"{weight:.4g}" for weight in by.weights)
        return Choice(f"your mix ({', '.join(short(w) for w in by.weights)})", by)
    return Choice(by.in_words, by)


def own_mix(n_representations: int) -> Representation | None:
    """The mix with the weights set on the Mixing page or in the link, where they fit this model."""
    weights = current_weights(n_representations)
    if weights is None:
        return None
    return mix(weights, "your mix", f"mix {weights}", "The weights set on the Mixing page.")


def current_weights(n_representations: int) -> tuple[float, ...] | None:
    """The normalized weights set on the Mixing page or in the link, where they fit this model."""
    if keys.MIX_WEIGHTS not in st.session_state:
        linked = weights_of(st.query_params.get("weights", ""))
        if linked is not None:
            st.session_state[keys.MIX_WEIGHTS] = linked
    weights = st.session_state.get(keys.MIX_WEIGHTS)
    if weights is None or len(weights) != n_representations:
        return None
    return tuple(float(weight) for weight in weights)


def weights_of(text: str) -> tuple[float, ...] | None:
    """Weights written as in a link, ".2,.3,.5", brought to the sum 1; None when they are none."""
    try:
        weights = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    total = sum(weights)
    if not all(0 <= weight <= 1e6 for weight in weights) or not total:
        return None
    return tuple(weight / total for weight in weights)


@dataclass(frozen=True)
class Upload:
    """Sentences from a file.

    Attributes:
        name: of the file, without its ending.
        sentences: one a row, rows without one left out.
        labels: one a sentence, or None when no column was chosen for them.
        n_left_out: rows without a sentence.
    """

    name: str
    sentences: list[str]
    labels: list[str] | None
    n_left_out: int = 0


def upload_table(
    key: str, *, label: str = "Upload sentences", labels: bool = True
) -> Upload | None:
    """Take a TXT file (one sentence a line), or a table (CSV, TSV, XLSX) whose columns are chosen.

    Args:
        labels: also let a column of labels (senses, classes) be chosen.

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
    encoding = None if ending == "xlsx" else _encoding(file, key)
    if ending == "txt":
        return _lines(file.file_id, encoding, file)
    table = _table(file.file_id, encoding, None, file)
    has_header = st.toggle(
        "The first line has the columns' names",
        value=table.has_header,
        key=f"{key}-header-{file.file_id}",
    )
    if has_header != table.has_header:
        table = _table(file.file_id, encoding, has_header, file)
    st.caption(plain(table.understood()))
    chosen = st.selectbox(
        "Column of sentences",
        table.columns,
        index=tables.guess_sentences(table),
        key=f"{key}-sentences",
    )
    label_column = None
    if labels:
        none = "none"
        others = [none, *(c for c in table.columns if c != chosen)]
        guess = tables.guess_labels(table, others)
        picked = st.selectbox("Column of labels", others, index=guess, key=f"{key}-labels")
        label_column = None if picked == none else picked
    upload = _columns(file.file_id, encoding, has_header, chosen, label_column, table, file)
    if upload.n_left_out:
        st.caption(
            f"{upload.n_left_out:,} rows are left out: nothing stands in the column {plain(chosen)}."
        )
    return upload


def upload_text(file: Any, key: str) -> str:
    """An uploaded file's text; its encoding is found as every text's is, or asked for.

    Raises:
        ElmoError: it is no text, or not in the encoding that was chosen.
    """
    return _text(file.file_id, _encoding(file, key), file)


def _encoding(file: Any, key: str) -> str | None:
    """The encoding chosen where the file does not tell its own."""
    if _tells_encoding(file.file_id, file):
        return None
    chosen = st.selectbox(
        f"{plain(file.name)} is not UTF-8. Which encoding has it?",
        [name for name in ENCODINGS if name != "UTF-8"],
        key=f"{key}-encoding",
    )
    begin = file.getvalue()[:4000].decode(ENCODINGS[chosen], "replace")
    st.caption(f"It begins: {plain(begin[:120])}")
    return ENCODINGS[chosen]


@st.cache_data(scope="session", max_entries=8, show_spinner=False)
def _tells_encoding(file_id: str, _file: Any) -> bool:
    try:
        _read(_file, None)
    except EncodingError:
        return False
    return True


# What follows is done once a file, as it takes seconds for 50 MB.


@st.cache_resource(scope="session", max_entries=1, show_spinner="Reading the file …")
def _text(file_id: str, encoding: str | None, _file: Any) -> str:
    return _read(_file, encoding)


def _read(file: Any, encoding: str | None) -> str:
    return read_text(
        file.getvalue(), file.name, encoding=encoding, max_bytes=MAX_UNPACKED_UPLOAD_BYTES
    )


@st.cache_resource(scope="session", max_entries=2, show_spinner="Reading the table …")
def _table(file_id: str, encoding: str | None, header: bool | None, _file: Any) -> tables.Table:
    return tables.read_table(_file.getvalue(), _file.name, encoding=encoding, header=header)


@st.cache_resource(scope="session", max_entries=1, show_spinner="Reading the file …")
def _lines(file_id: str, encoding: str | None, _file: Any) -> Upload:
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
    _file: Any,
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
