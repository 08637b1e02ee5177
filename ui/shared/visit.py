"""A visit's files, texts and jobs, saved on this machine's disk and found again after a reload.

A visit is a folder whose name is derived from a secret token. The token is in the address as soon as there is
something to save. Whoever has the token owns the visit, so a copied link leaves it out (`ui.shared.share`). Files,
uploaded models and indexed texts are files in the folder; its values.json has typed texts and the tokens of jobs.
A folder is deleted `VISIT_KEPT_SECONDS` after its last use.
"""

import hashlib
import json
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_VISIT_BYTES, VISIT_KEPT_SECONDS
from elmo.views.numbers import whole
from ui.shared import keys, temporary

PARAMETER = "visit"
"""The token's name in the address."""

_VALUES = "values.json"
_lock = threading.Lock()
_open: Counter[str] = Counter()
"""Name of a visit's folder -> number of browsers that have the visit open."""


def begin() -> None:
    """Restore the visit of the address, and save what was typed. Each run of a page calls this first."""
    state = st.session_state
    if keys.VISIT not in state:
        _delete_old()
        asked = st.query_params.get(PARAMETER, "")
        state[keys.VISIT] = asked if asked and _folder_of(asked).is_dir() else ""
        if state[keys.VISIT]:
            _open_here(state[keys.VISIT])
            for key, value in values().items():
                state.setdefault(key, value)
    _remember()
    token = state[keys.VISIT]
    if token and st.query_params.get(PARAMETER) != token:
        st.query_params[PARAMETER] = token
    elif not token:
        st.query_params.pop(PARAMETER, None)


def owner() -> str:
    """The visit's secret token; made at the first call."""
    token = st.session_state.get(keys.VISIT)
    if not token:
        token = secrets.token_urlsafe(16)
        st.session_state[keys.VISIT] = token
        _folder_of(token).mkdir(mode=0o700, parents=True, exist_ok=True)
        _open_here(token)
        st.query_params[PARAMETER] = token
    return token


def folder() -> Path:
    """The visit's folder; made if it does not exist."""
    place = _folder_of(owner())
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def folder_if_any() -> Path | None:
    """The visit's folder; None while the visit has no token."""
    token = st.session_state.get(keys.VISIT)
    return _folder_of(token) if token else None


def room_for(n_bytes: int, name: str) -> None:
    """Check that the visit may save so many bytes more.

    Raises:
        InputError: the visit would be larger than `MAX_VISIT_BYTES`.
    """
    used = sum(path.stat().st_size for path in folder().rglob("*") if path.is_file())
    if used + n_bytes > MAX_VISIT_BYTES:
        raise InputError(
            f"{name} has {whole(n_bytes / 1024**2)} MB, and this visit has {whole(used / 1024**2)} MB "
            f"already, of at most {whole(MAX_VISIT_BYTES / 1024**2)} MB. Delete a file or a model of yours, or "
            "use the command line."
        )


def values() -> dict[str, Any]:
    """The saved values of the session's state: key -> value."""
    place = folder_if_any()
    try:
        return json.loads((place / _VALUES).read_text(encoding="utf-8")) if place else {}
    except (OSError, ValueError):
        return {}


def keep(**changes: Any) -> None:
    """Save these values; None deletes one."""
    known = values()
    changed = {k: v for k, v in (known | changes).items() if v is not None}
    if changed == known:
        return
    place = folder()
    part = place / f"{_VALUES}.{secrets.token_hex(4)}"
    part.write_text(json.dumps(changed), encoding="utf-8")
    part.replace(place / _VALUES)


def start_with(key: str, value: str) -> None:
    """Set a widget's first value, if it has none; a first value is not saved with the visit."""
    if key not in st.session_state:
        st.session_state[key] = value
        st.session_state.setdefault(keys.FIRST_VALUES, {})[key] = value


def _remember() -> None:
    """Save what a person typed into widgets, and note the folder's use, so that it is not deleted."""
    state = st.session_state
    first = state.get(keys.FIRST_VALUES, {})
    changed = {key: state[key] for key in keys.TYPED if key in state}
    changed = {key: value for key, value in changed.items() if value and value != first.get(key)}
    gone = {key: None for key in keys.JOBS if key not in state}
    known = values()
    keep(**gone, **{key: value for key, value in changed.items() if known.get(key) != value})
    place = folder_if_any()
    if place is not None and place.is_dir():
        os.utime(place)


def _folder_of(token: str) -> Path:
    """The folder of a token; the token cannot be found out from the folder's name."""
    return _all() / hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()[:32]


def _all() -> Path:
    """The folder with the folders of all visits, deleted when the server ends."""
    return Path(_root().name)


@cache
def _root() -> tempfile.TemporaryDirectory:
    return temporary.folder("visits")


def _open_here(token: str) -> None:
    _count_browser(_folder_of(token).name)


@st.cache_resource(
    scope="session", on_release=lambda name: _uncount_browser(name), show_spinner=False
)
def _count_browser(name: str) -> str:
    """Count a browser that has opened this visit, until its session ends."""
    with _lock:
        _open[name] += 1
    return name


def _uncount_browser(name: str) -> None:
    with _lock:
        _open[name] -= 1
    place = _all() / name
    if place.is_dir():
        os.utime(place)


def _delete_old() -> None:
    """Delete the folders of visits that nobody has used for `VISIT_KEPT_SECONDS`."""
    limit = time.time() - VISIT_KEPT_SECONDS
    for place in _all().iterdir():
        with _lock:
            is_open = _open[place.name] > 0
        try:
            if not is_open and place.stat().st_mtime < limit:
                shutil.rmtree(place, ignore_errors=True)
        except OSError:
            continue
