"""The choice of a word and its sentences: an example, typed or pasted text, a file or a corpus."""

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
    "senses_heldout": "Held out: this word had no part in the choices made for the bundled model.",
    "teaching": "",
}
_LESSONS = {
    "record": ("record", "Lesson: one spelling, a noun and a verb."),
    "virus_genres": (
        "virus",
        "Lesson: one sense in twelve kinds of text. Does the style alone change the vector?",
    ),
    "negation": (
        "happy",
        "Lesson: seven pairs of sentences, one with and one without “not”. Does the vector of happy change?",
    ),
    "nonce": (
        "florp",
        "Lesson: an invented word, which the model has never read, as noun, verb and adjective.",
    ),
}


@dataclass(frozen=True)
class Chosen:
    """A word and its uses, with the senses edited on screen.

    Attributes:
        word: the word.
        key: equal for equal uses, without regard to edited senses.
        all_uses: every use.
        uses: the uses to compare: those that the person did not leave out.
    """

    word: str
    key: str
    all_uses: tuple[Usage, ...]
    uses: tuple[Usage, ...]

    @property
    def senses(self) -> list[str]:
        """The different senses, in the order of their first use."""
        return list(dict.fromkeys(use.sense for use in self.uses if use.sense))

    @cached_property
    def sides(self) -> list[tuple[str, str, str]]:
        """For each use: the text before the word, the word, and the text after it."""
        return [word_text.parts(use) for use in self.uses]


def folder_of(example: str) -> str:
    """The folder of elmo/examples/ that holds an example."""
    return next(folder for folder in FOLDERS if example in example_names(folder))


def choose(seed: int, *, with_corpus: bool = False, most: int = MAX_WORD_USES) -> Chosen | None:
    """Ask for a word and its sentences; None while there is nothing to show yet.

    Args:
        seed: seed of the sample, if there are more uses than `most`.
        with_corpus: offer indexed corpora too.
        most: the largest number of uses.

    Raises:
        InputError: the word is not in the text, or a file cannot be read.
    """
    linked = share.sentences()
    if linked is not None:
        st.session_state.setdefault("uses_text", "\n".join(linked))
    word = st.query_params.get("word", "")
    names = [name for folder in FOLDERS for name in example_names(folder)]
    # A link with a word alone opens the example of this word, else the text box for sentences.
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
                help="A word in 10 to 22 sentences, each with its sense as a person labelled it.",
            )
        elif source != CORPUS:
            word = st.text_input(
                "Word",
                key=keys.WORD,
                bind="query-params",
                width=260,
                placeholder="spring",
                help="The word to compare. Its other forms (spring, Springs) are found too.",
            ).strip()
    if source == EXAMPLE:
        folder = folder_of(name)
        word, note = (
            _LESSONS.get(name, (name, FOLDERS[folder])) if folder != "senses" else (name, "")
        )
        if note:
            st.caption(note)
        return _with_edits(word, f"example {name}", read_examples(name, folder))
    if source == CORPUS:
        drawn = corpus.choose("word-corpus", seed, most)
        return None if drawn is None else _with_edits(drawn.word, f"corpus {drawn.key}", drawn.uses)
    with st.container(border=True):
        lines = word_lines.typed_lines() if source == TEXT else word_lines.uploaded_lines()
        if not lines or not word:
            st.info(
                "Type the word to compare above, and sentences with this word here."
                if not word
                else f"Give sentences with “{plain(word)}”, best five or more."
            )
            return None
        uses = word_lines.uses(word, lines, seed, most)
    own = [f"{text} | {sense}" if sense else text for text, sense in lines[: 2 * MAX_WORD_USES]]
    share.offer(own, instead={keys.SOURCE: TEXT})
    return _with_edits(word, f"own {hash(tuple(uses))}", uses)


def _with_edits(word: str, key: str, uses: Sequence[Usage]) -> Chosen:
    """The uses with the senses edited in this visit, without the uses that the person left out."""
    edits = st.session_state.get("uses_edits", {}).get(key, {})
    relabelled = tuple(
        replace(use, sense=edits.get(i, {}).get("sense", use.sense)) for i, use in enumerate(uses)
    )
    compared = tuple(
        use for i, use in enumerate(relabelled) if edits.get(i, {}).get("compare", True)
    )
    return Chosen(word, key, relabelled, compared)


def editor(chosen: Chosen) -> None:
    """Draw the table in which a person edits senses and leaves uses out."""
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
    key = f"word-editor-{hash(chosen.key)}-{undone}"  # a new key, since a table with the old one would keep the edits

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
        alt="The sentences, with their senses to edit",
    )
    if edits and st.button("Undo all edits", help="Restore the senses and the sentences left out."):
        edits.clear()
        st.session_state["uses_undone"] += 1
        st.rerun()


def relabel(chosen: Chosen, senses: Sequence[str | None]) -> None:
    """Give each use its sense, as an edit of the table does."""
    edits = st.session_state.setdefault("uses_edits", {}).setdefault(chosen.key, {})
    compared = (i for i in range(len(chosen.all_uses)) if edits.get(i, {}).get("compare", True))
    for place, use, sense in zip(compared, chosen.uses, senses, strict=True):
        if sense != use.sense:
            edits.setdefault(place, {})["sense"] = sense
    st.session_state["uses_edited"] = True


def run_again_when_edited() -> None:
    """Run the whole page again after an edit: the sentences are chosen outside the fragment that runs by itself."""
    if st.session_state.pop("uses_edited", False):
        st.rerun()
