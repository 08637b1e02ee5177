"""Downstream, the inputs: which task, which data, which static vectors; and the job that measures."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from elmo.errors import ElmoError, JobError
from elmo.home import BUNDLED
from elmo.jobs import jobs
from elmo.limits import MAX_TABLE_UPLOAD_BYTES
from elmo.tasks import measured
from elmo.tasks.ladder.results import Ladder
from elmo.views.sentences import plain
from ui.downstream.tasks import TASKS, Task
from ui.shared import charts, choices, files, inputs, model, page, share, visit
from ui.shared import jobs as shared_jobs

OWN = "Your own"
DEFAULT_TASK = "classification"
MAX_VECTOR_MEGABYTES = 200


@dataclass(frozen=True)
class Request:
    """A measurement to be started.

    Attributes:
        args: for the job; see `elmo.tasks.downstream.run_job`.
        files: uploads that go along.
    """

    args: dict[str, Any]
    files: dict[str, bytes]


@dataclass(frozen=True)
class Outcome:
    """A finished measurement, its request, and its reproduction pack."""

    ladder: Ladder
    args: dict[str, Any]
    pack: bytes | None


def choose(context: page.Context) -> Request | None:
    """The inputs; None while something is missing."""
    task = choices.one_of(
        "Task",
        list(TASKS),
        default=DEFAULT_TASK,
        format_func=lambda name: TASKS[name].title,
        key="downstream_task",
    )
    st.caption(TASKS[task].about)
    left, right = st.columns(2)
    with left:
        data, content, title = _data(task)
    with right:
        static, vectors = _static()
    settings = _settings(task, context)
    if data is None or static == "":
        return None
    entry = model.entry(context.model)
    args = {
        "task": task,
        "data": data,
        "model": context.model,
        "files": [str(entry.options_file), str(entry.weight_file)],
        "static": static,
        "settings": settings,
        "private": content is not None,
        "title": title,
    }
    files = {} if content is None else {data: content}
    return Request(args, files if vectors is None else files | {str(static): vectors})


def _data(name: str) -> tuple[str | None, bytes | None, str | None]:
    """The name of the data; its content and its file's name when it is the person's own."""
    task = TASKS[name]
    bundled = task.bundled()
    options = list(bundled)
    chosen = st.selectbox(
        "Data",
        [*options, OWN],
        index=options.index(task.default) if task.default in options else 0,
        format_func=lambda data: f"{data}: {about}" if (about := bundled.get(data)) else data,
        key=f"downstream_data_{name.replace(' ', '_')}",
        bind="query-params",
        help="The bundled sets were written for this project.",
    )
    if chosen != OWN:
        with st.expander("A look at the data"):
            st.dataframe(task.preview(chosen), hide_index=True, height=260)
        return chosen, None, None
    if not task.endings:
        return _table(task)
    ending = task.endings[0]
    file = files.ask(
        task.asked,
        key=f"downstream_own_{ending}",
        types=list(task.endings),
        most_bytes=MAX_TABLE_UPLOAD_BYTES,
        instead="use `python -m elmo evaluate`",
        help="It stays on this machine.",
    )
    if file is None:
        return None, None, None
    share.offer(lacks="the file that you gave")
    content = file.getvalue()
    if about := task.check(content, file.name):
        st.caption(plain(about))
    return f"data.{ending}", content, file.name.rsplit(".", 1)[0]


def _table(task: Task) -> tuple[str | None, bytes | None, str | None]:
    """A person's own table, its columns chosen, as the CSV file that the job reads."""
    upload = inputs.upload_table("downstream_own_table", label=task.asked)
    if upload is None:
        return None, None, None
    share.offer(lacks="the file that you gave")
    if upload.labels is None:
        st.info("Choose the column of labels: what each text is to be classified as.")
        return None, None, None
    rows = pd.DataFrame({"text": upload.sentences, "label": upload.labels})
    labelled = rows[rows["label"].str.strip() != ""]
    if left_out := len(rows) - len(labelled):
        st.caption(f"{left_out:,} rows are left out: they have no label.")
    content = labelled.to_csv(index=False).encode()
    if about := task.check(content, upload.name):
        st.caption(plain(about))
    return "data.csv", content, upload.name


def _static() -> tuple[str | None, bytes | None]:
    """Which static vectors to compare with: their name for the job, and their content."""
    options = {
        "bundled": "The bundled ones",
        "none": "None",
        "own": "A word2vec or GloVe text file",
    }
    if not (BUNDLED / "static.npz").is_file():
        del options["bundled"]
    chosen = st.selectbox(
        "Static word vectors",
        list(options),
        format_func=options.__getitem__,
        key="downstream_static",
        bind="query-params",
        help="One vector a word, whatever its sentence: compared with ELMo alone, and put beside its vectors.",
    )
    if chosen != "own":
        return (None if chosen == "none" else chosen), None
    file = files.ask(
        "A word and its numbers on each line",
        key="downstream_own_vectors",
        types=["txt", "vec", "gz", "xz"],
        most_bytes=MAX_VECTOR_MEGABYTES * 1024**2,
        instead="use the command line",
        help=f"Up to {MAX_VECTOR_MEGABYTES} MB here; larger files with `python -m elmo evaluate … --static FILE`.",
    )
    if file is None:
        return "", None
    ending = file.name.rsplit(".", 1)[-1]
    return f"vectors.txt{f'.{ending}' if ending in ('gz', 'xz') else ''}", file.getvalue()


def _settings(task: str, context: page.Context) -> dict[str, Any]:
    with st.expander("Folds, seeds, learning curve"):
        folds = st.slider(
            "Folds",
            2,
            10,
            5,
            key="downstream_folds",
            help="The data are split into so many parts; each is tested once.",
        )
        n_seeds = st.slider(
            "Seeds",
            1,
            5,
            3,
            key="downstream_n_seeds",
            help="Each seed splits the data in another way. More take longer.",
        )
        curve = TASKS[task].has_curve and st.toggle(
            "Learning curve",
            True,
            key="downstream_curve",
            help="Also train on 10 % and 30 % of the training texts.",
        )
    seeds = [context.seed + i for i in range(n_seeds)]
    return {"n_folds": folds, "seeds": seeds, "curve": [0.1, 0.3] if curve else []}


def run(request: Request | None) -> Outcome | None:
    """The Measure button, the progress of what it began, and what it found last."""
    job = _current()
    waiting = job is not None and not job.is_over()
    pressed = st.button(
        "Measure",
        type="primary",
        icon=":material/play_arrow:",
        disabled=request is None or waiting,
        key="downstream_measure",
        help="About five minutes for the bundled texts on two processor cores, less for the other tasks.",
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
    if "downstream_outcome" not in st.session_state and (kept := _saved_outcome()):
        st.session_state["downstream_outcome"] = kept
    return st.session_state.get("downstream_outcome")


def bundled_outcome() -> Outcome | None:
    """What was measured with the bundled model before the app was given out, where it is of the task chosen."""
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
    """The job of this visit, or the one in the address."""
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
    """Keep what a finished job found for this visit; of uploads, nothing stays on the disk."""
    st.session_state.pop("downstream_job", None)
    try:
        found = job.result()
        if "ladder" not in found or not found["ladder"]["rows"]:
            raise JobError("It was stopped before anything was measured.")
        pack = job.folder / "pack.zip"
        outcome = Outcome(
            Ladder.from_dict(found["ladder"]),
            job.args,
            pack.read_bytes() if pack.is_file() else None,
        )
        st.session_state["downstream_outcome"] = outcome
        _save_outcome(outcome)
    except ElmoError:
        st.query_params.pop("run", None)
        if error := job.error():
            raise JobError(error) from None
        st.info("Stopped before anything was measured.")
    finally:
        if job.args.get("private") or job.args.get("static") not in (None, "bundled"):
            job.delete()


_OUTCOME, _PACK = "downstream.json", "downstream.zip"


def _save_outcome(outcome: Outcome) -> None:
    """Keep what was measured last for the visit, so that a reload finds it."""
    place = visit.folder()
    text = json.dumps({"ladder": outcome.ladder.to_dict(), "args": outcome.args})
    (place / _OUTCOME).write_text(text, encoding="utf-8")
    (place / _PACK).unlink(missing_ok=True)
    if outcome.pack is not None:
        (place / _PACK).write_bytes(outcome.pack)


def _saved_outcome() -> Outcome | None:
    place = visit.folder_if_any()
    if place is None or not (place / _OUTCOME).is_file():
        return None
    kept = json.loads((place / _OUTCOME).read_text(encoding="utf-8"))
    pack = (place / _PACK).read_bytes() if (place / _PACK).is_file() else None
    return Outcome(Ladder.from_dict(kept["ladder"]), kept["args"], pack)


def _draw(job: jobs.Job) -> None:
    """Progress, Stop, and the rows that are there already."""
    shared_jobs.progress(
        job, key="downstream_stop_measuring", help="The rows measured so far are kept."
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
