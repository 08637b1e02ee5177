"""Change: the split of rows or documents into old and new, by the values of a column."""

from collections.abc import Sequence

import streamlit as st

from elmo.errors import InputError
from elmo.tasks.change.dates import are_moments, later_than, middle, moment
from elmo.tasks.change.texts import IsNew, Split
from elmo.views.sentences import plain


def ask(values: Sequence[str], what: str, key: str) -> tuple[IsNew, tuple[str, str]] | None:
    """Ask how a column splits its rows, and show the number of rows of each side.

    Dates and numbers are split at a border, at first the middle value. Other values are assigned to the sides by name, at
    first the first value to old and the second to new.

    Args:
        values: the value of each row in the column.
        what: the word for the rows on screen, "rows" or "documents".
        key: prefix of the widgets' keys, different for each file and column.

    Returns:
        The rule, and the names of the sides; None while a side is empty.
    """
    distinct = list(dict.fromkeys(value for value in values if value.strip()))
    are_dates = are_moments(values)
    if are_dates:
        distinct.sort(key=lambda value: moment(value) or ())
    is_ordered = st.toggle(
        "Split at a date or number",
        key=f"{key}_by_order",
        bind="query-params",
        value=are_dates and len(distinct) > 2,
        help=f"{what.capitalize()} from the border on are new, {what} before the border old. Otherwise choose the values of each side.",
    )
    split = _by_border(values, key) if is_ordered else _by_values(distinct, key)
    if split is None:
        return None
    is_new, names = split
    sides = [is_new(value) for value in values]
    counts = [sum(side is wanted for side in sides) for wanted in (False, True)]
    left_out = len(values) - sum(counts)
    st.caption(
        f"{counts[0]:,} {what} are old, {counts[1]:,} are new"
        + (f"; {left_out:,} are left out." if left_out else ".")
    )
    if not all(counts):
        st.info("One side is empty. Choose another border, or other values.")
        return None
    return is_new, names


def _by_border(values: Sequence[str], key: str) -> tuple[IsNew, tuple[str, str]] | None:
    """Ask for the border between old and new."""
    border = st.text_input(
        "New from",
        middle(values),
        key=f"{key}_border",
        bind="query-params",
        placeholder="1950 or 2024-05-31",
        width=300,
        max_chars=40,
        help="A number, a year, or a date: 1950, 1950-06-01, 1 June 1950, 13.6.1950. At first the value in the middle.",
    ).strip()
    if not border:
        st.info("Type the number or date from which on texts are new.")
        return None
    try:
        return later_than(border), Split(border=border).names
    except InputError as error:
        st.error(plain(error))
        return None


def _by_values(distinct: Sequence[str], key: str) -> tuple[IsNew, tuple[str, str]] | None:
    """Ask for the values of each side."""
    with st.container(horizontal=True):
        old = st.multiselect(
            "Old", distinct, distinct[:1], key=f"{key}_old_values", bind="query-params"
        )
        new = st.multiselect(
            "New",
            [value for value in distinct if value not in old],
            [value for value in distinct[1:2] if value not in old],
            key=f"{key}_new_values",
            bind="query-params",
        )
    if not (old and new):
        st.info("Choose at least one value for each side.")
        return None
    sides = dict.fromkeys(old, False) | dict.fromkeys(new, True)
    return sides.get, (", ".join(old)[:60], ", ".join(new)[:60])
