"""A corpus on disk: how often a word stands in it, and its uses with their sentences.

    index = CorpusIndex("corpus.index")
    index.count("bank")
    for hit in index.hits("New York", limit=50):
        print(hit.left, hit.word, hit.right, hit.document)

The file (SQLite) has the sentences; all words (in normal form, letter case folded) with their
counts; and for each segment of about a million words and each word in it the places where it
stands: 32-bit numbers of words from the segment's start. Runs of words and a word's neighbours are
found by comparing places, without reading a sentence. Why not FTS5: it has other words than ours,
so that every hit would have to be read and split again, 600,000 of them for "the" in ten million
words.

`elmo.corpus.build` makes it.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.request import pathname2url

import numpy as np
from jaxtyping import Int

from elmo.corpus.hit import Hit, cut_hit, sample
from elmo.corpus.query import ANY, pattern
from elmo.corpus.search import Alternatives, Runs, Segment, Words, near, union
from elmo.corpus.suggest import nearest_words
from elmo.errors import CorpusError, InputError
from elmo.inflections import related
from elmo.limits import MAX_QUERY_CHARACTERS
from elmo.targets import target

FORMAT = "elmo corpus index 2"

Query = str | Sequence[str]
"""What is looked for; see `elmo.corpus.query`. Of several queries a use of any is a use."""


def is_index(file: Path) -> bool:
    """Whether a file is an index of a corpus, of this format or an earlier one."""
    try:
        address = f"file:{pathname2url(str(file.absolute()))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            query = "SELECT value FROM meta WHERE key = 'format'"
            return str(connection.execute(query).fetchone()[0]).startswith("elmo corpus index")
    except (sqlite3.Error, TypeError):
        return False


@dataclass(frozen=True)
class Document:
    """One file of the corpus."""

    name: str
    n_tokens: int


class CorpusIndex:
    """An index that `elmo.corpus.build.build_index` made, opened for reading."""

    def __init__(self, file: str | Path) -> None:
        """
        Raises:
            CorpusError: it is missing, or not such an index.
        """
        self.file = Path(file)
        if not self.file.is_file():
            raise CorpusError(
                f"{file} was not found; make it with `python -m elmo index CORPUS --output {file}`."
            )
        address = f"file:{pathname2url(str(self.file.absolute()))}?mode=ro"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        rows = self._rows("SELECT value FROM meta WHERE key = 'format'")
        if rows != [(FORMAT,)]:
            self.close()
            version = rows[0][0] if rows else "nothing"
            raise CorpusError(
                f"{self.file.name} has the format {version!r}, expected {FORMAT!r}: another version "
                f"of this program made it. Index the corpus again: python -m elmo index CORPUS "
                f"--output {file}"
            )

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __del__(self) -> None:
        """Close the file of an index that nobody holds any more; Python 3.13 warns of one left open."""
        if hasattr(self, "_connection"):
            self.close()

    def __enter__(self) -> "CorpusIndex":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The files that were indexed, in their order."""
        query = "SELECT name, n_tokens FROM documents ORDER BY id"
        return tuple(Document(*row) for row in self._rows(query))

    @cached_property
    def n_tokens(self) -> int:
        """Words and punctuation marks of all files."""
        return sum(document.n_tokens for document in self.documents)

    def frequencies(self) -> dict[str, int]:
        """How often each word stands in the corpus, letter case folded."""
        return dict(self._rows("SELECT word, sum(n) FROM postings GROUP BY word"))

    def count(
        self,
        query: Query,
        *,
        documents: Sequence[str] | None = None,
        near: str | None = None,
        window: int = 5,
    ) -> int:
        """How often a query stands in the corpus; see `hits`."""
        plans = self._plans(query)
        if documents is None and near is None and len(plans) == 1 and plans[0].is_one_word:
            return sum(self._counts(self._only_words(plans[0])).values())
        return sum(len(runs[0]) for _, runs in self._runs(plans, documents, near, window))

    def hits(
        self,
        query: Query,
        limit: int | None = 50,
        *,
        documents: Sequence[str] | None = None,
        near: str | None = None,
        window: int = 5,
        seed: int | None = None,
        stratified: bool = False,
    ) -> list[Hit]:
        """Uses of a query, in the order of the corpus.

        Args:
            query: words in any letter case, a pattern, or several queries; see
                `elmo.corpus.query`.
            limit: the first so many, or with a `seed` a random choice of so many; None is all.
            documents: names of the files to look in; None is all.
            near: only uses with this word in the same sentence, at most `window` words away.
            seed: the same seed gives the same choice.
            stratified: the choice takes as many from each document, as far as it has them.

        Raises:
            InputError: an empty word, a pattern that cannot be used, or a document that is not in
                the index.
            CorpusError: the index is damaged.
        """
        found: list[tuple[Segment, Runs]] = []
        n_found = 0
        for segment, runs in self._runs(self._plans(query), documents, near, window):
            found.append((segment, runs))
            n_found += len(runs[0])
            if seed is None and limit is not None and n_found >= limit:
                break
        chosen = np.arange(n_found)
        if seed is not None and limit is not None and limit < n_found:
            strata = self._documents_of(found) if stratified else np.zeros(n_found, int)
            chosen = sample(strata, limit, seed)
        return list(self._read(found, chosen[:limit]))

    def forms(self, word: str) -> dict[str, int]:
        """The forms of a word that stand in the corpus (sing: sang, sung), with their counts.

        Most frequent first, without the word itself; empty for a pattern or a run of words.
        """
        if pattern(word) is not None or len(target(word).tokens) > 1:
            return {}
        counts = self._counts(sorted(related(word) - set(target(word).tokens)))
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def matched(self, query: str) -> dict[str, int]:
        """The words that a pattern of one word matches, with their counts, most frequent first.

        Empty for a query that is no such pattern.
        """
        plan = self._plan(query)
        if isinstance(plan, Words) or not plan.is_one_word:
            return {}
        counts = self._counts(self._only_words(plan))
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def suggestions(self, query: str, n: int = 5) -> dict[str, list[str]]:
        """For each word of a query that the corpus does not have, those that are written most alike."""
        if pattern(query) is not None:
            return {}
        words, counts = self._vocabulary
        tokens = dict.fromkeys(target(query).tokens)
        return {
            token: nearest_words(token, words, counts, n)
            for token in tokens
            if not self._counts([token])
        }

    def _plans(self, query: Query) -> list[Words | Alternatives]:
        queries = [query] if isinstance(query, str) else query
        return [self._plan(each) for each in queries]

    def _plan(self, query: str) -> Words | Alternatives:
        """How to look for a query; as it is written where it stands so."""
        if len(query) > MAX_QUERY_CHARACTERS:
            raise InputError(
                f"the query has {len(query):,} characters, at most {MAX_QUERY_CHARACTERS:,} are "
                "looked for at once."
            )
        asked = pattern(query)
        as_written = self._as_written(query)
        if asked is None or any(
            len(runs[0]) for _, runs in self._runs([as_written], None, None, 0)
        ):
            return as_written
        matched = iter(asked.matches(self._vocabulary[0]))
        return Alternatives(
            tuple(
                ANY
                if place is ANY
                else (place,)
                if isinstance(place, str)
                else tuple(next(matched))
                for place in asked.places
            )
        )

    def _as_written(self, query: str) -> Words:
        """The query's words, and which other words of the corpus may spell it."""
        wanted = target(query)
        spelled, blanks = wanted.spelled, sorted(wanted.blanks)
        pieces: dict[int, tuple[str, ...]] = {}
        reached = {0}
        for at in range(len(spelled)):
            if at in reached:
                end = next((blank for blank in blanks if blank > at), len(spelled))
                pieces[at] = tuple(
                    self._counts([spelled[at:stop] for stop in range(at + 1, end + 1)])
                )
                reached |= {at + len(piece) for piece in pieces[at]}
        leads_on = {len(spelled)}
        for at in sorted(pieces, reverse=True):
            pieces[at] = tuple(piece for piece in pieces[at] if at + len(piece) in leads_on)
            if pieces[at]:
                leads_on.add(at)
        return Words(wanted, {at: found for at, found in pieces.items() if found})

    def _only_words(self, plan: Words | Alternatives) -> Sequence[str]:
        """The words of a plan of which a use is one word."""
        return plan.target.tokens if isinstance(plan, Words) else plan.places[0] or ()

    def _runs(
        self,
        plans: Sequence[Words | Alternatives],
        documents: Sequence[str] | None,
        nearby: str | None,
        window: int,
    ) -> Iterator[tuple[Segment, Runs]]:
        """For each segment, the runs of words for which all conditions hold."""
        wanted = None if documents is None else self._document_ids(documents)
        others = None if nearby is None else self._plan(nearby)
        for number in self._segments:
            segment = self._segment(number)
            runs = union([plan.runs(segment) for plan in plans])
            keep = np.ones(len(runs[0]), bool)
            if wanted is not None:
                keep &= np.isin(segment.documents[segment.sentence_of(runs[0])], wanted)
            if others is not None:
                keep &= near(segment, runs, others.runs(segment), window)
            if keep.any():
                yield segment, (runs[0][keep], runs[1][keep])

    def _read(
        self, found: list[tuple[Segment, Runs]], chosen: Int[np.ndarray, " chosen"]
    ) -> Iterator[Hit]:
        """The sentences of the chosen runs."""
        bounds = np.cumsum([0] + [len(runs[0]) for _, runs in found])
        for number in chosen:
            which = int(np.searchsorted(bounds, number, side="right")) - 1
            segment, (places, lengths) = found[which]
            place, length = (int(x[number - bounds[which]]) for x in (places, lengths))
            sentence = int(segment.sentence_of(np.array([place]))[0])
            rows = self._rows(
                "SELECT text FROM sentences WHERE id = ?", (segment.first_sentence + sentence,)
            )
            if not rows:
                raise CorpusError(f"{self.file.name} is damaged; index the corpus again.")
            name = self.documents[int(segment.documents[sentence])].name
            yield cut_hit(rows[0][0], place - int(segment.starts[sentence]), length, name)

    @cached_property
    def _segments(self) -> list[int]:
        return [row[0] for row in self._rows("SELECT id FROM segments ORDER BY id")]

    @cached_property
    def _vocabulary(self) -> tuple[list[str], list[int]]:
        """All words, and how often each stands in the corpus."""
        rows = self._rows("SELECT word, n FROM words")
        return [word for word, _ in rows], [n for _, n in rows]

    def _counts(self, words: Sequence[str]) -> dict[str, int]:
        """Those of the words that stand in the corpus, and how often."""
        counts: dict[str, int] = {}
        for start in range(0, len(words), 500):
            part = words[start : start + 500]
            marks = ",".join("?" * len(part))
            counts |= dict(
                self._rows(f"SELECT word, n FROM words WHERE word IN ({marks})", tuple(part))
            )
        return counts

    def _postings(self, segment: int, words: Sequence[str]) -> Int[np.ndarray, " uses"]:
        found = [np.zeros(0, np.int64)]
        for start in range(0, len(words), 500):
            part = words[start : start + 500]
            marks = ",".join("?" * len(part))
            query = f"SELECT offsets FROM postings WHERE segment = ? AND word IN ({marks})"
            rows = self._rows(query, (segment, *part))
            found += [np.frombuffer(row[0], "<u4").astype(np.int64) for row in rows]
        return found[-1] if len(found) == 2 else np.sort(np.concatenate(found))

    def _segment(self, number: int) -> Segment:
        """A segment's sentences and documents; its words' places are read when they are asked for."""
        if number not in self._kept_segments:
            query = (
                "SELECT first_sentence, n_tokens, starts, documents, joined FROM segments "
                "WHERE id = ?"
            )
            first, n_tokens, starts, documents, joined = self._rows(query, (number,))[0]
            if len(self._kept_segments) >= 64:
                self._kept_segments.clear()
            self._kept_segments[number] = Segment(
                number,
                first,
                np.frombuffer(starts, "<u4").astype(np.int64),
                np.frombuffer(documents, "<u4").astype(np.int64),
                np.unpackbits(np.frombuffer(joined, np.uint8), count=n_tokens).astype(bool),
                lambda words: self._postings(number, words),
            )
        return self._kept_segments[number]

    @cached_property
    def _kept_segments(self) -> dict[int, Segment]:
        return {}

    def _documents_of(self, found: list[tuple[Segment, Runs]]) -> np.ndarray:
        return np.concatenate(
            [segment.documents[segment.sentence_of(runs[0])] for segment, runs in found]
        )

    def _document_ids(self, names: Sequence[str]) -> list[int]:
        known = {document.name: number for number, document in enumerate(self.documents)}
        for name in names:
            if name not in known:
                some = ", ".join(list(known)[:10])
                raise InputError(f"there is no document {name!r} in this index; there are: {some}.")
        return [known[name] for name in names]

    def _rows(self, query: str, values: tuple = ()) -> list[tuple]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise CorpusError(
                f"{self.file.name} cannot be read as an index of a corpus ({error}); index the "
                "corpus again."
            ) from None
