"""A teacher's vectors on disk, and the losses that compare the similarities of a layer with those of the teacher.

    order   1 - correlation of cosine(r_i, r_j) and cosine(t_i, t_j) over pairs of uses of one word, after subtracting
            each word's mean cosine; low if the same uses of a word are similar in the layer and in the teacher

r is a layer's vector, both directions joined, t the teacher's vector of the same word in the same sentence. The part that
all uses of a word share says nothing about its senses, so most of a word's mean vector is subtracted from the teacher's
vectors first.

    sentences   the same formula for sentences: r and t are the means over a sentence's words, and the pairs are all pairs of
                sentences of a batch

The loss of the sentences teaches the layers what the teacher reads in a whole sentence: the subject and the tone.

Source: Hinton et al. 2015, arXiv:1503.02531; Park et al. 2019, arXiv:1904.05068 (relations between examples).
"""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import normalize

from elmo.errors import TrainingError
from elmo.representation.vectors import unit
from elmo.training.data.corpus import Corpus
from elmo.training.data.vocabulary import N_BOUNDARIES

SHRINK = (
    4.0  # for a word with n uses, n / (n + SHRINK) of the mean of its uses is taken as its mean
)
FEW_GROUPS = 50  # sentence lengths with fewer recurring words are left out
LENGTH_BIN = 4  # sentences of a group differ by fewer words than this
KEPT_OF_MEAN = 0.25
FREQUENT = (
    100  # the most frequent words, which have no senses to tell apart, are left out of the pairs
)
SPREAD_SENTENCES = (
    10_000  # sentences by which the spread of the teacher's sentence vectors is measured
)
LEAST_USES = 15  # the mean of fewer uses is too inexact to represent a word


class TeacherSet:
    """Sentences with the teacher's vector of every word, read from a folder of shards.

    Each shard is two arrays: NNN.num.npy, the sentence numbers, and NNN.vec.npy, the vectors of all their words.
    """

    def __init__(self, folder: str | os.PathLike, corpus: Corpus) -> None:
        shards = sorted(Path(folder).glob("*.vec.npy"))
        if not shards:
            raise TrainingError(f"{folder}: holds no teacher vectors (NNN.vec.npy).")
        self.corpus, self.folder = corpus, Path(folder)
        self._vectors = [np.load(path, mmap_mode="r") for path in shards]
        numbers = [np.load(str(path).replace(".vec.", ".num.")) for path in shards]
        self.numbers: Int[np.ndarray, " sentences"] = np.concatenate(numbers)
        self._shard = np.repeat(np.arange(len(shards)), [len(part) for part in numbers])
        self._start = np.concatenate(
            [np.cumsum(corpus.lengths[part]) - corpus.lengths[part] for part in numbers]
        )
        first: dict[str, int] = {}
        #: for each word id the id of its most frequent form in upper and lower case
        self.folded = np.array(
            [first.setdefault(word.lower(), number) for number, word in enumerate(corpus.words)],
            dtype=np.int64,
        )
        self.tokens: list[Int[np.ndarray, " words"]] = [
            np.asarray(corpus.sentence(n)) for n in self.numbers
        ]
        self.dim = self._vectors[0].shape[1]
        self._sums, self.n_uses = self._sums_of_words()
        self._mean = self._sums.sum(0) / self.n_uses.sum()
        self._index_uses()

    def _sums_of_words(self) -> tuple[Float[np.ndarray, "words dim"], Float[np.ndarray, " words"]]:
        """The sum of the teacher's vectors over the uses of each word, and the number of uses of each word."""
        sums = torch.zeros(len(self.folded), self.dim)
        for number, shard in enumerate(self._vectors):
            of_shard = np.flatnonzero(self._shard == number)
            folded = torch.from_numpy(self.words(of_shard))
            for start in range(0, len(folded), 200_000):
                part = torch.from_numpy(shard[start : start + 200_000].astype(np.float32))
                sums.index_add_(0, folded[start : start + 200_000], part)
        uses = np.bincount(np.concatenate(self.tokens), minlength=len(self.folded))
        uses = np.bincount(self.folded, weights=uses, minlength=len(self.folded))
        return sums.numpy(), uses.astype(np.float32)

    def means(self, words: Int[np.ndarray, " some"]) -> Float[np.ndarray, "some dim"]:
        """The mean of each word's uses minus the mean of all uses, scaled to length 1; words are given by folded ids."""
        means = self._sums[words] / self.n_uses[words][:, None] - self._mean
        return unit(means)

    def _index_uses(self) -> None:
        """Index the sentences of each word, separately for each class of sentence lengths."""
        lengths = np.array([len(tokens) for tokens in self.tokens])
        word = self.folded[np.concatenate(self.tokens)]
        sentence = np.repeat(np.arange(len(self.tokens)), lengths)
        counts = np.bincount(word, minlength=len(self.folded))
        usable = (word >= FREQUENT) & (counts[word] >= 16)
        word, sentence = word[usable], sentence[usable]
        self._n_bins = int(lengths.max()) // LENGTH_BIN + 1
        key = word * self._n_bins + lengths[sentence] // LENGTH_BIN
        order = np.argsort(key, kind="stable")
        self._sentences = sentence[order]
        keys, self._first, self._n_uses = np.unique(
            key[order], return_index=True, return_counts=True
        )
        self._by_bin = [
            np.flatnonzero((keys % self._n_bins == b) & (self._n_uses >= 4))
            for b in range(self._n_bins)
        ]
        tokens_in_bin = np.bincount(lengths // LENGTH_BIN, weights=lengths, minlength=self._n_bins)
        tokens_in_bin[[b for b, groups in enumerate(self._by_bin) if len(groups) < FEW_GROUPS]] = 0
        if not tokens_in_bin.any():
            raise TrainingError(
                "the teacher's sentences are too few: hardly a word occurs in four sentences of similar length."
            )
        self._bin_share = tokens_in_bin / tokens_in_bin.sum()

    def draw(
        self, rng: np.random.Generator, n_tokens: int, uses: int = 8
    ) -> Int[np.ndarray, " rows"]:
        """Draw sentences of similar length that share words, as places in `numbers`."""
        length_bin = rng.choice(self._n_bins, p=self._bin_share)
        groups = self._by_bin[length_bin]
        n_rows = max(2, n_tokens // (length_bin * LENGTH_BIN + LENGTH_BIN))
        weights = np.sqrt(self._n_uses[groups])
        chosen = rng.choice(
            groups, min(len(groups), -(-n_rows // uses)), replace=False, p=weights / weights.sum()
        )
        rows = [
            self._sentences[
                self._first[g]
                + rng.choice(self._n_uses[g], min(uses, self._n_uses[g]), replace=False)
            ]
            for g in chosen
        ]
        return np.unique(np.concatenate(rows))

    def codes(self, rows: Int[np.ndarray, " rows"]) -> list[Int[np.ndarray, " words"]]:
        """The codes of the sentences."""
        return [self.tokens[row].astype(np.int64) + N_BOUNDARIES for row in rows]

    def words(self, rows: Int[np.ndarray, " rows"]) -> Int[np.ndarray, " words"]:
        """The word ids of the sentences, letter case folded, sentence after sentence."""
        return self.folded[np.concatenate([self.tokens[row] for row in rows])]

    def vectors(self, rows: Int[np.ndarray, " rows"]) -> Float[np.ndarray, "words dim"]:
        """The teacher's vectors of the sentences' words, minus most of each word's mean."""
        words = self.words(rows)
        share = (1 - KEPT_OF_MEAN) / (self.n_uses[words] + SHRINK)
        stored = np.concatenate([self._stored(row) for row in rows])
        return stored - self._sums[words] * share[:, None]

    def sentence_vectors(self, rows: Int[np.ndarray, " rows"]) -> Float[np.ndarray, "rows dim"]:
        """The mean of the teacher's vectors of each sentence's words, minus the mean of all words.

        Each number is divided by the square root of its standard deviation over sentences. The directions of the subject
        are the longest; without the division they hide those of the tone.
        """
        return self._means_of_sentences(rows) / np.sqrt(self._spread)

    @cached_property
    def _spread(self) -> Float[np.ndarray, " dim"]:
        """The standard deviation over sentences of each number of their mean vectors."""
        some = np.random.default_rng(0).permutation(len(self.numbers))[:SPREAD_SENTENCES]
        return np.maximum(self._means_of_sentences(some).std(0), 1e-6)

    def _means_of_sentences(self, rows: Int[np.ndarray, " rows"]) -> Float[np.ndarray, "rows dim"]:
        return np.stack([self._stored(row).mean(0) for row in rows]) - self._mean

    def _stored(self, row: int) -> Float[np.ndarray, "words dim"]:
        """The teacher's vectors of the words of one sentence."""
        start = self._start[row]
        stored = self._vectors[self._shard[row]][start : start + len(self.tokens[row])]
        return stored.astype(np.float32)


def choose_words(
    words: Int[np.ndarray, " words"], n: int, rng: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """Places of at most `n` words to compare; words that recur in the batch and are not among the most frequent words
    of the language are preferred."""
    again = np.bincount(words)[words]
    rank = np.where(words < FREQUENT, 0, np.minimum(again, 4)) + rng.random(len(words))
    return np.sort(np.argsort(-rank)[:n])


def order_loss(
    student: Float[Tensor, "words dim"],
    teacher: Float[Tensor, "words teacher"],
    same_word: Bool[Tensor, "words words"],
) -> Float[Tensor, ""]:
    """1 - correlation of the student's and the teacher's cosines over pairs of one word, minus each word's mean cosine.

    A pair of a word with n uses has the weight 1/n, so that the weight of a word grows with its uses, not their square.
    """
    first, second = torch.nonzero(same_word.triu(1), as_tuple=True)
    uses, word = (
        same_word.sum(1),
        same_word.to(torch.uint8).argmax(1),
    )  # the place of the first use identifies the word
    n_pairs = (uses * (uses - 1) / 2)[first]
    centred = []
    for x in (student, teacher):
        unit = normalize(x.float(), dim=1)
        cosines = (unit @ unit.t())[first, second]
        sums = torch.zeros(len(word), device=word.device).index_add(0, word[first], cosines)
        centred.append(cosines - sums[word[first]] / n_pairs)
    s, t = centred
    weight = 1 / uses[first]
    spread = ((weight * s * s).sum() * (weight * t * t).sum()).clamp_min(1e-12).sqrt()
    return 1 - (weight * s * t).sum() / spread


def sentences_loss(
    student: Float[Tensor, "words dim"],
    lengths: Int[np.ndarray, " sentences"],
    teacher: Float[Tensor, "sentences teacher"],
) -> Float[Tensor, ""]:
    """`order_loss` of sentences: of the means over their words, from which the mean of the batch is subtracted.

    Args:
        student: vectors of the words, sentence after sentence.
    """
    n_words = torch.from_numpy(lengths).to(student.device)
    row = torch.repeat_interleave(torch.arange(len(lengths), device=student.device), n_words)
    means = torch.zeros(len(lengths), student.shape[1], device=student.device)
    means = means.index_add(0, row, student.float()) / n_words[:, None]
    every_pair = torch.ones(len(lengths), len(lengths), dtype=torch.bool, device=student.device)
    return order_loss(means - means.mean(0), teacher, every_pair)


def same_words(words: Sequence[int] | np.ndarray) -> Bool[Tensor, "words words"]:
    """True where two places have the same word."""
    ids = torch.as_tensor(np.asarray(words))
    return ids[:, None] == ids[None, :]
