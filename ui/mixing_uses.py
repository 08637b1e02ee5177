"""The uses of a word that the Mixing page works on: an example, or the person's own sentences."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_MIXING_USES
from elmo.usages import Usage, example_names, find_usages, forms_of, read_examples
from ui import inputs, share

OWN = "own"


def choose() -> tuple[str, tuple[Usage, ...]]:
    """Ask for a word and its sentences.

    Returns:
        The word, and its uses: those with one sense beside each other.

    Raises:
        InputError: no use, or too many.
    """
    names = example_names()
    chosen = st.selectbox(
        "Sentences with the word",
        [*names, OWN],
        index=names.index("bank"),
        format_func=lambda name: "… a word of my own" if name == OWN else name,
        key="example",
        bind="query-params",
        help="Each example is a word in 14 to 22 sentences, with the sense of every use.",
        width=320,
    )
    if chosen != OWN:
        return chosen, by_sense(read_examples(chosen))
    return _own()


def by_sense(uses: Sequence[Usage]) -> tuple[Usage, ...]:
    """The uses, those with one sense beside each other, in the order of their first use."""
    order = list(dict.fromkeys(use.sense for use in uses))
    return tuple(sorted(uses, key=lambda use: order.index(use.sense)))


def _own() -> tuple[str, tuple[Usage, ...]]:
    linked = share.sentences()
    if linked is not None and "mixing_text" not in st.session_state:
        st.session_state["mixing_text"] = "\n".join(linked)
    with st.container(border=True):
        word = st.text_input("Word", key="word", bind="query-params", width=320)
        text = st.text_area(
            "Sentences, one a line",
            key="mixing_text",
            height=160,
            placeholder="The bank raised its rates. | money\nWe sat on the grassy bank. | river",
            help="The sense, where you know it, stands after a bar. With a sense for every use the "
            "page says how well each mix tells them apart.",
        )
        upload = inputs.upload_table("mixing-upload", label="Or a file of sentences")
    if upload is not None:
        labels = upload.labels or [""] * len(upload.sentences)
        lines = list(zip(upload.sentences, labels, strict=True))
    else:
        lines = [_split(line) for line in text.splitlines() if line.strip()]
    if not word.strip() or not lines:
        st.info("Type a word, and sentences that it stands in.")
        st.stop()
    share.link({}, [f"{sentence} | {sense}" if sense else sentence for sentence, sense in lines])
    uses, without = find(word.strip(), lines)
    if without:
        shown = ", ".join(str(number) for number in without[:12])
        st.caption(
            f"“{word.strip()}” does not stand in {len(without)} of {len(lines)} lines "
            f"({shown}{', …' if len(without) > 12 else ''}); they are left out."
        )
    return word.strip(), by_sense(uses)


def _split(line: str) -> tuple[str, str]:
    """A line and the sense after its last bar, "" without one."""
    sentence, bar, sense = line.rpartition("|")
    return (sentence.strip(), sense.strip()) if bar and sentence.strip() else (line.strip(), "")


def find(word: str, lines: Sequence[tuple[str, str]]) -> tuple[list[Usage], list[int]]:
    """The uses of a word, in any form, with the sense of their line; and the lines without one.

    Raises:
        InputError: fewer than two uses, or more than the page can show.
    """
    from elmo.tokenizer import tokenize

    sentences = [tokenize(sentence) for sentence, _ in lines]
    forms = list(forms_of(sentences, word))
    uses: list[Usage] = []
    without = []
    for number, (sentence, (_, sense)) in enumerate(zip(sentences, lines, strict=True), 1):
        found = find_usages([sentence], forms)
        uses += [replace(use, sense=sense or None) for use in found]
        if not found:
            without.append(number)
    if len(uses) < 2:
        raise InputError(
            f"{word!r} stands {len(uses)} times in these {len(lines)} lines; a mix is shown by "
            "comparing uses, so at least 2 are needed."
        )
    if len(uses) > MAX_MIXING_USES:
        raise InputError(
            f"{word!r} stands {len(uses):,} times in these lines, at most {MAX_MIXING_USES} uses "
            "are shown; take some of the lines."
        )
    return uses, without
