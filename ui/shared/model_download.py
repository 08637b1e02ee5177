"""Download a published model into the store; the app connects to no other machine before the press."""

from urllib.parse import urlsplit

import streamlit as st

from elmo.errors import ElmoError
from elmo.jobs import jobs
from elmo.store.official import NLPL, OFFICIAL, bases
from elmo.store.store import suggested_name
from elmo.views.sentences import plain
from ui.shared import callbacks, keys, model
from ui.shared import jobs as shared_jobs

SOFTMAX_WORDS = 50_000
_TOKEN = "model_download"
"""Key in st.session_state: the token of the visit's download job."""


def form() -> None:
    """Ask for a model and download it, with progress, the time left and Stop."""
    job = shared_jobs.current(_TOKEN)
    if job is None:
        _ask()
    elif job.is_over():
        _over(job)
    else:
        shared_jobs.follow(job, _progress)


def _ask() -> None:
    there = model.store().names()
    names = [name for name in OFFICIAL if suggested_name(name) not in there]
    if not names:
        st.markdown("All published models are in the store.")
        return
    name = st.selectbox(
        "Published model",
        names,
        key="download_name",
        format_func=lambda name: f"{OFFICIAL[name].language}: {name} ({OFFICIAL[name].size})",
        help="Type a language to find its models.",
    )
    published = OFFICIAL[name]
    place = urlsplit(bases()[0] if published.weight_path else NLPL).hostname
    st.caption(
        f"Language: {published.language}. Trained on: {published.trained_on}. Licence: {published.licence}. "
        f"Size: {published.size}. The model is downloaded from {place} and saved for everybody who uses this "
        "server. The publisher gives no checksum, so the checksum of the first download is saved, and later "
        "downloads are compared with it."
    )
    with_softmax = bool(published.softmax_path) and st.checkbox(
        f"With the {SOFTMAX_WORDS:,} most frequent words of its vocabulary, to predict words (102 MB)",
        key="download_softmax",
    )
    st.button(
        "Download",
        key="download_start",
        on_click=callbacks.guard(_start),
        args=(name, with_softmax),
    )
    if message := st.session_state.pop("download_failed", None):
        st.error(message)


def _start(name: str, with_softmax: bool) -> None:
    work = {"what": name, "with_softmax": SOFTMAX_WORDS if with_softmax else None}
    try:
        st.session_state[_TOKEN] = jobs.start("download", work, owner=shared_jobs.owner()).token
    except ElmoError as error:
        st.session_state["download_failed"] = str(error)


def _progress(job: jobs.Job) -> None:
    shared_jobs.progress(
        job,
        key="download_stop",
        help="The downloaded part is kept; the next download of this model continues it.",
    )


def _over(job: jobs.Job) -> None:
    name = job.args["what"]
    if job.status() == "finished" and "name" in job.result():
        st.success(f"{plain(name)} is in the store.")
        for warning in job.result().get("warnings", []):
            st.warning(plain(warning))
        st.button("Use it", key="download_use", on_click=_close, args=(job.result()["name"],))
        return
    if job.status() == "failed":
        st.error(f"{plain(name)} was not downloaded: {plain(job.error())}")
    else:
        st.info(
            "Stopped. The downloaded part is kept; the next download of this model continues it."
        )
    st.button("Again", key="download_again", on_click=_close)


def _close(use: str | None = None) -> None:
    st.session_state.pop(_TOKEN, None)
    if use is not None:
        st.session_state[keys.MODEL] = use
