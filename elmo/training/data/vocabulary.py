"""The vocabulary of the softmax, and the codes of words in training.

Every word of the corpus has a code: 0 is <S>, 1 is </S>, and the code of a word is its corpus id plus 2. The softmax has
rows for fewer words: <S>, </S>, <UNK>, then the most frequent words; the row of every other word is that of <UNK>.
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
    """The words of the softmax.

    Attributes:
        words: the lines of vocab.txt.
        counts: count of each word in the training text; the count of <UNK> is that of all words without a row.
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
    """The vocabulary of the most frequent words of a corpus.

    Args:
        corpus_words, counts: words and counts of a prepared corpus, most frequent word first.
        n_sentences: count of <S> and of </S>.
        size: number of lines of vocab.txt, the three special ones included.
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
    """The vocabulary with the words of an earlier model's vocab.txt and their counts in this corpus."""
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
