"""Downstream, the measurement: the job that measures, its progress, and its result, which the visit keeps."""

import json
from dataclasses import dataclass
from typing import Any

import streamlit as st

from elmo.errors import ElmoError, JobError
from elmo.jobs import jobs
from elmo.tasks import measured
from elmo.tasks.ladder.results import Ladder
from ui.downstream.request import DEFAULT_TASK, Request
from ui.shared import charts, visit
from ui.shared import jobs as shared_jobs


@dataclass(frozen=True)
class Outcome:
    """A finished measurement: its rows, the job's arguments, and its reproduction pack (a ZIP)."""

    ladder: Ladder
    args: dict[str, Any]
    pack: bytes | None


def run(request: Request | None) -> Outcome | None:
    """Draw the button Measure and the progress of its job; gives the visit's last result."""
    job = _current()
    waiting = job is not None and not job.is_over()
    pressed = st.button(
        "Measure",
        type="primary",
        icon=":material/play_arrow:",
        disabled=request is None or waiting,
        key="downstream_measure",
        help="The bundled texts take about five minutes on two processor cores, the other tasks less.",
    )
    if pressed and request is not None:
        job = jobs.start("evaluate", request.args, shared_jobs.owner(), request.files)
        st.session_state["downstream_job"] = job.token
        if not request.files:
            st.query_params["run"] = job.token
        st.rerun()
    if job is not None and waiting:
        shared_jobs.follow(job, _draw)
    elif job is not None:
        _take(job)
    if "downstream_outcome" not in st.session_state and (saved := _saved_outcome()):
        st.session_state["downstream_outcome"] = saved
    return st.session_state.get("downstream_outcome")


def bundled_outcome() -> Outcome | None:
    """The result of the bundled model that comes with the app; None if it is of another task than the one chosen."""
    ladder = _bundled_ladder()
    if ladder is None or ladder.task != (st.session_state.get("downstream_task") or DEFAULT_TASK):
        return None
    return Outcome(ladder, measured.request(ladder), None)


@st.cache_resource(show_spinner=False)
def _bundled_ladder() -> Ladder | None:
    return measured.read()


def is_running() -> bool:
    """Whether a job of this visit is waiting or running."""
    job = _current()
    return job is not None and not job.is_over()


def _current() -> jobs.Job | None:
    """The job of this visit, else the job in the address."""
    token = st.session_state.get("downstream_job")
    if token is None and "downstream_outcome" not in st.session_state:
        token = st.query_params.get("run")
    if token is None:
        return None
    try:
        return jobs.get(token)
    except JobError:
        st.session_state.pop("downstream_job", None)
        st.query_params.pop("run", None)
        return None


def _take(job: jobs.Job) -> None:
    """Save the result of a finished job for the visit; delete the job's folder where it holds a person's files."""
    st.session_state.pop("downstream_job", None)
    try:
        result = job.result()
        if "ladder" not in result or not result["ladder"]["rows"]:
            raise JobError("The job was stopped before it had measured a row.")
        pack = job.folder / "pack.zip"
        outcome = Outcome(
            Ladder.from_dict(result["ladder"]),
            job.args,
            pack.read_bytes() if pack.is_file() else None,
        )
        st.session_state["downstream_outcome"] = outcome
        _save_outcome(outcome)
    except ElmoError:
        st.query_params.pop("run", None)
        if error := job.error():
            raise JobError(error) from None
        st.info("Stopped before a row was measured.")
    finally:
        if job.args.get("private") or job.args.get("static") not in (None, "bundled"):
            job.delete()


_OUTCOME, _PACK = "downstream.json", "downstream.zip"


def _save_outcome(outcome: Outcome) -> None:
    """Save the result in the visit's folder, where a reload of the page finds it."""
    place = visit.folder()
    text = json.dumps({"ladder": outcome.ladder.to_dict(), "args": outcome.args})
    (place / _OUTCOME).write_text(text, encoding="utf-8")
    (place / _PACK).unlink(missing_ok=True)
    if outcome.pack is not None:
        (place / _PACK).write_bytes(outcome.pack)


def _saved_outcome() -> Outcome | None:
    """The result saved last in this visit."""
    place = visit.folder_if_any()
    if place is None or not (place / _OUTCOME).is_file():
        return None
    saved = json.loads((place / _OUTCOME).read_text(encoding="utf-8"))
    pack = (place / _PACK).read_bytes() if (place / _PACK).is_file() else None
    return Outcome(Ladder.from_dict(saved["ladder"]), saved["args"], pack)


def _draw(job: jobs.Job) -> None:
    """Draw progress, Stop, and the rows measured so far."""
    shared_jobs.progress(
        job, key="downstream_stop_measuring", help="The rows measured so far stay."
    )
    if rows := job.progress().extra.get("rows"):
        fig = charts.intervals(
            [r["label"] for r in rows],
            [100 * r["low"] for r in rows],
            [100 * r["value"] for r in rows],
            [100 * r["high"] for r in rows],
            title="%, so far",
            limits=(0, 100),
        )
        charts.show(
            fig,
            key="downstream_ladder_so_far",
            alt=f"{len(rows)} rows measured so far.",
            name="ladder",
            save=False,
        )
