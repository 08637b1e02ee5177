"""Choose an indexed corpus, or upload text files and index them in a folder of this visit."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from elmo.corpus.build import build_index
from elmo.errors import CorpusError
from elmo.home import home
from elmo.limits import MAX_TABLE_UPLOAD_BYTES, MAX_UNPACKED_UPLOAD_BYTES
from elmo.views.numbers import short, whole
from ui.shared import progress, share, uploads, visit

UPLOAD = "… upload text files"
_SUFFIX = ".index"


def indexes() -> dict[str, Path]:
    """The indexed corpora of this visit and of the data folder: name -> file."""
    files: dict[str, Path] = {}
    for place in (home() / "indexes", *_of_visit()):
        try:
            files |= {path.stem: path for path in sorted(place.glob(f"*{_SUFFIX}"))}
        except OSError:
            continue
    return files


def _of_visit() -> list[Path]:
    place = visit.folder_if_any()
    return [] if place is None else [place / "corpora"]


def folder() -> Path:
    """The folder with the corpora of this visit."""
    place = visit.folder() / "corpora"
    place.mkdir(exist_ok=True)
    return place


def choose(key: str) -> Path | None:
    """Ask for a corpus, or for text files to index; the index's file, None while there is none."""
    known = indexes()
    chosen = UPLOAD
    if known:
        # The corpus uploaded last is chosen.
        latest = st.session_state.pop("uses_corpus_latest", None)
        if latest in known:
            st.session_state[f"{key}-corpus"] = latest
        elif f"{key}-corpus" not in st.session_state and st.query_params.get("corpus") in known:
            st.session_state[f"{key}-corpus"] = st.query_params["corpus"]
        chosen = st.selectbox("Corpus", [*known, UPLOAD], key=f"{key}-corpus", width=300)
    is_own = chosen == UPLOAD or known[chosen].parent == folder()
    share.link({"corpus": None if is_own else chosen})
    if chosen != UPLOAD:
        return known[chosen]
    uploaded = st.file_uploader(
        "Text files, up to 50 MB each",
        type=["txt", "gz", "xz"],
        accept_multiple_files=True,
        key=f"{key}-corpus-upload",
        max_upload_size=MAX_TABLE_UPLOAD_BYTES // 1024**2,
        help="Text, also packed as .gz or .xz; each file is a document. They stay on this "
        "machine, and are deleted some time after you close the page. For a larger corpus: python -m elmo index.",
    )
    if not uploaded:
        return None
    return _index(uploaded)


def _index(uploaded: Sequence) -> Path | None:
    """Index the files with progress, the time left and Stop; after Stop the next run goes on from there."""
    for upload in uploaded:
        if upload.size > MAX_TABLE_UPLOAD_BYTES:
            raise CorpusError(
                f"{upload.name} has {whole(upload.size / 1024**2)} MB, at most "
                f"{MAX_TABLE_UPLOAD_BYTES // 1024**2} MB are taken here; use `python -m elmo index`."
            )
    digest = hashlib.sha256()
    contents = [
        uploads.text_file(upload, uploads.chosen_encoding(upload, f"uses-{upload.file_id}"))
        for upload in uploaded
    ]
    for file_name, content in contents:
        digest.update(file_name.encode() + content)
    name = _name([file_name for file_name, _ in contents], digest.hexdigest()[:6])
    output = folder() / f"{name}{_SUFFIX}"
    if output.exists():
        return output
    asked = [upload for upload in uploaded if not uploads.shows_encoding(upload)]
    if asked and not st.button("Index in this encoding", key="uses-corpus-encoding"):
        return None
    if st.session_state.get("uses_corpus_stopped") == name:
        st.info("Stopped. What was read is kept.")
        st.button("Go on", key="uses-corpus-go-on", on_click=_stop, args=(None,))
        return None
    texts = folder() / name
    texts.mkdir(exist_ok=True)
    files = []
    for number, (file_name, content) in enumerate(contents):
        place = texts / Path(file_name).name
        files.append(place if place not in files else place.with_name(f"{number}-{place.name}"))
        files[-1].write_bytes(content)
    bar = progress.row(0.0, "Reading …", key="uses-corpus-stop", on_stop=_stop, args=(name,))
    started = time.monotonic()

    def tell(done: int, total: int) -> None:
        left = progress.time_left(time.monotonic() - started, done, total)
        text = f"Reading {short(done / 1e6, 1)} of {short(total / 1e6, 1)} MB{left}"
        bar.progress(done / max(total, 1), text)

    index = build_index(
        files, output, tell, segment_tokens=200_000, max_bytes=MAX_UNPACKED_UPLOAD_BYTES
    )
    index.close()
    for file in files:
        file.unlink()
    texts.rmdir()
    st.session_state["uses_corpus_latest"] = name
    st.rerun()
    return output


def _stop(name: str | None) -> None:
    st.session_state["uses_corpus_stopped"] = name


def _name(names: Sequence[str], mark: str) -> str:
    """The first file's name, with a mark that differs for files of other contents."""
    first = Path(names[0]).name.split(".")[0][:40] or "corpus"
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{first}{more} ({mark})"
