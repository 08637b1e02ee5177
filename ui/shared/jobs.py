"""A job on a page: its owner, its progress, and Stop."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from elmo.errors import JobError
from elmo.jobs.job import Job
from elmo.jobs.jobs import get, position
from elmo.views.duration import duration
from ui.shared import visit
from ui.shared.progress import row


def owner() -> str:
    """The visit's secret token, as the owner of its jobs."""
    return visit.owner()


def current(key: str) -> Job | None:
    """The job whose token is in st.session_state[key]; None if there is none, or if it was deleted.

    Args:
        key: one of `ui.shared.keys.JOBS`, or a key of the same kind.
    """
    token = st.session_state.get(key)
    if token is None:
        return None
    try:
        return get(token)
    except JobError:
        st.session_state.pop(key, None)
        return None


def follow(job: Job, draw: Callable[[Job], None], every: timedelta = timedelta(seconds=1)) -> None:
    """Draw a job now, and again until it is over; then draw the whole page again.

    Args:
        draw: draws the job's present state; a job that is over is drawn once.
        every: the time between two drawings.
    """
    was_over = job.is_over()

    def live(token: str) -> None:
        try:
            now = get(token)
        except JobError:  # deleted meanwhile: the page says so
            st.rerun()
        if now.is_over() != was_over:
            st.rerun()
        draw(now)

    st.fragment(live, run_every=None if was_over else every)(job.token)


def progress(job: Job, *, key: str, help: str) -> None:
    """Draw one row for a job: its place in the queue, or its progress and the time left; and Stop.

    Args:
        key: of the button Stop.
        help: what stays of the work after Stop.
    """
    at = job.progress()
    before = position(job) if job.status() == "waiting" else 0
    if before:
        text = f"Waiting for {before} other job{'s' if before != 1 else ''}; this one then begins by itself."
    else:
        left = "" if at.seconds_left is None else f" · about {duration(at.seconds_left)} left"
        text = (at.message or "Starting…") + left
    row(
        at.fraction,
        text,
        key=key,
        on_stop=job.stop,
        help=help,
        is_stopping=job.is_stopping(),
    )
