"""The linked pictures of a word's uses on a page: made in two steps, and what is set in them.

The browser gets an exploration once and follows every change by itself (`elmo.views.engine`). The
first one holds what can be computed at once; the second one, with groups, intervals and tests of
every representation, takes its place when it is done. What is set stands in the address.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from elmo.representation import by_name, mix
from elmo.usages import Usage
from elmo.views import engine_files
from elmo.views.encoding import to_json
from elmo.views.exploration import LESS_MEAN, THE_WORD, Exploration
from elmo.views.numbers import short
from elmo.views.of_model import ReadingSettings, explore_reading, provenance
from elmo.views.request import Work
from ui.shared import inputs, model
from ui.uses import vectors as word_analysis

_explorer = component(
    "explorer",
    html='<div class="explorer-place"></div>',
    css=engine_files.stylesheet(),
    js=engine_files.script("app"),
)


@dataclass(frozen=True)
class Address:
    """Where the state of the pictures stands in a page's address.

    Attributes:
        names: field of the engine's state -> parameter.
        start: parameters where the address has none.
        others: other texts that the address may have: field -> text -> the engine's value.
    """

    names: Mapping[str, str]
    start: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as the engine names it: from the address, else what it starts with; "" for nothing."""
        parameter = self.names[name]
        said = st.query_params.get(parameter) or self.start.get(parameter, "")
        return self.others.get(name, {}).get(said, said)


@dataclass(frozen=True)
class Made:
    """An exploration as the browser gets it.

    Attributes:
        exploration: what is drawn.
        text: the same as JSON.
        key: of exactly this text.
    """

    exploration: Exploration
    text: str
    key: str

    @staticmethod
    def of(exploration: Exploration) -> "Made":
        """Write the JSON."""
        text = to_json(exploration)
        return Made(exploration, text, hashlib.sha256(text.encode()).hexdigest())


@dataclass
class _Kept:
    """What is done of the explorations of some uses."""

    work: Work = field(default_factory=Work)
    first: Made | None = None
    thorough: Made | None = None


@dataclass(frozen=True)
class Recipe:
    """How an exploration is made.

    Attributes:
        key: the same for the same exploration.
        explore: makes it; thorough or not, with what is done of it already.
    """

    key: str
    explore: Callable[[bool, Work], Exploration]

    @staticmethod
    def of_uses(model_name: str, uses: tuple[Usage, ...], word: str, seed: int) -> "Recipe":
        """Of the uses of a word, in every representation that the model has."""

        def explore(thorough: bool, work: Work) -> Exploration:
            words = word_analysis.vectors(model_name, uses, whole=False)
            whole = word_analysis.vectors(model_name, uses, whole=True)
            made = provenance(model.elmo(model_name), seed)
            settings = ReadingSettings(word, seed=seed, made=made, thorough=thorough)
            return explore_reading(uses, words.reading(), whole.layers, settings, work)

        told = repr((model.fingerprint(model_name), seed, word, uses))
        return Recipe(hashlib.sha256(told.encode()).hexdigest(), explore)


def made(recipe: Recipe) -> Made:
    """The exploration as far as it is done.

    Raises:
        ElmoError: the model cannot be used.
    """
    kept = _kept(recipe.key)
    if kept.thorough is None and kept.first is None:
        with st.spinner("Comparing the uses …"):
            kept.first = Made.of(recipe.explore(False, Work()))
    found = kept.thorough or kept.first
    assert found is not None
    return found


def finish(recipe: Recipe) -> None:
    """Make the exploration with groups, intervals and tests, and draw the page again with it.

    Call it at the end of the page: the pictures are there and answer meanwhile. What is done stays
    where the page is left. Not where ELMO_WARM_UP is 0, as in tests.
    """
    kept = _kept(recipe.key)
    if kept.thorough is not None or os.environ.get("ELMO_WARM_UP") == "0":
        return
    place = st.empty()

    def tell(done: int, n_all: int) -> None:
        place.caption(f"Groups, intervals and tests: {done} of {n_all} representations.")

    kept.thorough = Made.of(recipe.explore(True, Work(kept.work.drawn, tell)))
    st.rerun()


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept(key: str) -> _Kept:
    """A place for the explorations of some uses (progress cannot be shown within a cache)."""
    return _Kept()


def show(
    shown: Made,
    *,
    key: str,
    address: Address | None = None,
    uses: object = None,
    follow: bool = False,
    folded: bool = False,
    parts: Sequence[str] | None = None,
    maps_first: bool = False,
    relabel: Callable[[list[str | None]], None] | None = None,
) -> None:
    """Draw the linked pictures; they follow in the browser, without the server.

    Args:
        address: where their state stands; nowhere when None.
        uses: equal for the same uses, so that the selection stays with them.
        follow: hear of each change, since the page shows more that depends on it; see `told`.
        folded: fold the findings, which the page says itself.
        parts: of engine/explorer.js; all when None.
        maps_first: the maps stand before the lines.
        relabel: called with the sense of each use, as it was edited in the browser.
    """

    def told_senses() -> None:
        labels = (st.session_state.get(key) or {}).get("senses")
        n = len(shown.exploration.uses)
        if relabel is None or not isinstance(labels, list) or len(labels) != n:
            return
        relabel(
            [label[:80] if isinstance(label, str) and label.strip() else None for label in labels]
        )

    data = {
        "key": shown.key,
        "exploration": shown.text,
        "uses": str(hash(uses)),
        "follow": follow,
        "folded": folded,
        "parts": parts and list(parts),
        "mapsFirst": maps_first,
        "asks": relabel is not None,
        "select": st.session_state.get(f"{key}_select"),
        "address": address and {"names": dict(address.names), "others": address.others},
        "start": dict(address.start) if address else {},
    }
    _explorer(data=data, key=key, on_state_change=lambda: None, on_senses_change=told_senses)


def told(key: str, shown: Made) -> dict[str, Any]:
    """The state as the browser told it last; {} before. A browser may tell anything: check it."""
    state = (st.session_state.get(key) or {}).get("state")
    return state if isinstance(state, dict) and state.get("key") == shown.key else {}


def select(key: str, uses: list[int]) -> None:
    """Select these uses in the pictures, once."""
    before = st.session_state.get(f"{key}_select") or {"id": 0}
    st.session_state[f"{key}_select"] = {"id": before["id"] + 1, "uses": uses}


def chosen(
    shown: Made, address: Address, state: Mapping[str, Any], n_layers: int
) -> tuple[str, inputs.Choice]:
    """What is compared, and the representation that is shown: as told, else as in the address."""
    drawn = {one.name: one for one in shown.exploration.drawn}
    name = state.get("representation") if isinstance(state.get("representation"), str) else None
    if name is None:
        compared, label = address.text("compared"), address.text("representation").lower()
        families = {one.compared for one in shown.exploration.drawn}
        compared = compared if compared in families else THE_WORD
        same = (one for one in drawn.values() if one.compared == compared)
        name = next((o.name for o in same if label in (o.label.lower(), o.label[6:])), None)
    if name in drawn:
        one = drawn[name]
        by = by_name(name.removesuffix(f", {one.compared}"), n_layers)
        return one.compared, inputs.Choice(by.in_words, by)
    compared = LESS_MEAN if str(name).endswith(LESS_MEAN) else THE_WORD
    told_weights = state.get("weights")
    weights = (
        inputs.weights_of(",".join(map(str, told_weights)))
        if isinstance(told_weights, list)
        else None
    ) or inputs.current_weights(n_layers)
    if weights is not None and len(weights) == n_layers:
        numbers = ", ".join(short(weight) for weight in weights)
        own = mix(weights, "your mix", f"mix {weights}", "The weights set in the pictures.")
        return compared, inputs.Choice(f"your mix ({numbers})", own)
    top = by_name(f"layer {n_layers - 1}", n_layers)
    return compared, inputs.Choice(top.in_words, top)
