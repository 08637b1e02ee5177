"""Where a query stands in one segment of an index: arithmetic on the places of its words.

A segment is a run of about a million words. Each function gives the places where uses begin, in
ascending order, and how many words each use has.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from elmo.targets import Target

Places = Int[np.ndarray, " uses"]
Runs = tuple[Places, Places]
"""Where each use begins, and how many words it has."""


@dataclass(frozen=True)
class Segment:
    """What is known of a segment.

    Attributes:
        number: of the segment.
        first_sentence: number of its first sentence in the index.
        starts: the first word of each sentence, from the segment's start.
        documents: the number of each sentence's document.
        joined: for each word, True if no blank stands between it and the word before.
        postings: words (letter case folded) -> the places of all of them, ascending.
    """

    number: int
    first_sentence: int
    starts: Int[np.ndarray, " sentences"]
    documents: Int[np.ndarray, " sentences"]
    joined: Bool[np.ndarray, " words"]
    postings: Callable[[Sequence[str]], Places]

    def sentence_of(self, places: Places) -> Places:
        """The sentence that each place lies in, from 0."""
        return np.searchsorted(self.starts, places, side="right") - 1

    def within_sentences(self, starts: Places, lengths: Places) -> Runs:
        """Those of the runs that lie in one sentence each."""
        same = self.sentence_of(starts) == self.sentence_of(starts + lengths - 1)
        return starts[same], lengths[same]


@dataclass(frozen=True)
class Words:
    """A query as written.

    Attributes:
        target: what is looked for.
        pieces: offset in the target's spelling -> words of the corpus that may stand there.
    """

    target: Target
    pieces: dict[int, tuple[str, ...]]

    @property
    def is_one_word(self) -> bool:
        """True if a use is one word, however it is split."""
        return len(self.target.tokens) == 1 and self.pieces in ({}, {0: self.target.tokens})

    def runs(self, segment: Segment) -> Runs:
        """The uses in a segment; see `elmo.targets` for what a use is."""
        tokens = self.target.tokens
        starts = segment.postings(tokens[:1])
        for distance, token in enumerate(tokens[1:], 1):
            starts = starts[np.isin(starts + distance, segment.postings([token]))]
        as_split = segment.within_sentences(starts, np.full(len(starts), len(tokens)))
        return as_split if self.is_one_word else union([as_split, self._spelled(segment)])

    def _spelled(self, segment: Segment) -> Runs:
        """Words that spell the query with no blank between them where the query has none."""
        nothing = np.zeros(0, np.int64)
        found: list[Runs] = [(nothing, nothing)]
        going_on: dict[int, list[Runs]] = {}
        for at in sorted(self.pieces):
            begun = union(going_on.pop(at)) if at in going_on else None
            if at and begun is None:
                continue
            for piece in self.pieces[at]:
                places = segment.postings([piece])
                if begun is None:
                    starts, lengths = places, np.ones(len(places), np.int64)
                else:
                    follows = np.isin(begun[0] + begun[1], places)
                    starts, lengths = begun[0][follows], begun[1][follows] + 1
                end = at + len(piece)
                if end == len(self.target.spelled):
                    found.append((starts, lengths))
                    continue
                if end not in self.target.blanks:
                    after = starts + lengths
                    there = after < len(segment.joined)
                    there[there] = segment.joined[after[there]]
                    starts, lengths = starts[there], lengths[there]
                if len(starts):
                    going_on.setdefault(end, []).append((starts, lengths))
        return segment.within_sentences(*union(found))


@dataclass(frozen=True)
class Alternatives:
    """Words in a row, each one of several.

    Attributes:
        places: the words that may stand at each place; `ANY` is every word.
    """

    places: tuple[tuple[str, ...] | None, ...]

    @property
    def is_one_word(self) -> bool:
        """True if a use is one word."""
        return len(self.places) == 1

    def runs(self, segment: Segment) -> Runs:
        """The uses in a segment."""
        starts: Places | None = None
        for distance, words in enumerate(self.places):
            if words is None:
                continue
            begins = segment.postings(words) - distance
            starts = begins if starts is None else starts[np.isin(starts, begins)]
        assert starts is not None, "a pattern has a place that is not ANY"
        inside = (starts >= 0) & (starts + len(self.places) <= len(segment.joined))
        starts = starts[inside]
        return segment.within_sentences(starts, np.full(len(starts), len(self.places)))


def union(several: Sequence[Runs]) -> Runs:
    """All runs in ascending order, each once."""
    starts = np.concatenate([starts for starts, _ in several])
    lengths = np.concatenate([lengths for _, lengths in several])
    pairs = np.unique(np.stack([starts, lengths]), axis=1)
    return pairs[0], pairs[1]


def near(segment: Segment, runs: Runs, others: Runs, window: int) -> Bool[np.ndarray, " uses"]:
    """True for each run that has another one in its sentence, at most `window` words away."""
    starts, ends = runs[0], runs[0] + runs[1]
    firsts, lasts = np.sort(others[0]), np.sort(others[0] + others[1] - 1)
    keep = np.zeros(len(starts), bool)
    if not len(firsts):
        return keep
    sentences = segment.sentence_of(starts)
    # Of those before (after) a run the nearest decides: what lies farther is near only if it is.
    before = np.searchsorted(lasts, starts, side="left") - 1
    last = lasts[np.maximum(before, 0)]
    keep |= (before >= 0) & (last >= starts - window) & (segment.sentence_of(last) == sentences)
    after = np.searchsorted(firsts, ends, side="left")
    first = firsts[np.minimum(after, len(firsts) - 1)]
    keep |= (
        (after < len(firsts)) & (first < ends + window) & (segment.sentence_of(first) == sentences)
    )
    return keep
