"""The actions for a trained model: use, download, train further, add to the store, delete."""

import io
import zipfile
from pathlib import Path
from typing import Any

import streamlit as st

from elmo.errors import ElmoError
from elmo.jobs import jobs
from elmo.views.duration import duration
from elmo.views.sentences import plain
from ui.shared import callbacks, keys, model

FILES = ("options.json", "weights.hdf5", "softmax.hdf5", "vocab.txt", "MODEL_CARD.md")
MINUTES = (0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 240, 480)
"""The choices of minutes for a training."""


def next_steps(job: jobs.Job) -> None:
    """Show the actions for the model of a job."""
    folder = job.folder / "model"
    if not all((folder / name).is_file() for name in FILES):
        if job.is_over():
            _again(job)
        return
    st.subheader("The model", anchor=False)
    name = model.OWN + job.args["name"]
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.button(
        "Use it on every page",
        type="primary",
        key="lm_use",
        icon=":material/check:",
        on_click=callbacks.guard(_use),
        args=(name, str(folder)),
        help="Uses the model of the last checkpoint; only you see this model.",
    )
    row.download_button(
        "Download (ZIP)",
        lambda: zip_bytes(job.folder),
        f"{job.args['name']}.zip",
        "application/zip",
        key="lm_zip",
        icon=":material/download:",
        on_click="ignore",
        help="The official format: options.json and weights.hdf5, with softmax.hdf5 and vocab.txt.",
    )
    if model.own_models().get(name) == str(folder):
        st.caption("In use: choose it or another model at the left, on any page.")
    if job.is_over():
        left, right = st.columns(2)
        with left:
            _again(job)
        with right:
            _keep(job, folder)
        st.button(
            "Delete text and model",
            key="lm_delete",
            on_click=callbacks.guard(_delete),
            args=(job,),
        )


def _use(name: str, folder: str) -> None:
    model.own_models()[name] = folder
    st.session_state[keys.MODEL] = name


def _again(job: jobs.Job) -> None:
    with st.form("lm_more", border=True):
        more = st.select_slider("Train further for", MINUTES, value=3, format_func=in_words)
        if st.form_submit_button("Go on", icon=":material/play_arrow:"):
            done = [e["seconds"] for e in log(job) if "seconds" in e]
            job.restart({"minutes": (done[-1] / 60 if done else 0) + more})
            st.rerun()


def _keep(job: jobs.Job, folder: Path) -> None:
    with st.form("lm_keep", border=True):
        name = st.text_input(
            "Save the model under a name (everybody on this machine sees it)",
            str(job.args["name"]),
            max_chars=64,
        )
        if st.form_submit_button("Keep", icon=":material/save:"):
            try:
                with model.turn():
                    model.store().add_folder(name, folder, "trained", "trained in this app")
            except ElmoError as error:
                st.error(plain(str(error)))
            else:
                st.success(f"“{plain(name)}” is in the store.")


def _delete(job: jobs.Job) -> None:
    name = model.OWN + job.args["name"]
    if model.own_models().get(name) == str(job.folder / "model"):
        del model.own_models()[name]
        if st.session_state.get(keys.MODEL) == name:
            st.session_state[keys.MODEL] = "bundled"
    job.delete()
    leave()


def leave() -> None:
    """Show the form instead of the training from now on."""
    st.session_state.pop("lm_job", None)
    st.query_params.pop("job", None)


def zip_bytes(folder: Path) -> bytes:
    """The bytes of a ZIP file with the model in the official format, its card and its log."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in FILES:
            file.write(folder / "model" / name, name)
        file.write(folder / "model" / "training" / "log.jsonl", "training_log.jsonl")
    return out.getvalue()


def in_words(minutes: float) -> str:
    """The label of a number of minutes."""
    return duration(60 * minutes)


def log(job: jobs.Job) -> list[dict[str, Any]]:
    """The entries of the training's log."""
    from elmo.training.own.watched import read_log

    return read_log(job.folder)
