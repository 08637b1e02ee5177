"""The linked pictures in a page: what they are given, what the address says of them, what they tell.

The browser gets an exploration once and follows every change by itself (`elmo.views.engine`). What is
set stands in the address.
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
    brief: bool = False,
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
        brief: one large map beside the lines, small ones beside it, and few controls.
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
        "brief": brief,
        "asks": relabel is not None,
        "address": address and {"names": dict(address.names), "others": address.others},
        "start": dict(address.start) if address else {},
    }
    _explorer(data=data, key=key, on_state_change=lambda: None, on_senses_change=told_senses)


def told(key: str, shown: Made) -> dict[str, Any]:
    """The state as the browser told it last; {} before. A browser may tell anything: check it."""
    state = (st.session_state.get(key) or {}).get("state")
    return state if isinstance(state, dict) and state.get("key") == shown.key else {}
