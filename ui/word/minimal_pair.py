"""Edit one word: the change of every word's vector, by layer and by direction."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from elmo.errors import InputError
from elmo.explore.minimal_pair import Movement, align, movement
from elmo.tokenizer import tokenize
from elmo.usages import read_examples
from elmo.views import sentences as word_text
from elmo.views.numbers import significant
from elmo.views.sentences import plain
from ui.shared import charts, model, page, share, visit
from ui.word import charts as word_charts

FIRST = (
    "She counted the boats at the bank before she went home.",
    "She counted the money at the bank before she went home.",
)
MAX_WORDS = 60
_MINE = "Sentences of my own"
_FIELDS = "word_edit_before", "word_edit_after"
_UNMOVED = 1e-5


def minimal_pair_part(context: page.Context) -> None:
    """Ask for a sentence and its edited form, and show the change of each word's vector.

    Raises:
        InputError: a sentence is empty or too long for the picture.
    """
    st.markdown(
        "Change a word, and see which vectors change. The **forward** half of a vector has read the words to "
        "its left, the **backward** half the words to its right."
    )
    before, after = _sentences()
    words = [_words(text, name) for text, name in ((before, "first"), (after, "edited"))]
    one, two = model.vectors(context.model, tuple(words))
    change = movement(one, two, align(*words))
    texts = finding(change, words[1])
    charts.show(
        word_charts.movement(change, *words),
        key="word-movement",
        alt=" ".join(texts),
        name="minimal-pair",
    )
    page.finding("\n\n".join(texts))
    page.table(frame(change, *words), "minimal-pair")


def _pairs() -> dict[str, tuple[str, str]]:
    """The ready pairs by their names."""
    lesson = read_examples("negation", "teaching")
    negated = zip(lesson[::2], lesson[1::2], strict=True)
    return {"bank: boats or money": FIRST} | {
        f"negation: {second.text}": (first.text, second.text) for first, second in negated
    }


def _sentences() -> tuple[str, str]:
    """Ask for the sentence, and the sentence with the edit."""
    pairs = _pairs()
    name = st.selectbox(
        "Start from",
        [*pairs, _MINE],
        key="word_edit_pair",
        bind="query-params",
        on_change=_start_again,
        help="A pair of sentences to begin with; both can be edited.",
    )
    shared = share.sentences() or []
    start = pairs.get(name, ("", "")) if len(shared) != len(_FIELDS) else shared
    left, right = st.columns(2)
    for key, text in zip(_FIELDS, start, strict=True):
        visit.start_with(key, text)
    before = left.text_input(
        "Sentence",
        key="word_edit_before",
        max_chars=1000,
        help="Up to 60 words.",
        persist_state="session",
    )
    after = right.text_input(
        "The same, edited",
        key="word_edit_after",
        max_chars=1000,
        persist_state="session",
        help="Change, add or delete a word, then press Enter.",
    )
    share.offer([] if (before, after) == pairs.get(name) else [before, after])
    if name == _MINE and not (before.strip() and after.strip()):
        st.info("Type a sentence, and the same sentence with one word changed.")
        st.stop()
    return before, after


def _start_again() -> None:
    start = _pairs().get(st.session_state["word_edit_pair"], ("", ""))
    for key, text in zip(_FIELDS, start, strict=True):
        st.session_state[key] = text


def _words(text: str, name: str) -> tuple[str, ...]:
    words = tokenize(text).forms
    if not words:
        raise InputError(f"the {name} sentence has no words; type one.")
    if len(words) > MAX_WORDS:
        raise InputError(
            f"the {name} sentence has {len(words)} words, at most {MAX_WORDS} can be drawn; shorten it."
        )
    return words


def finding(change: Movement, after: Sequence[str]) -> list[str]:
    """The sentences on the words that changed most and least, and on the half that cannot change."""
    if change.first_change is None:
        return [
            "The two sentences are the same, so no vector changed. Change a word in the right one."
        ]
    top = len(change.whole) - 1
    texts = []
    moved = [
        (float(change.whole[top, i]), after[slot.after])
        for i, slot in enumerate(change.slots)
        if not slot.changed and slot.after is not None
    ]
    if moved:
        far, farthest = max(moved, key=lambda pair: pair[0])
        near, still = min(moved, key=lambda pair: pair[0])
        texts.append(
            f"Of the words that were not edited, “**{plain(farthest)}**” changed most at layer "
            f"{top}: 1 - cosine is {word_text.short(far)}; “{plain(still)}” changed least "
            f"({word_text.short(near)})."
        )
    texts += [_direction(change, after, "forward"), _direction(change, after, "backward")]
    return texts


def _direction(change: Movement, after: Sequence[str], direction: str) -> str:
    """The sentence on the words whose half in this direction has not read the edit."""
    still = change.unmoved_slots(direction)
    where = "before the edit" if direction == "forward" else "after the edit"
    reads = "left to right" if direction == "forward" else "right to left"
    if not still:
        return f"There is no word {where}, so every word's {direction} half has read it."
    moved = float(np.nanmax(getattr(change, direction)[:, still]))
    places = [change.slots[i].after for i in still]
    names = [after[place] for place in places if place is not None]
    listed = " ".join(names if len(names) <= 6 else [*names[:2], "…", *names[-2:]])
    how = f"at most {significant(moved, 1)}" if moved > 0 else "exactly 0"
    verdict = "did not change" if moved <= _UNMOVED else "changed, against expectation,"
    return (
        f"The {len(still)} word{'s' * (len(still) != 1)} {where} (“{plain(listed)}”) **{verdict} "
        f"in the {direction} half** ({how}): it reads {reads}, and has not read the edit yet."
    )


def frame(change: Movement, before: Sequence[str], after: Sequence[str]) -> pd.DataFrame:
    """A row for each word: 1 - cosine of its vectors before and after the edit, by layer and half."""
    columns: dict[str, list] = {
        "word": [
            word_charts.column_name(change, place, before, after)
            for place in range(len(change.slots))
        ],
        "edited": [slot.changed for slot in change.slots],
    }
    for layer in range(len(change.whole)):
        for name in ("whole", "forward", "backward"):
            columns[f"layer {layer} {name}"] = list(getattr(change, name)[layer])
    return pd.DataFrame(columns)
