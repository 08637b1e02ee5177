"""An index of a corpus on disk: counts of words, and the uses of words with their sentences.

    index = CorpusIndex("corpus.index")
    index.count("bank")
    for hit in index.hits("New York", limit=50):
        print(hit.left, hit.word, hit.right, hit.document)

`elmo.corpus.index_file` reads the file. Runs of words and neighbours of a word are found by comparing
places, without reading a sentence. SQLite's FTS5 is not used because FTS5 splits text into other
words: every hit would have to be read and split again, 600,000 of them for "the" in ten million
words.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Int

from elmo.corpus.hit import Hit, cut_hit, sample
from elmo.corpus.index_file import IndexFile
from elmo.corpus.query import ANY, pattern
from elmo.corpus.search import Alternatives, Beside, Runs, Segment, Words, near, union
from elmo.corpus.suggest import nearest_words
from elmo.errors import CorpusError, InputError
from elmo.inflections import related_forms
from elmo.limits import MAX_QUERY_CHARACTERS
from elmo.targets import target

Query = str | Sequence[str]
"""A query of `elmo.corpus.query`, or several queries, of which any use counts."""


class CorpusIndex(IndexFile):
    """An index that `elmo.corpus.build.build_index` made, opened for reading."""

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
            limit: number of uses: the first ones, or with a `seed` a random sample; None is all.
            documents: names of the files to search; None is all.
            near: keep only uses that have this word in the same sentence, at most `window` words away.
            seed: the same seed gives the same sample.
            stratified: sample the documents as evenly as possible.

        Raises:
            InputError: the query is empty, its pattern cannot be used, or a document is not in the
                index.
            CorpusError: the index is damaged.
        """
        runs_by_segment: list[tuple[Segment, Runs]] = []
        n_uses = 0
        for segment, runs in self._runs(self._plans(query), documents, near, window):
            runs_by_segment.append((segment, runs))
            n_uses += len(runs[0])
            if seed is None and limit is not None and n_uses >= limit:
                break
        chosen = np.arange(n_uses)
        if seed is not None and limit is not None and limit < n_uses:
            strata = self._documents_of(runs_by_segment) if stratified else np.zeros(n_uses, int)
            chosen = sample(strata, limit, seed)
        return list(self._read(runs_by_segment, chosen[:limit]))

    def beside(
        self,
        queries: Sequence[Query],
        words: Sequence[str],
        *,
        documents: Sequence[str] | None = None,
    ) -> Int[np.ndarray, "queries 2 columns"]:
        """How often some words stand directly before and directly after the uses of each query.

        Args:
            queries: as in `hits`.
            words: n words, letter case folded.
            documents: names of the files to search; None is all.

        Returns:
            For each query a row of counts before and a row of counts after its uses; column n counts other words,
            column n + 1 the beginning or end of a sentence.
        """
        counts = np.zeros((len(queries), 2, len(words) + 2), np.int64)
        marks: dict[int, Beside] = {}
        for number, query in enumerate(queries):
            for segment, runs in self._runs(self._plans(query), documents, None, 0):
                if segment.number not in marks:
                    marks[segment.number] = Beside(segment, words)
                counts[number] += marks[segment.number].counts(runs)
        return counts

    def forms(self, word: str) -> dict[str, int]:
        """The other forms of a word (sing: sang, sung) that the corpus has, with their counts.

        The most frequent form comes first. Empty for a pattern or a run of words.
        """
        if pattern(word) is not None or len(target(word).tokens) > 1:
            return {}
        counts = self._counts(sorted(related_forms(word) - set(target(word).tokens)))
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def matching_words(self, query: str) -> dict[str, int]:
        """The words that a pattern of one word matches, with their counts, most frequent first.

        Empty for a query that is no such pattern.
        """
        plan = self._plan(query)
        if isinstance(plan, Words) or not plan.is_one_word:
            return {}
        counts = self._counts(self._only_words(plan))
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def suggestions(self, query: str, n: int = 5) -> dict[str, list[str]]:
        """For each word of a query that is not in the corpus, the words of the corpus with the most similar spelling."""
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
        """The search for a query: as written where the corpus has the query as written, else as a pattern."""
        if len(query) > MAX_QUERY_CHARACTERS:
            raise InputError(
                f"the query has {len(query):,} characters, at most {MAX_QUERY_CHARACTERS:,} are "
                "looked for at once."
            )
        parsed = pattern(query)
        as_written = self._as_written(query)
        if parsed is None or any(
            len(runs[0]) for _, runs in self._runs([as_written], None, None, 0)
        ):
            return as_written
        matched = iter(parsed.matches(self._vocabulary[0]))
        return Alternatives(
            tuple(
                ANY
                if place is ANY
                else (place,)
                if isinstance(place, str)
                else tuple(next(matched))
                for place in parsed.places
            )
        )

    def _as_written(self, query: str) -> Words:
        """The search for a query as written, with the words of the corpus that spell the query in pieces."""
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
        return Words(wanted, {at: spellings for at, spellings in pieces.items() if spellings})

    def _only_words(self, plan: Words | Alternatives) -> Sequence[str]:
        """The words that a plan matches, for a plan whose uses are one word long."""
        return plan.target.tokens if isinstance(plan, Words) else plan.places[0] or ()

    def _runs(
        self,
        plans: Sequence[Words | Alternatives],
        documents: Sequence[str] | None,
        nearby: str | None,
        window: int,
    ) -> Iterator[tuple[Segment, Runs]]:
        """Yield each segment that has uses, with the uses that fulfil all conditions."""
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
        self, runs_by_segment: list[tuple[Segment, Runs]], chosen: Int[np.ndarray, " chosen"]
    ) -> Iterator[Hit]:
        """Read the sentences of the chosen uses; `chosen` counts through the uses of all segments."""
        bounds = np.cumsum([0] + [len(runs[0]) for _, runs in runs_by_segment])
        for number in chosen:
            which = int(np.searchsorted(bounds, number, side="right")) - 1
            segment, (places, lengths) = runs_by_segment[which]
            place, length = (int(x[number - bounds[which]]) for x in (places, lengths))
            sentence = int(segment.sentence_of(np.array([place]))[0])
            rows = self._rows(
                "SELECT text FROM sentences WHERE id = ?", (segment.first_sentence + sentence,)
            )
            if not rows:
                raise CorpusError(f"{self.file.name} is damaged; index the corpus again.")
            name = self.documents[int(segment.documents[sentence])].name
            yield cut_hit(rows[0][0], place - int(segment.starts[sentence]), length, name)

    def _documents_of(self, runs_by_segment: list[tuple[Segment, Runs]]) -> np.ndarray:
        return np.concatenate(
            [segment.documents[segment.sentence_of(runs[0])] for segment, runs in runs_by_segment]
        )
