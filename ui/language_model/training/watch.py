"""A training while it runs and afterwards: curves, what it predicts, a word's map, what to do next."""

from typing import Any

import pandas as pd
import streamlit as st

from elmo.jobs import jobs
from elmo.limits import JOB_KEPT_DAYS
from elmo.views.sentences import plain
from ui.language_model.training import checkpoints as training_checkpoints
from ui.language_model.training import curves as training_curves
from ui.language_model.training import next as training_next
from ui.shared import charts, page

_EVERY_SECONDS = 2
_STATUS = {
    "waiting": "Waiting",
    "running": "Training",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Failed",
}


def watch(job: jobs.Job) -> None:
    """The training and what can be done with it; follows by itself until it is over."""
    over = job.is_over()
    args = job.args
    st.subheader(f"“{plain(args['name'])}”", anchor=False)
    live = st.fragment(_live, run_every=None if over else _EVERY_SECONDS)
    live(job.token, over)
    training_checkpoints.checkpoints_part(job)
    training_next.next_steps(job)
    st.divider()
    st.caption(
        "The address of this page now has the key to this training: whoever has the link can see, "
        "stop and delete it, and nobody without it can. Keep it to come back after closing the "
        f"tab; the training goes on meanwhile. It is kept for {JOB_KEPT_DAYS} days."
    )
    st.button(
        "Train another", on_click=training_next.leave, key="lm_another", icon=":material/add:"
    )


def _live(token: str, was_over: bool) -> None:
    """Progress, figures and curves; drawn again every two seconds while it runs."""
    with page.guard():
        _draw(jobs.get(token), was_over)


def _draw(job: jobs.Job, was_over: bool) -> None:
    status = job.status()
    if job.is_over() != was_over:
        st.rerun()
    progress = job.progress()
    _headline(job, status, progress)
    log = training_next.log(job)
    losses = [entry for entry in log if "loss" in entry]
    held_out = [entry for entry in log if "held_out_forward_perplexity" in entry]
    if not losses:
        return
    baseline = progress.extra.get("frequency_perplexity")
    training_curves.figures(losses, held_out, baseline)
    text = training_curves.summary(losses, held_out, baseline)
    charts.show(
        training_curves.curves(losses, held_out, baseline),
        key="lm_curves",
        name="training",
        alt=f"Perplexity of both directions while training. {text}",
    )
    page.finding(text)
    page.table(pd.DataFrame(losses), "training-log")
    steps = len(training_checkpoints.steps(job))
    if steps != st.session_state.get("lm_n_steps"):
        st.session_state["lm_n_steps"] = steps
        if not was_over:
            st.rerun()


def _headline(job: jobs.Job, status: str, progress: Any) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    if status == "waiting":
        before = job.position()
        row.markdown(f"**Waiting**: {before} before you. It begins by itself.")
    elif status == "running":
        left = progress.seconds_left
        told = f" · about {_seconds(left)} left" if left is not None else ""
        row.progress(progress.fraction, f"{progress.message or 'Starting…'}{told}")
    else:
        row.markdown(f"**{_STATUS[status]}.** {plain(job.error() or '')}")
        return
    stopping = (job.folder / "stop.json").exists()
    row.button(
        "Stopping…" if stopping else "Stop",
        key="lm_stop",
        icon=":material/stop:",
        disabled=stopping,
        on_click=job.stop,
        help="The model is kept as it is then, and training can go on from there.",
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
