"""The sentences that Word in context works on: an example, typed or pasted text, or a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_WORD_USES
from elmo.tokenizer import Sentence
from elmo.usages import Usage, example_names, find_usages, forms_of, read_examples
from ui import corpus, inputs, share

SOURCES = EXAMPLE, TEXT, FILE, CORPUS = "An example", "Your own text", "A file", "A corpus"
FOLDERS = {
    "senses": "",
    "senses_heldout": "Held out: this word was kept back while the bundled model was made.",
    "teaching": "",
}
OCCURRENCES = EVERY, FIRST, LAST = "every one", "the first", "the last"
_LESSONS = {
    "record": ("record", "Lesson: one spelling, a noun and a verb."),
    "virus_genres": (
        "virus",
        "Lesson: one sense in twelve kinds of text. Does the style alone move the vector?",
    ),
    "negation": (
        "happy",
        "Lesson: seven pairs, once affirmed and once negated. Does the vector of happy move?",
    ),
    "nonce": (
        "florp",
        "Lesson: a made-up word that the model has never seen, as a noun, verb and adjective.",
    ),
}

_MANY_LINES, _MOST_LINES = 5_000, 20_000

Line = tuple[str, str | None]
"""A piece of text, and the sense of the word in it."""


@dataclass(frozen=True)
class Chosen:
    """A word and its uses, as chosen and labelled on the screen.

    Attributes:
        word: as people call it.
        key: the same for the same uses before anybody edits a label.
        all_uses: all that were found; `uses` without those that were left out by hand.
        own: the sentences that a person brought, for a link that holds them; empty for an example.
    """

    word: str
    key: str
    all_uses: tuple[Usage, ...]
    uses: tuple[Usage, ...]
    own: tuple[str, ...] = ()

    @property
    def senses(self) -> list[str]:
        """The labels, in the order of their first use."""
        return list(dict.fromkeys(use.sense for use in self.uses if use.sense))


def folder_of(example: str) -> str:
    """The folder of examples/ that an example stands in."""
    return next(folder for folder in FOLDERS if example in example_names(folder))


def choose(seed: int, *, with_corpus: bool = False) -> Chosen | None:
    """Ask for a word and its sentences; None while there is nothing to show yet.

    Args:
        seed: draws the uses to compare where there are too many.
        with_corpus: offer indexed corpora too.

    Raises:
        InputError: the word does not stand in the text, or a file cannot be read.
    """
    linked = share.sentences()
    if linked is not None:
        st.session_state.setdefault("word_text", "\n".join(linked))
    word = st.query_params.get("word", "")
    names = [name for folder in FOLDERS for name in example_names(folder)]
    # A link may name a word only: it opens its example, or a place for sentences with it.
    only_word = word not in ("", *names) and "example" not in st.query_params
    with st.container(horizontal=True, vertical_alignment="bottom", key="word-source"):
        source = st.segmented_control(
            "Sentences",
            SOURCES if with_corpus else SOURCES[:3],
            default=TEXT if only_word or linked is not None else EXAMPLE,
            required=True,
            key="source",
            bind="query-params",
            help="Sentences that have one word in common. They stay on this machine.",
        )
        if source == EXAMPLE:
            name = st.selectbox(
                "Example",
                names,
                index=names.index(word if word in names else "bank"),
                key="example",
                bind="query-params",
                width=260,
                help="A word in 10 to 22 sentences, each with the sense that a person would see.",
            )
        elif source != CORPUS:
            word = st.text_input(
                "Word",
                key="word",
                bind="query-params",
                width=260,
                placeholder="spring",
                help="The word to compare. Its forms (spring, Springs) are found for you.",
            ).strip()
    if source == EXAMPLE:
        folder = folder_of(name)
        word, told = (
            _LESSONS.get(name, (name, FOLDERS[folder])) if folder != "senses" else (name, "")
        )
        if told:
            st.caption(told)
        return _edited(word, f"example {name}", read_examples(name, folder))
    if source == CORPUS:
        found = corpus.choose("word-corpus", seed, MAX_WORD_USES)
        return None if found is None else _edited(found.word, f"corpus {found.key}", found.uses)
    with st.container(border=True):
        lines = _typed() if source == TEXT else _uploaded()
        if not lines or not word:
            st.info(
                "Type the word to compare above, and give sentences that it stands in here."
                if not word
                else f"Give sentences with “{word}”, best five or more."
            )
            return None
        return _own(word, lines, seed)


def _typed() -> list[Line]:
    text = st.text_area(
        "Sentences",
        key="word_text",
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


def _uploaded() -> list[Line]:
    upload = inputs.upload_table("word-upload", label="A file of sentences, up to 50 MB")
    if upload is None:
        return []
    labels = upload.labels or [""] * len(upload.sentences)
    return [
        (text, label.strip() or None) for text, label in zip(upload.sentences, labels, strict=True)
    ]


def _own(word: str, lines: Sequence[Line], seed: int) -> Chosen:
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
        key=f"forms-{word}-{' '.join(sorted(counts))}",
        accept_new_options=True,
        help="The forms of the word that stand in your sentences, and how often. Type others that "
        "belong to it, such as sprang.",
    )
    uses = [
        (replace(use, sense=sense), number)
        for number, (sentence, sense) in enumerate(found)
        for use in find_usages([sentence], forms)
    ]
    if not uses:
        raise InputError(
            f"no form of {word!r} that stands in the text is chosen; choose at least one."
        )
    if len({number for _, number in uses}) < len(uses):
        which = right.segmented_control(
            "In a sentence with several",
            OCCURRENCES,
            default=OCCURRENCES[0],
            required=True,
            key="occurrence",
            bind="query-params",
            help="Which occurrence of the word to compare where a sentence has more than one.",
        )
        uses = pick(uses, which)
    kept = [use for use, _ in uses]
    if len(kept) > MAX_WORD_USES:
        drawn = np.random.default_rng(seed).choice(len(kept), MAX_WORD_USES, replace=False)
        st.caption(
            f"{len(kept):,} uses were found. {MAX_WORD_USES} of them are compared, drawn at random "
            f"with seed {seed}."
        )
        kept = [kept[i] for i in sorted(drawn)]
    key = f"own {hash(tuple(kept))}"
    own = [f"{text} | {sense}" if sense else text for text, sense in lines[: 2 * MAX_WORD_USES]]
    return replace(_edited(word, key, kept), own=tuple(own))


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
    kept = st.session_state.get("word_split")
    if kept is None or kept.key != key:
        kept = st.session_state["word_split"] = _read(word, lines, seed, key)
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


def _edited(word: str, key: str, uses: Sequence[Usage]) -> Chosen:
    """The uses with the labels edited in this visit, less those left out."""
    edits = st.session_state.get("word_edits", {}).get(key, {})
    relabelled = tuple(
        replace(use, sense=edits.get(i, {}).get("sense", use.sense)) for i, use in enumerate(uses)
    )
    kept = tuple(use for i, use in enumerate(relabelled) if edits.get(i, {}).get("compare", True))
    return Chosen(word, key, relabelled, kept)


def editor(chosen: Chosen) -> None:
    """The table in which senses are edited and uses left out."""
    edits = st.session_state.setdefault("word_edits", {}).setdefault(chosen.key, {})
    frame = pd.DataFrame(
        {
            "compare": [edits.get(i, {}).get("compare", True) for i in range(len(chosen.all_uses))],
            "left": [use.left for use in chosen.all_uses],
            "word": [use.form for use in chosen.all_uses],
            "right": [use.right for use in chosen.all_uses],
            "sense": [use.sense for use in chosen.all_uses],
        }
    )
    if chosen.all_uses and any(use.genre for use in chosen.all_uses):
        frame["genre"] = [use.genre for use in chosen.all_uses]
    key = f"word-editor-{hash(chosen.key)}"

    def keep() -> None:
        for row, change in st.session_state[key]["edited_rows"].items():
            if "sense" in change:
                change["sense"] = (change["sense"] or "").strip() or None
            edits.setdefault(int(row), {}).update(change)

    st.data_editor(
        frame,
        key=key,
        on_change=keep,
        hide_index=True,
        num_rows="fixed",
        disabled=["left", "word", "right", "genre"],
        column_config={
            "compare": st.column_config.CheckboxColumn(
                "compare", help="Untick to leave a sentence out."
            ),
            "sense": st.column_config.TextColumn("sense", help="Double-click to type a sense."),
        },
        alt="The sentences, with senses that can be edited",
    )
    if edits and st.button(
        "Undo all edits", help="Bring back the senses and sentences as they were."
    ):
        edits.clear()
        st.rerun()
