"""The points of the Layers page: the uses of one word, or every word of a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from elmo.errors import InputError
from elmo.limits import MAX_CLOUD_POINTS, MAX_MAP_POINTS
from elmo.normal_form import normal_forms
from elmo.tokenizer import process, split_lines
from elmo.usages import Usage, example_names, read_examples
from ui.shared import choices, share, uploads
from ui.uses import choose as word_uses
from ui.uses import corpus
from ui.uses.runs import say_how_read

USES, CORPUS, TEXT = "a word's uses", "a word in a corpus", "every word of a text"
ALL, OWN = "all example sentences", "your own text"
MIN_POINTS = 2


@dataclass(frozen=True)
class Source:
    """The points of the page.

    Attributes:
        title: the word, or the text.
        points: a use for each point; in a whole text every token.
        whole_text: True if every token of the text is a point.
        n_found: number of points before sampling.
        sample: the sample of the corpus, if the uses come from a corpus.
    """

    title: str
    points: tuple[Usage, ...]
    whole_text: bool
    n_found: int
    sample: corpus.CorpusSample | None = None

    @cached_property
    def key(self) -> int:
        """Equal for equal points."""
        return hash((self.title, self.whole_text, self.points))

    @property
    def senses(self) -> list[str | None]:
        """The sense of each point."""
        return [use.sense for use in self.points]

    @property
    def has_senses(self) -> bool:
        """True if there are two senses or more."""
        return len({use.sense for use in self.points} - {None}) > 1

    @cached_property
    def sentences(self) -> tuple[tuple[str, ...], ...]:
        """The sentences of the points, each once, in order."""
        return tuple(dict.fromkeys(use.tokens for use in self.points))

    @cached_property
    def sentence_ids(self) -> list[int]:
        """The number of each point's sentence, from 0."""
        number = {tokens: i for i, tokens in enumerate(self.sentences)}
        return [number[use.tokens] for use in self.points]


def choose(seed: int) -> Source:
    """Ask for the points; stop the page while there are none.

    Raises:
        ElmoError: the points cannot be drawn.
    """
    what = choices.one_of(
        "Draw",
        [USES, CORPUS, TEXT],
        default=USES,
        key="layers_draw",
        help="The uses of one word, each a dot; the uses of a word in a large corpus; or every word of a text.",
    )
    if what == TEXT:
        return _text(seed)
    if what == CORPUS:
        sample = corpus.choose("layers-corpus", seed, MAX_CLOUD_POINTS)
        if sample is None:
            st.stop()
        return _of_uses(Source(sample.word, sample.uses, False, sample.n_found, sample))
    chosen = word_uses.choose(seed, most=MAX_MAP_POINTS)
    if chosen is None:
        st.stop()
    return _of_uses(Source(chosen.word, chosen.uses, False, len(chosen.uses)))


def _of_uses(source: Source) -> Source:
    """The points, if there are enough for a map."""
    if len(source.points) < MIN_POINTS:
        raise InputError(
            f"{source.title!r} has {len(source.points)} use here; a map needs at least {MIN_POINTS}, "
            "best ten or more. Add sentences."
        )
    return source


def _text(seed: int) -> Source:
    """Ask for a text; every word of it is a point."""
    linked = share.sentences()
    if linked is not None:
        st.session_state.setdefault("layers_text", "\n".join(linked))
    names = [ALL, *example_names(), OWN]
    chosen = st.selectbox(
        "Text",
        names,
        index=names.index(OWN if linked is not None else "bank"),
        key="layers_text_of",
        bind="query-params",
        width=300,
        format_func=lambda name: name if name in (ALL, OWN) else f"the sentences of “{name}”",
        help="Every word and mark of these sentences becomes a dot.",
    )
    if chosen != OWN:
        names = example_names() if chosen == ALL else [chosen]
        uses = (use for name in names for use in read_examples(name))
        title = chosen if chosen == ALL else f"the sentences of {chosen}"
        return of_text(title, tuple(dict.fromkeys(use.tokens for use in uses)), seed)
    with st.container(border=True):
        text = st.text_area(
            "Your text",
            key="layers_text",
            height=200,
            placeholder="Paste a text.",
            persist_state="session",
            help="It is split into sentences and words.",
        )
        upload = uploads.ask_table("layers-upload", label="Or a file", labels=False)
    if upload is not None:
        text = "\n".join(upload.sentences)
    if not text.strip():
        st.info("Paste a text. Every word of it becomes a dot.")
        st.stop()
    share.offer(split_lines(text))
    sentences, notice = _split(text)
    if notice:
        st.caption(notice)
    say_how_read(sentences, [normal_forms(tokens) for tokens in sentences])
    return of_text("your text", sentences, seed)


def of_text(title: str, sentences: Sequence[tuple[str, ...]], seed: int) -> Source:
    """The tokens of these sentences as points; of a longer text the tokens of random sentences.

    Raises:
        InputError: the text has fewer than two words.
    """
    lengths = np.array([len(tokens) for tokens in sentences], dtype=np.int64)
    n_found = int(lengths.sum())
    if n_found < MIN_POINTS:
        raise InputError(f"the text has {n_found} words; a map needs at least {MIN_POINTS}.")
    numbers = np.arange(len(sentences))
    if n_found > MAX_MAP_POINTS:
        order = np.random.default_rng(seed).permutation(len(sentences))
        numbers = np.sort(order[np.cumsum(lengths[order]) <= MAX_MAP_POINTS])
    points: list[Usage] = []
    for tokens in (sentences[number] for number in numbers.tolist()):
        text = " ".join(tokens)
        points += [Usage(text, tokens, place) for place in range(len(tokens))]
    if not points:
        raise InputError(
            f"a sentence of the text has more than {MAX_MAP_POINTS:,} words; split it into sentences."
        )
    return Source(title, tuple(points), True, n_found)


@st.cache_data(max_entries=4, show_spinner="Splitting the text …")
def _split(text: str) -> tuple[tuple[tuple[str, ...], ...], str | None]:
    document = process(text)
    return tuple(sentence.tokens for sentence in document), document.notice
