"""A file with another model's vectors (such as BERT's) as the second of two models."""

import hashlib
from pathlib import Path

import streamlit as st

from elmo.limits import MAX_VECTOR_UPLOAD_BYTES
from elmo.views.vector_files import from_file
from ui.shared import downloads, files, inputs
from ui.uses.choose import Chosen
from ui.uses.vectors import ChosenVectors
from ui.word.models_senses import Side

FILE = "Vectors from a file"
"""The name in the list of models."""


def ask(chosen: Chosen) -> files.KeptFile | None:
    """Ask for the file, and offer the sentences whose vectors it must have.

    Raises:
        InputError: the file is too large.
    """
    file = files.ask(
        "Vectors of these sentences (HDF5 or npz)",
        key="word_vectors",
        types=["hdf5", "h5", "npz"],
        most_bytes=MAX_VECTOR_UPLOAD_BYTES,
        instead="give fewer sentences or fewer layers",
        help="The layout of `python -m elmo embed`: for sentence i, counted from 0, a data set named i of "
        "shape (layers, words, dim), or (words, dim) for one layer.",
    )
    st.caption(
        f"A data set for each of the {len(chosen.uses)} sentences, in their order, with a vector for each "
        "word. This file has the sentences as they are split here, one a line, blanks between words:"
    )
    lines = "".join(" ".join(use.tokens) + "\n" for use in chosen.uses)
    downloads.text(lines, f"{chosen.word}-sentences-in-words", key="word-vectors-sentences")
    return file


def side(file: files.KeptFile, chosen: Chosen, whole: bool, less_mean: bool) -> Side:
    """Ask for a layer or mix of the file's vectors; gives the side of the comparison.

    Raises:
        InputError: the file cannot be read, or does not fit the sentences.
    """
    runs = [(use.tokens, use.vector_run) for use in chosen.uses]
    key = hashlib.sha256(repr((file.file_id, whole, runs)).encode()).hexdigest()
    vectors = _read(key, whole, file.path, file.name, chosen)
    if less_mean:
        vectors = vectors.less_the_mean()
    n = vectors.n_layers
    choice = inputs.layer_or_mix(n, f"word_models_layer_file{n}", weighted_only=True)
    return Side(file.name, choice, vectors)


@st.cache_resource(max_entries=8, show_spinner="Reading the vectors …")
def _read(key: str, whole: bool, _path: Path, _name: str, _chosen: Chosen) -> ChosenVectors:
    return ChosenVectors(key, from_file(_chosen.uses, _path, _name, whole), whole)
