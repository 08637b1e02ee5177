"""The sentences that Word in context works on: an example, typed or pasted text, or a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd
import streamlit as st

from elmo.limits import MAX_WORD_USES
from elmo.usages import Usage, example_names, read_examples
from elmo.views import sentences as word_text
from elmo.views.sentences import plain
from ui.shared import choices, keys, share
from ui.uses import corpus
from ui.uses import typed as word_lines

SOURCES = EXAMPLE, TEXT, FILE, CORPUS = "An example", "Your own text", "A file", "A corpus"
FOLDERS = {
    "senses": "",
    "senses_heldout": "Held out: this word was kept back while the bundled model was made.",
    "teaching": "",
}
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


@dataclass(frozen=True)
class Chosen:
    """A word and its uses, as chosen and labelled on the screen.

    Attributes:
        word: as people call it.
        key: the same for the same uses before anybody edits a label.
        all_uses: all that were found; `uses` without those that were left out by hand.
    """

    word: str
    key: str
    all_uses: tuple[Usage, ...]
    uses: tuple[Usage, ...]

    @property
    def senses(self) -> list[str]:
        """The labels, in the order of their first use."""
        return list(dict.fromkeys(use.sense for use in self.uses if use.sense))

    @cached_property
    def sides(self) -> list[tuple[str, str, str]]:
        """What stands before the word, the word, and what stands after it, of each use."""
        return [word_text.parts(use) for use in self.uses]


def folder_of(example: str) -> str:
    """The folder of elmo/examples/ that an example stands in."""
    return next(folder for folder in FOLDERS if example in example_names(folder))


def choose(seed: int, *, with_corpus: bool = False, most: int = MAX_WORD_USES) -> Chosen | None:
    """Ask for a word and its sentences; None while there is nothing to show yet.

    Args:
        seed: draws the uses to compare where there are too many.
        with_corpus: offer indexed corpora too.
        most: uses to draw at most.

    Raises:
        InputError: the word does not stand in the text, or a file cannot be read.
    """
    linked = share.sentences()
    if linked is not None:
        st.session_state.setdefault("uses_text", "\n".join(linked))
    word = st.query_params.get("word", "")
    names = [name for folder in FOLDERS for name in example_names(folder)]
    # A link may name a word only: it opens its example, or a place for sentences with it.
    only_word = word not in ("", *names) and "example" not in st.query_params
    with st.container(horizontal=True, vertical_alignment="bottom", key="uses-source"):
        source = choices.one_of(
            "Sentences",
            SOURCES if with_corpus else SOURCES[:3],
            default=TEXT if only_word or linked is not None else EXAMPLE,
            key=keys.SOURCE,
            help="Sentences that have one word in common. They stay on this machine.",
        )
        name = ""
        if source == EXAMPLE:
            name = st.selectbox(
                "Example",
                names,
                index=names.index(word if word in names else "bank"),
                key=keys.EXAMPLE,
                bind="query-params",
                width=260,
                help="A word in 10 to 22 sentences, each with the sense that a person would see.",
            )
        elif source != CORPUS:
            word = st.text_input(
                "Word",
                key=keys.WORD,
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
        return _with_edits(word, f"example {name}", read_examples(name, folder))
    if source == CORPUS:
        found = corpus.choose("word-corpus", seed, most)
        return None if found is None else _with_edits(found.word, f"corpus {found.key}", found.uses)
    with st.container(border=True):
        lines = word_lines.typed_lines() if source == TEXT else word_lines.uploaded_lines()
        if not lines or not word:
            st.info(
                "Type the word to compare above, and give sentences that it stands in here."
                if not word
                else f"Give sentences with “{plain(word)}”, best five or more."
            )
            return None
        uses = word_lines.uses(word, lines, seed, most)
    own = [f"{text} | {sense}" if sense else text for text, sense in lines[: 2 * MAX_WORD_USES]]
    share.offer(own, instead={keys.SOURCE: TEXT})
    return _with_edits(word, f"own {hash(tuple(uses))}", uses)


def _with_edits(word: str, key: str, uses: Sequence[Usage]) -> Chosen:
    """The uses with the labels edited in this visit, less those left out."""
    edits = st.session_state.get("uses_edits", {}).get(key, {})
    relabelled = tuple(
        replace(use, sense=edits.get(i, {}).get("sense", use.sense)) for i, use in enumerate(uses)
    )
    kept = tuple(use for i, use in enumerate(relabelled) if edits.get(i, {}).get("compare", True))
    return Chosen(word, key, relabelled, kept)


def editor(chosen: Chosen) -> None:
    """The table in which senses are edited and uses left out."""
    edits = st.session_state.setdefault("uses_edits", {}).setdefault(chosen.key, {})
    sides = [word_text.parts(use) for use in chosen.all_uses]
    frame = pd.DataFrame(
        {
            "compare": [edits.get(i, {}).get("compare", True) for i in range(len(sides))],
            "sense": [use.sense for use in chosen.all_uses],
            "left": [left for left, _, _ in sides],
            "word": [word for _, word, _ in sides],
            "right": [right for _, _, right in sides],
        }
    )
    if chosen.all_uses and any(use.genre for use in chosen.all_uses):
        frame["genre"] = [use.genre for use in chosen.all_uses]
    undone = st.session_state.setdefault("uses_undone", 0)
    key = f"word-editor-{hash(chosen.key)}-{undone}"  # a new table, as it keeps what was typed

    def keep() -> None:
        for row, change in st.session_state[key]["edited_rows"].items():
            if "sense" in change:
                change["sense"] = (change["sense"] or "").strip() or None
            edits.setdefault(int(row), {}).update(change)
        st.session_state["uses_edited"] = True

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
        st.session_state["uses_undone"] += 1
        st.rerun()


def relabel(chosen: Chosen, senses: Sequence[str | None]) -> None:
    """Give the uses these senses, one a use, as if they had been edited in the table."""
    edits = st.session_state.setdefault("uses_edits", {}).setdefault(chosen.key, {})
    compared = (i for i in range(len(chosen.all_uses)) if edits.get(i, {}).get("compare", True))
    for place, use, sense in zip(compared, chosen.uses, senses, strict=True):
        if sense != use.sense:
            edits.setdefault(place, {})["sense"] = sense
    st.session_state["uses_edited"] = True


def run_again_when_edited() -> None:
    """After an edit run the whole page, as the sentences are chosen outside of what runs again."""
    if st.session_state.pop("uses_edited", False):
        st.rerun()
