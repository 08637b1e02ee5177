"""The uses of a query in one segment of an index, found by arithmetic on the places of words.

A segment is a run of about a million words. Each function returns the places where uses begin, in
ascending order, and the number of words of each use.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from elmo.targets import Target

Places = Int[np.ndarray, " uses"]
Runs = tuple[Places, Places]
"""The place where each use begins, and its number of words."""


@dataclass(frozen=True)
class Segment:
    """The sentences and words of a segment.

    Attributes:
        number: number of the segment.
        first_sentence: number of the segment's first sentence in the index.
        starts: place of the first word of each sentence, counted from the segment's start.
        documents: number of the document of each sentence.
        joined: for each word, True if no blank stands between it and the word before.
        postings: function from words (letter case folded) to the ascending places of all these words.
    """

    number: int
    first_sentence: int
    starts: Int[np.ndarray, " sentences"]
    documents: Int[np.ndarray, " sentences"]
    joined: Bool[np.ndarray, " words"]
    postings: Callable[[Sequence[str]], Places]

    def sentence_of(self, places: Places) -> Places:
        """The number of the sentence of each place, from 0 in the segment."""
        return np.searchsorted(self.starts, places, side="right") - 1

    def within_sentences(self, starts: Places, lengths: Places) -> Runs:
        """The runs that do not cross the end of a sentence."""
        same = self.sentence_of(starts) == self.sentence_of(starts + lengths - 1)
        return starts[same], lengths[same]


class Beside:
    """Which of some words stand directly before and after places in a segment."""

    def __init__(self, segment: Segment, words: Sequence[str]) -> None:
        """Mark the places of the words.

        Args:
            words: n words, letter case folded.
        """
        self.n_words = len(words)
        # One more column for other words; a place before the first and one after the last, and the edges of sentences.
        self.code = np.full(len(segment.joined) + 2, len(words), np.int64)
        self.code[[0, -1]] = len(words) + 1
        for number, word in enumerate(words):
            self.code[segment.postings([word]) + 1] = number
        self.begins = np.zeros(len(segment.joined) + 1, bool)
        self.begins[segment.starts] = True
        self.begins[-1] = True

    def counts(self, runs: Runs) -> Int[np.ndarray, "2 columns"]:
        """How often each word stands before (row 0) and after (row 1) the runs.

        The last two columns count other words, and the beginning or the end of the sentence.
        """
        places, lengths = runs
        ends = places + lengths
        edge = self.n_words + 1
        before = np.where(self.begins[places], edge, self.code[places])
        after = np.where(self.begins[ends], edge, self.code[ends + 1])
        return np.stack([np.bincount(codes, minlength=edge + 1) for codes in (before, after)])


@dataclass(frozen=True)
class Words:
    """A query as written.

    Attributes:
        target: the words to find, see `elmo.targets`.
        pieces: offset in the target's spelling -> words of the corpus that spell the target from there on.
    """

    target: Target
    pieces: dict[int, tuple[str, ...]]

    @property
    def is_one_word(self) -> bool:
        """True if every use is one word, in every way of splitting the text."""
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
        """Runs of words that together spell the query, with no blank where the query has no blank."""
        nothing = np.zeros(0, np.int64)
        spelled: list[Runs] = [(nothing, nothing)]
        going_on: dict[int, list[Runs]] = {}
        for at in sorted(self.pieces):
            so_far = union(going_on.pop(at)) if at in going_on else None
            if at and so_far is None:
                continue
            for piece in self.pieces[at]:
                places = segment.postings([piece])
                if so_far is None:
                    starts, lengths = places, np.ones(len(places), np.int64)
                else:
                    follows = np.isin(so_far[0] + so_far[1], places)
                    starts, lengths = so_far[0][follows], so_far[1][follows] + 1
                end = at + len(piece)
                if end == len(self.target.spelled):
                    spelled.append((starts, lengths))
                    continue
                if end not in self.target.blanks:
                    after = starts + lengths
                    there = after < len(segment.joined)
                    there[there] = segment.joined[after[there]]
                    starts, lengths = starts[there], lengths[there]
                if len(starts):
                    going_on.setdefault(end, []).append((starts, lengths))
        return segment.within_sentences(*union(spelled))


@dataclass(frozen=True)
class Alternatives:
    """Words in a row, with several words allowed at each place.

    Attributes:
        places: the words allowed at each place; `ANY` allows every word.
    """

    places: tuple[tuple[str, ...] | None, ...]

    @property
    def is_one_word(self) -> bool:
        """True if every use is one word."""
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
    """All runs in ascending order, without duplicates."""
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
    # Only the nearest run before (and the nearest behind) is compared: if that one is too far, so are the others.
    before = np.searchsorted(lasts, starts, side="left") - 1
    last = lasts[np.maximum(before, 0)]
    keep |= (before >= 0) & (last >= starts - window) & (segment.sentence_of(last) == sentences)
    after = np.searchsorted(firsts, ends, side="left")
    first = firsts[np.minimum(after, len(firsts) - 1)]
    keep |= (
        (after < len(firsts)) & (first < ends + window) & (segment.sentence_of(first) == sentences)
    )
    return keep
