"""Edit one word: which words of the sentence move, by layer and by direction."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from elmo.errors import InputError
from elmo.explore.minimal_pair import Movement, align, movement
from elmo.usages import read_examples
from elmo.views import sentences as word_text
from elmo.views.numbers import significant
from elmo.views.sentences import plain
from ui.shared import charts, model, page, visit
from ui.word import charts as word_charts

FIRST = (
    "She counted the boats at the bank before she went home.",
    "She counted the money at the bank before she went home.",
)
MAX_WORDS = 60
_MINE = "Sentences of my own"
_UNMOVED = 1e-5


def minimal_pair_part(context: page.Context) -> None:
    """Two sentences that differ a little, and how far each word moved between them.

    Raises:
        InputError: a sentence is empty or too long for the picture.
    """
    st.markdown(
        "Change a word, and see which vectors change with it. The **forward** half of a vector has read "
        "the words to its left, the **backward** half the words to its right."
    )
    before, after = _sentences()
    words = [_words(text, name) for text, name in ((before, "first"), (after, "edited"))]
    one, two = model.vectors(context.model, tuple(words))
    found = movement(one, two, align(*words))
    told = finding(found, *words)
    charts.show(
        word_charts.movement(found, *words),
        key="word-movement",
        alt=" ".join(told),
        name="minimal-pair",
    )
    page.finding("\n\n".join(told))
    page.table(frame(found, *words), "minimal-pair")


def _sentences() -> tuple[str, str]:
    pairs: dict[str, tuple[str, str]] = {"bank: boats or money": FIRST}
    lesson = read_examples("negation", "teaching")
    for first, second in zip(lesson[::2], lesson[1::2], strict=True):
        pairs[f"negation: {second.text}"] = (first.text, second.text)
    name = st.selectbox(
        "Start from",
        [*pairs, _MINE],
        key="word_edit_pair",
        bind="query-params",
        on_change=_start_again,
        help="A ready pair, or two sentences of your own. Both can be edited.",
    )
    start = pairs.get(name, ("", ""))
    left, right = st.columns(2)
    visit.start_with("word_edit_before", start[0])
    visit.start_with("word_edit_after", start[1])
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
        help="Change, add or take out a word, then press Enter.",
    )
    if name == _MINE and not (before.strip() and after.strip()):
        st.info("Type a sentence, and the same with a word changed.")
        st.stop()
    return before, after


def _start_again() -> None:
    for key in ("word_edit_before", "word_edit_after"):
        st.session_state.pop(key, None)


def _words(text: str, name: str) -> tuple[str, ...]:
    from elmo.tokenizer import tokenize

    words = tokenize(text).forms
    if not words:
        raise InputError(f"the {name} sentence has no words; type one.")
    if len(words) > MAX_WORDS:
        raise InputError(
            f"the {name} sentence has {len(words)} words, at most {MAX_WORDS} are drawn; shorten it."
        )
    return words


def finding(found: Movement, before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What moved, and what each direction cannot have moved."""
    if found.first_change is None:
        return ["The two sentences are the same, so no word moved. Change a word in the right one."]
    top = len(found.whole) - 1
    told = []
    moved = [
        (float(found.whole[top, i]), after[slot.after])
        for i, slot in enumerate(found.slots)
        if not slot.changed and slot.after is not None
    ]
    if moved:
        far, farthest = max(moved, key=lambda pair: pair[0])
        near, still = min(moved, key=lambda pair: pair[0])
        told.append(
            f"Of the words that were not edited, “**{plain(farthest)}**” changed most at layer "
            f"{top}: 1 - cosine is {word_text.short(far)}; “{plain(still)}” changed least "
            f"({word_text.short(near)})."
        )
    told += [_direction(found, after, "forward"), _direction(found, after, "backward")]
    return told


def _direction(found: Movement, after: Sequence[str], direction: str) -> str:
    still = found.unmoved_slots(direction)
    where = "before the edit" if direction == "forward" else "after the edit"
    reads = "left to right" if direction == "forward" else "right to left"
    if not still:
        return f"No word stands {where}, so every word's {direction} half has read it."
    moved = float(np.nanmax(getattr(found, direction)[:, still]))
    places = [found.slots[i].after for i in still]
    names = [after[place] for place in places if place is not None]
    listed = " ".join(names if len(names) <= 6 else [*names[:2], "…", *names[-2:]])
    how = f"at most {significant(moved, 1)}" if moved > 0 else "exactly 0"
    verdict = "did not move" if moved <= _UNMOVED else "moved, against expectation,"
    return (
        f"The {len(still)} word{'s' * (len(still) != 1)} {where} (“{plain(listed)}”) **{verdict} "
        f"in the {direction} half** ({how}): it reads {reads} and has not come to the edit there."
    )


def frame(found: Movement, before: Sequence[str], after: Sequence[str]) -> pd.DataFrame:
    """The movement of each word, a row a word."""
    columns: dict[str, list] = {
        "word": [
            word_charts.column_name(found, place, before, after)
            for place in range(len(found.slots))
        ],
        "edited": [slot.changed for slot in found.slots],
    }
    for layer in range(len(found.whole)):
        for name in ("whole", "forward", "backward"):
            columns[f"layer {layer} {name}"] = list(getattr(found, name)[layer])
    return pd.DataFrame(columns)
