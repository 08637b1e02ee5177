"""The parts of Start: what it shows of a model, the concordance, the maps, the sentence."""

from collections import Counter

import streamlit as st
from streamlit.components.v2 import component

from elmo.errors import InputError
from elmo.representation import read_uses
from elmo.views.numbers import chance, percent, short
from elmo.views.sentences import plain, unmarked
from ui.shared import charts, model, page, share
from ui.shared.screens import SCREENS, screen
from ui.start.data import FILE, StartData, View, compute, places, read
from ui.uses import first

_concordance = component(
    "start_concordance",
    html='<div class="head"></div><ol></ol>',
    css=share.stylesheet("concordance"),
    js=share.script("concordance"),
)
CHOSEN = "start_chosen"
"""Key of the chosen use's number in st.session_state."""


def data(model_name: str) -> StartData:
    """From the file where it is this model's, else the same sentences as this model reads them.

    Raises:
        ElmoError: the model cannot be used.
    """
    found = model.entry(model_name)
    ready = read()
    if ready is None:
        raise InputError(f"{FILE.name} is missing or damaged; run `make start-data`.")
    if found.kind == "bundled" and ready.weights_sha256 == model.sha256(found):
        return ready
    tokens = tuple(use.tokens for use in ready.uses)
    layers = model.vectors(model_name, tokens)
    reading = read_uses(layers, places(ready.uses), tokens, model.constants(model_name))
    best = first.first(model_name, can_centre=True)
    by = best.by.less_the_mean if best.centred else best.by
    return compute(model.sha256(found), ready.word, ready.uses, reading, by)


def intro(shown: StartData) -> str:
    """What is seen, with the word and its senses."""
    counts = Counter(use.sense for use in shown.uses)
    senses = " and ".join(f"{n} with the sense “{plain(sense)}”" for sense, n in counts.items())
    return (
        f"ELMo reads the whole sentence before it gives a word its vector. Here is **{plain(shown.word)}** in "
        f"{len(shown.uses)} sentences: {senses}. Dots that lie close together have similar vectors."
    )


def why(shown: StartData) -> str:
    """How word and representation were chosen, and that others are harder."""
    rule = shown.rule
    if rule is None:
        return "These sentences were chosen for the bundled model; this is what the model of the sidebar makes of them."
    clear = "none of them is" if not rule.n_clear else f"{rule.n_clear} of them are"
    return (
        f"Chosen by a rule: of {rule.n_words} common example words, “{plain(shown.word)}” is the one that this model "
        f"separates best by {shown.chosen[0].lower()}{plain(shown.chosen[1:])}; {clear} separated clearly (95 % "
        f"interval above .6). Other words are harder: this model tells apart {percent(rule.reference_auc)} of pairs on "
        f"{rule.n_reference} reference words."
    )


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
            "note": "most similar",
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


def maps(shown: StartData, view: View, chosen: int | None) -> None:
    """One large map, and a small one of each layer, all to one scale; a dot's number is its line's."""
    charts.show(
        _maps_figure(shown, view, chosen),
        key="start_maps",
        alt=" ".join(f"{each.title}: {unmarked(separation(each))}" for each in shown.views),
        name=f"{shown.word}-maps",
        on_select=_dots_chosen,
    )


def _dots_chosen(rows: list[int]) -> None:
    st.session_state[CHOSEN] = rows[0] if rows else None


_LARGE, _GAP, _HEIGHT = 0.7, 0.06, 430
"""Share of the width that the large map takes, the share between it and the small ones, and the pixels."""


def _maps_figure(shown: StartData, view: View, chosen: int | None) -> charts.Figure:
    """The large map left, the layers' small ones right, one above the other."""
    layers = [each for each in shown.views if each.title.startswith("Layer ")]
    views = [view, *layers]
    reach = 1.2 * max(abs(x) for each in views for point in each.points for x in point) or 1.0
    data: list[dict] = []
    notes: list[dict] = []
    layout: dict = {"annotations": notes}
    row = 1 / len(layers)
    for number, each in enumerate(views):
        large = number == 0
        across = [0.008, _LARGE] if large else [_LARGE + _GAP, 0.992]
        down = [0, 1 - _GAP] if large else [1 - number * row, 1 - (number - 1) * row - _GAP]
        suffix = "" if large else str(number + 1)  # the first axes have no number
        x, y = f"x{suffix}", f"y{suffix}"
        axes = _bare_axis(reach, stress=large or each is view)
        layout[f"xaxis{suffix}"] = axes | {"domain": across, "anchor": y}
        layout[f"yaxis{suffix}"] = axes | {"domain": down, "anchor": x, "scaleanchor": x}
        notes += _notes(shown, each, x, y, reach, large=large)
        data += _dots(shown, each, x, y, chosen, large=large)
    layout |= {
        "height": _HEIGHT,
        "dragmode": False,
        "margin": {"t": 6, "b": 36, "l": 2, "r": 2, "pad": 0},
        "legend": {"orientation": "h", "yanchor": "top", "y": -0.03, "x": 0},
    }
    return {"data": data, "layout": layout}


def _bare_axis(reach: float, stress: bool) -> dict:
    return {
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


def _notes(
    shown: StartData, view: View, x: str, y: str, reach: float, *, large: bool
) -> list[dict]:
    """The title above a map, and a word where all its dots are one."""
    above = {"xref": x, "yref": f"{y} domain", "xanchor": "center", "yanchor": "bottom"}
    title = f"<b>{view.title}</b>" if large else view.title
    notes = [
        above
        | {"x": 0, "y": 1, "yshift": 1, "text": title, "showarrow": False}
        | {"font": {"size": 13 if large else 11}}
    ]
    if not any(value for point in view.points for value in point):
        text = f"all {len(shown.uses)} are<br>one vector" if large else "one vector"
        below = {"x": 0, "y": -0.62 * reach, "xref": x, "yref": y, "showarrow": False}
        notes.append(below | {"text": text, "font": {"size": 11 if large else 10}})
    return notes


def _dots(
    shown: StartData, view: View, x: str, y: str, chosen: int | None, *, large: bool
) -> list[dict]:
    """The uses of each sense on one map; numbers on the large one alone."""
    data = []
    for number, sense in enumerate(dict.fromkeys(use.sense for use in shown.uses)):
        rows = [i for i, use in enumerate(shown.uses) if use.sense == sense]
        data.append(
            {
                "type": "scatter",
                "xaxis": x,
                "yaxis": y,
                "x": [view.points[i][0] for i in rows],
                "y": [view.points[i][1] for i in rows],
                "mode": "markers+text" if large else "markers",
                "name": charts.escape(str(sense)),
                "legendgroup": sense,
                "showlegend": large,
                "text": [str(i + 1) for i in rows],
                "textfont": {"size": 12, "color": charts.text_colour(number)},
                "customdata": [[i] for i in rows],
                "hovertext": [_hover(shown, i) for i in rows],
                "hoverinfo": "text",
                "marker": {
                    "size": 24 if large else 9,
                    "symbol": charts.symbol(number),
                    "color": [charts.colour(number)] * len(rows),
                    "opacity": [1.0 if chosen in (None, i) else 0.25 for i in rows],
                    "line": {"width": 1, "color": "rgba(60,60,60,.5)"},
                },
                "selected": {"marker": {"opacity": 1.0}},
                "unselected": {"marker": {"opacity": 0.25}},
            }
        )
    return data


def _hover(shown: StartData, i: int) -> str:
    use = shown.uses[i]
    return charts.escape(f"{i + 1} · {use.sense}<br>{_wrapped(' '.join(use.tokens))}")


def _wrapped(text: str, width: int = 42) -> str:
    lines, current = [], ""
    for word in text.split():
        if len(current) + len(word) > width:
            lines.append(current)
            current = ""
        current = f"{current} {word}".strip()
    return "<br>".join([*lines, current])


def separation(view: View) -> str:
    """One sentence: what the numbers of this view say, misses counted, the map's own misses too."""
    n_pairs = view.n_same + view.n_different
    by = view.title[0].lower() + plain(view.title[1:])
    if abs(view.same - view.different) < 1e-6:
        return (
            f"**Compared by {by}, all {n_pairs} pairs have cosine {short(view.same)}**: the word has one vector "
            "whatever stands around it, so its senses cannot be told apart."
        )
    n = len(view.similarity)
    on_map = (
        "; on the map too"
        if view.nearest_same_on_map == view.nearest_same
        else f"; on the map, which has two of many dimensions, {view.nearest_same_on_map}"
    )
    trials = f"shuffled senses do as well in {chance(view.p)} of trials"
    verdicts = {
        "separated": f"{trials[0].upper()}{trials[1:]}.",
        "not separated": f"The senses are **not separated**: {trials}.",
    }
    return (
        f"**Compared by {by}, {view.nearest_same} of {n} sentences have their nearest use in their own "
        f"sense**{on_map}. Same-sense pairs have cosine {short(view.same)}, different-sense pairs "
        f"{short(view.different)}; pair AUC {short(view.auc)} (95 % interval {short(view.low)} to "
        f"{short(view.high)}, {n_pairs} pairs). {verdicts.get(view.verdict, 'Too few sentences to tell.')}"
    )


def more_sentences(shown: StartData) -> None:
    """Where the same question is asked of more sentences, whose answer may be another one."""
    st.caption(
        f"With {len(shown.uses)} sentences only a strong difference can be told from chance. Word in context "
        f"and Mixing ask the same of more sentences with “{plain(shown.word)}”, and can be surer."
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
