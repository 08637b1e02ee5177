"""The concordance of Word in context: a line for each use, one of which may be chosen."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from elmo.explore import similarity as similarity_tools
from elmo.explore.concordance import concordance_order
from elmo.views import sentences as word_text
from elmo.views.sentences import plain
from ui.shared import charts, inputs, share
from ui.uses.choose import Chosen

ORDERS = {
    "sense": ("sense", "by label, lines without one last"),
    "as given": ("text", "as the lines come"),
    "words before": ("left", "by the word before the keyword first, then the one before that"),
    "words after": ("right", "by the word after the keyword first, then the next"),
    "similarity to the chosen line": ("similarity", "the nearest first; press a line to choose it"),
}
"""The name on screen and in the address -> the key of `elmo.explore.concordance.ORDERS`, and its help."""

USE = "word_use"
"""Key of the chosen use in st.session_state."""

_NO_LABEL = "no label"
_concordance = component(
    "word_concordance",
    html='<div class="head"></div><ol></ol>',
    css=share.stylesheet("concordance"),
    js=share.script("concordance"),
)


def lines(chosen: Chosen, matrix: np.ndarray, choice: inputs.Choice) -> None:
    """The uses, the word in the middle, in the order that is asked for."""
    use = chosen_use(chosen)
    shown = st.selectbox(
        "Order of the lines",
        list(ORDERS),
        key="word_order_by",
        bind="query-params",
        width=280,
        help="\n".join(f"- {name}: {help}" for name, (_, help) in ORDERS.items()),
    )
    by, _ = ORDERS[shown]
    rows = concordance_order(
        chosen.uses,
        by if by != "similarity" or use is not None else "text",
        chosen=use,
        similarity=matrix,
    )
    senses = [*chosen.senses, *([_NO_LABEL] if any(not u.sense for u in chosen.uses) else [])]
    st.session_state["word_rows"] = rows.tolist()
    with st.container(height=640 if len(rows) > 24 else "content", border=False, key="word-lines"):
        _concordance(
            data={
                "rows": [_row(chosen, matrix, int(i), use) for i in rows],
                "groups": [
                    {
                        "sense": sense,
                        "shape": charts.symbol(n),
                        "text": charts.text_colour(n),
                        "colour": "#8C8C8C" if sense == _NO_LABEL else charts.colour(n),
                    }
                    for n, sense in enumerate(senses)
                ],
                "chosen": rows.tolist().index(use) if use is not None else None,
                "label": f"“{chosen.word}” in {len(rows)} sentences",
                "note": f"nearest, {choice.label}"
                if use is None
                else f"cosine to {use + 1}, {choice.label}",
            },
            key="word_concordance",
            on_chosen_change=_line_pressed,
        )
    legend(senses)


def legend(senses: Sequence[str]) -> None:
    """Which sign is which sense."""
    signs = {"circle": "●", "diamond": "◆", "square": "■", "triangle-up": "▲"}
    if senses != [_NO_LABEL]:
        st.caption(
            " · ".join(
                f"{signs.get(charts.symbol(n), '●')} {plain(s)}" for n, s in enumerate(senses)
            )
        )


def _row(chosen: Chosen, matrix: np.ndarray, i: int, use: int | None) -> dict:
    left, word, right = chosen.sides[i]
    row = {
        "number": str(i + 1),
        "sense": chosen.uses[i].sense or _NO_LABEL,
        "left": left,
        "word": word,
        "right": right,
        "near": None,
        "cosine": "",
    }
    if use is not None:
        return row | {"cosine": "" if i == use else word_text.short(float(matrix[use, i]))}
    if len(matrix) < 2:
        return row
    others = similarity_tools.nearest(matrix, i)
    best = int(others[0])
    if matrix[i, best] > matrix[i, others[-1]]:
        row["near"] = {"number": str(best + 1), "sense": chosen.uses[best].sense or _NO_LABEL}
    return row | {"cosine": word_text.short(float(matrix[i, best]))}


def _line_pressed() -> None:
    place = st.session_state["word_concordance"].get("chosen")
    rows = st.session_state.get("word_rows", [])
    choose_use(rows[place] if isinstance(place, int) and 0 <= place < len(rows) else None)


def choose_use(use: int | None) -> None:
    """Make a use the chosen one everywhere on the page."""
    st.session_state[USE] = use


def chosen_use(chosen: Chosen) -> int | None:
    """The chosen use, when it belongs to these sentences."""
    use = st.session_state.get(USE)
    return use if isinstance(use, int) and 0 <= use < len(chosen.uses) else None
