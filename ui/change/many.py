"""Change, a list of words: ranked, with the false-discovery rate; what was measured is kept when it is stopped."""

import hashlib

import streamlit as st

from elmo.tasks.change.measure import Row, measure_list, plan, with_rates
from elmo.tasks.change.vectors import DEFAULT
from elmo.views.sentences import plain
from ui.change import choose, computed, figures
from ui.change.choose import Sides
from ui.shared import charts, model, page, progress

_MOST_WORDS = 1000


def show(context: page.Context, sides: Sides) -> None:
    """Ask for words, measure them on a press, and rank them."""
    is_example = choose.are_the_example(sides)
    text = st.text_area(
        "Words, one a line",
        "\n".join(choose.EXAMPLE_WORDS) if is_example else "",
        key="change_words",
        height=160,
        help=f"At most {_MOST_WORDS:,} words. For longer lists: `python -m elmo change OLD NEW --words FILE`.",
    )
    n_uses = st.slider("Uses on each side, at most", 20, 400, 100, step=20, key="change_list_uses")
    name = computed.representation(context.model)
    words = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(words) > _MOST_WORDS:
        st.error(f"{len(words):,} words are given, at most {_MOST_WORDS:,} are measured here.")
        return
    st.caption(f"The plan: {plan(len(words), n_uses)}.")
    key = (tuple(words), n_uses, name, context.model, context.seed, str(sides[0]), str(sides[1]))
    pressed = st.button("Measure", type="primary", disabled=not words)
    if not pressed and st.session_state.get("change_list_key") != hash(key):
        return
    st.session_state["change_list_key"] = hash(key)
    rows = _measure(context, sides, words, n_uses, name)
    changed = [row.word for row in rows if row.change and (row.q or 1) <= 0.05]
    n_measured = sum(1 for row in rows if row.change)
    page.finding(
        f"**{len(changed)} of {n_measured} words changed**, at a false-discovery rate of 5 %"
        + (f": {plain(', '.join(changed[:20]))}." if changed else ".")
        + (f" {len(rows) - n_measured} words have too few uses." if n_measured < len(rows) else "")
    )
    if n_measured:
        charts.show(
            figures.ranked(rows),
            key="change_ranked",
            alt=f"{n_measured} words, ranked by p and PRT; {len(changed)} changed.",
            name="change-ranked",
        )
    page.table(lambda: figures.row_table(rows), "change-words")


def _measure(
    context: page.Context, sides: Sides, words: list[str], n_uses: int, name: str
) -> list[Row]:
    """The rows; each is kept as soon as it is there, so that Stop loses nothing."""
    settings = {
        "old": str(sides[0].index.file),
        "new": str(sides[1].index.file),
        "documents": [sides[0].documents, sides[1].documents],
        "model": model.fingerprint(context.model),
        "representation": name or DEFAULT,
        "uses": n_uses,
        "seed": context.seed,
        "forms": sides[0].with_forms,
    }
    settings["documents"] = [list(d) if d else None for d in settings["documents"]]
    mark = hashlib.sha256(repr(settings).encode()).hexdigest()[:12]
    kept = choose.folder_of(mark) / "rows.jsonl"
    rows: list[Row] = []
    with progress.reading(st.empty()) as tell:
        for row in measure_list(
            words,
            sides,
            lambda uses: computed.vectors(context.model, uses, name),
            n_uses=n_uses,
            seed=context.seed,
            kept=kept,
            settings=settings,
        ):
            rows.append(row)
            tell(len(rows), len(words))
    return with_rates(rows)
