"""Change, one word: the verdict, the linked pictures, each side's words, the figures and control words."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore.change import FIGURES
from elmo.explore.group_names import Likely, letter, log_odds
from elmo.explore.several import Answer
from elmo.tasks.change import sentences
from elmo.tasks.change.controls import N_CONTROLS, among_controls, control_words
from elmo.tasks.change.exploration import group_words
from elmo.tasks.change.measure import WordChange
from elmo.tasks.change.rows import Row, row_of
from elmo.views.numbers import percent
from elmo.views.sentences import plain
from ui.change import computed, figures, save
from ui.change.uploads import Sides
from ui.shared import charts, downloads, explorer, page, progress

KEY = "change_pictures"
ADDRESS = explorer.Address(
    {
        "order": "change_order",
        "under": "change_under",
        "matrixOrder": "change_matrix_order",
        "colour": "change_colour",
        "selection": "selected",
    }
)
"""Field of the engine's state -> parameter of the address."""


def show(context: page.Context, sides: Sides, measured: WordChange) -> None:
    """Show the results for one word."""
    drawn = measured.drawn
    page.finding(sentences.verdict(measured))
    several = computed.several(context.model, drawn)
    is_foreign = several.answer is Answer.OTHER_WORDS
    if is_foreign:
        st.warning(
            f"This model has learned only {percent(several.known)} of the words in these sentences, so that it compares "
            "little more than letters. Use a model of their language (“Add a model”)."
        )
    else:
        st.caption(sentences.of_senses(several, len(drawn.uses)))
    notes = computed.forms_note(drawn.word, sides)
    explorer.show(
        computed.pictures(context, measured, notes),
        key=KEY,
        address=ADDRESS,
        uses=(drawn.word, drawn.names),
        folded=True,
    )
    likely = computed.likely_words(context.model, drawn)
    page.table(lambda: _share_table(measured, likely), f"{drawn.word}-shares", "The groups' shares")
    if likely is not None and not is_foreign:
        _words_of_sides(measured, likely)
    page.table(lambda: _use_table(measured, likely), f"{drawn.word}-uses", "All sentences")
    _by_representation(context, measured)
    _controls(context, sides, measured)
    save.buttons(context, measured, notes)


def _words_of_sides(measured: WordChange, likely: Likely) -> None:
    """Show the words that the model expects in the word's place on one side and not on the other."""
    names = measured.drawn.names
    words = sentences.side_words(likely, measured.is_new)
    st.subheader("Words that the model expects in its place", anchor=False)
    for summary in sentences.of_side_words(words, names):
        st.markdown(summary)
    if not any(side.more for side in words):
        st.markdown("No word is more likely on one side than on the other.")
        return
    fold = st.expander(
        "How much more on one side than on the other", on_change="rerun", key="change_words_fold"
    )
    if fold.open:
        with fold:
            charts.show(
                figures.words_of_sides(words, names),
                key="change_side_words",
                alt=" ".join(sentences.of_side_words(words, names)),
                name=f"{measured.drawn.word}-side-words",
            )

    def table() -> pd.DataFrame:
        votes = [likely.votes[side].mean(axis=0) for side in (~measured.is_new, measured.is_new)]
        z = log_odds(likely, measured.is_new)
        columns = {
            "word": likely.words,
            **dict(zip(names, votes, strict=True)),
            "z (new against old)": z,
        }
        return pd.DataFrame(columns).iloc[np.argsort(-z, kind="stable")]

    page.table(table, f"{measured.drawn.word}-side-words")


def _group_names(measured: WordChange, likely: Likely | None) -> list[str]:
    """The name of each group: its letter, and the words that the model expects there and not elsewhere."""
    words = group_words(measured, likely) or [""] * len(measured.shares)
    return [" · ".join(filter(None, [letter(number), name])) for number, name in enumerate(words)]


def _share_table(measured: WordChange, likely: Likely | None) -> pd.DataFrame:
    """A row for each group: its uses and its share on both sides, with intervals."""
    names = measured.drawn.names
    return pd.DataFrame(
        [
            {
                "group": name,
                f"uses in {names[0]}": share.n_old,
                f"uses in {names[1]}": share.n_new,
                "old share": share.old[0],
                "old from": share.old[1],
                "old to": share.old[2],
                "new share": share.new[0],
                "new from": share.new[1],
                "new to": share.new[2],
            }
            for name, share in zip(_group_names(measured, likely), measured.shares, strict=True)
        ]
    )


def _use_table(measured: WordChange, likely: Likely | None) -> pd.DataFrame:
    """A row for each use: its side, its group and its sentence."""
    names, groups = measured.drawn.names, _group_names(measured, likely)
    return pd.DataFrame(
        [
            {
                "side": names[int(is_new)],
                "group": groups[group],
                "left": use.left,
                "word": use.form,
                "right": use.right,
            }
            for use, group, is_new in zip(
                measured.drawn.uses, measured.groups, measured.is_new, strict=True
            )
        ]
    )


def _by_representation(context: page.Context, measured: WordChange) -> None:
    """Show the three figures in every representation, when the fold is opened."""
    fold = st.expander(
        "The three figures, by every representation", on_change="rerun", key="change_fold"
    )
    if not fold.open:
        return
    with fold:
        rows = []
        for each in computed.possible(context.model):
            change = computed.change_by(
                context.model, measured.drawn, each.name, context.seed
            ).change
            for name in FIGURES:
                figure = getattr(change, name)
                rows.append(
                    {
                        "representation": each.name,
                        "figure": name.upper(),
                        "value": figure.value,
                        "from": figure.low,
                        "to": figure.high,
                        "p (sides at random)": figure.p,
                    }
                )
        st.dataframe(pd.DataFrame(rows), hide_index=True)
        downloads.table(pd.DataFrame(rows), f"{measured.drawn.word}-figures", key="change_figures")
        st.caption(sentences.MEANINGS)


def _controls(context: page.Context, sides: Sides, measured: WordChange) -> None:
    """Compare the word with control words, if the person asks for it, with progress and Stop."""
    if not st.toggle(
        f"Compare with {N_CONTROLS} words of the same frequency, used in similar places",
        key="change_controls",
        bind="query-params",
        help="Words with similar counts on both sides and with the same frequent words beside them, so that nouns "
        f"are compared with nouns. The model reads up to {2 * N_CONTROLS * len(measured.drawn.old):,} more sentences.",
    ):
        return
    word = measured.drawn.word
    own = Row(word, measured.change, None, measured.drawn.n_old, measured.drawn.n_new)
    rows = _control_rows(context, sides, measured)
    ranked = among_controls(own, rows)
    if ranked.controls is None:
        st.info("No other word has similar counts on both sides.")
        return
    less, of = ranked.controls
    page.finding(
        f"**{plain(word)}** changed more than {less} of {of} words of the same frequency used in similar places, by its APD."
    )
    charts.show(
        figures.controls(own, rows),
        key="change_controls_picture",
        alt=f"APD of {word} beside {of} control words.",
        name=f"{word}-controls",
    )
    page.table(lambda: figures.row_table([own, *rows]), f"{word}-controls")


def _control_rows(context: page.Context, sides: Sides, measured: WordChange) -> Sequence[Row]:
    """The figures of the control words, with as many uses as the word."""
    name, rows = computed.representation_in_use(), []
    with progress.reading(st.empty(), step="Word") as tell:
        words = control_words(measured.drawn.word, sides)
        for number, other in enumerate(words):
            tell(number, len(words))
            rows.append(
                row_of(
                    other,
                    sides,
                    lambda uses: computed.vectors(context.model, uses, name),
                    len(measured.drawn.old),
                    context.seed,
                )
            )
    return rows
