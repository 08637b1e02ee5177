"""Change, a list of words: their ranking with the false-discovery rate. Each row is saved when it is measured."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from elmo.tasks.change.rows import Row, measure_list, measured_words, plan, with_rates
from elmo.tokenizer import split_lines
from elmo.views.sentences import plain
from ui.change import choose, computed, figures, uploads
from ui.change.uploads import Sides
from ui.shared import charts, model, page, progress, visit

_MOST_WORDS = 1000
_MANY = 10
"""Words from which a majority of changed ones is a property of the texts."""
_ROWS = "rows.jsonl"


@dataclass(frozen=True)
class _List:
    """A list of words to measure.

    Attributes:
        words: the words, in the person's order.
        settings: all that the rows depend on, as in `measure_list`.
    """

    words: list[str]
    settings: dict[str, Any]

    @property
    def place(self) -> str:
        """Name of the folder for the rows; the same settings have the same one."""
        return hashlib.sha256(repr(self.settings).encode()).hexdigest()[:12]

    def n_done(self) -> int:
        """The number of words whose rows this visit has already."""
        folder = visit.folder_if_any()
        if folder is None:
            return 0
        rows = measured_words(folder / "change" / self.place / _ROWS)
        return len(rows.intersection(self.words))

    def file(self) -> Path:
        """The file of the rows, in a folder that is there now."""
        return uploads.folder_of(self.place) / _ROWS


def show(context: page.Context, sides: Sides) -> None:
    """Ask for words, measure them after a press of the button, and show their ranking."""
    is_example = choose.are_the_example(sides)
    text = st.text_area(
        "Words, one a line",
        "\n".join(choose.EXAMPLE_WORDS) if is_example else "",
        key=f"change_words{'_example' if is_example else ''}",
        height=160,
        help=f"At most {_MOST_WORDS:,} words. For longer lists: `python -m elmo change OLD NEW --words FILE`.",
    )
    n_uses = st.slider(
        "Uses on each side, at most",
        20,
        400,
        100,
        step=20,
        key="change_list_uses",
        bind="query-params",
        width=400,
    )
    name = computed.representation(context.model)
    words = list(dict.fromkeys(line.strip() for line in split_lines(text) if line.strip()))
    if not words:
        st.info("Type words, one a line.")
        return
    if len(words) > _MOST_WORDS:
        st.error(f"The list has {len(words):,} words; this page measures at most {_MOST_WORDS:,}.")
        return
    chosen = _list(context, sides, words, n_uses, name)
    n_done = chosen.n_done()
    if n_done < len(words):
        st.caption(
            f"The plan: {plan(len(words) - n_done, n_uses)}. After Stop the measured words are kept."
        )
        label = f"Continue: {n_done:,} of {len(words):,} are measured" if n_done else "Measure"
        if st.button(label, type="primary", key="change_measure"):
            _measure(context, sides, chosen)
            st.rerun()
        return
    _ranking(_measure(context, sides, chosen))


def _list(context: page.Context, sides: Sides, words: list[str], n_uses: int, name: str) -> _List:
    """The list, with all that its rows depend on."""
    settings = {
        "old": str(sides[0].index.file),
        "new": str(sides[1].index.file),
        "documents": [side.documents and list(side.documents) for side in sides],
        "model": model.fingerprint(context.model),
        "representation": name,
        "uses": n_uses,
        "seed": context.seed,
        "forms": sides[0].with_forms,
    }
    return _List(words, settings)


def _measure(context: page.Context, sides: Sides, chosen: _List) -> list[Row]:
    """The rows, the most changed word first; each is saved when it is measured."""
    rows: list[Row] = []
    name = chosen.settings["representation"]
    with progress.reading(st.empty(), step="Word", is_pressed_for=True) as tell:
        for row in measure_list(
            chosen.words,
            sides,
            lambda uses: computed.vectors(context.model, uses, name),
            n_uses=chosen.settings["uses"],
            seed=context.seed,
            file=chosen.file(),
            settings=chosen.settings,
        ):
            rows.append(row)
            tell(len(rows), len(chosen.words))
    return with_rates(rows)


def _ranking(rows: list[Row]) -> None:
    """Show the ranking as a sentence, a chart and a table."""
    changed = [row.word for row in rows if row.has_changed]
    few = [row.word for row in rows if not row.change]
    n_measured = len(rows) - len(few)
    page.finding(
        f"**{len(changed)} of {n_measured} words changed**, at a false-discovery rate of 5 %"
        + (f": {plain(', '.join(changed[:20]))}." if changed else ".")
        + (f" Too few uses: {plain(', '.join(few[:20]))}." if few else "")
    )
    if n_measured >= _MANY and len(changed) > n_measured / 2:
        st.caption(
            "Most words differ. Texts of different topics, genres or styles look like this: the vectors carry those too. "
            "Compare texts of one kind, or ask for each word how much it changed beside words as frequent (“One word”)."
        )
    if n_measured:
        charts.show(
            figures.ranking(rows),
            key="change_ranked",
            alt=f"{n_measured} words, ranked by p and PRT; {len(changed)} changed.",
            name="change-ranked",
        )
    page.table(lambda: figures.row_table(rows), "change-words")
