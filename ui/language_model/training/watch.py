"""The view of a training: progress, curves, predictions, a word's map, and the actions."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from elmo.jobs import jobs
from elmo.limits import JOB_KEPT_DAYS
from elmo.views.sentences import plain
from ui.language_model.training import checkpoints as training_checkpoints
from ui.language_model.training import curves as training_curves
from ui.language_model.training import next as training_next
from ui.shared import charts, page
from ui.shared import jobs as shared_jobs

_EVERY = timedelta(seconds=2)
_OVER = {
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Failed",
}


def watch(job: jobs.Job) -> None:
    """Show a training and its actions; the view updates until the training is over."""
    st.subheader(f"“{plain(job.args['name'])}”", anchor=False)
    shared_jobs.follow(job, _draw, _EVERY)
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


def _draw(job: jobs.Job) -> None:
    """Show progress, figures and curves."""
    _headline(job)
    log = training_next.log(job)
    losses = [entry for entry in log if "loss" in entry]
    held_out = [entry for entry in log if "held_out_forward_perplexity" in entry]
    if not losses:
        return
    baseline = job.progress().extra.get("frequency_perplexity")
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
        if not job.is_over():
            st.rerun()


def _headline(job: jobs.Job) -> None:
    if job.is_over():
        st.markdown(f"**{_OVER[job.status()]}.** {plain(job.error() or '')}")
    else:
        shared_jobs.progress(
            job,
            key="lm_stop",
            help="The current model stays, and the training can be continued from it.",
        )
