"""The words that the softmax predicts, and the numbers by which training knows words.

Training knows every word of the corpus by its code: 0 is <S>, 1 is </S>, and a word's code is its corpus id plus 2. The
softmax knows fewer: <S>, </S>, <UNK>, then the most frequent words; all others are <UNK> to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from elmo.errors import TrainingError
from elmo.model.characters import BEGIN_SENTENCE, END_SENTENCE
from elmo.model.softmax import UNKNOWN

SPECIAL = (BEGIN_SENTENCE, END_SENTENCE, UNKNOWN)
N_BOUNDARIES = 2
UNKNOWN_ROW = 2


@dataclass(frozen=True)
class Vocabulary:
    """Attributes:
    words: line i of vocab.txt.
    counts: how often each occurs in the training text; <UNK> has the sum of all words that are left out.
    row_of_code: the softmax row of every code.
    """

    words: tuple[str, ...]
    counts: Int[np.ndarray, " vocab"]
    row_of_code: Int[np.ndarray, " codes"]


def build_vocabulary(
    corpus_words: Sequence[str],
    counts: Int[np.ndarray, " corpus_words"],
    n_sentences: int,
    size: int,
) -> Vocabulary:
    """Takes the most frequent words of a corpus.

    Args:
        corpus_words, counts: by falling count, as a prepared corpus has them.
        n_sentences: how often <S> and </S> occur.
        size: lines of vocab.txt, the three special ones included.
    """
    if size < 4:
        raise TrainingError(
            f"the vocabulary's size is {size}; it must be 4 or more: three special words and one other."
        )
    known = [number for number, word in enumerate(corpus_words[: size + 3]) if word not in SPECIAL][
        : size - 3
    ]
    return _vocabulary(
        [corpus_words[number] for number in known], corpus_words, counts, n_sentences
    )


def fit_vocabulary(
    vocab_words: Sequence[str],
    corpus_words: Sequence[str],
    counts: Int[np.ndarray, " corpus_words"],
    n_sentences: int,
) -> Vocabulary:
    """Keeps the words of an earlier model's vocab.txt, counted in this corpus."""
    if tuple(vocab_words[:3]) != SPECIAL:
        raise TrainingError(
            f"vocab.txt begins with {list(vocab_words[:3])}; training on needs {list(SPECIAL)}."
        )
    return _vocabulary(list(vocab_words[3:]), corpus_words, counts, n_sentences)


def _vocabulary(
    words: list[str], corpus_words: Sequence[str], counts: np.ndarray, n_sentences: int
) -> Vocabulary:
    row_of_word = {word: row for row, word in enumerate(words, len(SPECIAL))}
    rows = np.array([row_of_word.get(word, UNKNOWN_ROW) for word in corpus_words], dtype=np.int64)
    totals = np.bincount(rows, weights=counts, minlength=len(words) + len(SPECIAL)).astype(np.int64)
    totals[:N_BOUNDARIES] = n_sentences
    return Vocabulary((*SPECIAL, *words), totals, np.concatenate([[0, 1], rows]))
