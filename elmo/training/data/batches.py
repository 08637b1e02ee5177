"""Batches of sentences of similar length, in an order that depends only on the seed and the epoch.

So three numbers name a place in the data (epoch, pool, batch), and resumed training reads the same batches as training
without an interruption.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from elmo.training.data.corpus import Corpus
from elmo.training.data.vocabulary import N_BOUNDARIES

POOL = 100_000  # sentences that are sorted by length together; a larger pool saves little padding


@dataclass(frozen=True)
class Batch:
    """Sentences in the reading order of both directions; the first axis is time.

    A sentence of the words a b is read forwards as <S> a b, with the targets a b </S>, and backwards as
    </S> b a, with the targets b a <S>. Rows are padded at their end, where `mask` is False.

    Attributes:
        forward, backward: codes to read.
        forward_targets, backward_targets: codes to predict, the next code after each one read.
        mask: True at real positions.
        lengths: number of words of each sentence.
    """

    forward: Int[np.ndarray, "tokens batch"]
    backward: Int[np.ndarray, "tokens batch"]
    forward_targets: Int[np.ndarray, "tokens batch"]
    backward_targets: Int[np.ndarray, "tokens batch"]
    mask: Bool[np.ndarray, "tokens batch"]
    lengths: Int[np.ndarray, " batch"]

    @property
    def n_tokens(self) -> int:
        """The number of words, without the boundaries."""
        return int(self.lengths.sum())

    def places(self) -> tuple[Int[np.ndarray, " words"], Int[np.ndarray, " words"]]:
        """The places of each word in arrays whose axes (tokens, batch) are made one axis, sentence by sentence.

        The first array has the places in the forward direction, the second in the backward direction.
        """
        n_rows = len(self.lengths)
        row = np.repeat(np.arange(n_rows), self.lengths)
        first = np.repeat(np.cumsum(self.lengths) - self.lengths, self.lengths)
        position = np.arange(len(row)) - first + 1  # 1 is the first word, after <S>
        back = np.repeat(self.lengths, self.lengths) + 1 - position
        return position * n_rows + row, back * n_rows + row

    def codes(self) -> Int[np.ndarray, " words"]:
        """The codes of the words, sentence by sentence, without the boundaries."""
        return self.forward.reshape(-1)[self.places()[0]]


def make_batch(sentences: Sequence[Int[np.ndarray, " words"]]) -> Batch:
    """The batch of sentences of codes."""
    lengths = np.array([len(sentence) for sentence in sentences])
    width = int(lengths.max()) + 2
    forward = np.ones((len(sentences), width), dtype=np.int64)
    forward[:, 0] = 0
    backward = forward * 0
    backward[:, 0] = 1
    for row, (sentence, length) in enumerate(zip(sentences, lengths, strict=True)):
        forward[row, 1 : length + 1] = sentence
        backward[row, 1 : length + 1] = sentence[::-1]
    mask = np.arange(width - 1)[:, None] < lengths + 1
    forward, backward = forward.T, backward.T
    return Batch(forward[:-1], backward[:-1], forward[1:], backward[1:], mask, lengths)


class Batches:
    """The training sentences of a corpus, epoch after epoch.

    Args:
        corpus: a prepared corpus.
        numbers: numbers of the sentences to use.
        batch_tokens: largest size of a batch: words, boundaries and padding (a batch of one long sentence may be larger).
        max_tokens: longer sentences are cut to this number of words.
        seed: determines the order.
    """

    def __init__(
        self,
        corpus: Corpus,
        numbers: Int[np.ndarray, " sentences"],
        batch_tokens: int,
        max_tokens: int,
        seed: int,
    ) -> None:
        self.corpus, self.numbers = corpus, numbers
        self.batch_tokens, self.max_tokens, self.seed = batch_tokens, max_tokens, seed
        self._pools: dict[tuple[int, int], list[np.ndarray]] = {}

    def _pool(self, epoch: int, pool: int) -> list[np.ndarray]:
        """The batches of one pool, as sentence numbers."""
        if (epoch, pool) not in self._pools:
            order = np.random.default_rng([self.seed, epoch]).permutation(len(self.numbers))
            numbers = self.numbers[order[pool * POOL : (pool + 1) * POOL]]
            lengths = np.minimum(self.corpus.lengths[numbers], self.max_tokens) + 1
            by_length = np.argsort(lengths, kind="stable")
            numbers, lengths = numbers[by_length], lengths[by_length]
            batches, start = [], 0
            while start < len(numbers):
                end = start + max(1, self.batch_tokens // int(lengths[start]))
                while (
                    end > start + 1
                    and int(lengths[min(end, len(numbers)) - 1]) * (end - start) > self.batch_tokens
                ):
                    end -= 1
                batches.append(numbers[start:end])
                start = end
            order = np.random.default_rng([self.seed, epoch, pool]).permutation(len(batches))
            self._pools = {(epoch, pool): [batches[k] for k in order]}
        return self._pools[epoch, pool]

    def epochs_at(self, epoch: int, pool: int, batch: int) -> float:
        """The number of epochs read before a place, with its fraction."""
        pools = max(1.0, len(self.numbers) / POOL)
        within = batch / max(1, len(self._pool(epoch, pool))) if batch else 0.0
        return epoch + min(1.0, (pool + within * min(1.0, pools - pool)) / pools)

    def after(
        self, epoch: int, pool: int, batch: int
    ) -> Iterator[tuple[tuple[int, int, int], Int[np.ndarray, " rows"]]]:
        """Yields, without end, the place after each next batch and the sentence numbers of the batch."""
        n_pools = -(-len(self.numbers) // POOL)
        while True:
            batches = self._pool(epoch, pool)
            while batch < len(batches):
                batch += 1
                yield (epoch, pool, batch), batches[batch - 1]
            batch, pool = 0, pool + 1
            if pool == n_pools:
                epoch, pool = epoch + 1, 0

    def codes(self, numbers: Int[np.ndarray, " rows"]) -> list[Int[np.ndarray, " words"]]:
        """The codes of sentences; sentences longer than `max_tokens` are cut."""
        return [
            self.corpus.sentence(n)[: self.max_tokens].astype(np.int64) + N_BOUNDARIES
            for n in numbers
        ]
