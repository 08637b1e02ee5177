"""Sentences that a person brings to Word in context: typed, pasted, or out of a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_WORD_USES
from elmo.tokenizer import Sentence
from elmo.usages import Usage, find_usages, forms_of
from ui.shared import choices, inputs

OCCURRENCES = EVERY, FIRST, LAST = "every one", "the first", "the last"
_MANY_LINES, _MOST_LINES = 5_000, 20_000

Line = tuple[str, str | None]
"""A piece of text, and the sense of the word in it."""


def typed() -> list[Line]:
    """Sentences typed or pasted."""
    text = st.text_area(
        "Sentences",
        key="uses_text",
        height=170,
        persist_state="session",
        placeholder="The spring in the pen broke. | coil\nWe drank from a cold spring. | water",
        help="Type or paste: running text, or one sentence a line. A sense, where you know it, "
        "stands after a bar at the end of the line; you can also give it in the table below.",
    )
    return [split_sense(line) for line in text.splitlines() if line.strip()]


def split_sense(line: str) -> Line:
    """A line, and the sense after its last bar."""
    sentence, bar, sense = line.rpartition("|")
    if bar and sentence.strip() and sense.strip():
        return sentence.strip(), sense.strip()
    return line.strip().removesuffix("|").strip(), None


def uploaded() -> list[Line]:
    """Sentences out of a file, with the senses of a column.

    Raises:
        InputError: the file cannot be read.
    """
    upload = inputs.upload_table("word-upload", label="A file of sentences, up to 50 MB")
    if upload is None:
        return []
    kept = st.session_state.get("uses_uploaded")
    if kept is None or kept[0] is not upload:
        labels = upload.labels or [""] * len(upload.sentences)
        lines = [(t, s.strip() or None) for t, s in zip(upload.sentences, labels, strict=True)]
        kept = st.session_state["uses_uploaded"] = upload, lines
    return kept[1]


def uses(word: str, lines: Sequence[Line], seed: int, most: int = MAX_WORD_USES) -> list[Usage]:
    """The uses of the word in these lines; its forms, and which occurrence, are asked for.

    Raises:
        InputError: the word does not stand in the text.
    """
    text = _split(word, lines, seed)
    for notice in text.notices:
        st.caption(notice)
    found = text.sentences
    counts = forms_of((sentence for sentence, _ in found), word)
    if not counts:
        raise InputError(missing(word, len(lines)))
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    forms = left.multiselect(
        "Forms to compare",
        list(counts),
        default=list(counts),
        format_func=lambda form: f"{form} ({counts.get(form, 'added')})",
        key=f"uses-forms-{word}-{' '.join(sorted(counts))}",
        accept_new_options=True,
        help="The forms of the word that stand in your sentences, and how often. Type others that "
        "belong to it, such as sprang.",
    )
    found_uses = [
        (replace(use, sense=sense), number)
        for number, (sentence, sense) in enumerate(found)
        for use in find_usages([sentence], forms)
    ]
    if not found_uses:
        raise InputError(
            f"no form of {word!r} that stands in the text is chosen; choose at least one."
        )
    if len({number for _, number in found_uses}) < len(found_uses):
        which = choices.one_of(
            "In a sentence with several",
            OCCURRENCES,
            default=OCCURRENCES[0],
            key="uses_occurrence",
            place=right,
            help="Which occurrence of the word to compare where a sentence has more than one.",
        )
        found_uses = pick(found_uses, which)
    kept = [use for use, _ in found_uses]
    if len(kept) > most:
        drawn = np.random.default_rng(seed).choice(len(kept), most, replace=False)
        st.caption(
            f"{len(kept):,} uses were found. {most:,} of them are compared, drawn at random "
            f"with seed {seed}."
        )
        kept = [kept[i] for i in sorted(drawn)]
    return kept


def pick(uses: Sequence[tuple[Usage, int]], which: str) -> list[tuple[Usage, int]]:
    """Every use, or the first or last one of each sentence (told apart by its number)."""
    if which == EVERY:
        return list(uses)
    chosen: dict[int, tuple[Usage, int]] = {}
    for use, number in uses:
        if which == LAST or number not in chosen:
            chosen[number] = (use, number)
    return list(chosen.values())


def missing(word: str, n_lines: int) -> str:
    """What to say when the word does not stand in the text."""
    return (
        f"{word!r} does not stand in the {n_lines:,} line{'s' * (n_lines != 1)} given, in no letter case "
        "and with no common ending; check the spelling, or give other sentences."
    )


@dataclass(frozen=True)
class _Text:
    """The sentences of a text that may hold the word, each with its line's sense, and what to say."""

    key: int
    sentences: list[tuple[Sentence, str | None]]
    notices: list[str]


def _split(word: str, lines: Sequence[Line], seed: int) -> _Text:
    """Split the lines into sentences, once; of many lines only those that look like having the word."""
    key = hash((word, seed, tuple(lines)))
    kept = st.session_state.get("uses_split")
    if kept is None or kept.key != key:
        kept = st.session_state["uses_split"] = _read(word, lines, seed, key)
    return kept


def _read(word: str, lines: Sequence[Line], seed: int, key: int) -> _Text:
    from elmo.tokenizer import process

    notices = {}
    likely = list(lines)
    if len(likely) > _MANY_LINES:
        stem = word.casefold()[: max(1, len(word) - 1)]
        likely = [line for line in lines if stem in line[0].casefold()]
    if len(likely) > _MOST_LINES:
        drawn = np.random.default_rng(seed).choice(len(likely), _MOST_LINES, replace=False)
        notices[
            f"{len(likely):,} lines may have the word; {_MOST_LINES:,} of them, drawn at random with seed "
            f"{seed}, were read. For all of them: `python -m elmo index`, and “A corpus” above."
        ] = None
        likely = [likely[i] for i in sorted(drawn)]
    found: list[tuple[Sentence, str | None]] = []
    bar = st.progress(0.0) if len(likely) > 1000 else None
    for number, (text, sense) in enumerate(likely):
        if bar is not None and not number % 500:
            bar.progress(number / len(likely), f"Reading line {number:,} of {len(likely):,}")
        document = process(text)
        if document.notice:
            notices[document.notice] = None
        found += [(sentence, sense) for sentence in document]
    if bar is not None:
        bar.empty()
    return _Text(key, found, list(notices))
