"""The linked pictures as a component of a page: their data, their state in the address, and the browser's answers.

The browser gets an exploration once and makes every change by itself (`elmo.views.engine`). The address holds the state.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from elmo.views import engine_files
from elmo.views.encoding import to_json
from elmo.views.exploration import Exploration
from ui.shared import scripts

_explorer = component(
    "explorer",
    html='<div class="explorer-place"></div>',
    css=engine_files.stylesheet(),
    js=scripts.loader("explorer", engine_files.script("app")),
)


@dataclass(frozen=True)
class Address:
    """The parameters of a page's address that hold the state of its pictures.

    Attributes:
        names: field of the engine's state -> parameter.
        start: values of parameters that the address does not have.
        others: other texts for a value: field -> text in the address -> the engine's value.
    """

    names: Mapping[str, str]
    start: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value of a field: from the address, else its start value; "" if there is none."""
        parameter = self.names[name]
        value = st.query_params.get(parameter) or self.start.get(parameter, "")
        return self.others.get(name, {}).get(value, value)


@dataclass(frozen=True)
class EncodedExploration:
    """An exploration with its JSON for the browser.

    Attributes:
        exploration: the exploration.
        text: its JSON.
        key: the checksum of the text.
    """

    exploration: Exploration
    text: str
    key: str

    @staticmethod
    def of(exploration: Exploration) -> "EncodedExploration":
        """Encode an exploration."""
        text = to_json(exploration)
        return EncodedExploration(exploration, text, hashlib.sha256(text.encode()).hexdigest())


def show(
    shown: EncodedExploration,
    *,
    key: str,
    address: Address | None = None,
    uses: object = None,
    follow: bool = False,
    folded: bool = False,
    parts: Sequence[str] | None = None,
    maps_first: bool = False,
    brief: bool = False,
    relabel: Callable[[list[str | None]], None] | None = None,
) -> None:
    """Draw the linked pictures, which change in the browser, without the server.

    Args:
        address: the parameters of their state; None keeps the state out of the address.
        uses: equal for equal uses; a selection stays while the uses are equal.
        follow: send each change to the server, for parts of the page that depend on the state
            (`browser_state`).
        folded: fold the findings, if the page shows them elsewhere.
        parts: names of parts in engine/explorer.js; all when None.
        maps_first: draw the maps before the lines.
        brief: draw one large map with small ones beside it, and few controls.
        relabel: called with the sense of each use after an edit in the browser.
    """

    def take_senses() -> None:
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
        "brief": brief,
        "asks": relabel is not None,
        "address": address and {"names": dict(address.names), "others": address.others},
        "start": dict(address.start) if address else {},
    }
    _explorer(data=data, key=key, on_state_change=lambda: None, on_senses_change=take_senses)


def browser_state(key: str, shown: EncodedExploration) -> dict[str, Any]:
    """The last state that the browser sent for this exploration, {} if none; its values are not trusted."""
    state = (st.session_state.get(key) or {}).get("state")
    return state if isinstance(state, dict) and state.get("key") == shown.key else {}
