"""Uses of several tokens, such as New York: the choice of their vector; and notes on forms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import streamlit as st

from elmo.model.characters import equal_words_remark, words_made_equal
from elmo.usages import Head, Usage
from elmo.views.sentences import plain
from ui.shared import choices

_NAMES: dict[str, str] = {
    "mean": "the mean of its words",
    "first": "its first word",
    "last": "its last word",
}


def counted(counts: Mapping[str, int], most: int | None = None) -> str:
    """Forms with their counts for a caption; "…" stands for those after the first `most`."""
    shown = [f"{plain(form)} {n:,}" for form, n in list(counts.items())[:most]]
    return ", ".join(shown if len(shown) == len(counts) else [*shown, "…"])


def with_heads(uses: Sequence[Usage]) -> list[Usage]:
    """The uses; if some have several tokens, the person chooses whose vector is theirs."""
    longest = max(uses, key=lambda use: use.length, default=None)
    if longest is None or longest.length == 1:
        return list(uses)
    tokens = longest.tokens[longest.position : longest.end]
    head = choices.one_of(
        "Vector of several words",
        list(_NAMES),
        default="mean",
        format_func=lambda head: _NAMES[head],
        key="uses_head",
        help="A model gives a vector for each token. For a use of several tokens take the mean of their "
        "vectors, or the vector of the first or last token.",
    )
    st.caption(
        f"“{plain(longest.form)}” has {longest.length} tokens ({plain(' · '.join(tokens))}); its "
        f"vector is {'that of ' if head != 'mean' else ''}{_NAMES[head]}."
    )
    return [replace(use, head=cast(Head, head)) for use in uses]


def say_how_read(sentences: Sequence[Sequence[str]], forms: Sequence[Sequence[str]]) -> None:
    """Say which words the model reads in another form, and which different words it reads as the same."""
    if equal := equal_words_remark(words_made_equal(word for words in forms for word in words)):
        st.caption(plain(equal))
    changed = {
        word: form
        for words, read in zip(sentences, forms, strict=True)
        for word, form in zip(words, read, strict=True)
        if word != form
    }
    if changed:
        some = ", ".join(
            f"{plain(word)} as {plain(form)}" for word, form in list(changed.items())[:3]
        )
        st.caption(
            f"The model reads {some}: apostrophes, quotes, hyphens and accents in one form each, as in "
            "the text it was trained on. The screen shows the sentences unchanged."
        )
