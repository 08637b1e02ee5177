"""The parts of Start: its data for a model, the pictures, the sentences, the links to other pages."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from elmo.errors import InputError
from elmo.representation import Reading, Representation, read_uses
from elmo.usages import Usage
from elmo.views.numbers import percent
from elmo.views.sentences import plain
from ui.shared import explorer, model, page
from ui.shared.screens import SCREENS, screen
from ui.start.data import FILE, StartData, compute, read, usages
from ui.uses import first

PARTS = ("map", "maps", "concordance", "findings", "numbers", "save")
"""Names of parts in engine/explorer.js."""


def data(model_name: str) -> StartData:
    """The data of the file for the bundled model, else the same sentences computed with this model.

    Raises:
        ElmoError: the model cannot be used.
    """
    files = model.entry(model_name)
    ready = read()
    if ready is None:
        raise InputError(f"{FILE.name} is missing or damaged; run `make start-data`.")
    if files.kind == "bundled" and ready.weights_sha256 == model.sha256(files):
        return ready
    uses = usages(ready.exploration)
    tokens = tuple(use.forms for use in uses)
    layers = model.vectors(model_name, tokens)
    reading = read_uses(layers, uses, tokens, model.constants(model_name))
    best = first.first(model_name, can_centre=True)
    by = best.by.less_the_mean if best.centred else best.by
    return _compute(model.sha256(files), by.key, ready.exploration.word, uses, reading, by)


@st.cache_resource(max_entries=8, show_spinner="Comparing the uses …")
def _compute(
    sha256: str,
    key: str,
    _word: str,
    _uses: Sequence[Usage],
    _reading: Reading,
    _by: Representation,
) -> StartData:
    return compute(sha256, _word, _uses, _reading, _by)


def intro(shown: StartData) -> str:
    """The introduction, with the word and its senses."""
    counts = Counter(shown.exploration.labels)
    senses = " and ".join(f"{n} with the sense “{plain(sense)}”" for sense, n in counts.items())
    return (
        f"ELMo reads the whole sentence before it gives a word its vector. Here is **{plain(shown.exploration.word)}** in "
        f"{len(shown.exploration.uses)} sentences: {senses}. Dots that lie close together have similar vectors."
    )


def why(shown: StartData) -> str:
    """The rule of the choice of word and representation, and the figure on the reference words."""
    rule = shown.rule
    if rule is None:
        return "These sentences were chosen for the bundled model; the figures are those of the model in the sidebar."
    clear = "none of them is" if not rule.n_clear else f"{rule.n_clear} of them are"
    return (
        f"Chosen by a rule: of {rule.n_words} common example words, “{plain(shown.exploration.word)}” is the one that this model "
        f"separates best by {shown.chosen[0].lower()}{plain(shown.chosen[1:])}; {clear} separated clearly (95 % "
        f"interval above .6). Other words are harder: this model tells apart {percent(rule.reference_auc)} of pairs on "
        f"{rule.n_reference} reference words."
    )


def pictures(shown: StartData) -> None:
    """Draw the lines, one large map with small ones beside it, and their sentence."""
    explorer.show(
        explorer.EncodedExploration.of(shown.exploration),
        key="start_pictures",
        address=explorer.Address({"representation": "start_layer"}, {"start_layer": shown.chosen}),
        parts=PARTS,
        brief=True,
    )


def more_sentences(shown: StartData) -> None:
    """Write that more sentences give a more certain answer, with a link to them."""
    st.caption(
        f"With {len(shown.exploration.uses)} sentences only a strong difference is distinguishable from chance. Word in "
        f"context and Mixing compare more sentences with “{plain(shown.exploration.word)}”, with more certain results."
    )
    page.link(
        "word",
        f"“{shown.exploration.word}” in more sentences",
        {"example": shown.exploration.word},
        icon=":material/arrow_forward:",
    )


def own_word() -> None:
    """Ask for a word, and open Word in context with it."""
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
    """Draw links to the other pages, each with its question."""
    st.subheader("Go on", anchor=False)
    others = [other for other in SCREENS if other.question]
    for begin in range(0, len(others), 3):
        for column, door in zip(st.columns(3), others[begin : begin + 3], strict=False):
            with column.container(
                border=True, height="stretch", gap=None, key=f"start-door-{door.name}"
            ):
                page.link(door.name, door.title, icon=":material/arrow_forward:")
                st.markdown(door.question)
