"""A training while it runs and afterwards: curves, what it predicts, a word's map, what to do next."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from jaxtyping import Float

from elmo import jobs
from elmo.errors import ElmoError
from elmo.limits import JOB_KEPT_DAYS
from ui import charts, model, page
from ui.language_model import BACKWARD, FORWARD, called, plain

_EVERY_SECONDS = 2
_FILES = ("options.json", "weights.hdf5", "softmax.hdf5", "vocab.txt", "MODEL_CARD.md")
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
    _checkpoints_part(job)
    _next_steps(job)
    st.divider()
    st.caption(
        "The address of this page now has the key to this training: whoever has the link can see, "
        "stop and delete it, and nobody without it can. Keep it to come back after closing the "
        f"tab; the training goes on meanwhile. It is kept for {JOB_KEPT_DAYS} days."
    )
    st.button("Train another", on_click=_leave, key="lm_another", icon=":material/add:")


def _leave() -> None:
    st.session_state.pop("lm_job", None)
    st.query_params.pop("job", None)


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
    log = _log(job)
    losses = [entry for entry in log if "loss" in entry]
    held_out = [entry for entry in log if "held_out_forward_perplexity" in entry]
    if not losses:
        return
    baseline = progress.extra.get("frequency_perplexity")
    _figures(losses, held_out, baseline)
    text = summary(losses, held_out, baseline)
    charts.show(
        curves(losses, held_out, baseline),
        key="lm_curves",
        name="training",
        alt=f"Perplexity of both directions while training. {text}",
    )
    page.finding(text)
    page.table(pd.DataFrame(losses), "training-log")
    steps = len(_steps(job))
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


def _figures(
    losses: list[dict[str, Any]], held_out: list[dict[str, Any]], baseline: float | None
) -> None:
    last = losses[-1]
    cells = [
        ("Loss (nats a word)", f"{last['loss']:.2f}", None),
        ("Forward perplexity", f"{last['forward_perplexity']:,.0f}", None),
        ("Backward perplexity", f"{last['backward_perplexity']:,.0f}", None),
        ("Words a second", f"{last['tokens_per_second']:,}", None),
        ("Words read", f"{last['tokens']:,}", None),
    ]
    if held_out:
        both = _both(held_out[-1])
        cells.insert(
            3,
            (
                "Held-out perplexity",
                f"{both:,.0f}",
                "Both directions, on sentences it was not trained on"
                + (f"; word frequencies alone give {baseline:,.0f}." if baseline else "."),
            ),
        )
    row = st.container(horizontal=True)
    for label, value, about in cells:
        row.metric(label, value, help=about, width=150)


def curves(
    losses: list[dict[str, Any]], held_out: list[dict[str, Any]], baseline: float | None
) -> go.Figure:
    """Perplexity of both directions over words read, on a logarithmic axis."""
    fig = go.Figure()
    for direction, colour, dash in (
        ("forward", FORWARD, "solid"),
        ("backward", BACKWARD, "dot"),
    ):
        fig.add_trace(
            go.Scatter(
                x=[entry["tokens"] for entry in losses],
                y=[entry[f"{direction}_perplexity"] for entry in losses],
                name=f"{direction}, training",
                mode="lines",
                line={"color": colour, "width": 1.5, "dash": dash},
                hovertemplate="%{x:,} words read: %{y:,.1f}<extra></extra>",
            )
        )
    for direction, colour, symbol in (
        ("forward", FORWARD, "circle"),
        ("backward", BACKWARD, "diamond"),
    ):
        fig.add_trace(
            go.Scatter(
                x=[entry["tokens"] for entry in held_out],
                y=[entry[f"held_out_{direction}_perplexity"] for entry in held_out],
                name=f"{direction}, held out",
                mode="markers+lines",
                line={"color": colour, "width": 1},
                marker={"symbol": symbol, "size": 9},
                hovertemplate="held out, %{x:,} words read: %{y:,.1f}<extra></extra>",
            )
        )
    if baseline:
        fig.add_hline(
            baseline,
            line={"color": "#8C8C8C", "dash": "dash", "width": 1},
            annotation_text=f"word frequencies alone: {baseline:,.0f}",
            annotation_font_color="#8C8C8C",
        )
    fig.update_xaxes(title="words read", rangemode="tozero", zeroline=False)
    fig.update_yaxes(title="perplexity", type="log", zeroline=False)
    fig.update_layout(height=380, legend=charts.LEGEND_ABOVE, dragmode=False)
    return fig


def summary(
    losses: list[dict[str, Any]], held_out: list[dict[str, Any]], baseline: float | None
) -> str:
    """Where training stands, from its numbers."""
    first, last = losses[0], losses[-1]
    text = (
        f"After {last['tokens']:,} words ({last['seconds']:.0f} s), training perplexity went from "
        f"{first['forward_perplexity']:,.0f} to {last['forward_perplexity']:,.0f} forward and from "
        f"{first['backward_perplexity']:,.0f} to {last['backward_perplexity']:,.0f} backward."
    )
    if not held_out:
        return text
    values = [_both(entry) for entry in held_out]
    best = int(np.argmin(values))
    text += f" On held-out sentences it is {values[-1]:,.0f} for both directions together"
    if baseline:
        better = "less" if values[-1] < baseline else "not less"
        text += f", {better} than word frequencies alone give ({baseline:,.0f})"
    text += "."
    if values[-1] > 1.05 * values[best]:
        text += (
            f" It was {values[best]:,.0f} after {held_out[best]['tokens']:,} words and has risen "
            "since: the model now learns this text by heart. Stop, or add text."
        )
    return text


def _checkpoints_part(job: jobs.Job) -> None:
    """What the model made of one sentence and one word, at each checkpoint."""
    steps = _steps(job)
    if not steps:
        return
    from elmo.training.watched import read_watched

    watched = read_watched(job.folder)
    if watched is None:
        return
    st.subheader("At each checkpoint", anchor=False)
    if len(steps) > 1:
        if st.session_state.get("lm_follow", True) or st.session_state["lm_step"] not in steps:
            st.session_state["lm_step"] = steps[-1]
        step = st.select_slider(
            "Checkpoint (steps of training); slide back to see how it began",
            steps,
            key="lm_step",
            format_func=lambda s: f"{s:,}",
            on_change=_follow,
            args=(steps[-1],),
        )
    else:
        step = steps[0]
    sentence, word_map = st.columns(2, gap="large")
    with sentence:
        _predictions(job, step)
    with word_map:
        _map(job, steps, step, watched)


def _follow(last: int) -> None:
    """Follow new checkpoints as long as the slider stands at its end."""
    st.session_state["lm_follow"] = st.session_state["lm_step"] == last


def _predictions(job: jobs.Job, step: int) -> None:
    from elmo.training.watched import read_snapshot

    places = read_snapshot(job.folder, step).predictions
    st.markdown("**What it expects in a sentence**")
    rows = [
        {
            "left context expects": _guesses(place["forward"]),
            "word": place["token"],
            "right context expects": _guesses(place["backward"]),
        }
        for place in places
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        column_config={
            "left context expects": st.column_config.TextColumn(alignment="right", width="medium"),
            "word": st.column_config.TextColumn(width="small"),
            "right context expects": st.column_config.TextColumn(width="medium"),
        },
    )
    means = [
        float(np.mean([place[side]["surprisal_nats"] for place in places]))
        for side in ("forward", "backward")
    ]
    page.finding(
        f"At step {step:,} the mean surprisal of this sentence is {means[0]:.2f} nats a word "
        f"forward and {means[1]:.2f} backward."
    )


def _guesses(direction: dict[str, Any]) -> str:
    return ", ".join(
        f"{called(guess['word'])} {guess['probability']:.0%}" for guess in direction["top"][:2]
    )


def _map(job: jobs.Job, steps: list[int], step: int, watched: dict[str, Any]) -> None:
    uses = watched["uses"]
    if len(uses) < 3:
        st.caption(
            f"“{plain(watched['word'])}” is used {len(uses)} times; a map needs at least 3 uses."
        )
        return
    st.markdown(f"**{len(uses)} uses of “{plain(watched['word'])}”**")
    shape = _vectors(job.token, tuple(steps[-1:])).shape
    layer = st.segmented_control(
        "Layer",
        range(shape[1]),
        default=shape[1] - 1,
        required=True,
        format_func=lambda number: f"Layer {number}",
        key="lm_map_layer",
    )
    pictures = _pictures(job.token, tuple(steps), layer)
    points, spread = pictures[steps.index(step)]
    hover = [
        " ".join(use["tokens"][max(0, use["position"] - 8) : use["position"] + 9]) for use in uses
    ]
    text = f"At step {step:,}, layer {layer}, the mean cosine between two uses is {spread:.2f}" + (
        ": layer 0 gives every use the same vector."
        if layer == 0
        else "; the lower, the more the model tells them apart."
    )
    charts.show(
        charts.points(points, groups=[watched["word"]] * len(uses), hover=hover, height=380),
        key="lm_map",
        name="watched-word",
        alt=f"Map of the uses of the watched word by PCA. {text}",
    )
    page.finding(text)


@st.cache_data(max_entries=20, show_spinner=False)
def _vectors(token: str, steps: tuple[int, ...]) -> Float[np.ndarray, "steps layers uses dim"]:
    from elmo.training.watched import read_snapshot

    folder = jobs.get(token).folder
    return np.stack([read_snapshot(folder, step).vectors for step in steps])


@st.cache_data(max_entries=20, show_spinner=False)
def _pictures(
    token: str, steps: tuple[int, ...], layer: int
) -> list[tuple[Float[np.ndarray, "uses axes"], float]]:
    """The map of each checkpoint on one frame, and the mean cosine between uses."""
    from elmo.explore.projection import pca_pictures
    from elmo.explore.similarity import cosine_matrix

    vectors = _vectors(token, steps)[:, layer]
    upper = np.triu_indices(vectors.shape[1], k=1)
    spreads = [float(cosine_matrix(rows)[upper].mean()) for rows in vectors]
    points = [picture.points for picture in pca_pictures(vectors)]
    return list(zip(points, spreads, strict=True))


def _next_steps(job: jobs.Job) -> None:
    """Use it, download it, go on, name it into the store, delete it."""
    folder = job.folder / "model"
    if not all((folder / name).is_file() for name in _FILES):
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
        on_click=_use,
        args=(name, str(folder)),
        help="As it is at the last checkpoint; only you see it.",
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
        st.button("Delete text and model", key="lm_delete", on_click=_delete, args=(job,))


def _use(name: str, folder: str) -> None:
    model.own_models()[name] = folder
    st.session_state["model"] = name


def _again(job: jobs.Job) -> None:
    from ui.training import MINUTES, _duration

    with st.form("lm_more", border=True):
        more = st.select_slider("Train on for", MINUTES, value=3, format_func=_duration)
        if st.form_submit_button("Go on", icon=":material/play_arrow:"):
            done = [e["seconds"] for e in _log(job) if "seconds" in e]
            job.restart({"minutes": (done[-1] / 60 if done else 0) + more})
            st.rerun()


def _keep(job: jobs.Job, folder: Path) -> None:
    with st.form("lm_keep", border=True):
        name = st.text_input(
            "Name it into the store (everybody on this machine sees it)",
            job.args["name"],
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
        if st.session_state.get("model") == name:
            st.session_state["model"] = "bundled"
    job.delete()
    _leave()


def zip_bytes(folder: Path) -> bytes:
    """The model in the official format, with its card and its log."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in _FILES:
            file.write(folder / "model" / name, name)
        file.write(folder / "model" / "training" / "log.jsonl", "training_log.jsonl")
    return out.getvalue()


def _steps(job: jobs.Job) -> list[int]:
    from elmo.training.watched import snapshot_steps

    return snapshot_steps(job.folder)


def _log(job: jobs.Job) -> list[dict[str, Any]]:
    from elmo.training.watched import read_log

    return read_log(job.folder)


def _both(entry: dict[str, Any]) -> float:
    """Perplexity of both directions together: the exponential of their mean loss."""
    return float(
        np.sqrt(entry["held_out_forward_perplexity"] * entry["held_out_backward_perplexity"])
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
