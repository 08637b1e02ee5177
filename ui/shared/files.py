"""Files of a visit: uploaded once, and then there for every page that asks for them, until they are deleted."""

import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from elmo.errors import InputError
from elmo.views.numbers import short, whole
from elmo.views.sentences import plain
from ui.shared import visit


@dataclass(frozen=True)
class KeptFile:
    """A file of this visit; its attributes have the names of Streamlit's uploads.

    Attributes:
        name: the file's name on the person's machine.
        size: in bytes.
        file_id: different for each upload.
        path: the copy in the visit's folder.
    """

    name: str
    size: int
    file_id: str
    path: Path

    def getvalue(self) -> bytes:
        """The file's content."""
        return self.path.read_bytes()

    getbuffer = getvalue


def ask(
    label: str, *, key: str, types: Sequence[str], most_bytes: int, instead: str, help: str
) -> KeptFile | None:
    """Ask for one file; when there is one, show its name and a button that deletes it.

    Args:
        key: name of the file's place; pages with the same key share the file.
        types: the allowed endings.
        most_bytes: the largest allowed size.
        instead: advice for a larger file, the end of the error message.

    Raises:
        InputError: the file is too large.
    """
    known = of(key)
    if known is not None:
        _line(known, key)
        return known
    place = st.empty()
    upload = place.file_uploader(
        label, type=list(types), key=key, max_upload_size=most_bytes // 1024**2, help=help
    )
    if upload is None:
        return None
    if upload.size > most_bytes:
        raise InputError(
            f"{upload.name} has {whole(upload.size / 1024**2)} MB, at most {most_bytes // 1024**2} MB are "
            f"taken here; {instead}."
        )
    known = _keep(key, upload)
    with place.container():
        _line(known, key)
    return known


def of(key: str) -> KeptFile | None:
    """The file in a place, or None."""
    home = visit.folder_if_any()
    try:
        about = json.loads((home / "files" / key / "about.json").read_text()) if home else None
    except (OSError, ValueError):
        return None
    if about is None or home is None:
        return None
    path = home / "files" / key / "content"
    return KeptFile(about["name"], about["size"], about["file_id"], path)


def _keep(key: str, upload: Any) -> KeptFile:
    visit.room_for(upload.size, upload.name)
    home = visit.folder() / "files"
    home.mkdir(exist_ok=True)
    part = home / f".{secrets.token_hex(8)}"
    part.mkdir()
    (part / "content").write_bytes(upload.getbuffer())
    about = {"name": upload.name, "size": upload.size, "file_id": secrets.token_hex(8)}
    (part / "about.json").write_text(json.dumps(about))
    shutil.rmtree(home / key, ignore_errors=True)
    part.rename(home / key)
    return KeptFile(path=home / key / "content", **about)


def _line(file: KeptFile, key: str) -> None:
    """Draw the file's name and size, and Delete, which asks once."""
    with st.container(horizontal=True, vertical_alignment="center"):
        size = (
            f"{short(file.size / 1024**2, 1)} MB"
            if file.size >= 1e5
            else f"{short(file.size / 1024, 1)} kB"
        )
        st.markdown(f":material/description: **{plain(file.name)}** · {size}", width="content")
        with st.popover("Delete", type="tertiary", width="content"):
            st.markdown("The file is deleted on all pages of this visit.")
            st.button("Delete this file", key=f"delete-file-{key}", on_click=_delete, args=(key,))


def _delete(key: str) -> None:
    home = visit.folder_if_any()
    if home is not None:
        shutil.rmtree(home / "files" / key, ignore_errors=True)
