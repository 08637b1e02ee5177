"""Change: the two sets of texts from two indexed corpora, or from the documents of one."""

import streamlit as st

from elmo.corpus.index import CorpusIndex
from elmo.tasks.change.documents import columns
from elmo.tasks.change.sides import Side
from ui.change import split
from ui.change.uploads import Sides
from ui.uses import corpus_upload


def sides() -> Sides | None:
    """Ask for two indexed corpora; the same corpus twice is split by its documents."""
    known = corpus_upload.indexes()
    if not known:
        st.info(
            "There is no indexed corpus. Make one with `python -m elmo index TEXTS --output NAME.index` in the "
            "folder of indexes, or choose two files."
        )
        return None
    with st.container(border=True, horizontal=True):
        names = [
            st.selectbox(label, list(known), key=f"change_corpus_{side}", bind="query-params")
            for side, label in (("old", "Old texts"), ("new", "New texts"))
        ]
    old, new = (CorpusIndex(known[name]) for name in names)
    if names[0] != names[1]:
        return Side(names[0], old), Side(names[1], new)
    return _documents(old, names[0])


def _documents(index: CorpusIndex, corpus: str) -> Sides | None:
    """Ask how to split the documents of one corpus; gives the two groups."""
    documents = [document.name for document in index.documents]
    by_name = columns(documents)
    if not by_name:
        st.info(f"{corpus} has one document. Choose another corpus for one of the sides.")
        return None
    column = st.selectbox(
        "Split its documents by", list(by_name), key="change_corpus_by", width=300
    )
    values = by_name[column]
    chosen = split.ask(values, "documents", f"change_corpus_{corpus}_{column[:4]}")
    if chosen is None:
        return None
    is_new, names = chosen
    groups = [
        tuple(
            name for name, value in zip(documents, values, strict=True) if is_new(value) is wanted
        )
        for wanted in (False, True)
    ]
    return Side(names[0], index, groups[0]), Side(names[1], index, groups[1])
