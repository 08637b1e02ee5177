"""What the Layers page draws: the uses of one word, or every word of a text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_MAP_POINTS
from elmo.usages import Usage, example_names, find_usages, forms_of, read_examples
from ui import inputs, share

OWN = "own"
ALL = "all"
USES, TEXT = "a word's uses", "every word of a text"
MIN_POINTS = 2


@dataclass(frozen=True)
class Source:
    """The points of the page.

    Attributes:
        title: what they are of: a word, or a text.
        points: one use a point. In a whole text, every token.
        sentence_ids: which sentence each point stands in.
        whole_text: whether every token of the text is a point.
        n_found: points before sampling.
        own: whether a person typed or uploaded it.
    """

    title: str
    points: tuple[Usage, ...]
    sentence_ids: tuple[int, ...]
    whole_text: bool
    n_found: int
    own: bool = False

    @property
    def senses(self) -> list[str | None]:
        """Of each point."""
        return [use.sense for use in self.points]

    @property
    def has_senses(self) -> bool:
        """Whether two senses or more are given."""
        return len({use.sense for use in self.points} - {None}) > 1

    @property
    def sentences(self) -> tuple[tuple[str, ...], ...]:
        """The sentences that the points stand in, each once, in order."""
        return tuple(dict.fromkeys(use.tokens for use in self.points))


def choose(seed: int) -> Source:
    """Ask what to draw.

    Raises:
        InputError: there is nothing to draw.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        what = st.segmented_control(
            "Draw", [USES, TEXT], default=USES, required=True, key="draw", bind="query-params",
            help="The uses of one word, one dot a sentence. Or every word of a text, to look into a "
            "layer without choosing a word.",
        )
        names = [*example_names(), *([ALL] if what == TEXT else []), OWN]
        if st.session_state.get("example") not in names:
            st.session_state.pop("example", None)
        chosen = st.selectbox(
            "Word" if what == USES else "Text", names, index=names.index("spring"), key="example", bind="query-params",
            format_func=lambda name: _title(name, what), width=300,
            help="Each example is a word in 14 to 22 sentences, written for this project, with the "
            "sense of every use.",
        )
    if chosen == OWN:
        return _own_text(seed) if what == TEXT else _own_word()
    if what == TEXT:
        names = example_names() if chosen == ALL else [chosen]
        sentences = dict.fromkeys(use.tokens for name in names for use in read_examples(name))
        return of_text(_title(chosen, what), tuple(sentences), seed)
    uses = read_examples(chosen)
    return Source(chosen, uses, tuple(range(len(uses))), False, len(uses))


def _title(name: str, what: str) -> str:
    if name == OWN:
        return "… my own sentences"
    if name == ALL:
        return "all example sentences"
    return name if what == USES else f"the sentences of “{name}”"


def of_text(title: str, sentences: Sequence[tuple[str, ...]], seed: int, own: bool = False) -> Source:
    """Every token of these sentences; of a longer text, those of random sentences, in its order.

    Raises:
        InputError: fewer than two words.
    """
    lengths = np.array([len(tokens) for tokens in sentences], dtype=np.int64)
    n_found = int(lengths.sum())
    if n_found < MIN_POINTS:
        raise InputError(f"the text has {n_found} words; a map needs at least {MIN_POINTS}.")
    kept = np.arange(len(sentences))
    if n_found > MAX_MAP_POINTS:
        order = np.random.default_rng(seed).permutation(len(sentences))
        kept = np.sort(order[np.cumsum(lengths[order]) <= MAX_MAP_POINTS])
    points, ids = [], []
    for number in kept.tolist():
        tokens = sentences[number]
        text = " ".join(tokens)
        points += [Usage(text, tokens, place) for place in range(len(tokens))]
        ids += [number] * len(tokens)
    if not points:
        raise InputError(
            f"every sentence of the text has more than {MAX_MAP_POINTS:,} words; split it."
        )
    return Source(title, tuple(points), tuple(ids), True, n_found, own)


def of_lines(word: str, lines: Sequence[tuple[str, str | None]], seed: int) -> tuple[Source, int]:
    """The uses of a word, in any form, with the sense of their line, and how many lines have none.

    Raises:
        InputError: fewer than two uses.
    """
    from elmo.tokenizer import tokenize

    sentences = [tokenize(text) for text, _ in lines]
    forms = list(forms_of(sentences, word))
    points: list[Usage] = []
    ids: list[int] = []
    without = 0
    for number, (sentence, (_, sense)) in enumerate(zip(sentences, lines, strict=True)):
        found = find_usages([sentence], forms)
        points += [replace(use, sense=sense or None) for use in found]
        ids += [number] * len(found)
        without += not found
    if len(points) < MIN_POINTS:
        raise InputError(
            f"{word!r} stands {len(points)} times in these {len(lines)} lines; a map needs at "
            f"least {MIN_POINTS} uses. Add sentences, or choose another word."
        )
    n_found = len(points)
    if n_found > MAX_MAP_POINTS:
        kept = np.sort(np.random.default_rng(seed).choice(n_found, MAX_MAP_POINTS, replace=False))
        points, ids = [points[i] for i in kept], [ids[i] for i in kept]
    return Source(word, tuple(points), tuple(ids), False, n_found, own=True), without


def split_sense(line: str) -> tuple[str, str | None]:
    """A line and the sense after its last bar, None without one."""
    sentence, bar, sense = line.rpartition("|")
    if bar and sentence.strip():
        return sentence.strip(), sense.strip() or None
    return line.strip(), None


def _own_word() -> Source:
    linked = share.sentences()
    if linked is not None and "layers_text" not in st.session_state:
        st.session_state["layers_text"] = "\n".join(linked)
    with st.container(border=True):
        word = st.text_input(
            "Word", key="word", bind="query-params", width=300, max_chars=100,
            help="Its forms (-s, -ed, -ing and capital letters) are found too.",
        )
        text = st.text_area(
            "Sentences, one a line", key="layers_text", height=160,
            placeholder="The bank raised its rates. | money\nWe sat on the grassy bank. | river",
            help="The sense, where you know it, stands after a bar. With senses the page says how "
            "well each layer tells them apart.",
        )
        upload = inputs.upload_table("layers-upload", label="Or a file of sentences")
    if upload is not None:
        lines = list(zip(upload.sentences, upload.labels or [None] * len(upload.sentences), strict=True))
    else:
        lines = [split_sense(line) for line in text.splitlines() if line.strip()]
    if not word.strip() or not lines:
        st.info("Type a word, and sentences that it stands in.")
        st.stop()
    share.link({}, [f"{sentence} | {sense}" if sense else sentence for sentence, sense in lines])
    source, without = _of_lines(word.strip(), tuple(lines))
    if without:
        st.caption(f"“{source.title}” does not stand in {without} of {len(lines)} lines; they are left out.")
    return source


@st.cache_data(max_entries=8, show_spinner="Finding the word …")
def _of_lines(word: str, lines: tuple[tuple[str, str | None], ...]) -> tuple[Source, int]:
    return of_lines(word, lines, seed=0)


def _own_text(seed: int) -> Source:
    linked = share.sentences()
    if linked is not None and "layers_whole_text" not in st.session_state:
        st.session_state["layers_whole_text"] = "\n".join(linked)
    with st.container(border=True):
        text = st.text_area(
            "Text", key="layers_whole_text", height=200, placeholder="Paste a text.",
            help="It is split into sentences and words; every word and mark becomes a dot.",
        )
        upload = inputs.upload_table("layers-text-upload", label="Or a file", labels=False)
    if upload is not None:
        text = "\n".join(upload.sentences)
    if not text.strip():
        st.info("Paste a text. Every word of it becomes a dot.")
        st.stop()
    share.link({}, text.splitlines())
    sentences, notice = _split(text)
    if notice:
        st.caption(notice)
    return of_text("your text", sentences, seed, own=True)


@st.cache_data(max_entries=4, show_spinner="Splitting the text …")
def _split(text: str) -> tuple[tuple[tuple[str, ...], ...], str | None]:
    from elmo.tokenizer import process

    document = process(text)
    return tuple(sentence.tokens for sentence in document), document.notice
