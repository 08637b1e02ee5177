"""Change, one word: the verdict, the map of both sides, the groups with their shares, their sentences, the figures."""

import numpy as np
import pandas as pd
import streamlit as st

from elmo.explore.clusters import Verdict
from elmo.explore.group_names import Likely, log_odds, typical_uses
from elmo.explore.projection import pca_pictures
from elmo.explore.similarity import cosine_matrix
from elmo.representation import less_the_mean
from elmo.tasks.change.measure import (
    N_CONTROLS,
    Row,
    WordChange,
    among_controls,
    control_words,
    row_of,
)
from elmo.tasks.change.wug import GroupedUse, judgments_table, uses_table
from elmo.views.numbers import percent
from elmo.views.sentences import plain
from ui.change import computed, figures
from ui.change.choose import Sides
from ui.shared import charts, downloads, page, progress

CHOSEN = "change_chosen"
"""Key of the uses that were pressed on the map in st.session_state."""
_TYPICAL = 3


def show(context: page.Context, sides: Sides, measured: WordChange) -> None:
    """Everything about one word."""
    names = tuple(plain(side.name) for side in sides)
    tested = computed.test_of_groups(measured, context.seed)
    page.finding(figures.verdict(measured, names, tested))
    likely = computed.likely_words(context.model, measured.drawn)
    group_names = figures.group_names(measured, likely)
    chosen = [row for row in st.session_state.get(CHOSEN, []) if row < len(measured.groups)]
    left, right = st.columns([6, 5], gap="medium")
    with left:
        picture = pca_pictures(measured.vectors[None])[0]
        charts.show(
            figures.map_of_sides(measured, picture.points, names, chosen),
            key="change_map",
            alt=f"Map of {len(measured.groups)} uses of {measured.drawn.word} on both sides.",
            name=f"{measured.drawn.word}-change-map",
            lasso=True,
            on_select=_press,
        )
    with right:
        charts.show(
            figures.shares(measured.shares, names, group_names),
            key="change_shares",
            alt=figures.shares_in_words(measured.shares, names),
            name=f"{measured.drawn.word}-groups",
        )
    if tested.verdict is not Verdict.SEPARATED:
        st.caption(
            "Random data without groups splits as well into these groups "
            f"in {percent(tested.p)} of trials: do not read them as senses."
        )
    page.table(lambda: _share_table(measured, names, group_names), f"{measured.drawn.word}-shares")
    if likely is not None:
        _words_of_sides(measured, names, likely)
    _sentences(measured, names, chosen, group_names)
    _by_representation(context, measured)
    _controls(context, sides, measured)
    _save(context, measured)


def _press(rows: list[int]) -> None:
    st.session_state[CHOSEN] = rows


def _words_of_sides(measured: WordChange, names: tuple[str, ...], likely: Likely) -> None:
    """The words that could stand in the word's place on one side and not on the other."""
    is_new = np.arange(len(measured.groups)) >= len(measured.drawn.old)
    z = log_odds(likely, is_new)
    st.subheader(
        "Words that could stand in its place, on one side more than on the other", anchor=False
    )
    charts.show(
        figures.words_of_sides(likely.words, z, names),
        key="change_side_words",
        alt=figures.words_in_words(likely.words, z, names),
        name=f"{measured.drawn.word}-side-words",
    )
    page.table(
        lambda: pd.DataFrame({"word": likely.words, "z (new against old)": z}).sort_values(
            "z (new against old)", ascending=False
        ),
        f"{measured.drawn.word}-side-words",
    )


def _share_table(
    measured: WordChange, names: tuple[str, ...], group_names: dict[int, str]
) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "group": group_names[share.group],
                f"uses in {names[0]}": share.n_old,
                f"uses in {names[1]}": share.n_new,
                "old share": share.old[0],
                "old from": share.old[1],
                "old to": share.old[2],
                "new share": share.new[0],
                "new from": share.new[1],
                "new to": share.new[2],
            }
            for share in measured.shares
        ]
    )


def _sentences(
    measured: WordChange, names: tuple[str, ...], chosen: list[int], group_names: dict[int, str]
) -> None:
    """Typical sentences of each group; or the sentences that were selected on the map."""
    uses, n_old = measured.drawn.uses, len(measured.drawn.old)

    def table(rows: list[int]) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {
                    "side": names[0] if row < n_old else names[1],
                    "group": group_names[int(measured.groups[row])],
                    "left": _cut(uses[row].left, -60),
                    "word": uses[row].form,
                    "right": _cut(uses[row].right, 60),
                }
                for row in rows
            ]
        )

    if chosen:
        st.subheader(f"{len(chosen)} selected uses", anchor=False)
        st.dataframe(table(chosen), hide_index=True)
        downloads.table(table(chosen), f"{measured.drawn.word}-selected", key="change_selected")
        return
    st.subheader("Typical sentences of each group, the new ones first", anchor=False)
    st.caption("Select dots on the map to read their sentences instead.")
    typical = typical_uses(
        cosine_matrix(less_the_mean(measured.vectors)), measured.groups, _TYPICAL
    )
    st.dataframe(
        table([row for share in measured.shares for row in typical[share.group]]),
        hide_index=True,
        key="change_typical",
    )
    page.table(
        lambda: table(list(range(len(uses)))),
        f"{measured.drawn.word}-uses",
        "All sentences",
        key="change-table-uses",
    )


def _cut(text: str, length: int) -> str:
    """The end of a text (a negative length) or its beginning."""
    if len(text) <= abs(length):
        return text
    return "…" + text[length:] if length < 0 else text[:length] + "…"


def _by_representation(context: page.Context, measured: WordChange) -> None:
    """The three figures in every representation, on demand."""
    fold = st.expander(
        "The three figures, by every representation", on_change="rerun", key="change_fold"
    )
    if not fold.open:
        return
    with fold:
        rows = []
        for found in computed.possible(context.model):
            change = computed.compared_by(
                context.model, measured.drawn, found.name, context.seed
            ).change
            for name in ("apd", "prt", "jsd"):
                figure = getattr(change, name)
                rows.append(
                    {
                        "representation": found.name,
                        "figure": name.upper(),
                        "value": figure.value,
                        "from": figure.low,
                        "to": figure.high,
                        "p (sides dealt out at random)": figure.p,
                    }
                )
        st.dataframe(pd.DataFrame(rows), hide_index=True)
        downloads.table(pd.DataFrame(rows), f"{measured.drawn.word}-figures", key="change_figures")
        st.caption(figures.MEANINGS)


def _controls(context: page.Context, sides: Sides, measured: WordChange) -> None:
    """Compare with words as frequent: reads them on demand, with progress and Stop."""
    if not st.toggle(
        f"Compare with {N_CONTROLS} words as frequent",
        key="change_controls",
        help=f"Reads up to {2 * N_CONTROLS * len(measured.drawn.old):,} more sentences.",
    ):
        return
    word = measured.drawn.word
    own = Row(word, measured.change, None, measured.drawn.n_old, measured.drawn.n_new)
    words = control_words(word, sides, N_CONTROLS, context.seed)
    name = computed.representation_in_use()
    rows = []
    with progress.reading(st.empty()) as tell:
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
    compared = among_controls(own, rows)
    if compared.controls is None:
        st.info("No other word is as frequent on both sides.")
        return
    less, of = compared.controls
    page.finding(
        f"**{plain(word)}** changed more than {less} of {of} words as frequent, by its APD."
    )
    charts.show(
        figures.controls(own, rows),
        key="change_controls_picture",
        alt=f"APD of {word} beside {of} words as frequent.",
        name=f"{word}-controls",
    )
    page.table(lambda: figures.row_table([own, *rows]), f"{word}-controls")


def _save(context: page.Context, measured: WordChange) -> None:
    """The uses and the model's judgments in the formats of the field."""
    word = measured.drawn.word
    n_old = len(measured.drawn.old)
    grouped = [
        GroupedUse(word, "1" if number < n_old else "2", f"{word}-{number}", use)
        for number, use in enumerate(measured.drawn.uses)
    ]
    with st.container(horizontal=True):
        st.download_button(
            "uses.csv (WUG)",
            lambda: uses_table(grouped),
            f"{word}-uses.csv",
            "text/tab-separated-values",
            key="change_save_uses",
            on_click="ignore",
            help="The uses in the format of DURel and the Word Usage Graphs.",
        )
        st.download_button(
            "judgments.csv (WUG)",
            lambda: judgments_table(
                grouped,
                cosine_matrix(measured.vectors),
                f"{context.model}, {computed.representation_in_use()}",
            ),
            f"{word}-judgments.csv",
            "text/tab-separated-values",
            key="change_save_judgments",
            on_click="ignore",
            help="All pairs of uses, judged by their cosine: 1 for the lowest quarter of the pairs, 4 for the highest.",
        )
