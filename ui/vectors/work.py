"""Get vectors, the work: a job with progress and Stop, and its file, which the visit keeps."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from elmo.errors import ElmoError, JobError
from elmo.jobs import jobs
from elmo.vectors.export import FORMATS
from elmo.vectors.job import SENTENCES
from elmo.views.numbers import short
from elmo.views.sentences import plain
from ui.shared import jobs as shared_jobs
from ui.shared import model, page, visit
from ui.vectors.ask import Request, check_size

_JOB = "vectors_job"
_FOLDER, _ABOUT = "vectors", "about.json"


@dataclass(frozen=True)
class VectorFile:
    """A finished file.

    Attributes:
        path: the file in the visit's folder.
        name: the file's name for the download.
        format: a key of `FORMATS`.
        about: a description of the content, for the screen.
    """

    path: Path
    name: str
    format: str
    about: str


def make(request: Request | None, context: page.Context) -> None:
    """Draw the button Get vectors, the progress of its job, and the last file.

    Raises:
        ElmoError: the file would be too large, or the work failed.
    """
    job = shared_jobs.current(_JOB)
    waiting = job is not None and not job.is_over()
    if st.button(
        "Get vectors",
        type="primary",
        icon=":material/play_arrow:",
        disabled=request is None or waiting,
        key="vectors_make",
    ) and request is not None:  # fmt: skip
        check_size(request, context)
        _start(request, context)
        st.rerun()
    if job is not None and waiting:
        shared_jobs.follow(job, _draw)
    elif job is not None:
        _take(job)
    made = _saved_file()
    if made is not None and not waiting:
        _offer(made)
    elif made is None and not waiting:
        st.info(
            f"{len(request.sentences):,} sentences, about {request.n_words:,} words. Press Get vectors."
            if request
            else "Paste sentences, one a line, or give a file. They stay on this machine."
        )


def _start(request: Request, context: page.Context) -> None:
    entry = model.entry(context.model)
    args = {
        "files": [str(entry.options_file), str(entry.weight_file)],
        "layers": request.layers,
        "format": request.format,
        "means": request.means,
        "name": request.name,
        "model": model.title(context.model),
    }
    content = "\n".join(request.sentences) + "\n"
    job = jobs.start("embed", args, shared_jobs.owner(), {SENTENCES: content})
    st.session_state[_JOB] = job.token


def _draw(job: jobs.Job) -> None:
    shared_jobs.progress(job, key="vectors_stop", help="An incomplete file is deleted.")


def _take(job: jobs.Job) -> None:
    """Move the file of a finished job into the visit, and delete the job with its sentences."""
    st.session_state.pop(_JOB, None)
    try:
        result = job.result()
        if "file" not in result:
            st.info("Stopped. No file was made.")
            return
        _keep(job, result)
    except ElmoError:
        if error := job.error():
            raise JobError(error) from None
        st.info("Stopped. No file was made.")
    finally:
        job.delete()


def _keep(job: jobs.Job, result: dict) -> None:
    source, args = job.folder / result["file"], job.args
    place = visit.folder() / _FOLDER
    shutil.rmtree(place, ignore_errors=True)
    visit.room_for(source.stat().st_size, "The file of vectors")
    place.mkdir()
    what = "one vector a sentence" if args["means"] else "one vector a word"
    layers = "all layers" if args["layers"] == "all" else args["layers"]
    about_text = (
        f"{result['n_sentences']:,} sentences, {result['n_words']:,} words between blanks; {what}, "
        f"{layers}, {args['model']}"
    )
    shutil.move(source, place / source.name)
    about = {
        "file": source.name,
        "name": args["name"],
        "format": args["format"],
        "about": about_text,
    }
    (place / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _saved_file() -> VectorFile | None:
    """The last file of this visit."""
    home = visit.folder_if_any()
    if home is None:
        return None
    try:
        about = json.loads((home / _FOLDER / _ABOUT).read_text(encoding="utf-8"))
        path = home / _FOLDER / about["file"]
        format = about["format"]
        return VectorFile(path, about["name"] + FORMATS[format].ending, format, about["about"]) if path.is_file() else None  # fmt: skip
    except (OSError, ValueError, KeyError):
        return None


def _offer(made: VectorFile) -> None:
    """Draw the file's description, its download, and the Python code that reads it."""
    chosen = FORMATS[made.format]
    size = made.path.stat().st_size
    page.finding(f"**{chosen.title}, {short(size / 1024**2, 1)} MB**: {plain(made.about)}.")
    with st.container(horizontal=True):
        st.download_button(
            f"Download {made.name}",
            made.path.read_bytes,
            made.name,
            chosen.mime,
            key="vectors_download",
            icon=":material/download:",
            on_click="ignore",
            type="primary",
        )
        st.button("Delete this file", key="vectors_delete", on_click=_delete)
    st.code(chosen.reading.replace("{file}", made.name), language="python")


def _delete() -> None:
    home = visit.folder_if_any()
    if home is not None:
        shutil.rmtree(home / _FOLDER, ignore_errors=True)
