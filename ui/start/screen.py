"""The parts of Start: what it shows of a model, the concordance, the maps, the sentence."""

from collections.abc import Sequence

import streamlit as st
from streamlit.components.v2 import component

from elmo.views.sentences import short
from ui.shared import charts, model, page, share
from ui.shared.screens import SCREENS, screen
from ui.start.data import StartData, View, compute, read, uses

_concordance = component(
    "start_concordance",
    html='<div class="head"></div><ol></ol>',
    css=share.stylesheet("concordance"),
    js=share.script("concordance"),
)
CHOSEN = "start_chosen"
"""Key of the chosen use's number in st.session_state."""


def data(model_name: str) -> StartData:
    """From the file where it is this model's, else computed.

    Raises:
        ElmoError: the model cannot be used.
    """
    found = model.entry(model_name)
    ready = read() if found.kind == "bundled" else None
    if ready is not None and ready.weights_sha256 == model.sha256(found):
        return ready
    chosen = uses()
    layers = model.vectors(model_name, tuple(use.tokens for use in chosen))
    return compute(model.sha256(found), chosen, layers)


def concordance(shown: StartData, view: View, chosen: int | None) -> None:
    """The uses, one a line, and the nearest other use of each in this view."""
    senses = list(dict.fromkeys(use.sense for use in shown.uses))
    rows = []
    for number, use in enumerate(shown.uses):
        near, cosine = nearest(view, number)
        rows.append(
            {
                "number": str(number + 1),
                "sense": use.sense,
                "left": use.left,
                "word": use.word,
                "right": use.right,
                "near": None
                if near is None
                else {"number": str(near + 1), "sense": shown.uses[near].sense},
                "cosine": ("all " if near is None else "") + short(cosine),
            }
        )
    _concordance(
        data={
            "rows": rows,
            "groups": [
                {
                    "sense": sense,
                    "colour": charts.colour(i),
                    "shape": charts.symbol(i),
                    "text": charts.text_colour(i),
                }
                for i, sense in enumerate(senses)
            ],
            "chosen": chosen,
            "label": f"“{shown.word}” in {len(shown.uses)} sentences",
            "note": f"most similar in {view.title.lower()}",
        },
        key="start_concordance",
        on_chosen_change=_row_pressed,
    )


def nearest(view: View, use: int) -> tuple[int | None, float]:
    """The most similar other use and its cosine; None for the use where all are equal."""
    others = [(value, i) for i, value in enumerate(view.similarity[use]) if i != use]
    best, which = max(others)
    return (None if min(others)[0] > best - 1e-6 else which), best


def _row_pressed() -> None:
    row = st.session_state["start_concordance"].get("chosen")
    st.session_state[CHOSEN] = row if isinstance(row, int) and row >= 0 else None


def maps(shown: StartData, views: Sequence[View], current: View, chosen: int | None) -> None:
    """One small map a layer, all to one scale; the number in a dot is its line's."""
    charts.show(
        _maps_figure(shown, views, current, chosen),
        key="start_maps",
        alt=" ".join(f"{view.title}: {separation(view)}" for view in views),
        name=f"{shown.word}-maps",
        on_select=_dots_chosen,
    )


def _dots_chosen(rows: list[int]) -> None:
    st.session_state[CHOSEN] = rows[0] if rows else None


def _maps_figure(
    shown: StartData, views: Sequence[View], current: View, chosen: int | None
) -> charts.Figure:
    """Made of plain dicts at once: each later change of a figure costs a hundredth of a second."""
    reach = 1.2 * max(abs(x) for view in views for point in view.points for x in point) or 1.0
    senses = list(dict.fromkeys(use.sense for use in shown.uses))
    hover = [
        charts.escape(f"{i + 1} · {use.sense}<br>{_wrapped(' '.join(use.tokens))}")
        for i, use in enumerate(shown.uses)
    ]
    data: list[dict] = []
    notes: list[dict] = []
    layout: dict = {"annotations": notes}
    width = (0.984 - 0.03 * (len(views) - 1)) / len(views)  # the rest: gaps, outer lines of frames
    for column, view in enumerate(views, 1):
        stress = view is current
        start = 0.008 + (column - 1) * (width + 0.03)
        bare = {
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "mirror": True,
            "linewidth": 2 if stress else 1,
            "range": [-reach, reach],
            "linecolor": charts.MIX_COLOUR if stress else charts.FAINT,
            "fixedrange": True,
            "constrain": "domain",
        }
        suffix = "" if column == 1 else str(column)  # the first axes have no number
        x, y = f"x{suffix}", f"y{suffix}"
        layout[f"xaxis{suffix}"] = bare | {"domain": [start, start + width], "anchor": y}
        layout[f"yaxis{suffix}"] = bare | {"domain": [0, 1], "anchor": x, "scaleanchor": x}
        above = {"xref": "paper", "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
        notes.append(
            above
            | {
                "x": start + width / 2,
                "y": 1,
                "yshift": 6,
                "text": f"<b>{view.title}</b>" if stress else view.title,
                "showarrow": False,
                "font": {"size": 13},
            }
        )
        if not any(value for point in view.points for value in point):
            text = f"all {len(shown.uses)} are<br>one vector"
            below = {"x": 0, "y": -0.62 * reach, "xref": x, "yref": y, "showarrow": False}
            notes.append(below | {"text": text, "font": {"size": 11}})
        for number, sense in enumerate(senses):
            rows = [i for i, use in enumerate(shown.uses) if use.sense == sense]
            data.append(
                {
                    "type": "scatter",
                    "xaxis": x,
                    "yaxis": y,
                    "x": [view.points[i][0] for i in rows],
                    "y": [view.points[i][1] for i in rows],
                    "mode": "markers+text",
                    "name": sense,
                    "legendgroup": sense,
                    "showlegend": column == 1,
                    "text": [str(i + 1) for i in rows],
                    "textfont": {"size": 10, "color": charts.text_colour(number)},
                    "customdata": [[i] for i in rows],
                    "hovertext": [hover[i] for i in rows],
                    "hoverinfo": "text",
                    "marker": {
                        "size": 18,
                        "symbol": charts.symbol(number),
                        "color": [charts.colour(number)] * len(rows),
                        "opacity": [1.0 if chosen in (None, i) else 0.25 for i in rows],
                        "line": {"width": 1, "color": "rgba(60,60,60,.5)"},
                    },
                    "selected": {"marker": {"opacity": 1.0}},
                    "unselected": {"marker": {"opacity": 0.25}},
                }
            )
    layout |= {
        "height": 250,
        "dragmode": False,
        "margin": {"t": 36, "b": 36, "l": 2, "r": 2, "pad": 0},
        "legend": {"orientation": "h", "yanchor": "top", "y": -0.08, "x": 0},
    }
    return {"data": data, "layout": layout}


def _wrapped(text: str, width: int = 42) -> str:
    lines, current = [], ""
    for word in text.split():
        if len(current) + len(word) > width:
            lines.append(current)
            current = ""
        current = f"{current} {word}".strip()
    return "<br>".join([*lines, current])


def separation(view: View) -> str:
    """One sentence: what the numbers of this view say, "not separated" included."""
    n_pairs = view.n_same + view.n_different
    if abs(view.same - view.different) < 1e-6:
        return (
            f"All {n_pairs} pairs have cosine {view.same:.2f}: {view.title.lower()} gives the word "
            "one vector whatever stands around it, so it cannot tell the senses apart."
        )
    numbers = (
        f"same-sense pairs {short(view.same)}, different-sense {short(view.different)}, "
        f"{n_pairs} pairs"
    )
    verdicts = {
        "separated": f"The senses are separated (shuffled labels do as well in {view.p:.1%} of trials).",
        "not separated": f"In these {len(view.similarity)} sentences the senses are not separated "
        f"(shuffled labels do as well in {view.p:.0%} of trials).",
    }
    return f"{numbers}. {verdicts.get(view.verdict, 'Too few sentences to tell.')}"


def more_sentences(shown: StartData) -> None:
    """Where the same question is asked of more sentences, whose answer may be another one."""
    st.caption(
        f"With {len(shown.uses)} sentences only a strong difference can be told from chance. Word in context "
        f"and Mixing ask the same of more sentences with “{shown.word}”, and can be surer."
    )
    page.link(
        "word",
        f"“{shown.word}” in more sentences",
        {"example": shown.word},
        icon=":material/arrow_forward:",
    )


def own_word() -> None:
    """A word of one's own, taken to Word in context."""
    st.subheader("Use your own word", anchor=False)
    row = st.form("own_word", border=False).container(horizontal=True, vertical_alignment="bottom")
    with row:
        word = st.text_input(
            "A word", placeholder="spring", max_chars=50, width=260, key="start_own_word"
        )
        pressed = st.form_submit_button("Compare its uses", type="primary")
    if pressed and word.strip():
        st.switch_page(str(screen("word").file), query_params={"word": word.strip()})


def doors() -> None:
    """The other pages, each with the question that it answers."""
    st.subheader("Go on", anchor=False)
    others = [other for other in SCREENS if other.question]
    for begin in range(0, len(others), 3):
        for column, door in zip(st.columns(3), others[begin : begin + 3], strict=False):
            with column.container(
                border=True, height="stretch", gap=None, key=f"start-door-{door.name}"
            ):
                page.link(door.name, door.title, icon=":material/arrow_forward:")
                st.markdown(door.question)
