"""A long-running job on a page: who started it, how far it is, and Stop."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from elmo.errors import JobError
from elmo.jobs.jobs import Job, get
from elmo.views.duration import duration
from ui.shared import visit


def owner() -> str:
    """The name of this visit to the queue of jobs; nobody can guess it."""
    return visit.owner()


def follow(job: Job, draw: Callable[[Job], None], every: timedelta = timedelta(seconds=1)) -> None:
    """Draw a job now, and again until it is over; then draw the whole page again.

    Args:
        draw: draws what is known of the job; a job that is over is drawn once.
    """
    was_over = job.is_over()

    def live(token: str) -> None:
        try:
            now = get(token)
        except JobError:  # somebody deleted it; the page says so
            st.rerun()
        if now.is_over() != was_over:
            st.rerun()
        draw(now)

    st.fragment(live, run_every=None if was_over else every)(job.token)


def progress(job: Job, *, key: str, help: str) -> None:
    """One row for a job that waits or runs: its place in the queue or its progress, and Stop.

    Args:
        key: of the button.
        help: what stays of the work after Stop.
    """
    at = job.progress()
    before = job.position() if job.status() == "waiting" else 0
    if before:
        text = (
            f"Waiting: {before} other job{'s' if before != 1 else ''} first. It begins by itself."
        )
    else:
        left = "" if at.seconds_left is None else f" · about {duration(at.seconds_left)} left"
        text = (at.message or "Starting…") + left
    row = st.container(horizontal=True, vertical_alignment="center")
    row.progress(at.fraction, text)
    stopping = job.is_stopping()
    row.button(
        "Stopping…" if stopping else "Stop",
        key=key,
        icon=":material/stop:",
        disabled=stopping,
        on_click=job.stop,
        help=help,
    )
