"""Write a teacher's vectors of many sentences to disk in shards; an interruption loses at most one shard."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from elmo.training.data.corpus import Corpus
from elmo.training.teacher.distillation import FREQUENT
from elmo.training.teacher.encoder import Teacher
from elmo.whole_files import whole_file

KEPT_DIM = 256
SHARD_SENTENCES = 10_000
BASIS_SENTENCES = 4_000
SHORTEST, SHORT, LONGEST = 5, 16, 32
LEAST_COUNT = 200  # rarer words of the text have too few uses in the teacher's sentences


def teachable_sentences(corpus: Corpus, n_tokens: int, seed: int) -> Int[np.ndarray, " sentences"]:
    """A random sample of training sentences with about `n_tokens` words in all, shuffled.

    Half of the words are in sentences of 5 to 16 words, half in sentences of 17 to 32: people type short sentences, in
    which few words show the sense, while most sentences of a text are long. The probability of a sentence is
    proportional to the mean over its words of count ** -0.5, counting words that occur `LEAST_COUNT` times or more and
    are not among the most frequent. So many words recur in the teacher's sentences, rarer ones nearly as often as
    frequent ones.
    """
    rng = np.random.default_rng(seed)
    numbers = corpus.sentence_numbers()
    lengths = corpus.lengths[numbers]
    value = np.where(corpus.counts >= LEAST_COUNT, 1 / np.sqrt(np.maximum(corpus.counts, 1)), 0)
    value[:FREQUENT] = 0
    chosen = []
    for shortest, longest in ((SHORTEST, SHORT), (SHORT + 1, LONGEST)):
        some = numbers[(lengths >= shortest) & (lengths <= longest)]
        weight = _sums_of_sentences(corpus, value, some) / corpus.lengths[some]
        # the smallest of independent exponential times: drawing by weight without replacement
        times = rng.exponential(size=len(some)) / np.maximum(weight, 1e-12)
        some = some[np.argsort(times)]
        n_words = np.cumsum(corpus.lengths[some])
        chosen.append(some[: np.searchsorted(n_words, n_tokens / 2) + 1])
    return rng.permutation(np.concatenate(chosen))


def _sums_of_sentences(
    corpus: Corpus, value: Float[np.ndarray, " words"], numbers: Int[np.ndarray, " sentences"]
) -> Float[np.ndarray, " sentences"]:
    """The sum of the values of the words in each sentence."""
    totals = np.concatenate([[0], np.cumsum(value.astype(np.float32)[corpus.tokens], dtype=float)])
    starts = corpus.starts[numbers]
    return totals[starts + corpus.lengths[numbers]] - totals[starts]


def write_teacher_set(
    corpus: Corpus,
    folder: str | os.PathLike,
    numbers: Int[np.ndarray, " sentences"],
    report: Callable[[float], None] = lambda done: None,
) -> None:
    """Writes the missing shards; `distillation.TeacherSet` describes their contents.

    The vectors are centred and projected on the first 256 principal directions of a sample, which keep 97 % of their
    variance, and stored in half precision.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    words = np.array(corpus.words, dtype=object)
    teacher = Teacher()
    mean, directions = _basis(
        teacher, corpus, words, folder / "basis.npz", numbers[:BASIS_SENTENCES]
    )
    for shard, start in enumerate(range(0, len(numbers), SHARD_SENTENCES)):
        path = folder / f"{shard:03d}.vec.npy"
        if not path.exists():
            part = numbers[start : start + SHARD_SENTENCES]
            vectors = []
            for first in range(0, len(part), 2500):
                rows = teacher.vectors(
                    words[corpus.sentence(n)].tolist() for n in part[first : first + 2500]
                )
                vectors.append(((np.concatenate(rows) - mean) @ directions).astype(np.float16))
            np.save(folder / f"{shard:03d}.num.npy", part)
            with whole_file(path) as unfinished, unfinished.open("wb") as out:
                np.save(out, np.concatenate(vectors))
        report(min(1.0, (start + SHARD_SENTENCES) / len(numbers)))


def single_word_vectors(
    corpus: Corpus, folder: str | os.PathLike, n_words: int
) -> Float[np.ndarray, "words dim"]:
    """The teacher's vectors of the most frequent words of the corpus, each word as a sentence of its own."""
    path = Path(folder) / "single.npy"
    if not path.exists():
        words = np.array(corpus.words[:n_words], dtype=object)
        teacher = Teacher()
        mean, directions = _basis(
            teacher, corpus, words, Path(folder) / "basis.npz", np.empty(0, np.int64)
        )
        vectors = (np.concatenate(teacher.vectors([word] for word in words)) - mean) @ directions
        with whole_file(path) as unfinished, unfinished.open("wb") as out:
            np.save(out, vectors.astype(np.float16))
    return np.load(path).astype(np.float32)


def _basis(
    teacher: Teacher,
    corpus: Corpus,
    words: np.ndarray,
    path: Path,
    numbers: Int[np.ndarray, " sentences"],
) -> tuple[np.ndarray, np.ndarray]:
    """The mean and the principal directions of the teacher's vectors, read from `path` or computed from a sample."""
    if not path.exists():
        sample = np.concatenate(
            teacher.vectors(words[corpus.sentence(n)].tolist() for n in numbers)
        )
        centred = sample - sample.mean(axis=0)
        _, directions = np.linalg.eigh(centred.T @ centred)
        with whole_file(path) as unfinished, unfinished.open("wb") as out:
            np.savez(out, mean=sample.mean(axis=0), U=directions[:, ::-1][:, :KEPT_DIM])
    with np.load(path) as arrays:
        return arrays["mean"], arrays["U"]
