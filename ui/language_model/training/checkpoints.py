"""Predictions of one sentence and vectors of one word at each checkpoint of a training."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Float

from elmo.explore.projection import pca_pictures
from elmo.explore.similarity import cosine_matrix
from elmo.jobs import jobs
from elmo.views.numbers import percent, short
from elmo.views.sentences import plain
from ui.language_model.figures import shown_word
from ui.shared import charts, page


def checkpoints_part(job: jobs.Job) -> None:
    """Show the predictions of one sentence and a map of one word's uses, for a chosen checkpoint."""
    reached = steps(job)
    if not reached:
        return
    from elmo.training.own.watched import read_watched

    watched = read_watched(job.folder)
    if watched is None:
        return
    st.subheader("At each checkpoint", anchor=False)
    if len(reached) > 1:
        if (
            st.session_state.get("lm_follow", True)
            or st.session_state.get("lm_step") not in reached
        ):
            st.session_state["lm_step"] = reached[-1]
        step = st.select_slider(
            "Checkpoint (steps of training); move it back to see earlier ones",
            reached,
            key="lm_step",
            format_func=lambda s: f"{s:,}",
            on_change=_follow,
            args=(reached[-1],),
        )
    else:
        step = reached[0]
    sentence, word_map = st.columns(2, gap="large")
    with sentence:
        _predictions(job, step)
    with word_map:
        _map(job, reached, step, watched)


def _follow(last: int) -> None:
    """Move the slider to a new checkpoint if the slider is at its end."""
    st.session_state["lm_follow"] = st.session_state["lm_step"] == last


def _predictions(job: jobs.Job, step: int) -> None:
    from elmo.training.own.watched import read_snapshot

    places = read_snapshot(job.folder, step).predictions
    st.markdown("**Its predictions for a sentence**")
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
        f"At step {step:,} the mean surprisal of this sentence is {short(means[0])} nats a word "
        f"forward and {short(means[1])} backward."
    )


def _guesses(direction: dict[str, Any]) -> str:
    return ", ".join(
        f"{shown_word(guess['word'])} {percent(guess['probability'])}"
        for guess in direction["top"][:2]
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
    text = (
        f"At step {step:,}, layer {layer}, the mean cosine between two uses is {short(spread)}"
        + (
            ": layer 0 gives every use the same vector."
            if layer == 0
            else "; the lower, the more the model tells them apart."
        )
    )
    charts.show(
        charts.point_map(points, hover, height=380),
        key="lm_map",
        name="watched-word",
        alt=f"Map of the uses of the watched word by PCA. {text}",
    )
    page.finding(text)


@st.cache_data(max_entries=20, show_spinner=False)
def _vectors(token: str, steps: tuple[int, ...]) -> Float[np.ndarray, "steps layers uses dim"]:
    from elmo.training.own.watched import read_snapshot

    folder = jobs.get(token).folder
    return np.stack([read_snapshot(folder, step).vectors for step in steps])


@st.cache_data(max_entries=20, show_spinner=False)
def _pictures(
    token: str, steps: tuple[int, ...], layer: int
) -> list[tuple[Float[np.ndarray, "uses axes"], float]]:
    """The maps of all checkpoints on one frame, and the mean cosine between uses at each."""
    vectors = _vectors(token, steps)[:, layer]
    upper = np.triu_indices(vectors.shape[1], k=1)
    spreads = [float(cosine_matrix(rows)[upper].mean()) for rows in vectors]
    points = [picture.points for picture in pca_pictures(vectors)]
    return list(zip(points, spreads, strict=True))


def steps(job: jobs.Job) -> list[int]:
    """The steps of all checkpoints."""
    from elmo.training.own.watched import snapshot_steps

    return snapshot_steps(job.folder)
