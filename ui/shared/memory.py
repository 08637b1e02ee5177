"""Give the memory of closed visits back to the system.

Streamlit keeps the state of a closed visit for `server.disconnectedSessionTTL` seconds, in case the connection comes
back, and drops the state only when another visit closes. The C library keeps freed memory for later. So the memory that
one large file took would stay with an idle server.
"""

import asyncio
import gc

from streamlit.runtime import Runtime

from elmo.platform_calls import release_freed_memory

_PAUSE_SECONDS = 10
_ROUNDS = 6
"""Rounds after a visit has closed or its state was dropped: its script may run on for some seconds."""


async def give_back() -> None:
    """Drop the state of visits that closed some time ago, and give freed memory back; runs as long as the server."""
    rounds, known = 0, (0, 0)
    while True:
        await asyncio.sleep(_PAUSE_SECONDS)
        counts = drop_closed()
        if any(now < before for now, before in zip(counts, known, strict=True)):
            rounds = _ROUNDS
        known = counts
        if rounds:
            rounds -= 1
            await asyncio.to_thread(_collect)


def drop_closed() -> tuple[int, int]:
    """Drop the state of visits that closed too long ago; returns the numbers of open visits and of kept closed ones."""
    if not Runtime.exists():
        return 0, 0
    manager = Runtime.instance()._session_mgr
    kept = manager._session_storage._cache  # type: ignore[attr-defined]
    kept.expire()
    return manager.num_active_sessions(), len(kept)


def _collect() -> None:
    gc.collect()
    release_freed_memory()
