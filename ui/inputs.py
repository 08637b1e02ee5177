"""Inputs that several pages have: a layer or mix, and a table or text to upload."""

from dataclasses import dataclass

import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_TABLE_UPLOAD_BYTES
from ui import tables

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
    """A layer or a mix of layers.

    Attributes:
        label: as people read it, "layer 2".
        weights: normalized, one a layer; they sum to 1.
        layer: its number, or None for a mix.
    """

    label: str
    weights: tuple[float, ...]
    layer: int | None = None


def layer_or_mix(
    n_representations: int, key: str, *, default: int | None = None, label: str = "Layer"
) -> Choice:
    """Choose a layer, the equal mix, or the weights set on the Mixing page.

    Args:
        key: of the widget. "layer" is kept in the address.
        default: the layer chosen at first; the top one when None.
    """
    own = current_weights(n_representations)
    names = {str(i): f"Layer {i}" for i in range(n_representations)} | {"mean": "Equal mix"}
    if own is not None:
        names["mix"] = "Your mix"
    chosen = st.segmented_control(
        label,
        list(names),
        default=str(n_representations - 1 if default is None else default),
        required=True,
        format_func=names.__getitem__,
        key=key,
        help="Layer 0 knows only the word's letters. Each layer above has read more of the "
        "sentence. “Your mix” has the weights set on the Mixing page.",
        bind="query-params" if key == "layer" else None,
    )
    if chosen == "mix" and own is not None:
        st.query_params["weights"] = ",".join(f"{weight:.4g}" for weight in own)
        return Choice(f"your mix ({', '.join(f'{w:.2f}' for w in own)})", own)
    if chosen == "mean":
        return Choice("the equal mix", (1 / n_representations,) * n_representations)
    layer = int(chosen)
    return Choice(
        f"layer {layer}", tuple(float(i == layer) for i in range(n_representations)), layer
    )


def current_weights(n_representations: int) -> tuple[float, ...] | None:
    """The normalized weights set on the Mixing page or in the link, where they fit this model."""
    if "mix_weights" not in st.session_state:
        linked = weights_of(st.query_params.get("weights", ""))
        if linked is not None:
            st.session_state["mix_weights"] = linked
    weights = st.session_state.get("mix_weights")
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
        sentences: one a row, empty ones left out.
        labels: one a sentence, or None when no column was chosen for them.
    """

    name: str
    sentences: list[str]
    labels: list[str] | None


def upload_table(
    key: str, *, label: str = "Upload sentences", labels: bool = True
) -> Upload | None:
    """Take a TXT file (one sentence a line), or a CSV or TSV table whose columns are chosen.

    Args:
        labels: also let a column of labels (senses, classes) be chosen.

    Raises:
        InputError: the file is too large, empty or cannot be read.
    """
    file = st.file_uploader(
        label,
        type=["txt", "csv", "tsv"],
        key=key,
        max_upload_size=MAX_TABLE_UPLOAD_BYTES // 1024**2,
        help="TXT with one sentence a line, or CSV/TSV with a header. It stays on this machine.",
    )
    if file is None:
        return None
    if file.size > MAX_TABLE_UPLOAD_BYTES:
        raise InputError(
            f"{file.name} has {file.size / 1024**2:.0f} MB, at most "
            f"{MAX_TABLE_UPLOAD_BYTES // 1024**2} MB are taken; use `python -m elmo index` for a corpus."
        )
    text = decoded(file.getvalue(), file.name, key)
    name = file.name.rsplit(".", 1)[0]
    if file.name.lower().endswith(".txt"):
        return Upload(name, tables.lines(text, file.name), None)
    table = tables.read(text, file.name)
    chosen = st.selectbox(
        "Column of sentences",
        table.columns,
        index=tables.guess_sentences(table),
        key=f"{key}-sentences",
    )
    none = "none"
    label_column = none
    if labels:
        others = [none, *(c for c in table.columns if c != chosen)]
        guess = tables.guess_labels(table, others)
        label_column = st.selectbox("Column of labels", others, index=guess, key=f"{key}-labels")
    rows = [row for row in table.rows if row[table.columns.index(chosen)].strip()]
    if not rows:
        raise InputError(f"{file.name}: the column {chosen!r} is empty; choose another.")
    return Upload(
        name,
        [row[table.columns.index(chosen)] for row in rows],
        None if label_column == none else [row[table.columns.index(label_column)] for row in rows],
    )


def decoded(data: bytes, name: str, key: str) -> str:
    """The file's text: its encoding is known from its first bytes, is UTF-8, or is asked for."""
    text = tables.decode(data)
    if text is not None:
        return text
    chosen = st.selectbox(
        f"{name} is not UTF-8. Which encoding has it?",
        [e for e in ENCODINGS if e != "UTF-8"],
        key=f"{key}-encoding",
    )
    try:
        text = data.decode(ENCODINGS[chosen])
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not {chosen} (byte {error.start:,} cannot be read); choose another encoding."
        ) from None
    st.caption(f"It begins: {text[:120]}")
    return text
