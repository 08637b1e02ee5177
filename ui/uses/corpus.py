"""Uses of a word from a corpus: upload text files or choose an index, filter, and draw a sample.

An uploaded corpus is indexed in a folder of the visit, and deleted with the visit. Everybody can choose an index in
the data folder's "indexes" by its name.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from elmo.corpus.index import CorpusIndex
from elmo.errors import ElmoError
from elmo.limits import MAX_SENTENCE_TOKENS
from elmo.representation import Reading
from elmo.targets import never_found
from elmo.usages import Usage
from elmo.views.sentences import plain
from ui.shared import keys, model, progress, share
from ui.uses import corpus_upload
from ui.uses.runs import counted, say_how_read, with_heads

Reader = Callable[[np.ndarray], Reading]
"""Numbers of uses -> their vectors."""


@dataclass(frozen=True)
class CorpusSample:
    """A sample of a word's uses in a corpus.

    Attributes:
        word: the word as it was typed.
        key: equal for equal uses.
        own: True for a corpus of this visit, whose vectors are not saved.
        uses: the sample, in the order of the corpus.
        n_found: number of uses in the corpus.
    """

    word: str
    key: str
    own: bool
    uses: tuple[Usage, ...]
    n_found: int


def choose(key: str, seed: int, most: int) -> CorpusSample | None:
    """Ask for a corpus, a word and filters; None while there is nothing to show yet.

    Args:
        key: prefix of the widgets' keys.
        most: the largest sample.

    Raises:
        CorpusError: the corpus cannot be read or indexed.
    """
    with st.container(border=True):
        index_file = corpus_upload.choose(key)
        word = st.text_input(
            "Word",
            key=keys.WORD,
            bind="query-params",
            placeholder="bank",
            width=300,
            max_chars=100,
            help="In any letter case: a word, or several in a row. bank* is every word that begins with "
            "bank, /ba(n|r)ks?/ every word that this regular expression matches.",
        ).strip()
        if index_file is None or not word:
            st.info(
                "Upload text files, or choose a corpus."
                if index_file is None
                else "Type the word to look for in the corpus."
            )
            return None
        if index_file.parent == corpus_upload.folder():
            share.offer(lacks="the texts that you uploaded")
        return _search(index_file, word, key, seed, most)


def read_all(model_name: str, sample: CorpusSample) -> Reading:
    """The vectors of the uses, without those of their whole sentences; saved on disk by model and words.

    The vectors of a corpus of this visit are deleted with the visit. Progress, the time left and Stop are shown.

    Raises:
        ElmoError: the model cannot be read, or too many people wait.
    """
    with reader(model_name, sample, len(sample.uses)) as read:
        return read(np.arange(len(sample.uses)))


@contextmanager
def reader(model_name: str, sample: CorpusSample, n_planned: int) -> Iterator[Reader]:
    """Gives a function that reads the vectors of some uses, as `read_all` reads those of all.

    Args:
        n_planned: number of uses that will be read in all, for the progress bar.
    """
    elmo = model.elmo(model_name)
    constants = model.constants(model_name)
    cache = _session_cache() if sample.own else _disk_cache()
    n_read = 0
    with model.turn(), progress.reading(st.empty()) as tell:

        def read(rows: np.ndarray) -> Reading:
            nonlocal n_read
            uses = [sample.uses[row] for row in rows.tolist()]
            reading = cache.read_uses(
                elmo,
                uses,
                constants,
                progress=lambda done, total: tell(n_read + done, n_planned),
                batch_tokens=600,
            )
            n_read += len(uses)
            return reading

        yield read


@st.cache_resource(max_entries=1, show_spinner=False)
def _disk_cache():
    from elmo.vectors.cache import VectorCache

    return VectorCache()


@st.cache_resource(scope="session", on_release=lambda cache: cache.close(), show_spinner=False)
def _session_cache():
    from elmo.vectors.cache import VectorCache

    return VectorCache.for_session()


def _search(index_file: Path, word: str, key: str, seed: int, most: int) -> CorpusSample | None:
    """Ask for forms and filters, draw the sample, and say how many uses it has."""
    with CorpusIndex(index_file) as index:
        names = [document.name for document in index.documents]
        n_tokens = index.n_tokens
        known_forms, matched = index.forms(word), index.matching_words(word)
    forms = ()
    if known_forms:
        forms = st.multiselect(
            "Also its forms",
            list(known_forms),
            key=f"{key}-forms-{word}",
            placeholder="none",
            help="Other forms of the word in this corpus.",
        )
        st.caption(f"Forms in the corpus: {counted(known_forms)}")
    if matched:
        st.caption(f"{plain(word)} matches {len(matched):,} words: {counted(matched, 8)}.")
    with st.popover("Filters"):
        documents = st.multiselect(
            "Documents", names, key=f"{key}-documents", placeholder="all", disabled=len(names) < 2
        )
        near = st.text_input(
            "Only with this word near by", key=f"{key}-near", placeholder="river", max_chars=100
        ).strip()
        window = st.slider("How near, in words", 1, 20, 5, key=f"{key}-window")
        even = st.toggle(
            "As many from each document",
            key=f"{key}-even",
            disabled=len(names) < 2,
            help="Draws the same number of uses from each document, if the document has so many. Otherwise "
            "every use has the same chance.",
        )
    limit = most
    if most > 200:
        limit = st.select_slider(
            "Uses to draw",
            [
                n
                for n in (100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000)
                if n <= most
            ],
            value=min(500, most),
            key=f"{key}-limit",
        )
    where = (tuple(documents) or None, near or None, window)
    modified = index_file.stat().st_mtime_ns
    queries = (word, *forms)
    count, n_too_long, uses = _hits(str(index_file), modified, queries, where, limit, seed, even)
    if not count:
        with CorpusIndex(index_file) as index:
            near_words = [near for words in index.suggestions(word).values() for near in words]
        st.warning(
            f"“{plain(word)}” does not stand in the {n_tokens:,} words of this corpus"
            + (" with these filters." if documents or near else ".")
            + (f" Written most alike: {plain(', '.join(near_words))}." if near_words else "")
            + f" {plain(never_found(word))}".rstrip()
        )
        return None
    drawn = (
        f"{len(uses):,} are drawn at random with seed {seed}"
        if len(uses) + n_too_long < count
        else "all are taken"
    )
    if n_too_long:
        drawn += (
            f"; {n_too_long:,} of them are left out, as their sentences have more than "
            f"{MAX_SENTENCE_TOKENS:,} words"
        )
    evenly = f", as evenly as can be from {len(documents or names)} documents" if even else ""
    asked_for = " or ".join(f"“{plain(query)}”" for query in queries)
    st.caption(f"{count:,} uses of {asked_for} in {n_tokens:,} words; {drawn}{evenly}.")
    say_how_read([use.tokens for use in uses], [use.forms for use in uses])
    chosen = tuple(with_heads(uses))
    choices = (str(index_file), modified, queries, where, limit, seed, even, chosen[0].head)
    return CorpusSample(
        word,
        hashlib.sha256(repr(choices).encode()).hexdigest()[:16],
        index_file.parent == corpus_upload.folder(),
        chosen,
        count,
    )


@st.cache_resource(max_entries=4, show_spinner="Searching …")
def _hits(
    file: str,
    modified: int,
    queries: tuple[str, ...],
    where: tuple,
    limit: int,
    seed: int,
    even: bool,
) -> tuple[int, int, tuple[Usage, ...]]:
    """The number of uses, the number left out of the sample (too long a sentence for a model), and the sample."""
    documents, near, window = where
    filters = {"documents": documents, "near": near, "window": window}
    with CorpusIndex(file) as index:
        count = index.count(queries, **filters)
        hits = index.hits(queries, limit, seed=seed, stratified=even, **filters)
    uses = tuple(hit.usage() for hit in hits if len(hit.tokens) <= MAX_SENTENCE_TOKENS)
    if hits and not uses:
        raise ElmoError(
            f"every sentence with {queries[0]!r} has more than {MAX_SENTENCE_TOKENS:,} words."
        )
    return count, len(hits) - len(uses), uses
