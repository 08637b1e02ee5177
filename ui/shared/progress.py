"""Progress with Stop: the row that all long work shows, and the reading of sentences within a page's run."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import streamlit as st

from elmo.views.duration import duration

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_STOPPED = "reading_stopped"


def row(
    fraction: float,
    text: str,
    *,
    key: str,
    on_stop: Callable[..., None],
    args: tuple[Any, ...] = (),
    help: str | None = None,
    is_stopping: bool = False,
    place: "DeltaGenerator | None" = None,
) -> "DeltaGenerator":
    """Draw a bar with its text and a button Stop; gives the bar.

    Args:
        fraction: from 0 to 1.
        key: of the button.
        on_stop: called with `args` when Stop is pressed, before the page runs again.
        help: the tool tip of Stop: what stays of the work.
        is_stopping: Stop was pressed and the work has not ended yet.
        place: where to draw; the page itself when None.
    """
    line = (place or st).container(horizontal=True, vertical_alignment="center")
    bar = line.progress(fraction, text)
    line.button(
        "Stopping…" if is_stopping else "Stop",
        key=key,
        icon=":material/stop:",
        disabled=is_stopping,
        on_click=on_stop,
        args=args,
        help=help,
    )
    return bar


def time_left(seconds: float, n_done: int, n_all: int) -> str:
    """The words " · about 12 s left" after so many seconds of work; "" before the first part is done."""
    if not n_done:
        return ""
    return f" · about {duration(seconds * (n_all - n_done) / n_done)} left"


@contextmanager
def reading(
    place: "DeltaGenerator",
    purpose: str = "",
    step: str = "Reading sentence",
    *,
    is_pressed_for: bool = False,
) -> Iterator[Callable[[int, int], None]]:
    """Gives a function (steps done, of all) that shows the progress of reading, the time left and Stop.

    Nothing is shown in the first .3 s. Stop ends the page's run at the next call.

    Args:
        place: an `st.empty()` that is on the page also where nothing is read. A widget that moves within the
            page is made anew by the browser, which can then forget that its value belongs into the address.
        purpose: why the sentences are read, as a sentence before the numbers.
        step: what is done in a step.
        is_pressed_for: True if a press of a button began the work: after Stop the page is drawn again and does not begin the
            work by itself, so that its inputs stay on screen.
    """
    on_stop = _draw_again if is_pressed_for else _stop
    bar = None
    started = time.monotonic()
    n_known: int | None = None

    def tell(done: int, total: int) -> None:
        nonlocal bar, n_known
        n_known = done if n_known is None else n_known  # the first call counts what was in memory
        seconds = time.monotonic() - started
        if done >= total or seconds < 0.3:
            return
        left = time_left(seconds, max(done - n_known, 1), total - n_known)
        text = f"{purpose} {step} {done:,} of {total:,}{left}".lstrip()
        if bar is None:
            key = f"stop-reading-{time.monotonic_ns()}"  # a page may read several times in one run
            bar = row(done / total, text, key=key, on_stop=on_stop, place=place)
        bar.progress(done / total, text)

    yield tell
    place.empty()


def _draw_again() -> None:
    """Do nothing: the press alone ends the run and draws the page again."""


def _stop() -> None:
    st.session_state[_STOPPED] = True


def check_not_stopped() -> None:
    """Stop the page after a press of Stop, with a button that goes on; the frame of the page calls this."""
    if st.session_state.pop(_STOPPED, False):
        st.info("Stopped. The work that was done is kept.")
        st.button("Go on")
        st.stop()
