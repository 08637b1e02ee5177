"""Uses of several tokens, such as New York: which vector stands for them, and how words are read."""

from collections.abc import Sequence
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


def with_heads(uses: Sequence[Usage]) -> list[Usage]:
    """The uses; where some have several tokens, what stands for them is asked for and said."""
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
        help="A model has a vector for each token. A use of several tokens is one use: its vector is "
        "the mean of theirs, or that of its head.",
    )
    st.caption(
        f"“{plain(longest.form)}” has {longest.length} tokens ({plain(' · '.join(tokens))}); its "
        f"vector is {'that of ' if head != 'mean' else ''}{_NAMES[head]}."
    )
    return [replace(use, head=cast(Head, head)) for use in uses]


def say_how_read(sentences: Sequence[Sequence[str]], forms: Sequence[Sequence[str]]) -> None:
    """Say once where the model reads words in another form, or different words as the same."""
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
            "the text it learned from. The sentences are shown as they are written."
        )
