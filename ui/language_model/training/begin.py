"""The form that starts a training on a person's own text: text, size, time, and the speed to expect."""

import hashlib
from typing import TYPE_CHECKING

import streamlit as st

from elmo.errors import ElmoError, JobError
from elmo.home import BUNDLED
from elmo.jobs import jobs
from elmo.limits import JOB_KEPT_DAYS, MAX_TABLE_UPLOAD_BYTES
from elmo.store.store import suggested_name
from elmo.training.own.presets import PRESETS
from elmo.training.own.text import MIN_SENTENCES, MIN_WORDS, look_at
from elmo.usages import example_names, read_examples
from elmo.views.numbers import short, whole
from elmo.views.sentences import plain
from ui.language_model.training import watch as training_watch
from ui.language_model.training.next import MINUTES, in_words
from ui.language_model.training.next import leave as forget
from ui.shared import callbacks, files, model, page, share, uploads
from ui.shared import jobs as shared_jobs

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from elmo.training.own.own_text import Speed

MAX_PASTED_CHARACTERS = 2_000_000
_PASTE, _UPLOAD, _EXAMPLE = "Paste a text", "Upload a text", "This project's example sentences"


def training_part(context: page.Context) -> None:
    """Show the training that this visit has started or opened by a link, or else the form."""
    token = st.session_state.get("lm_job") or st.query_params.get("job")
    if token:
        try:
            job = jobs.get(token)
        except JobError as error:
            st.warning(plain(str(error)))
            forget()
        else:
            st.session_state["lm_job"] = token
            share.link({"job": token})
            training_watch.watch(job)
            return
    _form(context)
    _earlier()


def leave() -> None:
    """Remove the training's token from the address, for parts of the page without the training."""
    share.link({"job": None})


def _earlier() -> None:
    """Show buttons that open the earlier trainings of this visit."""
    for job in jobs.owned_by(shared_jobs.owner()):
        if job.kind == "train":
            st.button(
                f"Back to “{plain(job.args['name'])}” ({job.status()})",
                key=f"lm_back_{job.token[:8]}",
                on_click=lambda token=job.token: st.session_state.update(lm_job=token),
            )


def _form(context: page.Context) -> None:
    st.markdown(
        "Paste or upload a text, and watch a bidirectional language model learn it: first the "
        "frequent words, then how they follow each other. The text and the model stay on this "
        f"machine, and are deleted after {JOB_KEPT_DAYS} days unless you save the model under a "
        "name."
    )
    text = _text()
    if not text.strip():
        st.caption("Two hundred kilobytes, about 40,000 words, are enough to see a model learn.")
        return
    facts = _facts(hashlib.sha256(text.encode()).hexdigest(), text)
    columns = st.columns(4)
    columns[0].metric("Words", f"{facts.n_words:,}")
    columns[1].metric("Distinct words", f"{facts.n_distinct:,}")
    columns[2].metric("Sentences", f"{facts.n_sentences:,}")
    columns[3].metric(
        "Perplexity by frequency",
        whole(facts.frequency_perplexity),
        help="The perplexity of predicting each word by its frequency alone. A language model has "
        "learned something when its perplexity on sentences it was not trained on is lower.",
    )
    too_small = facts.n_words < MIN_WORDS or facts.n_sentences < MIN_SENTENCES
    if facts.advice:
        (st.error if too_small else st.info)(facts.advice)
    if too_small:
        return
    preset = _preset()
    left, right = st.columns(2)
    minutes = left.select_slider(
        "Train for",
        MINUTES,
        value=3,
        format_func=in_words,
        key="lm_minutes",
        persist_state="session",
    )
    right.text_input(
        "Name of the model", "my-model", key="lm_name", persist_state="session", max_chars=64
    )
    _watch_choices(left, right, facts.candidates)
    _estimate(preset, text, facts.n_words, minutes)
    st.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        key="lm_train",
        on_click=callbacks.guard(_start),
        args=(context.seed, text),
    )
    if message := st.session_state.pop("lm_start_error", None):
        st.error(plain(message))


def _text() -> str:
    kind = st.segmented_control(
        "Text",
        [_PASTE, _UPLOAD, _EXAMPLE],
        default=_PASTE,
        required=True,
        key="lm_text_kind",
        persist_state="session",
        label_visibility="collapsed",
    )
    if kind == _EXAMPLE:
        sentences = {u.text: None for name in example_names() for u in read_examples(name)}
        return "\n".join(sentences)
    if kind == _PASTE:
        return st.text_area(
            "Your text",
            key="lm_text",
            persist_state="session",
            height=180,
            max_chars=MAX_PASTED_CHARACTERS,
        )
    file = files.ask(
        "A text file (TXT)",
        key="lm_file",
        types=["txt"],
        most_bytes=MAX_TABLE_UPLOAD_BYTES,
        instead="`python -m elmo train` takes any size",
        help="The text stays on this machine.",
    )
    if file is None:
        return ""
    return uploads.text_of(file, "lm_file")


@st.cache_data(max_entries=4, show_spinner="Counting its words…")
def _facts(digest: str, _text: str):
    return look_at(_text)


def _preset() -> str:
    from elmo.training.own.own_text import can_go_on_from

    names = [n for n, p in PRESETS.items() if p.options is not None or can_go_on_from(BUNDLED)]
    return st.radio(
        "What to begin with",
        names,
        format_func=lambda n: PRESETS[n].title,
        captions=[PRESETS[n].about for n in names],
        key="lm_preset",
        persist_state="session",
    )


def _watch_choices(
    left: "DeltaGenerator", right: "DeltaGenerator", candidates: tuple[tuple[str, int], ...]
) -> None:
    """Ask for a word and a sentence that are measured at every checkpoint."""
    # The labels are the words alone: the browser sends labels, and those of an earlier text would be new options.
    left.selectbox(
        "A word to watch",
        [word for word, _ in candidates],
        key="lm_watch",
        persist_state="session",
        help="At every checkpoint its uses in your text are drawn as a map. The words with the most uses come first.",
        accept_new_options=True,
    )
    right.text_input(
        "A sentence to predict at every checkpoint",
        key="lm_watch_sentence",
        persist_state="session",
        max_chars=500,
        placeholder="one of your text, when empty",
    )


def _estimate(preset: str, text: str, n_words: int, minutes: float) -> None:
    speed = _speed(preset, text)
    passes = speed.words_in(minutes) / n_words
    waiting = jobs.n_unfinished()
    queue = (
        f" {waiting} long-running {'piece of work is' if waiting == 1 else 'pieces of work are'} "
        "before it; it begins when they are over."
        if waiting
        else ""
    )
    st.markdown(
        f"This machine trains on about **{whole(speed.words_in(minutes) / (60 * minutes))} words a second** "
        f"(measured just now, with the time of its checks on held-out text), so in {in_words(minutes)} it reads your text about **{_times(passes)}**.{queue} You can stop "
        "at any time and keep the model, and go on later."
    )
    if passes < 1:
        st.caption("Less than once is little: give it more time, or less text.")


@st.cache_data(max_entries=20, ttl=120, show_spinner="Measuring how fast this machine trains…")
def _speed(preset: str, _text: str) -> "Speed":
    from elmo.training.own.own_text import measure_speed

    with model.turn():
        return measure_speed(preset, _text)


def _start(seed: int, text: str) -> None:
    """Start the training; this runs before the page is drawn again with the training.

    The choices are read from the widgets' state, which has the value of a field that was still being edited at the press.
    """
    chosen = st.session_state
    args = {
        "preset": chosen["lm_preset"],
        "minutes": chosen["lm_minutes"],
        "seed": seed,
        "name": suggested_name(chosen["lm_name"]),
        "word": chosen["lm_watch"],
        "sentence": chosen["lm_watch_sentence"].strip() or None,
    }
    try:
        job = jobs.start("train", args, owner=shared_jobs.owner(), files={"text.txt": text})
    except ElmoError as error:
        st.session_state["lm_start_error"] = str(error)
        return
    st.session_state["lm_job"] = job.token


def _times(passes: float) -> str:
    return f"{whole(passes)} times" if passes >= 3 else f"{short(passes, 1)} times"
