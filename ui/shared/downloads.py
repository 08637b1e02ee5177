"""Download buttons for tables, vectors and charts. A file is made when its button is pressed."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from elmo.corpus import spreadsheets
from elmo.corpus.spreadsheets import without_formula

PLOTLY_CONFIG = {"displaylogo": False, "showSendToCloud": False, "plotlyServerURL": ""}
"""Plotly's settings for every chart and export. They remove the button that uploads a chart, with the sentences
in the chart, to Plotly's server."""

_UPLOAD_ADDRESS = "https://cloud.plotly.com/newchart"
"""The address in Plotly's script to which the upload would go."""


def table(
    df: pd.DataFrame | Callable[[], pd.DataFrame],
    name: str,
    *,
    label: str = "",
    key: str | None = None,
) -> None:
    """Buttons that save a table as CSV and as XLSX, without formulas.

    Args:
        df: the table, or a function that makes the table when a button is pressed.
        label: the table's name, before the format's name on the buttons.
    """
    every = (
        ("CSV", "text/csv", csv_bytes),
        ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_bytes),
    )
    with st.container(horizontal=True):
        for format, mime, made in every:
            _button(
                f"{label} ({format})" if label else format,
                lambda made=made: made(df() if callable(df) else df),
                f"{name}.{format.lower()}",
                mime,
                key and (key if format == "CSV" else f"{key}-xlsx"),
            )


def csv_bytes(df: pd.DataFrame) -> bytes:
    """The table as CSV; a text that a spreadsheet would run as a formula gets a leading '."""
    return _without_formulas(df).to_csv(index=False).encode("utf-8-sig")


def xlsx_bytes(df: pd.DataFrame) -> bytes:
    """The table as a workbook (`elmo.corpus.spreadsheets.xlsx_bytes`)."""
    return spreadsheets.xlsx_bytes([list(df.columns), *df.itertuples(index=False, name=None)])


def _without_formulas(df: pd.DataFrame) -> pd.DataFrame:
    safe = df.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = safe[column].map(without_formula)
    safe.columns = [without_formula(column) for column in safe.columns]
    return safe


def tsv_pair(
    vectors: Float[np.ndarray, "points dim"],
    metadata: pd.DataFrame,
    name: str,
    *,
    key: str | None = None,
) -> None:
    """Buttons that save two files for the Embedding Projector (projector.tensorflow.org): vectors and labels."""
    _button(
        "Vectors (TSV)",
        lambda: vectors_tsv(vectors),
        f"{name}-vectors.tsv",
        "text/tab-separated-values",
        key and f"{key}-v",
    )
    _button(
        "Labels (TSV)",
        lambda: metadata_tsv(metadata),
        f"{name}-labels.tsv",
        "text/tab-separated-values",
        key and f"{key}-m",
    )


def vectors_tsv(vectors: Float[np.ndarray, "points dim"]) -> bytes:
    """One vector a line, without a header, with so many digits that the same float32 is read back."""
    out = io.BytesIO()
    np.savetxt(out, np.asarray(vectors), delimiter="\t", fmt="%.9g")
    return out.getvalue()


def metadata_tsv(metadata: pd.DataFrame) -> bytes:
    """One row for each vector; a header only with two columns or more, as the Projector expects."""
    clean = metadata.map(lambda v: without_formula(" ".join(str(v).split())))
    clean.columns = [without_formula(" ".join(str(name).split())) for name in clean.columns]
    return clean.to_csv(sep="\t", index=False, header=metadata.shape[1] > 1).encode()


def hdf5(
    arrays: Mapping[str, np.ndarray | Sequence[str] | str],
    name: str,
    *,
    key: str | None = None,
) -> None:
    """A button that saves arrays and texts in one HDF5 file, each under its name."""
    _button("Vectors (HDF5)", lambda: hdf5_bytes(arrays), f"{name}.hdf5", "application/x-hdf5", key)


def hdf5_bytes(arrays: Mapping[str, np.ndarray | Sequence[str] | str]) -> bytes:
    """The bytes of the HDF5 file; texts are stored as UTF-8."""
    import h5py

    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        for key, value in arrays.items():
            if isinstance(value, np.ndarray):
                file.create_dataset(key, data=value, compression="gzip" if value.ndim else None)
            else:
                file.create_dataset(
                    key,
                    data=value if isinstance(value, str) else list(value),
                    dtype=h5py.string_dtype(),
                )
    return out.getvalue()


def text(content: str, name: str, *, key: str) -> None:
    """A button that saves a text as UTF-8."""
    _button("Sentences (TXT)", content.encode, f"{name}.txt", "text/plain", key)


def html(fig: Any, name: str, *, caption: str = "", key: str | None = None) -> None:
    """A button that saves a figure as a web page, which works without a network."""
    _button(
        "HTML",
        lambda: html_bytes(fig, caption),
        f"{name}.html",
        "text/html",
        key,
        help="The picture as a web page that works offline",
        type="tertiary",
    )


CAPTION_PIXELS = 26
"""Height of the caption below a saved picture, in pixels."""


def html_bytes(fig: Any, caption: str = "") -> bytes:
    """The bytes of the web page; Plotly's script is in the page, and no server is asked."""
    import plotly.io

    layout = {"template": "plotly_white", **fig["layout"]}
    if caption:
        margin = layout.get("margin", {})
        layout["title"] = {"text": caption, "x": 0.01, "y": 0.005, "yref": "container", "yanchor": "bottom", "font": {"size": 12}}  # fmt: skip
        layout["margin"] = margin | {"b": margin.get("b", 80) + CAPTION_PIXELS}
    plain = {**fig, "layout": layout}
    page = plotly.io.to_html(plain, config={**PLOTLY_CONFIG}, include_plotlyjs=True)
    return page.replace(_UPLOAD_ADDRESS, "").encode()


def _button(label: str, data: Any, file_name: str, mime: str, key: str | None, **more: Any) -> None:
    more.setdefault("icon", ":material/download:")
    if more.get("type") == "tertiary":
        more["icon"] = None
    st.download_button(
        label, data, file_name, mime, key=key or f"download-{file_name}", on_click="ignore", **more
    )
