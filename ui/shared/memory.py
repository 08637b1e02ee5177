"""What garbage collection looks at, and memory of closed visits that goes back to the system.

Streamlit keeps the state of a closed visit for `server.disconnectedSessionTTL` seconds, in case the connection comes
back, and drops the state only when another visit closes. Its loop refers to the last visit until the next one comes, and
the C library keeps freed memory for later. So the memory that one large file took would stay with an idle server.
"""

import asyncio
import gc
import sys

from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession

from elmo.platform_calls import release_freed_memory

_PAUSE_SECONDS = 10
_ROUNDS = 6
"""Rounds after a visit has closed or its state was dropped: its script may run on for some seconds."""


async def give_back() -> None:
    """Drop the state of visits that closed some time ago, and give freed memory back; runs as long as the server."""
    rounds = 0
    known: dict[str, AppSession] = {}
    while True:
        await asyncio.sleep(_PAUSE_SECONDS)
        closed = closed_visits()
        for visit in known.keys() - closed.keys():
            drop(known[visit])
        if closed.keys() != known.keys():
            rounds = _ROUNDS
        known = closed
        if rounds:
            rounds -= 1
            await asyncio.to_thread(_collect)


def closed_visits() -> dict[str, AppSession]:
    """The visits that closed and may come back, by their number."""
    if not Runtime.exists():
        return {}
    storage = Runtime.instance()._session_mgr._session_storage._cache  # type: ignore[attr-defined]
    storage.expire()
    return {visit: info.session for visit, info in storage.items()}


def drop(visit: AppSession) -> None:
    """Empty the state of a visit, unless the visit has come back."""
    if not Runtime.instance().is_active_session(visit.id):
        visit.shutdown()
        visit.session_state.clear()


_n_modules = 0


def keep_modules_out_of_collection() -> None:
    """Exclude the objects of imported modules from garbage collection, after each new import.

    Streamlit collects garbage after every run of a page; with the objects of torch and pandas that took .2 s.
    """
    global _n_modules
    if len(sys.modules) > _n_modules:
        gc.freeze()
        _n_modules = len(sys.modules) + 20


def _collect() -> None:
    """Collect garbage, also among what was excluded: the objects of a visit that was open then."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    release_freed_memory()
