"""What a teacher adds to the language model's loss, and the teacher's vectors on disk.

A language model needs a long time to learn that "bank" beside "river" is another bank; a teacher that has seen more text
knows. Three losses draw the student's layers to the teacher's vectors t of the same words in the same sentences:

    head    1 - cosine(A r, t): a linear map A of the student's vector r gives the teacher's
    match   (cosine(r_i, r_j) - cosine(t_i, t_j))^2 over pairs of words of the batch; pairs of one word weigh more
    order   1 - correlation of cosine(r_i, r_j) and cosine(t_i, t_j) over pairs of one word, each word's mean taken off:
            which uses of a word are the more alike, whatever all its uses have in common

Only the last two shape the student's own cosines, which the explorer shows. What a word has in all its uses says nothing
about its senses, so that most of a word's mean vector is taken off the teacher's vectors first; and so are the few
directions in which uses of all words differ most, which tell the kind of text rather than a sense. Joined to what is left
is the sum of the vectors of the words around, near and rare ones weighing more: on its own nearly as good at telling
senses apart, and much easier to learn for an LSTM.

Source: Hinton et al. 2015, arXiv:1503.02531; Park et al. 2019, arXiv:1904.05068 (relations between examples); Mu and
Viswanath 2018, arXiv:1702.01417 (taking off the common directions).
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from elmo.errors import TrainingError
from elmo.training.data.corpus import Corpus
from elmo.training.data.vocabulary import N_BOUNDARIES

SHRINK = 4.0  # a word seen n times has its mean taken as n / (n + SHRINK) of the mean of its uses
FEW_GROUPS = 50  # lengths of which fewer words recur are left out
LENGTH_BIN = 4  # sentences of a group differ by fewer words than this
KEPT_OF_MEAN = 0.25
N_COMMON = 5  # common directions taken off
CONTEXT_SHARE = (
    0.5  # the length of the sum of the words around, when the teacher's vector has length 1
)
NEAR = 6.0  # a word so many words away weighs 1/e
RARE = 1e-4  # a word of this share of the text weighs half of a rare one
FREQUENT = 100  # the most frequent words carry no sense; pairs are sought among the others


class TeacherSet:
    """Sentences with the teacher's vector of every word, read from a folder of shards.

    Each shard is two arrays: NNN.num.npy, the sentence numbers, and NNN.vec.npy, the vectors of all their words.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        corpus: Corpus,
        word_vectors: tuple[Int[np.ndarray, " known"], Float[np.ndarray, "known dim"]]
        | None = None,
    ) -> None:
        """Args:
        word_vectors: word ids of the corpus and their vectors, to join the words around to the teacher's vectors.
        """
        shards = sorted(Path(folder).glob("*.vec.npy"))
        if not shards:
            raise TrainingError(f"{folder}: holds no teacher vectors (NNN.vec.npy).")
        self.corpus = corpus
        self._vectors = [np.load(path, mmap_mode="r") for path in shards]
        numbers = [np.load(str(path).replace(".vec.", ".num.")) for path in shards]
        self.numbers: Int[np.ndarray, " sentences"] = np.concatenate(numbers)
        self._shard = np.repeat(np.arange(len(shards)), [len(part) for part in numbers])
        self._start = np.concatenate(
            [np.cumsum(corpus.lengths[part]) - corpus.lengths[part] for part in numbers]
        )
        words = corpus.words
        ids = {word: number for number, word in enumerate(words)}
        #: for each word id the id of its lower-case form (itself where the corpus has none)
        self.folded = np.array(
            [ids.get(word.lower(), number) for number, word in enumerate(words)], dtype=np.int64
        )
        self.tokens: list[Int[np.ndarray, " words"]] = [
            np.asarray(corpus.sentence(n)) for n in self.numbers
        ]
        means = self._word_means()
        self._directions = self._uncommon_directions(means)
        self._word_share = means * np.float32(1 - KEPT_OF_MEAN)
        self._words_around = (
            None if word_vectors is None else _weighted_vectors(corpus, *word_vectors)
        )
        self.dim = self._directions.shape[1] + (
            0 if word_vectors is None else word_vectors[1].shape[1]
        )
        self._index_uses()

    def _word_means(self) -> Float[np.ndarray, "words dim"]:
        sums = torch.zeros(len(self.folded), self._vectors[0].shape[1])
        uses = torch.zeros(len(self.folded))
        for number, shard in enumerate(self._vectors):
            of_shard = np.flatnonzero(self._shard == number)
            folded = torch.from_numpy(
                self.folded[np.concatenate([self.tokens[k] for k in of_shard])]
            )
            for start in range(0, len(folded), 200_000):
                part = torch.from_numpy(shard[start : start + 200_000].astype(np.float32))
                sums.index_add_(0, folded[start : start + 200_000], part)
                uses.index_add_(0, folded[start : start + 200_000], torch.ones(len(part)))
        return (sums / (uses + SHRINK)[:, None]).numpy()

    def _uncommon_directions(
        self, means: Float[np.ndarray, "words dim"]
    ) -> Float[np.ndarray, "dim kept"]:
        """The principal directions of the differences between uses of one word, the first few left out."""
        n_sentences = min(20_000, int((self._shard == 0).sum()))
        words = self.folded[np.concatenate(self.tokens[:n_sentences])]
        differences = self._vectors[0][: len(words)].astype(np.float32) - means[words]
        differences = differences[(words >= FREQUENT) & (np.bincount(words)[words] >= 20)]
        _, directions = np.linalg.eigh(differences.T @ differences)
        return np.ascontiguousarray(directions[:, ::-1][:, N_COMMON:])

    def _index_uses(self) -> None:
        """Lists for each word, and each class of sentence lengths, the sentences that hold it."""
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
                "the teacher's sentences are too few: hardly a word occurs in four of like length."
            )
        self._bin_share = tokens_in_bin / tokens_in_bin.sum()

    def draw(
        self, rng: np.random.Generator, n_tokens: int, uses: int = 8
    ) -> Int[np.ndarray, " rows"]:
        """Sentences of like length in which some words occur again and again, as places in `numbers`."""
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
        """The sentences as codes."""
        return [self.tokens[row].astype(np.int64) + N_BOUNDARIES for row in rows]

    def words(self, rows: Int[np.ndarray, " rows"]) -> Int[np.ndarray, " words"]:
        """The words' ids, letter case folded, of the sentences one after another."""
        return self.folded[np.concatenate([self.tokens[row] for row in rows])]

    def vectors(self, rows: Int[np.ndarray, " rows"]) -> Float[np.ndarray, "words dim"]:
        """The teacher's vectors of the sentences' words, without what tells no senses apart."""
        parts = []
        for row in rows:
            start = self._start[row]
            parts.append(self._vectors[self._shard[row]][start : start + len(self.tokens[row])])
        kept = (
            np.concatenate(parts).astype(np.float32) - self._word_share[self.words(rows)]
        ) @ self._directions
        if self._words_around is None:
            return kept
        place_of, weighted = self._words_around
        around = [sum_of_words_around(weighted[place_of[self.tokens[row]]]) for row in rows]
        return np.concatenate([_unit(kept), CONTEXT_SHARE * _unit(np.concatenate(around))], axis=1)


def _unit(rows: Float[np.ndarray, "rows dim"]) -> Float[np.ndarray, "rows dim"]:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-6)


def _weighted_vectors(
    corpus: Corpus, numbers: Int[np.ndarray, " known"], vectors: Float[np.ndarray, "known dim"]
) -> tuple[Int[np.ndarray, " words"], Float[np.ndarray, "known_and_none dim"]]:
    """For each word id a row, and the rows: centred vectors, rare words weighing more; the last row, of zeros, is for
    words without a vector."""
    share = corpus.counts[numbers] / corpus.counts.sum()
    weights = (RARE / (RARE + share)).astype(np.float32)
    in_text = (weights * share).astype(np.float32)
    centred = vectors - (in_text @ vectors) / in_text.sum()
    place_of = np.full(len(corpus.counts), len(numbers))
    place_of[numbers] = np.arange(len(numbers))
    return place_of, np.concatenate(
        [centred * weights[:, None], np.zeros((1, vectors.shape[1]), np.float32)]
    )


def sum_of_words_around(weighted: Float[np.ndarray, "words dim"]) -> Float[np.ndarray, "words dim"]:
    """For each word of a sentence the sum of the others' vectors, near ones weighing more."""
    places = np.arange(len(weighted))
    near = np.exp(-np.abs(places[:, None] - places) / NEAR).astype(np.float32)
    np.fill_diagonal(near, 0)
    return near @ weighted


class Heads(nn.Module):
    """The linear maps from the student's layers to the teacher's vectors; thrown away after training."""

    def __init__(self, n_layers: int, student_dim: int, teacher_dim: int) -> None:
        super().__init__()
        self.maps = nn.ModuleList(
            nn.Linear(student_dim, teacher_dim, bias=False) for _ in range(n_layers)
        )


def head_loss(
    head: nn.Linear, student: Float[Tensor, "words dim"], teacher: Float[Tensor, "words teacher"]
) -> Float[Tensor, ""]:
    """1 - cosine between the mapped student's vectors and the teacher's, on average."""
    mapped = student @ head.weight.to(student.dtype).t()
    return 1 - torch.cosine_similarity(mapped.float(), teacher, dim=1).mean()


def choose_words(
    words: Int[np.ndarray, " words"], n: int, rng: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """Places of at most `n` words to compare with each other; words that occur often in the batch, yet are not among
    the most frequent of the language, come first."""
    again = np.bincount(words)[words]
    rank = np.where(words < FREQUENT, 0, np.minimum(again, 4)) + rng.random(len(words))
    return np.sort(np.argsort(-rank)[:n])


def match_loss(
    student: Float[Tensor, "words dim"],
    teacher: Float[Tensor, "words teacher"],
    same_word: Bool[Tensor, "words words"],
    same_weight: float,
) -> Float[Tensor, ""]:
    """Weighted mean of the squared differences between the student's and the teacher's cosines, over all pairs."""
    s, t = (nn.functional.normalize(x.float(), dim=1).to(student.dtype) for x in (student, teacher))
    difference = (s @ s.t()).float() - (t @ t.t()).float()
    weight = torch.where(same_word, same_weight, 1.0)
    weight.fill_diagonal_(0.0)
    return (weight * difference.square()).sum() / weight.sum().clamp_min(1e-9)


def order_loss(
    student: Float[Tensor, "words dim"],
    teacher: Float[Tensor, "words teacher"],
    same_word: Bool[Tensor, "words words"],
) -> Float[Tensor, ""]:
    """1 - correlation of the student's and the teacher's cosines over pairs of one word, each word's mean taken off.

    A pair of a word with n uses weighs 1/n, so that a word counts by its uses and not by their square.
    """
    first, second = torch.nonzero(same_word.triu(1), as_tuple=True)
    uses, word = same_word.sum(1), same_word.to(torch.uint8).argmax(1)  # its first use names a word
    n_pairs = (uses * (uses - 1) / 2)[first]
    centred = []
    for x in (student, teacher):
        unit = nn.functional.normalize(x.float(), dim=1)
        cosines = (unit @ unit.t())[first, second]
        sums = torch.zeros(len(word), device=word.device).index_add(0, word[first], cosines)
        centred.append(cosines - sums[word[first]] / n_pairs)
    s, t = centred
    weight = 1 / uses[first]
    spread = ((weight * s * s).sum() * (weight * t * t).sum()).clamp_min(1e-12).sqrt()
    return 1 - (weight * s * t).sum() / spread


def same_words(words: Sequence[int] | np.ndarray) -> Bool[Tensor, "words words"]:
    """Whether two places hold the same word."""
    ids = torch.as_tensor(np.asarray(words))
    return ids[:, None] == ids[None, :]
