"""A person's own sentences, typed, pasted or from a file, and the uses of the word in them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from elmo.corpus.suggest import nearest_words
from elmo.errors import InputError
from elmo.inflections import inflections, related_forms
from elmo.limits import MAX_WORD_USES
from elmo.normal_form import comparison_form
from elmo.targets import never_found, target
from elmo.tokenizer import Sentence, process, split_lines, tokenize
from elmo.usages import Usage, find_usages, forms_of
from elmo.views.sentences import plain
from ui.shared import choices, uploads
from ui.uses.runs import counted, say_how_read, with_heads

OCCURRENCES = EVERY, FIRST, LAST = "every one", "the first", "the last"
_MANY_LINES, _MOST_LINES = 5_000, 20_000
_SAMPLE_LINES, _MOSTLY = 100, 0.7

Line = tuple[str, str | None]
"""A line of text, and the sense of the word there (None if not given)."""


def typed_lines() -> list[Line]:
    """Ask for typed or pasted lines."""
    text = st.text_area(
        "Sentences",
        key="uses_text",
        height=170,
        persist_state="session",
        placeholder="The spring in the pen broke. | coil\nWe drank from a cold spring. | water",
        help="Type or paste: running text, or one sentence a line. A sense, where you know it, "
        "is written after a bar at the end of the line; you can also type it into the table below.",
    )
    return [split_sense(line) for line in split_lines(text) if line.strip()]


def split_sense(line: str) -> Line:
    """The text of a line, and the sense after its last bar."""
    sentence, bar, sense = line.rpartition("|")
    if bar and sentence.strip() and sense.strip():
        return sentence.strip(), sense.strip()
    return line.strip().removesuffix("|").strip(), None


def uploaded_lines() -> list[Line]:
    """Ask for a file: its sentences, with the senses of a column.

    Raises:
        InputError: the file cannot be read.
    """
    upload = uploads.ask_table("word-upload", label="A file of sentences, up to 50 MB")
    if upload is None:
        return []
    stored = st.session_state.get("uses_uploaded")
    if stored is None or stored[0] is not upload:
        labels = upload.labels or [""] * len(upload.sentences)
        lines = [(t, s.strip() or None) for t, s in zip(upload.sentences, labels, strict=True)]
        stored = st.session_state["uses_uploaded"] = upload, lines
    return stored[1]


def uses(word: str, lines: Sequence[Line], seed: int, most: int = MAX_WORD_USES) -> list[Usage]:
    """The uses of the word in these lines; asks for the word's forms, and for the occurrence within a sentence.

    Raises:
        InputError: the word is not in the text.
    """
    whole_lines = st.toggle(
        "One sentence a line",
        value=_one_sentence_a_line(lines),
        key=f"uses-one-a-line-{hash(tuple(lines[:_SAMPLE_LINES]))}",
        help="On: each line is one sentence, whatever its punctuation. Off: lines are split into "
        "sentences. At first it is on if most lines hold one sentence.",
    )
    text = _split(word, lines, seed, whole_lines)
    for notice in text.notices:
        st.caption(notice)
    sentences = [sentence for sentence, _, _ in text.sentences]
    counts = forms_of(sentences, word)
    if not counts:
        raise InputError(missing(word, len(lines), sentences))
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    own = inflections(word)
    # The labels are the forms alone: the browser sends labels, and those of an earlier text would be new options.
    forms = left.multiselect(
        "Forms to compare",
        list(counts),
        default=[form for form in counts if comparison_form(form) in own] or list(counts),
        key=f"uses-forms-{word}-{' '.join(sorted(counts))}",
        accept_new_options=True,
        help="The forms of the word in your sentences. You can type more forms.",
    )
    if len(counts) > 1:
        st.caption(f"Forms in the text: {counted(counts)}")
    found_uses = [
        (replace(use, sense=sense), number)
        for number, (sentence, sense, _) in enumerate(text.sentences)
        for use in find_usages([sentence], forms)
    ]
    if not found_uses:
        raise InputError(
            f"no form of {word!r} that stands in the text is chosen; choose at least one."
        )
    with_use = {text.sentences[number][2] for _, number in found_uses}
    if left_out := _why_left_out(word, lines, with_use):
        st.caption(left_out)
    if len({number for _, number in found_uses}) < len(found_uses):
        which = choices.one_of(
            "In a sentence with several",
            OCCURRENCES,
            default=OCCURRENCES[0],
            key="uses_occurrence",
            place=right,
            help="The occurrence of the word to compare, if a sentence has more than one.",
        )
        found_uses = pick(found_uses, which)
    compared = [use for use, _ in found_uses]
    if len(compared) > most:
        drawn = np.random.default_rng(seed).choice(len(compared), most, replace=False)
        st.caption(
            f"{len(compared):,} uses were found. {most:,} of them are compared, drawn at random "
            f"with seed {seed}."
        )
        compared = [compared[i] for i in sorted(drawn)]
    say_how_read([use.tokens for use in compared], [use.forms for use in compared])
    return with_heads(compared)


def _one_sentence_a_line(lines: Sequence[Line]) -> bool:
    """True if most of the first lines hold one sentence, and there are several lines."""
    sample = [text for text, _ in lines[:_SAMPLE_LINES]]
    n_single = sum(len(process(text[:2000])) == 1 for text in sample)
    return len(sample) > 1 and n_single >= _MOSTLY * len(sample)


def _why_left_out(word: str, lines: Sequence[Line], with_use: set[int]) -> str:
    """The sentence on lines without a use, with the reasons; "" if every line has one."""
    others = [text for number, (text, _) in enumerate(lines) if number not in with_use]
    if not others:
        return ""
    folded = comparison_form(word)
    within = [text for text in others if folded in comparison_form(text)]
    reasons = []
    if len(others) > len(within):
        reasons.append(f"{len(others) - len(within):,} have no chosen form")
    if within:
        at = comparison_form(within[0]).find(folded)
        shown = within[0][max(0, at - 12) : at + len(word) + 12]
        reasons.append(
            f"{len(within):,} have “{plain(word)}” only as part of other words or signs "
            f"(“{plain(shown)}”): put blanks around the word, or delete tags"
        )
    return f"{len(with_use):,} of {len(lines):,} lines have a use. Left out: {'; '.join(reasons)}."


def pick(uses: Sequence[tuple[Usage, int]], which: str) -> list[tuple[Usage, int]]:
    """Every use, or the first or last use of each sentence; uses come with their sentence's number."""
    if which == EVERY:
        return list(uses)
    chosen: dict[int, tuple[Usage, int]] = {}
    for use, number in uses:
        if which == LAST or number not in chosen:
            chosen[number] = (use, number)
    return list(chosen.values())


def missing(word: str, n_lines: int, sentences: Sequence[Sentence] = ()) -> str:
    """The error message for a word that is not in the text, with similar words of the text."""
    counts = Counter(comparison_form(token) for sentence in sentences for token in sentence)
    known = [(token, n) for token, n in counts.items() if any(map(str.isalnum, token))]
    near = nearest_words(comparison_form(word), [t for t, _ in known], [n for _, n in known], 3)
    return (
        f"{word!r} does not stand in the {n_lines:,} line{'s' * (n_lines != 1)} given, in no letter case "
        "and in no other form; check the spelling, or give other sentences."
        + (f" Written most alike: {', '.join(near)}." if near else "")
        + f" {never_found(word)}".rstrip()
    )


@dataclass(frozen=True)
class _Text:
    """The sentences that may hold the word, each with the sense and the number of its line."""

    key: int
    sentences: list[tuple[Sentence, str | None, int]]
    notices: list[str]


def _split(word: str, lines: Sequence[Line], seed: int, whole_lines: bool) -> _Text:
    """The lines' sentences, split once; of many lines only those with a beginning of the word."""
    key = hash((word, seed, whole_lines, tuple(lines)))
    text = st.session_state.get("uses_split")
    if text is None or text.key != key:
        text = st.session_state["uses_split"] = _read(word, lines, seed, whole_lines, key)
    return text


def _read(word: str, lines: Sequence[Line], seed: int, whole_lines: bool, key: int) -> _Text:
    """Split the lines, with a progress bar for many."""
    notices = {}
    likely = list(range(len(lines)))
    if len(likely) > _MANY_LINES:
        first, *more = target(word).tokens
        # The text may have other blanks between the words than the query.
        stems = {first} if more else {first[:-1] or first, *related_forms(word)}
        any_stem = re.compile("|".join(map(re.escape, sorted(stems))))
        likely = [i for i in likely if any_stem.search(comparison_form(lines[i][0]))]
    if len(likely) > _MOST_LINES:
        drawn = np.random.default_rng(seed).choice(len(likely), _MOST_LINES, replace=False)
        notices[
            f"{len(likely):,} lines may have the word; {_MOST_LINES:,} of them, drawn at random with seed "
            f"{seed}, were read. For all of them: `python -m elmo index`, and “A corpus” above."
        ] = None
        likely = [likely[i] for i in drawn]
    split: list[tuple[Sentence, str | None, int]] = []
    bar = st.progress(0.0) if len(likely) > 1000 else None
    for n_read, number in enumerate(likely):
        text, sense = lines[number]
        if bar is not None and not n_read % 500:
            bar.progress(n_read / len(likely), f"Reading line {n_read:,} of {len(likely):,}")
        document = None if whole_lines and text.isascii() else process(text)
        if document is not None and document.notice:
            notices[document.notice] = None
        sentences = [tokenize(text)] if whole_lines or document is None else document.sentences
        split += [(sentence, sense, number) for sentence in sentences]
    if bar is not None:
        bar.empty()
    return _Text(key, split, list(notices))
