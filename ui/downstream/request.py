"""Downstream, the inputs: the task, its data, the static vectors, and how often to measure."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from elmo.home import BUNDLED
from elmo.limits import MAX_TABLE_UPLOAD_BYTES
from elmo.usages import usages_table
from elmo.views.sentences import plain
from ui.downstream.tasks import TASKS, Task, labelled_uses
from ui.shared import choices, files, model, page, share, uploads

OWN = "Your own"
DEFAULT_TASK = "classification"
MAX_VECTOR_MEGABYTES = 200


@dataclass(frozen=True)
class Request:
    """The choices on screen, as the job that measures takes them.

    Attributes:
        args: arguments of `elmo.tasks.downstream.run_job`.
        files: the person's own files: name in `args` -> content.
    """

    args: dict[str, Any]
    files: dict[str, bytes]


def choose(context: page.Context) -> Request | None:
    """Ask for the task, its data, static vectors and settings; None while a file or column is missing."""
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
    """Ask for the data: their name for the job; of a person's own file also its content and its name."""
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
    """Ask for a table and its columns of texts and labels; the same as `_data`, as the file that the job reads."""
    upload = uploads.ask_table("downstream_own_table", label=task.asked, labels_needed=True)
    if upload is None:
        return None, None, None
    share.offer(lacks="the file that you gave")
    if upload.labels is None:
        what = "the sense in each sentence" if task.of_a_word else "the class of each text"
        st.info(f"Choose the column of labels: {what}.")
        return None, None, None
    rows = pd.DataFrame({"text": upload.sentences, "label": upload.labels})
    labelled = rows.loc[rows["label"].str.strip() != "", :]
    if left_out := len(rows) - len(labelled):
        st.caption(f"{left_out:,} rows are left out: they have no label.")
    if task.of_a_word:
        return _uses(labelled, upload.name)
    content = labelled.to_csv(index=False).encode()
    if about := task.check(content, upload.name):
        st.caption(plain(about))
    return "data.csv", content, upload.name


def _uses(labelled: pd.DataFrame, name: str) -> tuple[str | None, bytes | None, str | None]:
    """The uses of one word in a person's own table, with their senses, as the file that the job reads."""
    word = st.text_input(
        "Word",
        key="downstream_own_word",
        placeholder="spring",
        help="The word whose sense is labelled. Its forms (spring, Springs) are found; of a sentence with "
        "several, the first is used.",
    ).strip()
    if not word:
        st.info("Type the word whose sense is labelled.")
        return None, None, None
    rows = list(labelled.itertuples(index=False, name=None))
    uses, left_out = labelled_uses(rows, word)
    if left_out:
        st.caption(f"{left_out:,} sentences are left out: “{plain(word)}” does not stand in them.")
    senses = list(dict.fromkeys(str(use.sense) for use in uses))
    st.caption(
        f"{len(uses):,} uses, {len(senses)} senses: {', '.join(plain(s) for s in senses[:8])}"
    )
    return "data.tsv", usages_table(uses).encode(), f"{word}, {name}"


def _static() -> tuple[str | None, bytes | None]:
    """Ask for the static vectors to compare with: their name for the job, and an own file's content."""
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
        help="One vector a word, the same in every sentence (word2vec, GloVe). They are measured alone, and beside "
        "ELMo's vectors.",
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
    """Ask for folds, seeds and the learning curve."""
    with st.expander("Folds, seeds, learning curve"):
        folds = st.slider(
            "Folds",
            2,
            10,
            5,
            key="downstream_folds",
            help="The data are split into this number of parts (folds). Each part is tested once, by a classifier "
            "trained on the others.",
        )
        n_seeds = st.slider(
            "Seeds",
            1,
            5,
            3,
            key="downstream_n_seeds",
            help="Each seed splits the data in another way; the figures are means over them. More seeds take longer.",
        )
        curve = TASKS[task].has_curve and st.toggle(
            "Learning curve",
            True,
            key="downstream_curve",
            help="Also train on 10 % and 30 % of the training texts.",
        )
    seeds = [context.seed + i for i in range(n_seeds)]
    return {"n_folds": folds, "seeds": seeds, "curve": [0.1, 0.3] if curve else []}
